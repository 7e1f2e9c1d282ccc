//! What runs on a phone: a sans-IO engine ([`Phone`]) that authors changes, keeps them in a [`store::Store`] and speaks the sync
//! conversation; stores (SQLite, memory), transports (HTTP, a lossy fake) and a small driver ([`sync`]).
//! The engine itself reads no clock, throws no dice, and compiles without tokio, files or sockets.

pub mod conflict;
pub mod enrolment;
pub mod entry;
pub mod error;
pub mod fail_point;
pub mod held;
pub mod identity;
#[cfg(feature = "import")]
pub mod import;
pub mod key;
pub mod link;
pub mod phone;
pub mod record;
pub mod sign_in;
pub mod status;
pub mod store;
pub mod sync;
pub mod transport;

mod check;
mod place;
mod rebase;
mod search;
mod working;

pub use conflict::{Conflict, ConflictValue};
pub use enrolment::Enrolment;
pub use error::PhoneError;
pub use held::{HeldField, HeldItem};
pub use identity::Identity;
pub use key::KeyPair;
pub use phone::{Phone, Progress};
pub use record::{Edited, NewRecord, Query, RecordState, RecordSummary, RecordView};
pub use status::Status;
pub use transport::{Failure, Outgoing, Transport};
