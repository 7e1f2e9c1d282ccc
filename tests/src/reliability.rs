//! `docs/reliability.md`: every promise, the tests that prove it, the command that goes further, and the figures of the last long
//! run of each, read from the files that the runs wrote (see [`crate::figures`]).

pub mod faults;
pub mod promises;
mod render;
pub mod runs;

pub use render::render;
