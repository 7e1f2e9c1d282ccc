//! The canary run: every record holds a string that occurs nowhere else, phones of all roles live through moves, changed
//! assignments, revocations, paging, repairs, errors and lost requests, and everything that reaches a phone is searched, raw and
//! opened. A canary of a record that the phone may not see at that moment is a leak. A run in which something never happened
//! proves nothing and is void.

mod act;
mod cast;
mod counts;
mod ledger;
mod play;
mod probe;
mod tap;

pub use counts::Counts;
pub use play::{Size, run};
