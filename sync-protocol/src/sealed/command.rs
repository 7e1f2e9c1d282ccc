//! A sealed command: one value for one place of a record, as it lies in a phone's outbox and travels.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::id::{InstallId, RecordId};

/// One sealed value on its way.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedCommand {
    /// The record it belongs to.
    pub record: RecordId,
    /// Its place there: `member/<id>/national_id`.
    pub key: String,
    /// The install that sealed it. A phone that was enrolled again delivers what it sealed under its earlier name.
    pub sealed_by: InstallId,
    /// The box, as [`super::seal`] made it.
    pub sealed: Vec<u8>,
}

/// Names a sealed command: the SHA-256 of everything it says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub [u8; 32]);

impl SealedCommand {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> CommandId {
        let place = place(self.record, &self.key, self.sealed_by);
        CommandId(Sha256::new().chain_update(place).chain_update(&self.sealed).finalize().into())
    }

    /// What the box is bound to, so that it opens for this record, key and install alone.
    #[must_use]
    pub fn place(&self) -> Vec<u8> {
        place(self.record, &self.key, self.sealed_by)
    }
}

/// See [`SealedCommand::place`]. The key's length stands before it, so that no two places are written alike.
pub(super) fn place(record: RecordId, key: &str, sealed_by: InstallId) -> Vec<u8> {
    let mut bytes = b"usra sealed command 1".to_vec();
    bytes.extend(record.0.as_bytes());
    bytes.extend(sealed_by.0.as_bytes());
    bytes.extend((key.len() as u64).to_be_bytes());
    bytes.extend(key.as_bytes());
    bytes
}

impl fmt::Debug for SealedCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedCommand {}", self.id())
    }
}

impl fmt::Debug for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commands_name_depends_on_everything_it_says() {
        let one = SealedCommand {
            record: RecordId::new(1, [1; 10]),
            key: "home_point".to_owned(),
            sealed_by: InstallId::new([1; 16]),
            sealed: vec![1, 2, 3],
        };
        let others = [
            SealedCommand { record: RecordId::new(1, [2; 10]), ..one.clone() },
            SealedCommand { key: "point".to_owned(), ..one.clone() },
            SealedCommand { sealed_by: InstallId::new([2; 16]), ..one.clone() },
            SealedCommand { sealed: vec![1, 2, 4], ..one.clone() },
        ];
        assert!(others.iter().all(|other| other.id() != one.id()));
        assert_eq!(one.id(), one.clone().id());
    }
}
