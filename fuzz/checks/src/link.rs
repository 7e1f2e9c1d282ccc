//! Enrolment links, scanned or typed.

use usra_client_sdk::link::EnrolLink;

use crate::meter::within_limits;

/// The check of the target `link`.
pub(crate) fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(link) = within_limits(|| EnrolLink::parse(text)) else { return };
    assert_eq!(EnrolLink::parse(&link.to_string()).as_ref(), Ok(&link), "what is shown again is the same link");
    let plain = |text: &str| !text.contains(|c: char| c.is_whitespace() || c.is_control());
    assert!(plain(&link.server_url) && plain(&link.code), "{link}");
    assert!(!link.code.contains(['/', '?', '#']) && !link.server_url.contains(['?', '#']), "{link}");
}
