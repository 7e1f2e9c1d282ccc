//! The envelope of a change: four fixed bytes, a checksum, the chunk's type, its length, its contents.
//! The hash of type, length and contents names the change; its first four bytes are the checksum.

use sha2::{Digest as _, Sha256};

use super::ChangeFault;
use super::leb::{Bytes, put_unsigned};
use crate::id::ChangeHash;

pub(super) const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// The first bytes of the hash.
pub(super) const CHECKSUM_BYTES: usize = 4;
const TYPE_DOCUMENT: u8 = 0;
pub(super) const TYPE_CHANGE: u8 = 1;
const TYPE_COMPRESSED: u8 = 2;
const TYPE_BUNDLE: u8 = 3;

/// Opens the one plain change chunk that `bytes` must be: its name and its contents.
pub(super) fn open(bytes: &[u8]) -> Result<(ChangeHash, &[u8]), ChangeFault> {
    let mut bytes = Bytes::new(bytes);
    if bytes.array()? != MAGIC {
        return Err(ChangeFault::MagicWrong);
    }
    let checksum: [u8; CHECKSUM_BYTES] = bytes.array()?;
    only_plain_changes(bytes.byte()?)?;
    let contents = bytes.prefixed()?;
    if !bytes.is_empty() {
        return Err(ChangeFault::TrailingBytes);
    }
    let hash = hash_of(contents);
    if hash.0.starts_with(&checksum) { Ok((hash, contents)) } else { Err(ChangeFault::ChecksumWrong) }
}

fn only_plain_changes(kind: u8) -> Result<(), ChangeFault> {
    match kind {
        TYPE_CHANGE => Ok(()),
        TYPE_DOCUMENT => Err(ChangeFault::ChunkDocument),
        TYPE_COMPRESSED => Err(ChangeFault::ChunkCompressed),
        TYPE_BUNDLE => Err(ChangeFault::ChunkBundle),
        _ => Err(ChangeFault::ChunkUnknown),
    }
}

/// Closes contents into a chunk: its name and its bytes.
pub(super) fn close(contents: &[u8]) -> (ChangeHash, Vec<u8>) {
    let hash = hash_of(contents);
    let checksum = hash.0.iter().take(CHECKSUM_BYTES).copied();
    let mut bytes: Vec<u8> = MAGIC.into_iter().chain(checksum).chain([TYPE_CHANGE]).collect();
    put_unsigned(&mut bytes, contents.len() as u64);
    bytes.extend_from_slice(contents);
    (hash, bytes)
}

/// How many bytes the chunk of so many bytes of contents has, when its length is written in its shortest form.
pub(super) fn size_of(contents: usize) -> usize {
    let bits = (usize::BITS - contents.leading_zeros()).max(1) as usize;
    MAGIC.len() + CHECKSUM_BYTES + 1 + bits.div_ceil(7) + contents
}

/// The name of a chunk that was opened before, or of what else these bytes are.
pub(super) fn name(bytes: &[u8]) -> Option<ChangeHash> {
    let named = bytes.get(MAGIC.len() + CHECKSUM_BYTES..)?;
    Some(ChangeHash(Sha256::digest(named).into()))
}

fn hash_of(contents: &[u8]) -> ChangeHash {
    let mut head = vec![TYPE_CHANGE];
    put_unsigned(&mut head, contents.len() as u64);
    ChangeHash(Sha256::new().chain_update(head).chain_update(contents).finalize().into())
}
