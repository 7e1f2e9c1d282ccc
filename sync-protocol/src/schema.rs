//! The one table of every field: kind, key, type and range, who may write it, privacy, what happens to concurrent different
//! values, labels. Checks, typed SQL columns, forms, review lists and the generated documentation all read it.

/// The version of the table; a phone tells the server which one it speaks. It grows by one with every change of the table.
pub const SCHEMA_VERSION: u32 = 1;

// STUB
use crate::kind::Kind;
use crate::scalar::Scalar;
#[allow(missing_docs)]
pub struct Field;
#[allow(missing_docs)]
impl Field {
    pub fn written_once(&self) -> bool {
        false
    }
}
#[allow(missing_docs)]
pub enum FieldFault {
    Unknown,
    WrongType,
    Invalid(()),
}
#[allow(missing_docs)]
pub fn check(_k: Kind, _key: &str, _v: &Scalar) -> Result<&'static Field, FieldFault> {
    Ok(&Field)
}
#[allow(missing_docs)]
pub struct Column {
    pub name: &'static str,
    pub sql_type: &'static str,
}
#[allow(missing_docs)]
pub struct Table {
    pub name: &'static str,
    pub kind: Kind,
    pub columns: Vec<Column>,
}
#[allow(missing_docs)]
impl Table {
    pub fn row_key(&self) -> Option<String> {
        None
    }
}
#[allow(missing_docs)]
pub fn tables() -> &'static [Table] {
    &[]
}
#[allow(missing_docs)]
pub struct Row {
    pub table: &'static str,
    pub row_id: Option<String>,
    pub values: serde_json::Map<String, serde_json::Value>,
}
#[allow(missing_docs)]
pub fn rows<'a>(_k: Kind, _s: impl Iterator<Item = (&'a str, &'a Scalar)>) -> Vec<Row> {
    vec![]
}
#[allow(missing_docs)]
pub fn is_conflict(_k: Kind, _key: &str, _v: &[&Scalar]) -> bool {
    true
}
