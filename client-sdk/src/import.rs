//! Brings a survey that was taken with another tool into a phone: reads the export's tables, turns rows into records as a
//! mapping file says, and puts them into the outbox. The same export twice changes nothing, and what a person changed since
//! the last import is never overwritten. It refuses to guess: a row that does not fit is written down with its reason.
//!
//! ```text
//! export (csv, folder, zip) -> table -> lineage (who is whose row) -> plan (records to be) -> apply -> Phone
//!                                mapping.toml -> compile ----------------^          ledger ---^
//! ```

mod apply;
mod column;
mod compile;
mod export;
mod fault;
mod ledger;
mod lineage;
mod mapping;
mod plan;
mod reading;
mod reject;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod tool;

pub use apply::Importer;
pub use export::Export;
pub use fault::ImportFault;
pub use ledger::Ledger;
pub use mapping::Mapping;
pub use plan::{Plan, Planned};
pub use reject::{Reject, RejectFile};
pub use summary::{KindCount, Summary};
