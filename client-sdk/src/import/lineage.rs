//! Whose row a row is: joins the tables of an export by the keys that the survey tool wrote, and gives every row a name that
//! outlives the export. Rows whose parent is not there are told apart; nothing is dropped in silence.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::ImportFault;
use super::mapping::{Mapping, Titles};
use super::reject::{Reject, Trouble};
use super::table::Table;

/// A row of an export: the table's number and the row's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) table: usize,
    pub(super) row: usize,
}

/// The joined rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Lineage {
    keys: BTreeMap<At, String>,
    below: BTreeMap<(usize, At), Vec<usize>>,
    /// Rows that cannot be placed.
    pub(super) rejects: Vec<Reject>,
}

impl Lineage {
    /// The name of a row, which the next export of the same survey gives it again. `None` for a row that was rejected.
    pub(super) fn key(&self, at: At) -> Option<&str> {
        self.keys.get(&at).map(String::as_str)
    }

    /// The rows of `table` that belong to a row of another table, in the file's order.
    pub(super) fn below(&self, table: usize, of: At) -> &[usize] {
        self.below.get(&(table, of)).map_or(&[], Vec::as_slice)
    }
}

/// The tables that a mapping uses, with the number of the one that holds the submissions.
pub(super) struct Joined<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) tables: &'a [Table],
    pub(super) main: usize,
    /// Tables that a rule reads, each with the mapping's word for it; the others are left alone.
    pub(super) used: BTreeMap<usize, String>,
}

impl Joined<'_> {
    /// Names and joins all rows.
    pub(super) fn lineage(&self) -> Result<Lineage, ImportFault> {
        let mut lineage = Lineage::default();
        self.name_submissions(&mut lineage)?;
        let index = self.index();
        let parents = self.parents(&index)?;
        self.place(&parents, &mut lineage);
        Ok(lineage)
    }

    fn name_submissions(&self, lineage: &mut Lineage) -> Result<(), ImportFault> {
        let Some(table) = self.tables.get(self.main) else { return Ok(()) };
        let Some(column) = self.key_column(table) else {
            let what = format!("{} has no column that names a submission; name it as `key`", table.file);
            return Err(self.mapping.fault(0, what));
        };
        let mut seen = BTreeSet::new();
        for row in 0..table.rows.len() {
            let key = table.cell(row, column).trim();
            let trouble = if key.is_empty() {
                Some(Trouble::KeyMissing)
            } else {
                (!seen.insert(key)).then_some(Trouble::KeyRepeated)
            };
            match trouble {
                Some(trouble) => lineage.rejects.push(Reject::row(table, row, key, trouble)),
                None => drop(lineage.keys.insert(At { table: self.main, row }, key.to_owned())),
            }
        }
        Ok(())
    }

    /// What other tables may point at: (table, value of its index column) to row.
    fn index(&self) -> BTreeMap<(usize, &str), At> {
        let mut index = BTreeMap::new();
        for number in self.used.keys().copied().chain([self.main]) {
            let Some(table) = self.tables.get(number) else { continue };
            let tool = self.mapping.body.tool.index().and_then(|title| table.position(title));
            let Some(column) = tool.or_else(|| self.key_column(table)) else { continue };
            for row in 0..table.rows.len() {
                index.entry((number, table.cell(row, column).trim())).or_insert(At { table: number, row });
            }
        }
        index
    }

    /// Each repeat's row with its parent, where it is found.
    fn parents(&self, index: &BTreeMap<(usize, &str), At>) -> Result<BTreeMap<At, Option<At>>, ImportFault> {
        let mut parents = BTreeMap::new();
        for number in self.used.keys().copied().filter(|number| *number != self.main) {
            let Some(table) = self.tables.get(number) else { continue };
            let Some(column) = self.parent_column(table) else {
                let what = format!("{} has no column that names the row's parent; name it as `parent`", table.file);
                return Err(self.mapping.fault(0, what));
            };
            for row in 0..table.rows.len() {
                let wanted = table.cell(row, column).trim();
                let parent = self.parent_tables(table, row).find_map(|parent| index.get(&(parent, wanted)));
                parents.insert(At { table: number, row }, parent.copied());
            }
        }
        Ok(parents)
    }

    /// The tables in which a row's parent may be: the one it names, or else all, submissions first.
    fn parent_tables(&self, table: &Table, row: usize) -> impl Iterator<Item = usize> {
        let column = self.mapping.body.tool.parent_table().and_then(|title| table.position(title));
        let named = column.map(|column| table.cell(row, column).trim()).filter(|name| !name.is_empty());
        let found = named.and_then(|name| self.used.keys().copied().find(|number| self.is_named(*number, name)));
        let others: Vec<usize> = if named.is_none() { self.used.keys().copied().collect() } else { Vec::new() };
        std::iter::once(found.unwrap_or(self.main)).chain(others)
    }

    fn is_named(&self, number: usize, name: &str) -> bool {
        self.tables.get(number).is_some_and(|table| table.name == name || table.name.ends_with(&format!("-{name}")))
    }

    /// Names the repeats' rows and lists them below each of their ancestors.
    fn place(&self, parents: &BTreeMap<At, Option<At>>, lineage: &mut Lineage) {
        let mut counts: BTreeMap<(usize, At), usize> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for at in by_depth(parents) {
            let Some(table) = self.tables.get(at.table) else { continue };
            let own = self.own_key(table, at.row);
            let parent = parents.get(&at).copied().flatten();
            let Some((parent, above)) = parent.and_then(|parent| Some((parent, lineage.key(parent)?.to_owned())))
            else {
                let key = own.unwrap_or_default();
                lineage.rejects.push(Reject::row(table, at.row, key, Trouble::ParentMissing));
                continue;
            };
            if let Some(own) = own
                && !seen.insert((at.table, own))
            {
                lineage.rejects.push(Reject::row(table, at.row, own, Trouble::KeyRepeated));
                continue;
            }
            let ordinal = counts.entry((at.table, parent)).or_default();
            *ordinal += 1;
            let key = own.map_or_else(|| format!("{above}/{}[{ordinal}]", self.word(at.table)), str::to_owned);
            lineage.keys.insert(at, key);
            for ancestor in ancestors(parents, at) {
                lineage.below.entry((at.table, ancestor)).or_default().push(at.row);
            }
        }
    }

    /// The mapping's word for a table: a file's name may change from download to download.
    fn word(&self, table: usize) -> &str {
        self.used.get(&table).map_or("", String::as_str)
    }

    fn own_key<'t>(&self, table: &'t Table, row: usize) -> Option<&'t str> {
        let lasting = self.mapping.body.tool.rows_are_named() || self.mapping.body.key.is_some();
        let column = lasting.then(|| self.key_column(table)).flatten()?;
        Some(table.cell(row, column).trim()).filter(|key| !key.is_empty())
    }

    fn key_column(&self, table: &Table) -> Option<usize> {
        let tool = self.mapping.body.tool.keys().iter().copied();
        first(table, self.mapping.body.key.as_ref().map(toml::Spanned::as_ref), tool)
    }

    fn parent_column(&self, table: &Table) -> Option<usize> {
        first(table, self.mapping.body.parent.as_ref().map(toml::Spanned::as_ref), self.mapping.body.tool.parent())
    }
}

/// The first column that there is: of the mapping's titles, or else of the tool's.
fn first(table: &Table, written: Option<&Titles>, tool: impl IntoIterator<Item = &'static str>) -> Option<usize> {
    let written = written.and_then(|titles| titles.0.iter().find_map(|title| table.position(title)));
    written.or_else(|| tool.into_iter().find_map(|title| table.position(title)))
}

/// Parents before their children, otherwise in the file's order.
fn by_depth(parents: &BTreeMap<At, Option<At>>) -> Vec<At> {
    let mut rows: Vec<(usize, At)> = parents.keys().map(|at| (ancestors(parents, *at).count(), *at)).collect();
    rows.sort_unstable();
    rows.into_iter().map(|(_, at)| at).collect()
}

/// The rows above a row, nearest first; a ring of parents ends after sixteen, more than any form nests.
fn ancestors(parents: &BTreeMap<At, Option<At>>, at: At) -> impl Iterator<Item = At> {
    std::iter::successors(parents.get(&at).copied().flatten(), |above| parents.get(above).copied().flatten()).take(16)
}
