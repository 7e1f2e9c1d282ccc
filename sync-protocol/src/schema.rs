//! The one table of every field: kind, key, type and range, who may write it, privacy, what happens to concurrent different
//! values, labels. Checks, typed SQL columns, forms, review lists and the generated documentation all read it.

mod check;
pub mod document;
mod family;
mod field;
mod household;
mod key;
mod missing;
mod product;
mod review;
mod rows;
mod tables;
mod visit;

pub use check::{FieldFault, check};
pub(crate) use check::{checked, range};
pub use field::{Concurrent, Field, Privacy, Rule, ValueType, Writer, Writers};
pub use key::{KeyParts, Slot, field, is_part_id};
pub use missing::{Missing, missing};
pub use review::needs_review;
pub use rows::{Cell, Cells, Row, rows};
pub use tables::{Column, SqlType, Table, tables};

use crate::kind::Kind;

/// The version of the table; a phone tells the server which one it speaks. It grows by one with every change of the table.
pub const SCHEMA_VERSION: u32 = 1;

/// Every field of a kind, in the order in which a form shows them.
#[must_use]
pub fn fields(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Family => family::FIELDS,
        Kind::Household => household::FIELDS,
        Kind::Product => product::FIELDS,
        Kind::Visit => visit::FIELDS,
    }
}
