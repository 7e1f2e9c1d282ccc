//! Values: what a person typed becomes the one canonical form that records hold; and the checks of that form.
//! National ids are checked here and stored in no record.

mod canonical;
mod date;
mod fault;
pub mod file_no;
pub mod hijri;
mod luhn;
mod mobile;
mod national_id;
mod parse;
mod point;

pub(crate) use canonical::{code_fault, is_digits, is_instant, is_mobile, is_record_id, is_short_address, text_fault};
pub(crate) use date::is_date;
pub use fault::ValueFault;
pub use mobile::mobile;
pub use national_id::national_id;
pub use parse::parse;
pub use point::point;
