//! Requests as the server reads them and responses as a phone does: what was read comes back the same from what is written.

use usra_sync_protocol::limits::{REQUEST_CHANGES, REQUEST_SEALED};
use usra_sync_protocol::sync::{SyncRequest, decode_request, decode_response, encode_request, encode_response};

use crate::meter::within_limits;

/// The check of the target `request`.
pub(crate) fn check_request(frames: &[u8]) {
    let Ok(request) = within_limits(|| decode_request(frames)) else { return };
    assert!(changes(&request) <= REQUEST_CHANGES && request.sealed.len() <= REQUEST_SEALED);
    let written = encode_request(&request);
    assert_eq!(decode_request(&written).as_ref(), Ok(&request));
    assert_eq!(encode_request(&decode_request(&written).unwrap()), written, "one form");
}

fn changes(request: &SyncRequest) -> usize {
    request.pushes.iter().map(|push| push.changes.len()).sum()
}

/// The check of the target `response`.
pub(crate) fn check_response(frames: &[u8]) {
    let Ok(response) = within_limits(|| decode_response(frames)) else { return };
    let written = encode_response(&response);
    assert_eq!(decode_response(&written).as_ref(), Ok(&response));
    assert_eq!(encode_response(&decode_response(&written).unwrap()), written, "one form");
}
