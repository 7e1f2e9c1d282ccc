//! What people type: a line with a kind and a key, then the text. What is made of it passes the server's check, and typed again
//! it is the same.

use usra_sync_protocol::arabic;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema;
use usra_sync_protocol::value;

use crate::meter::within_limits;

/// The check of the target `value`.
pub(crate) fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (head, typed) = text.split_once('\n').unwrap_or((text, ""));
    let (kind, key) = head.split_once(' ').unwrap_or((head, ""));
    let (folded, _, _) = within_limits(|| (arabic::fold(typed), arabic::stem(typed), arabic::name::parts(typed)));
    assert_eq!(arabic::fold(&folded), folded, "folding twice changes nothing more");
    let Some(kind) = Kind::ALL.into_iter().find(|known| known.word() == kind) else { return };
    let Some((field, _)) = schema::field(kind, key) else { return };
    let Ok(value) = within_limits(|| value::parse(field, typed)) else { return };
    if let Err(fault) = schema::check(kind, key, &value) {
        panic!("{key}: {value:?} does not pass: {fault}");
    }
    // A shown amount is written in another unit than the one it is typed in.
    if let Scalar::Text(shown) = &value {
        assert_eq!(value::parse(field, shown).as_ref(), Ok(&value), "a canonical form stays");
    }
}
