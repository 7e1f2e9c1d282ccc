//! The pivot: a record's shown values as rows of the typed tables.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::field::Field;
use super::tables::{Column, SqlType, Table, home, tables};
use super::{check, field};
use crate::kind::Kind;
use crate::scalar::Scalar;

/// One row of a typed table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The table.
    pub table: &'static str,
    /// The row's id inside the record; `None` for the record's own row.
    pub row_id: Option<String>,
    /// Values by column; a column that is not named has none.
    pub values: Map<String, Value>,
}

type Found = BTreeMap<(&'static str, Option<String>), Map<String, Value>>;

/// The rows of a record, its own row always among them, in the order of table and id. What does not fit its column (an unknown
/// field of a newer phone, a value out of range) is left out rather than failing the rest.
#[must_use]
pub fn rows<'v>(kind: Kind, shown: impl Iterator<Item = (&'v str, &'v Scalar)>) -> Vec<Row> {
    let mut found = Found::from([((kind.word(), None), own_row(kind))]);
    for (key, value) in shown {
        let _left_out = place(&mut found, kind, key, value);
    }
    found.into_iter().map(|((table, row_id), values)| Row { table, row_id, values }).collect()
}

/// The record's own row with every set and every contact empty, so that a report need not tell null from none.
fn own_row(kind: Kind) -> Map<String, Value> {
    let own = tables().iter().filter(|table| table.kind == kind && table.group.is_none());
    own.flat_map(|table| &table.columns).filter_map(|column| Some((column.name.clone(), empty(column)?))).collect()
}

fn empty(column: &Column) -> Option<Value> {
    match column.sql_type {
        SqlType::TextArray => Some(json!([])),
        SqlType::Jsonb => Some(json!({})),
        SqlType::Text
        | SqlType::Integer
        | SqlType::Bigint
        | SqlType::Boolean
        | SqlType::Date
        | SqlType::Timestamptz => None,
    }
}

fn place(found: &mut Found, kind: Kind, key: &str, value: &Scalar) -> Option<()> {
    let of: &Field = check(kind, key, value).ok().filter(|_field| !value.is_null())?;
    let (_, parts) = field(kind, key)?;
    let (table, column): (&Table, &Column) = home(of)?;
    let row_id = table.group.and(parts.part).map(str::to_owned);
    let row = found.entry((table.name, row_id)).or_default();
    match (column.sql_type, parts.part, row.get_mut(&column.name)) {
        (SqlType::TextArray, Some(code), Some(Value::Array(codes))) => {
            if *value == Scalar::Bool(true) {
                codes.push(json!(code));
            }
        }
        (SqlType::Jsonb, Some(channel), Some(Value::Object(contacts))) => {
            contacts.insert(channel.to_owned(), json!(value));
        }
        _ => {
            row.insert(column.name.clone(), json!(value));
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pivot(kind: Kind, shown: &[(&str, Scalar)]) -> Vec<Row> {
        rows(kind, shown.iter().map(|(key, value)| (*key, value)))
    }

    #[test]
    fn a_family_becomes_one_row_with_its_sets_and_contacts_and_one_for_each_licence() {
        let rows = pivot(
            Kind::Family,
            &[
                ("activity/FOOD-BAKE", true.into()),
                ("activity/WEAR-ABAY", false.into()),
                ("contact/whatsapp", "+966550000001".into()),
                ("licence/a1/type", "PFC".into()),
                ("name_ar", "مخبز".into()),
                ("official/licence/a1/state", "valid".into()),
            ],
        );
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].values["activities"], json!(["FOOD-BAKE"]));
        assert_eq!(rows[0].values["contacts"], json!({"whatsapp": "+966550000001"}));
        assert_eq!(rows[0].values["name_ar"], json!("مخبز"));
        assert_eq!(rows[1].row_id.as_deref(), Some("a1"));
        assert_eq!(Value::Object(rows[1].values.clone()), json!({"type": "PFC", "state": "valid"}));
    }

    #[test]
    fn what_does_not_fit_its_column_is_left_out_and_the_rest_stays() {
        let rows = pivot(
            Kind::Household,
            &[
                ("rooms", "many".into()),
                ("shoe_size", 42.into()),
                ("housing", "OWN".into()),
                ("need/a/priority", 9.into()),
            ],
        );
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].values["housing"], json!("OWN"));
        assert!(!rows[0].values.contains_key("rooms"));
    }
}
