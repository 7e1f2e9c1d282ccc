//! The pivot: a record's shown values as rows of the typed tables.

use std::collections::BTreeMap;

use serde::Serialize;

use super::checked;
use super::tables::{Column, Home, SqlType, Table, home, tables};
use crate::kind::Kind;
use crate::scalar::Scalar;

/// One row of a typed table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'v> {
    /// The table.
    pub table: &'static Table,
    /// The row's id inside the record; `None` for the record's own row.
    pub row_id: Option<&'v str>,
    /// Its cells.
    pub cells: Cells<'v>,
}

/// One for each column of the table, in their order; `None` where nothing was put.
pub type Cells<'v> = Vec<Option<Cell<'v>>>;

impl<'v> Row<'v> {
    /// The cells that it has, by the names of their columns.
    #[must_use]
    pub fn named(&self) -> BTreeMap<&'static str, &Cell<'v>> {
        let named = self.table.columns.iter().zip(&self.cells);
        named.filter_map(|(column, cell)| Some((column.name.as_str(), cell.as_ref()?))).collect()
    }
}

/// One cell; as JSON it is what the column holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Cell<'v> {
    /// A value.
    Value(&'v Scalar),
    /// The codes of a set.
    Codes(Vec<&'v str>),
    /// Contacts by channel.
    Contacts(BTreeMap<&'v str, &'v Scalar>),
}

impl<'v> Cell<'v> {
    /// The value, where it is one.
    #[must_use]
    pub fn value(&self) -> Option<&'v Scalar> {
        match self {
            Self::Value(value) => Some(value),
            Self::Codes(_) | Self::Contacts(_) => None,
        }
    }
}

/// By the place of the table among all, and the row's id.
type Found<'v> = BTreeMap<(usize, Option<&'v str>), Cells<'v>>;

/// The rows of a record, its own row always among them, in the order of the schema's tables and of ids. What does not fit its column (an
/// unknown field of a newer phone, a value out of range) is left out rather than failing the rest.
#[must_use]
pub fn rows<'v>(kind: Kind, shown: impl Iterator<Item = (&'v str, &'v Scalar)>) -> Vec<Row<'v>> {
    let own = tables().iter().enumerate().find(|(_, table)| table.kind == kind && table.group.is_none());
    let mut found: Found<'v> = own.map(|(at, table)| ((at, None), blank_row(table))).into_iter().collect();
    for (key, value) in shown {
        let _left_out = place(&mut found, kind, key, value);
    }
    let row = |((table, row_id), cells)| Some(Row { table: tables().get(table)?, row_id, cells });
    found.into_iter().filter_map(row).collect()
}

/// A row with every set and every contact empty, so that a report need not tell null from none.
fn blank_row<'v>(table: &Table) -> Cells<'v> {
    table.columns.iter().map(blank).collect()
}

fn blank<'v>(column: &Column) -> Option<Cell<'v>> {
    match column.sql_type {
        SqlType::TextArray => Some(Cell::Codes(Vec::new())),
        SqlType::Jsonb => Some(Cell::Contacts(BTreeMap::new())),
        SqlType::Text
        | SqlType::Integer
        | SqlType::Bigint
        | SqlType::Boolean
        | SqlType::Date
        | SqlType::Timestamptz => None,
    }
}

fn place<'v>(found: &mut Found<'v>, kind: Kind, key: &'v str, value: &'v Scalar) -> Option<()> {
    let (of, parts) = checked(kind, key, value).ok().filter(|_fits| !value.is_null())?;
    let Home { table, table_at, column_at, .. } = home(of)?;
    let row = found.entry((table_at, table.group.and(parts.part))).or_insert_with(|| blank_row(table));
    match (row.get_mut(column_at)?, parts.part) {
        (Some(Cell::Codes(codes)), Some(code)) => {
            if *value == Scalar::Bool(true) {
                codes.push(code);
            }
        }
        (Some(Cell::Contacts(contacts)), Some(channel)) => {
            contacts.insert(channel, value);
        }
        (cell, _) => *cell = Some(Cell::Value(value)),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;

    type Shown = Vec<(&'static str, Scalar)>;

    fn pivot(kind: Kind, shown: &Shown) -> Vec<Row<'_>> {
        rows(kind, shown.iter().map(|(key, value)| (*key, value)))
    }

    fn json_of(row: &Row<'_>) -> Value {
        serde_json::to_value(row.named()).unwrap()
    }

    #[test]
    fn a_family_becomes_one_row_with_its_sets_and_contacts_and_one_for_each_licence() {
        let shown: Shown = vec![
            ("activity/FOOD-BAKE", true.into()),
            ("activity/WEAR-ABAY", false.into()),
            ("contact/whatsapp", "+966550000001".into()),
            ("licence/a1/type", "PFC".into()),
            ("name_ar", "مخبز".into()),
            ("official/licence/a1/state", "valid".into()),
        ];
        let rows = pivot(Kind::Family, &shown);
        assert_eq!(rows.len(), 2);
        let own = json_of(&rows[0]);
        assert_eq!(own["activities"], json!(["FOOD-BAKE"]));
        assert_eq!(own["contacts"], json!({"whatsapp": "+966550000001"}));
        assert_eq!(own["name_ar"], json!("مخبز"));
        assert_eq!(rows[1].row_id, Some("a1"));
        assert_eq!(json_of(&rows[1]), json!({"type": "PFC", "state": "valid"}));
    }

    #[test]
    fn a_record_of_which_nothing_is_known_has_its_own_row_with_its_sets_and_nothing_else() {
        let nothing = Shown::new();
        for kind in Kind::ALL {
            let rows = pivot(kind, &nothing);
            let own = tables().iter().filter(|table| table.kind == kind && table.group.is_none());
            let sets = own.flat_map(|table| &table.columns).filter(|column| blank(column).is_some());
            let sets: BTreeSet<&str> = sets.map(|column| column.name.as_str()).collect();
            assert_eq!(rows.len(), 1, "{kind}");
            assert_eq!(rows[0].named().into_keys().collect::<BTreeSet<_>>(), sets, "{kind}");
        }
    }

    #[test]
    fn what_does_not_fit_its_column_is_left_out_and_the_rest_stays() {
        let shown: Shown = vec![
            ("rooms", "many".into()),
            ("shoe_size", 42.into()),
            ("housing", "OWN".into()),
            ("need/a/priority", 9.into()),
        ];
        let rows = pivot(Kind::Household, &shown);
        assert_eq!(rows.len(), 1);
        assert_eq!(json_of(&rows[0])["housing"], json!("OWN"));
        assert!(!rows[0].named().contains_key("rooms"));
    }
}
