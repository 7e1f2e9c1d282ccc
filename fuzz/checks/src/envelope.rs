//! The outermost layer of both bodies, and behind it whichever message there is: the way that foreign bytes really take.

use usra_sync_protocol::limits::MESSAGE_BYTES;
use usra_sync_protocol::sync::{decode_request, decode_response, open, seal};

use crate::meter::within_limits;

/// Frames above this are not sealed again: compressing megabytes is slow and says nothing new.
const SEALED_AGAIN: usize = 64 * 1024;

/// The check of the target `envelope`.
pub(crate) fn check(body: &[u8]) {
    let Ok(frames) = within_limits(|| open(body)) else { return };
    assert!(frames.len() <= MESSAGE_BYTES);
    let _as_the_server = within_limits(|| open(body).map(|frames| decode_request(&frames)));
    let _as_a_phone = within_limits(|| open(body).map(|frames| decode_response(&frames)));
    if frames.len() <= SEALED_AGAIN {
        assert_eq!(open(&seal(&frames)), Ok(frames));
    }
}
