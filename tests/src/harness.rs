//! The real thing in a folder of its own: the `usra` binary with its private PostgreSQL, and phones with their SQLite stores,
//! each on a link of its own. What was started is stopped when dropped, and it is checked that nothing is left running.

mod centre;
mod handset;
mod scene;

pub use centre::{Centre, binary, spawn};
pub use handset::{Handset, store_key};
pub use scene::{Scene, someone};
