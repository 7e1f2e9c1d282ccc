//! The simulation: phones on the real engine, the server's real decisions over a model store, and a bad world between them, all from
//! one seed and in one thread, without clocks, sockets or tasks.
//!
//! ```text
//! seed -> steps (values) -> play: phones <-> line (drops, cuts, doubles, delays) <-> centre (tables as the database has them)
//!                             every answer is shown to the witness; at the end all is healed and verified
//! ```
//! The same seed gives the same trace, to the byte. A run that breaks a promise is played again with fewer and fewer steps, until
//! what is left can be read. Nothing here asks the product what would be right: the witness has rules of its own.

mod answer;
mod cast;
mod centre;
mod counts;
mod desk;
mod events;
mod frail;
mod handset;
mod heal;
mod ingest;
mod judge;
mod kept;
mod late;
mod line;
mod pack;
mod play;
mod run;
mod shrink;
mod step;
mod tables;
mod talk;
mod verify;
mod violation;
mod witness;
mod words;
mod work;

pub use counts::Counts;
pub use kept::KEPT;
pub use run::{Outcome, run, run_twice};
pub use shrink::{Told, tell};
pub use violation::Violation;
