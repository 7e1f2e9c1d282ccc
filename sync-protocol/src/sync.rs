//! The words of `POST /v1/sync`: one stateless request carries what the phone made and what it holds; the answer carries a
//! verdict for each change and what is new. `codec` turns both into bytes and back; `docs/protocol.md` gives the layout.

mod codec;
mod decision;
mod envelope;
mod frame;
mod request;
mod response;
mod verdict;

pub use codec::{decode_request, decode_response, encode_deliveries, encode_request, encode_response};
pub use decision::{DECISIONS_MAX, Decision, Outcome};
pub use envelope::{open, pack, seal, seal_with};
pub use frame::WireFault;
pub use request::{Cursor, Push, SyncRequest, Told};
pub use response::{BucketRecord, Delivery, Leave, RepairAnswer, SyncResponse};
pub use verdict::{Reason, Verdict};

/// The version of this conversation. A server refuses one it does not know with `unknown_version`.
pub const PROTOCOL_VERSION: u32 = 1;

/// The address that syncs.
pub const PATH: &str = "/v1/sync";

/// The media type of both bodies.
pub const MEDIA_TYPE: &str = "application/vnd.usra.sync";
