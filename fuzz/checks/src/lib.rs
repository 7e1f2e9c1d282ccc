//! What must hold for any bytes at all, one check for each decoder that meets foreign ones: no panic, little time, little
//! memory, and one form where a form is canonical. The fuzzer runs the checks on new bytes, `tests/kept.rs` on those it left
//! in `fuzz/corpus` and `fuzz/crashers`. Also how the fuzzer changes bytes so that they get past checksums and lengths.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "checks fail by panicking")]

#[path = "../../../sync-protocol/tests/forge/bombs.rs"]
mod bombs;
#[path = "../../../sync-protocol/tests/forge/dice.rs"]
mod dice;
#[path = "../../../sync-protocol/tests/forge/judge.rs"]
mod judge;
#[path = "../../../sync-protocol/tests/forge/loose.rs"]
mod loose;
#[path = "../../../sync-protocol/tests/forge/mutate.rs"]
mod mutation;
#[path = "../../../sync-protocol/tests/forge/phones.rs"]
mod phones;
#[path = "../../../sync-protocol/tests/forge/record.rs"]
mod record;
#[path = "../../../sync-protocol/tests/forge/shown.rs"]
mod shown;

mod agree;
mod change;
mod envelope;
mod import;
mod link;
mod message;
mod meter;
mod mutate;
mod sealed;
mod target;
mod value;
mod words;

pub mod hostile;
pub mod seeds;
pub mod worker;

pub use mutate::{Mutate, Plain};
pub use target::Target;
