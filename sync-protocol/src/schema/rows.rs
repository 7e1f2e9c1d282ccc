//! The pivot: a record's shown values as rows of the typed tables.

use std::collections::BTreeMap;

use serde::Serialize;

use super::checked;
use super::tables::{Column, SqlType, Table, home, tables};
use crate::kind::Kind;
use crate::scalar::Scalar;

/// One row of a typed table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'v> {
    /// The table.
    pub table: &'static str,
    /// The row's id inside the record; `None` for the record's own row.
    pub row_id: Option<&'v str>,
    /// Cells by column; a column that is not named has none.
    pub cells: Cells<'v>,
}

/// Cells by column.
pub type Cells<'v> = BTreeMap<&'static str, Cell<'v>>;

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

type Found<'v> = BTreeMap<(&'static str, Option<&'v str>), Cells<'v>>;

/// The rows of a record, its own row always among them, in the order of table and id. What does not fit its column (an unknown
/// field of a newer phone, a value out of range) is left out rather than failing the rest.
#[must_use]
pub fn rows<'v>(kind: Kind, shown: impl Iterator<Item = (&'v str, &'v Scalar)>) -> Vec<Row<'v>> {
    let mut found = Found::from([((kind.word(), None), own_row(kind))]);
    for (key, value) in shown {
        let _left_out = place(&mut found, kind, key, value);
    }
    found.into_iter().map(|((table, row_id), cells)| Row { table, row_id, cells }).collect()
}

/// The record's own row with every set and every contact empty, so that a report need not tell null from none.
fn own_row<'v>(kind: Kind) -> Cells<'v> {
    let own = tables().iter().filter(|table| table.kind == kind && table.group.is_none());
    own.flat_map(|table| &table.columns).filter_map(|column| Some((column.name.as_str(), empty(column)?))).collect()
}

fn empty<'v>(column: &Column) -> Option<Cell<'v>> {
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
    let (table, column): (&Table, &'static Column) = home(of)?;
    let row_id = table.group.and(parts.part);
    let row = found.entry((table.name, row_id)).or_default();
    match (column.sql_type, parts.part, row.get_mut(column.name.as_str())) {
        (SqlType::TextArray, Some(code), Some(Cell::Codes(codes))) => {
            if *value == Scalar::Bool(true) {
                codes.push(code);
            }
        }
        (SqlType::Jsonb, Some(channel), Some(Cell::Contacts(contacts))) => {
            contacts.insert(channel, value);
        }
        _ => {
            row.insert(column.name.as_str(), Cell::Value(value));
        }
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
        serde_json::to_value(&row.cells).unwrap()
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
            let sets = own.flat_map(|table| &table.columns).filter(|column| empty(column).is_some());
            let sets: BTreeSet<&str> = sets.map(|column| column.name.as_str()).collect();
            assert_eq!(rows.len(), 1, "{kind}");
            assert_eq!(rows[0].cells.keys().copied().collect::<BTreeSet<_>>(), sets, "{kind}");
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
        assert!(!rows[0].cells.contains_key("rooms"));
    }
}
