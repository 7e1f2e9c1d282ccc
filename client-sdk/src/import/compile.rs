//! A mapping held against an export: every word of it is a table or column that exists and a field of the schema, or the
//! import ends here with the mapping's line. After this, rows are read by number.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use usra_sync_protocol::kind::Kind;

use crate::entry;

use super::column::Columns;
use super::export::Export;
use super::fault::ImportFault;

use super::mapping::{Condition, FieldRule, Fields, GroupRule, Mapping, Reading, RecordRule, Split, Titles};
use super::table::Table;

/// A rule for records with its tables and columns found.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) kind: Kind,
    pub(super) table: usize,
    pub(super) area: Option<Source>,
    pub(super) tests: Vec<Test>,
    pub(super) fields: Vec<Source>,
    pub(super) groups: Vec<Group>,
}

/// A rule for the repeats of a record.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) name: String,
    /// `None` when the record's own row makes the only one.
    pub(super) table: Option<usize>,
    pub(super) tests: Vec<Test>,
    pub(super) fields: Vec<Source>,
}

/// A condition that a row must meet.
#[derive(Clone, Debug)]
pub(super) struct Test {
    pub(super) column: usize,
    pub(super) is: BTreeSet<String>,
    /// Whether being one of `is` lets the row pass.
    pub(super) passes: bool,
}

/// Where a field's value comes from.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// The field's key, `*` standing for the member of a set; inside a group without the group and its id.
    pub(super) key: String,
    pub(super) from: From,
    pub(super) values: BTreeMap<String, String>,
    pub(super) default: Option<String>,
    pub(super) reading: Reading,
    /// The column of an age, where the value is a birth date.
    pub(super) age: Option<usize>,
}

impl Source {
    /// Whether it says something of the row, and not the same of every row.
    pub(super) fn reads(&self) -> bool {
        !matches!(self.from, From::Constant(_))
    }
}

/// The cells of a value.
#[derive(Clone, Debug)]
pub(super) enum From {
    Constant(String),
    Cell(usize),
    /// Words of one cell, each a member of a set; `None` means that spaces stand between.
    Words(usize, Option<String>),
    /// A column for each member of a set.
    Options(Vec<(String, usize)>),
    /// Sentences and cells in turn.
    Text(Vec<Piece>),
    /// Only an age.
    Nothing,
}

/// A part of a sentence.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Words(String),
    Cell(usize),
}

/// The compiled mapping.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) records: Vec<Rule>,
    pub(super) main: usize,
    pub(super) submitted: Option<usize>,
    /// Tables in use with the mapping's word for each.
    pub(super) used: BTreeMap<usize, String>,
}

/// Holds a mapping against an export.
pub(super) fn compile(mapping: &Mapping, export: &Export) -> Result<Rules, ImportFault> {
    let mut compiler = Compiler { mapping, tables: &export.tables, main: 0, used: BTreeMap::new() };
    compiler.main = compiler.main_table()?;
    let records: Result<Vec<Rule>, _> = mapping.body.record.iter().map(|rule| compiler.rule(rule)).collect();
    let submitted = compiler.submitted()?;
    Ok(Rules { records: records?, main: compiler.main, submitted, used: compiler.used })
}

struct Compiler<'a> {
    mapping: &'a Mapping,
    tables: &'a [Table],
    main: usize,
    used: BTreeMap<usize, String>,
}

impl Compiler<'_> {
    /// The named table, or the only one that points at no parent.
    fn main_table(&self) -> Result<usize, ImportFault> {
        if let Some(named) = &self.mapping.body.main {
            return self.named(named);
        }
        let parent = self.mapping.body.tool.parent();
        let is_repeat = |table: &Table| parent.is_some_and(|title| table.position(title).is_some());
        let mut free = self.tables.iter().enumerate().filter(|(_, table)| !is_repeat(table));
        match (free.next(), free.next()) {
            (Some((only, _)), None) => Ok(only),
            _ => Err(ImportFault::MainUnclear { have: self.names() }),
        }
    }

    fn submitted(&self) -> Result<Option<usize>, ImportFault> {
        let Some(columns) = self.columns(self.main) else { return Ok(None) };
        if let Some(titles) = &self.mapping.body.submitted {
            return columns.need(titles.as_ref(), titles.span().start).map(Some);
        }
        Ok(self.mapping.body.tool.submitted().and_then(|title| columns.table.position(title)))
    }

    fn rule(&mut self, rule: &RecordRule) -> Result<Rule, ImportFault> {
        let table = self.table(rule.table.as_ref())?;
        let area = rule.area.as_ref().map(|area| self.source(table, "area", area.as_ref(), area.span().start));
        let groups: Result<Vec<Group>, _> =
            rule.group.iter().map(|group| self.group(rule.kind, table, group)).collect();
        Ok(Rule {
            kind: rule.kind,
            table,
            area: area.transpose()?.flatten(),
            tests: self.tests(table, &rule.skip, &rule.only)?,
            fields: self.fields(table, rule.kind, "", &rule.fields)?,
            groups: groups?,
        })
    }

    fn group(&mut self, kind: Kind, of: usize, group: &GroupRule) -> Result<Group, ImportFault> {
        let name = group.name.as_ref();
        let table = group.table.as_ref().map(|named| self.table(Some(named))).transpose()?;
        let rows = table.unwrap_or(of);
        Ok(Group {
            name: name.clone(),
            table: table.filter(|table| *table != of),
            tests: self.tests(rows, &group.skip, &group.only)?,
            fields: self.fields(rows, kind, &format!("{name}/<id>/"), &group.fields)?,
        })
    }

    fn tests(&self, table: usize, skip: &[Condition], only: &[Condition]) -> Result<Vec<Test>, ImportFault> {
        let Some(columns) = self.columns(table) else { return Ok(Vec::new()) };
        let test = |condition: &Condition, passes: bool| {
            let column = columns.need(condition.column.as_ref(), condition.column.span().start)?;
            Ok(Test { column, is: condition.is.iter().cloned().collect(), passes })
        };
        let skip = skip.iter().map(|condition| test(condition, false));
        skip.chain(only.iter().map(|condition| test(condition, true))).collect()
    }

    fn fields(&self, table: usize, kind: Kind, prefix: &str, fields: &Fields) -> Result<Vec<Source>, ImportFault> {
        let mut sources = Vec::new();
        for (key, rule) in fields {
            let at = key.span().start;
            let pattern = format!("{prefix}{}", key.as_ref());
            if !entry::exists(kind, &pattern) {
                let what = format!("a {kind} has no field `{pattern}`; docs/data-model.md lists them");
                return Err(self.mapping.fault(at, what));
            }
            if key.as_ref().contains('*') != rule.split.is_some() {
                return Err(self.mapping.fault(at, "`split` and a `*` in the field's key go together"));
            }
            sources.extend(self.source(table, key.as_ref(), rule, at)?);
        }
        Ok(sources)
    }

    fn source(&self, table: usize, key: &str, rule: &FieldRule, at: usize) -> Result<Option<Source>, ImportFault> {
        let age = self.age(table, rule, at)?;
        let Some(from) = self.from(table, rule, at)?.or(age.map(|_column| From::Nothing)) else { return Ok(None) };
        let (values, default, reading) = (rule.values.clone(), rule.default.clone(), rule.reading);
        Ok(Some(Source { key: key.to_owned(), from, values, default, reading, age }))
    }

    fn age(&self, table: usize, rule: &FieldRule, at: usize) -> Result<Option<usize>, ImportFault> {
        let Some(columns) = self.columns(table) else { return Ok(None) };
        if rule.age.0.is_empty() { Ok(None) } else { columns.need(&rule.age, at).map(Some) }
    }

    fn from(&self, table: usize, rule: &FieldRule, at: usize) -> Result<Option<From>, ImportFault> {
        let Some(columns) = self.columns(table) else { return Ok(None) };
        if let Some(constant) = &rule.constant {
            return Ok(Some(From::Constant(constant.clone())));
        }
        if let Some(text) = &rule.text {
            return pieces(columns, text, at).map(From::Text).map(Some);
        }
        if rule.column.0.is_empty() {
            return Ok(None);
        }
        let found = columns.find(&rule.column, at)?;
        let options = if rule.split.is_some() { columns.options(&rule.column) } else { Vec::new() };
        match (found, &rule.split) {
            (Some(column), None) => Ok(Some(From::Cell(column))),
            (Some(column), Some(Split::By(sign))) => Ok(Some(From::Words(column, Some(sign.clone())))),
            (Some(column), Some(Split::Spaces(_))) => Ok(Some(From::Words(column, None))),
            (None, _) if !options.is_empty() => Ok(Some(From::Options(options))),
            (None, _) if rule.optional => Ok(None),
            (None, _) => columns.need(&rule.column, at).map(From::Cell).map(Some),
        }
    }

    /// The number of a table that a rule reads; the submissions when it names none.
    fn table(&mut self, named: Option<&Spanned<String>>) -> Result<usize, ImportFault> {
        let Some(named) = named else { return Ok(self.main) };
        let table = self.named(named)?;
        if table != self.main {
            self.used.entry(table).or_insert_with(|| named.as_ref().clone());
        }
        Ok(table)
    }

    /// The table of a name, or of a name's end: tools put the form's name in front.
    fn named(&self, named: &Spanned<String>) -> Result<usize, ImportFault> {
        let name = named.as_ref();
        let ends = |table: &Table| {
            table.name.strip_suffix(name.as_str()).is_some_and(|before| before.ends_with(['-', '_', ' ', '.']))
        };
        let exact = self.tables.iter().position(|table| table.name == *name);
        let by_end = || self.tables.iter().position(ends);
        exact.or_else(by_end).ok_or_else(|| {
            self.mapping
                .fault(named.span().start, format!("the export has no table `{name}` (there are: {})", self.names()))
        })
    }

    fn names(&self) -> String {
        let names: Vec<&str> = self.tables.iter().map(|table| table.name.as_str()).collect();
        names.join(", ")
    }

    fn columns(&self, table: usize) -> Option<Columns<'_>> {
        self.tables.get(table).map(|table| Columns { mapping: self.mapping, table })
    }
}

/// The sentences and cells of a text with `{column}` in it.
fn pieces(columns: Columns<'_>, text: &str, at: usize) -> Result<Vec<Piece>, ImportFault> {
    let mut pieces = Vec::new();
    for (number, part) in text.split('{').enumerate() {
        let (title, words) = if number == 0 { ("", part) } else { part.split_once('}').unwrap_or((part, "")) };
        if !title.is_empty() {
            pieces.push(Piece::Cell(columns.need(&Titles(vec![title.to_owned()]), at)?));
        }
        pieces.push(Piece::Words(words.to_owned()));
    }
    Ok(pieces)
}
