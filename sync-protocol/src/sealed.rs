//! Sealed values: what is so sensitive that it may stand in no record, since a record's history keeps everything. A phone
//! seals such a value to the server's public key the moment it is entered and sends it as a command beside its changes; only
//! the server can open it. One small table says which values there are, who may write them, what is a value, and which part of
//! it the record may show.

mod command;
mod suite;
mod table;

pub use command::{CommandId, SealedCommand};
pub use suite::{Unopened, open, public_of, seal, version_of};
pub use table::{Check, SEALED, SealedField, canonical, field};
