//! Arabic for machines: keys to compare and search by. What a person typed is always kept and shown; these forms are never shown.

mod fold;
pub mod name;
mod stem;

pub use fold::{fold, is_mark, latin_digits};
pub use stem::{stem, terms};
