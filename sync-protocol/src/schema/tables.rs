//! The typed SQL tables that the schema implies: one for each kind, one for each group of rows inside a record.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::field::{Concurrent, Field, ValueType};
use super::{fields, range};
use crate::kind::Kind;

/// One typed table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The kind of record its rows come from.
    pub kind: Kind,
    /// The group of keys that makes its rows (`member`), each with an id; `None` for one row a record.
    pub group: Option<&'static str>,
    /// The column of the row's id inside the record (`member_id`), always text.
    pub id_column: Option<String>,
    /// Its columns, in the order of the schema.
    pub columns: Vec<Column>,
}

/// One typed column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub sql_type: SqlType,
    /// The field it shows.
    pub of: &'static Field,
}

/// A column's type in PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqlType {
    /// `text`.
    Text,
    /// `integer`.
    Integer,
    /// `bigint`.
    Bigint,
    /// `boolean`.
    Boolean,
    /// `date`.
    Date,
    /// `timestamptz`.
    Timestamptz,
    /// `text[]`: the codes of a set.
    TextArray,
    /// `jsonb`: contacts by channel.
    Jsonb,
}

impl SqlType {
    /// The type as SQL spells it.
    #[must_use]
    pub fn sql(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Bigint => "bigint",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Timestamptz => "timestamptz",
            Self::TextArray => "text[]",
            Self::Jsonb => "jsonb",
        }
    }
}

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let mut tables: Vec<Table> = Vec::new();
    for field in Kind::ALL.into_iter().flat_map(fields) {
        let home = table_name(field);
        let at = tables.iter().position(|table| table.name == home).unwrap_or(tables.len());
        if at == tables.len() {
            tables.push(empty(home, field));
        }
        if let Some(table) = tables.get_mut(at) {
            let name = column_name(field, &table.columns);
            table.columns.push(Column { name, sql_type: sql_type(field), of: field });
        }
    }
    tables.sort_by_key(|table| (table.kind, table.group.is_some()));
    tables
});

/// Every typed table.
#[must_use]
pub fn tables() -> &'static [Table] {
    &TABLES
}

/// Where a field is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Home {
    /// Its table.
    pub(super) table: &'static Table,
    /// The table's place in [`tables`].
    pub(super) table_at: usize,
    /// Its column.
    pub(super) column: &'static Column,
    /// The column's place in the table.
    pub(super) column_at: usize,
}

type Homes = FxHashMap<(Kind, &'static str), Home>;

/// Read for every value that is projected, so no search through all columns.
static HOMES: LazyLock<Homes> = LazyLock::new(|| {
    let mut homes = Homes::default();
    for (table_at, table) in TABLES.iter().enumerate() {
        for (column_at, column) in table.columns.iter().enumerate() {
            homes.insert((column.of.kind, column.of.pattern), Home { table, table_at, column, column_at });
        }
    }
    homes
});

/// The table and column that show a field.
pub(super) fn home(field: &Field) -> Option<Home> {
    HOMES.get(&(field.kind, field.pattern)).copied()
}

fn empty(name: &'static str, field: &Field) -> Table {
    let group = group(field);
    Table { name, kind: field.kind, group, id_column: group.map(|group| format!("{group}_id")), columns: Vec::new() }
}

fn bare(field: &Field) -> &'static str {
    field.pattern.strip_prefix("official/").unwrap_or(field.pattern)
}

/// The group of a key with rows: `licence` of `official/licence/<id>/state`.
pub(super) fn group(field: &Field) -> Option<&'static str> {
    bare(field).split_once("/<").filter(|(_, rest)| rest.contains('/')).map(|(group, _)| group)
}

fn table_name(field: &Field) -> &'static str {
    match group(field) {
        None => field.kind.word(),
        Some("member") => "household_member",
        Some("photo") => "product_photo",
        Some(group) => group,
    }
}

fn column_name(field: &Field, taken: &[Column]) -> String {
    let bare = bare(field);
    let name = match (group(field), bare.split_once("/<")) {
        (Some(_), _) => bare.rsplit('/').next().unwrap_or(bare).to_owned(),
        (None, Some((set, _))) => plural(set),
        (None, None) => bare.replace('/', "_"),
    };
    let clash = taken.iter().any(|column| column.name == name);
    match name.as_str() {
        _ if clash => format!("official_{name}"),
        // A reserved word of SQL.
        "order" => "sort_order".to_owned(),
        _ => name,
    }
}

fn plural(set: &str) -> String {
    match set.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{set}s"),
    }
}

fn sql_type(field: &Field) -> SqlType {
    match field.value {
        ValueType::Bool if field.concurrent == Concurrent::Set => SqlType::TextArray,
        ValueType::Bool => SqlType::Boolean,
        ValueType::Date => SqlType::Date,
        ValueType::Instant => SqlType::Timestamptz,
        ValueType::Int(..) | ValueType::Halalas | ValueType::Year => number_type(field.value),
        ValueType::Text(_)
        | ValueType::Code(_)
        | ValueType::Mobile
        | ValueType::ShortAddress
        | ValueType::IdLast4
        | ValueType::RecordRef
        | ValueType::PartRef
        | ValueType::FileNo => text_type(field),
    }
}

fn number_type(value: ValueType) -> SqlType {
    let large = range(value).is_some_and(|(_, max)| max > i64::from(i32::MAX));
    if large { SqlType::Bigint } else { SqlType::Integer }
}

fn text_type(field: &Field) -> SqlType {
    if field.pattern.ends_with('>') { SqlType::Jsonb } else { SqlType::Text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_those_that_reports_read() {
        let names: Vec<&str> = tables().iter().map(|table| table.name).collect();
        let wanted = [
            "family",
            "licence",
            "consent",
            "household",
            "household_member",
            "income",
            "need",
            "service",
            "product",
            "product_photo",
            "visit",
        ];
        assert_eq!(names, wanted);
    }

    #[test]
    fn no_table_has_a_column_twice() {
        for table in tables() {
            for column in &table.columns {
                assert_eq!(table.columns.iter().filter(|c| c.name == column.name).count(), 1, "{}", column.name);
            }
        }
    }

    #[test]
    fn sets_contacts_and_decisions_have_the_columns_that_reports_read() {
        let named = |table: &str, column: &str| {
            let table = tables().iter().find(|t| t.name == table).unwrap();
            table.columns.iter().find(|c| c.name == column).map(|c| c.sql_type.sql())
        };
        assert_eq!(named("family", "activities"), Some("text[]"));
        assert_eq!(named("household", "eligibilities"), Some("text[]"));
        assert_eq!(named("family", "contacts"), Some("jsonb"));
        assert_eq!(named("family", "status"), Some("text"));
        assert_eq!(named("licence", "state"), Some("text"));
        assert_eq!(named("product", "price_halalas"), Some("bigint"));
        assert_eq!(named("visit", "started_at"), Some("timestamptz"));
    }
}
