//! Messages to bytes and back. A message is a list of frames (type, length, content); a reader skips types it does not know,
//! so that a newer side can say more. The layout of each frame is in `docs/protocol.md` and pinned by golden tests.

mod request;
mod response;
mod shared;

pub use request::{decode_request, encode_request};
pub use response::{decode_response, encode_deliveries, encode_response};
