//! The one room that throws dice.

use crate::failure::Failed;

/// The bytes that make this phone's key.
pub(crate) fn for_key() -> Result<[u8; 32], Failed> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|cause| Failed::system("dice", &cause))?;
    Ok(bytes)
}

/// What makes one sending of a request its own; without randomness the server refuses every sending but the first.
pub(crate) fn nonce() -> [u8; 16] {
    let mut bytes = [0; 16];
    let _missing = getrandom::fill(&mut bytes);
    bytes
}

/// Ten random bytes for a record's id.
pub(crate) fn for_id() -> Result<[u8; 10], Failed> {
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes).map_err(|cause| Failed::system("dice", &cause))?;
    Ok(bytes)
}

/// Any number, to spread the next attempts of many phones; without randomness they are merely not spread.
pub(crate) fn jitter() -> u32 {
    getrandom::u32().unwrap_or(0)
}
