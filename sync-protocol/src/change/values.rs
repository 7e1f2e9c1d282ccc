//! One value in the value columns: its type and length in one number (length times 16 plus type), its bytes apart.

use super::ChangeFault;
use super::leb::{Bytes, put_signed};
use crate::limits;
use crate::scalar::Scalar;

const NULL: u64 = 0;
const FALSE: u64 = 1;
const TRUE: u64 = 2;
const INT: u64 = 4;
const TEXT: u64 = 6;

/// Takes the value that `meta` announces from the front of `raw`.
pub(super) fn read(meta: u64, raw: &mut Bytes<'_>) -> Result<Scalar, ChangeFault> {
    let length = usize::try_from(meta >> 4).unwrap_or(usize::MAX);
    match meta & 0xf {
        NULL | FALSE | TRUE if length != 0 => Err(ChangeFault::ValueMalformed),
        NULL => Ok(Scalar::Null),
        FALSE => Ok(Scalar::Bool(false)),
        TRUE => Ok(Scalar::Bool(true)),
        INT => read_int(raw.take(length)?),
        TEXT if length > limits::TEXT_BYTES => Err(ChangeFault::TextTooLong),
        TEXT => read_text(raw.take(length)?),
        _ => Err(ChangeFault::ValueTypeNotAllowed),
    }
}

fn read_int(bytes: &[u8]) -> Result<Scalar, ChangeFault> {
    let mut bytes = Bytes::new(bytes);
    match bytes.signed() {
        Ok(number) if bytes.is_empty() => Ok(Scalar::Int(number)),
        Ok(_) | Err(_) => Err(ChangeFault::ValueMalformed),
    }
}

fn read_text(bytes: &[u8]) -> Result<Scalar, ChangeFault> {
    let text = std::str::from_utf8(bytes).ok().ok_or(ChangeFault::TextNotUtf8)?;
    Ok(Scalar::from(text))
}

/// Appends the value's bytes to `raw` and gives the number that announces it.
pub(super) fn write(value: &Scalar, raw: &mut Vec<u8>) -> u64 {
    let start = raw.len();
    let kind = match value {
        Scalar::Null => NULL,
        Scalar::Bool(false) => FALSE,
        Scalar::Bool(true) => TRUE,
        Scalar::Int(number) => {
            put_signed(raw, *number);
            INT
        }
        Scalar::Text(text) => {
            raw.extend_from_slice(text.as_bytes());
            TEXT
        }
    };
    (((raw.len() - start) as u64) << 4) | kind
}
