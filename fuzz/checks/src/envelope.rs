//! The outermost layer of both bodies, and behind it whichever message there is: the way that foreign bytes really take.

use usra_sync_protocol::limits::MESSAGE_BYTES;
use usra_sync_protocol::sync::{decode_request, decode_response, open, seal};

use crate::meter::within_limits;

/// Larger frames are not sealed again, nor are most of the others: compressing is slow and says little new.
const SEALED_AGAIN: usize = 16 * 1024;

/// The check of the target `envelope`.
pub(crate) fn check(body: &[u8]) {
    let as_the_server = || open(body).map(|frames| (decode_request(&frames).is_ok(), frames));
    let Ok((_, frames)) = within_limits(as_the_server) else { return };
    assert!(frames.len() <= MESSAGE_BYTES);
    let _as_a_phone = within_limits(|| decode_response(&frames));
    if frames.len() <= SEALED_AGAIN && frames.len().is_multiple_of(8) {
        assert_eq!(open(&seal(&frames)), Ok(frames));
    }
}
