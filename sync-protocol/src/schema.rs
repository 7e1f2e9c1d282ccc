//! The one table of every field: kind, key, type and range, who may write it, privacy, what happens to concurrent different
//! values, labels. Checks, typed SQL columns, forms, review lists and the generated documentation all read it.

/// The version of the table; a phone tells the server which one it speaks. It grows by one with every change of the table.
pub const SCHEMA_VERSION: u32 = 1;
