//! Sealed boxes: a byte that chooses the place, then the box. What opens is held against the field it is for.

use usra_sync_protocol::id::{InstallId, RecordId};
use usra_sync_protocol::sealed::{SEALED, SealedCommand, SealedField, canonical, open, version_of};

use crate::meter::within_limits;

/// The server's secret sealing key in these checks.
pub(crate) const SECRET: [u8; 32] = [7; 32];

/// The command of a box for one of the sealed fields.
pub(crate) fn command(choice: u8, sealed: &[u8]) -> (&'static SealedField, SealedCommand) {
    let field = &SEALED[usize::from(choice) % SEALED.len()];
    let key = field.pattern.replace("<id>", "m1");
    let (record, sealed_by) = (RecordId::new(1, [1; 10]), InstallId::new([1; 16]));
    (field, SealedCommand { record, key, sealed_by, sealed: sealed.to_vec() })
}

/// The check of the target `sealed`.
pub(crate) fn check(bytes: &[u8]) {
    let Some((choice, sealed)) = bytes.split_first() else { return };
    let (field, command) = command(*choice, sealed);
    let opened = within_limits(|| open(&SECRET, &command.place(), sealed));
    let Ok(value) = opened else { return };
    assert!(version_of(sealed).is_some());
    assert!(open(&SECRET, b"another place", sealed).is_err());
    let Ok(text) = std::str::from_utf8(&value) else { return };
    for demo in [false, true] {
        let Ok(once) = within_limits(|| canonical(field, text, demo)) else { continue };
        assert_eq!(canonical(field, &once, demo).as_ref(), Ok(&once), "a canonical form stays");
        let _shown = field.plain_part(&command.key, &once);
    }
}
