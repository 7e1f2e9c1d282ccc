//! What an export becomes, submission by submission: records with values in canonical form, and what does not fit. Nothing is
//! written here, and the same rows always give the same records.

use std::collections::BTreeSet;

use usra_sync_protocol::brought::identity;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;

use crate::entry;

use super::compile::{self, Group, Rule, Rules, Source, Test};
use super::export::Export;
use super::fault::ImportFault;
use super::lineage::{At, Joined, Lineage};
use super::mapping::Mapping;
use super::reading::{Misfit, Row, Value};
use super::reject::{LeftOut, Reject, Trouble};
use super::table::Table;

/// A mapping held against an export, ready to be read.
pub struct Plan<'a> {
    mapping: &'a Mapping,
    tables: &'a [Table],
    rules: Rules,
    lineage: Lineage,
}

/// A record to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Its id; the same in every import of the row.
    pub id: RecordId,
    /// Its kind.
    pub kind: Kind,
    /// The family it belongs to.
    pub family: RecordId,
    /// Code of its area, where the mapping or the row names one.
    pub area: Option<String>,
    /// Its values in canonical form, no key twice.
    pub fields: Vec<(String, Scalar)>,
    /// Where it is from, for what the phone may say of it.
    pub(super) row: Reject,
}

/// What one submission becomes.
#[derive(Clone, Debug, Default)]
pub(super) struct Submission {
    pub(super) records: Vec<Planned>,
    pub(super) rejects: Vec<Reject>,
    pub(super) skipped: Vec<Kind>,
    pub(super) rejected: Vec<Kind>,
}

impl<'a> Plan<'a> {
    /// Finds every table and column of the mapping and joins the rows.
    ///
    /// # Errors
    /// When the mapping names something that is not there, or the tables cannot be joined.
    pub fn new(mapping: &'a Mapping, export: &'a Export) -> Result<Self, ImportFault> {
        let rules = compile::compile(mapping, export)?;
        let tables = export.tables.as_slice();
        let joined = Joined { mapping, tables, main: rules.main, used: rules.used.clone() };
        let lineage = joined.lineage()?;
        Ok(Self { mapping, tables, rules, lineage })
    }

    /// How many submissions there are to read.
    #[must_use]
    pub fn submissions(&self) -> usize {
        self.tables.get(self.rules.main).map_or(0, |table| table.rows.len())
    }

    /// The name under which the survey's records are known.
    #[must_use]
    pub fn source(&self) -> &str {
        self.mapping.source()
    }

    /// Rows that belong to nothing.
    pub(super) fn stray_rows(&self) -> &[Reject] {
        &self.lineage.rejects
    }

    /// What a submission becomes; families before what belongs to them.
    pub(super) fn submission(&self, row: usize) -> Submission {
        let mut made = Submission::default();
        let at = At { table: self.rules.main, row };
        let Some(key) = self.lineage.key(at) else { return made };
        let family = identity::record(self.mapping.source(), Kind::Family, key);
        let (families, others): (Vec<&Rule>, Vec<&Rule>) =
            self.rules.records.iter().partition(|rule| rule.kind == Kind::Family);
        let before = families.len();
        for rule in families {
            self.records(rule, at, family, &mut made);
        }
        let lost = before > 0 && made.records.is_empty();
        for rule in others {
            if lost { self.lose(rule, at, &mut made) } else { self.records(rule, at, family, &mut made) }
        }
        made
    }

    fn records(&self, rule: &Rule, submission: At, family: RecordId, made: &mut Submission) {
        for at in self.rows(rule.table, submission) {
            let Some(reader) = self.reader(rule.kind, at, submission, "") else { continue };
            if !passes(&reader, &rule.tests) {
                made.skipped.push(rule.kind);
                continue;
            }
            let (record, rejects) = self.record(rule, (at, submission), family);
            made.rejects.extend(rejects);
            match record {
                Some(record) => made.records.push(record),
                None => made.rejected.push(rule.kind),
            }
        }
    }

    /// What belongs to a family that is not taken is not taken either: passed over with it, or rejected with it.
    fn lose(&self, rule: &Rule, submission: At, made: &mut Submission) {
        let rejected = made.rejected.contains(&Kind::Family);
        for at in self.rows(rule.table, submission) {
            let reject = self.reject(at, Trouble::FamilyLeftOut);
            if rejected {
                made.rejected.push(rule.kind);
                made.rejects.push(reject);
            } else {
                made.skipped.push(rule.kind);
            }
        }
    }

    fn record(&self, rule: &Rule, ats: (At, At), family: RecordId) -> (Option<Planned>, Vec<Reject>) {
        let (at, submission) = ats;
        let mut fields = Fields::default();
        let reader = self.reader(rule.kind, at, submission, "");
        if let Some(reader) = &reader {
            self.fill(reader, at, &rule.fields, &mut fields);
        }
        for group in &rule.groups {
            self.items(rule, group, ats, &mut fields);
        }
        let mut rejects = std::mem::take(&mut fields.rejects);
        let missing = fields.missing(rule.kind);
        rejects.extend(missing.iter().map(|key| self.reject(at, Trouble::RequiredMissing).blaming(key, "")));
        let row = self.reject(at, Trouble::NothingToRegister);
        if !fields.says && missing.is_empty() {
            rejects.push(row.clone());
        }
        let usable = missing.is_empty() && fields.says;
        let key = self.lineage.key(at).unwrap_or_default();
        fields.origin(self.mapping.source(), key);
        let area = reader.and_then(|reader| Some(reader.word(rule.area.as_ref()?))).filter(|code| !code.is_empty());
        let area = area.or_else(|| self.mapping.body.area.clone());
        let id = self.id(rule.kind, key, family);
        let record = Planned { id, kind: rule.kind, family, area, fields: fields.values, row };
        (usable.then_some(record), rejects)
    }

    fn id(&self, kind: Kind, key: &str, family: RecordId) -> RecordId {
        match kind {
            Kind::Family => family,
            Kind::Household => RecordId::household_of(family),
            Kind::Product | Kind::Visit => identity::record(self.mapping.source(), kind, key),
        }
    }

    fn items(&self, rule: &Rule, group: &Group, (of, submission): (At, At), fields: &mut Fields) {
        let rows = group.table.map_or_else(|| vec![of], |table| self.rows(table, of));
        for at in rows {
            let Some(key) = self.lineage.key(at) else { continue };
            let id = identity::inside(self.mapping.source(), &group.name, key);
            let prefix = format!("{}/{id}/", group.name);
            let Some(reader) = self.reader(rule.kind, at, submission, &prefix) else { continue };
            if !passes(&reader, &group.tests) {
                continue;
            }
            let mut item = Fields::default();
            self.fill(&reader, at, &group.fields, &mut item);
            fields.rejects.append(&mut item.rejects);
            let missing = item.missing(rule.kind).into_iter().find(|key| key.starts_with(&prefix));
            let repeated = item.keys.iter().any(|key| fields.keys.contains(key)).then_some(Trouble::KeyRepeated);
            let trouble = repeated.or_else(|| missing.as_ref().map(|_key| Trouble::RequiredMissing));
            match trouble.or_else(|| (!item.says).then_some(Trouble::NothingToRegister)) {
                Some(trouble) => {
                    let reject = self.reject(at, trouble).blaming(missing.as_deref().unwrap_or(&group.name), "");
                    fields.rejects.push(reject.only(LeftOut::Item));
                }
                None => fields.take_in(item),
            }
        }
    }

    fn fill(&self, reader: &Row<'_>, at: At, sources: &[Source], fields: &mut Fields) {
        for source in sources {
            for value in reader.read(source) {
                fields.says |= source.reads() && value.is_ok();
                self.take(value, at, fields);
            }
        }
    }

    fn take(&self, value: Result<Value, Misfit>, at: At, fields: &mut Fields) {
        match value {
            Ok(value) => fields.add(value),
            Err(misfit) => {
                let reject = self.reject(at, misfit.trouble).blaming(&misfit.column, &misfit.value);
                fields.rejects.push(reject.only(LeftOut::Value));
            }
        }
    }

    /// The rows of a table that belong to a row; the row itself when it stands in that table.
    fn rows(&self, table: usize, of: At) -> Vec<At> {
        if table == of.table {
            return vec![of];
        }
        self.lineage.below(table, of).iter().map(|row| At { table, row: *row }).collect()
    }

    fn reader<'r>(&'r self, kind: Kind, at: At, submission: At, prefix: &'r str) -> Option<Row<'r>> {
        let table = self.tables.get(at.table)?;
        let main = self.tables.get(submission.table)?;
        let submitted = self.rules.submitted.map_or("", |column| main.cell(submission.row, column));
        Some(Row { table, number: at.row, kind, prefix, submitted, null: &self.mapping.body.null })
    }

    fn reject(&self, at: At, trouble: Trouble) -> Reject {
        let key = self.lineage.key(at).unwrap_or_default();
        let (file, line) = self.tables.get(at.table).map_or(("", 0), |table| (table.file.as_str(), table.line(at.row)));
        Reject::at(file, line, key, trouble)
    }
}

fn passes(reader: &Row<'_>, tests: &[Test]) -> bool {
    tests.iter().all(|test| {
        let cell = reader.clean(test.column);
        let raw = reader.table.cell(reader.number, test.column).trim();
        (test.is.contains(&cell) || test.is.contains(raw)) == test.passes
    })
}

/// Values of one record or item; the first value of a key stands.
#[derive(Default)]
struct Fields {
    values: Vec<Value>,
    keys: BTreeSet<String>,
    rejects: Vec<Reject>,
    /// Whether any value is the row's own.
    says: bool,
}

impl Fields {
    fn add(&mut self, (key, value): Value) {
        if self.keys.insert(key.clone()) {
            self.values.push((key, value));
        }
    }

    fn origin(&mut self, source: &str, key: &str) {
        self.add(("origin/system".to_owned(), Scalar::from(source)));
        self.add(("origin/key".to_owned(), Scalar::from(key)));
    }

    fn missing(&self, kind: Kind) -> Vec<String> {
        entry::missing(kind, self.values.iter().map(|(key, _)| key.as_str()))
    }

    fn take_in(&mut self, item: Self) {
        self.says |= item.says;
        item.values.into_iter().for_each(|value| self.add(value));
    }
}
