//! Frames: the type, length and bytes that messages are made of, and the numbers inside them. Reading is total: every count
//! is bounded by the bytes that are left before anything is reserved for it.

/// Why a message cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireFault {
    /// The bytes end before the message does.
    #[error("the message ends too early")]
    Truncated,
    /// The first byte names a protocol version that this build does not speak.
    #[error("the protocol version is not known")]
    Version,
    /// Larger than a message may be, as sent or decompressed.
    #[error("the message is larger than allowed")]
    TooLarge,
    /// A frame's content is not what its type says.
    #[error("the message is malformed")]
    Malformed,
}

/// Reads numbers and byte strings off the front of a slice.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn byte(&mut self) -> Result<u8, WireFault> {
        let (first, rest) = self.rest.split_first().ok_or(WireFault::Truncated)?;
        self.rest = rest;
        Ok(*first)
    }

    pub(super) fn bytes(&mut self, len: usize) -> Result<&'a [u8], WireFault> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(WireFault::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], WireFault> {
        self.bytes(N)?.try_into().map_err(|_never| WireFault::Truncated)
    }

    /// An unsigned LEB128 number in its shortest form.
    pub(super) fn number(&mut self) -> Result<u64, WireFault> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(WireFault::Malformed);
            }
            value |= bits << shift;
            let overlong = byte == 0 && shift > 0;
            if overlong {
                return Err(WireFault::Malformed);
            }
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(WireFault::Malformed)
    }

    pub(super) fn small(&mut self) -> Result<u32, WireFault> {
        u32::try_from(self.number()?).map_err(|_large| WireFault::Malformed)
    }

    /// A count of items that take at least `item_bytes` each, so that no count promises more than is there.
    pub(super) fn count(&mut self, item_bytes: usize) -> Result<usize, WireFault> {
        let count = usize::try_from(self.number()?).map_err(|_large| WireFault::Malformed)?;
        let needed = count.checked_mul(item_bytes).ok_or(WireFault::Malformed)?;
        if needed > self.rest.len() { Err(WireFault::Truncated) } else { Ok(count) }
    }

    /// A length and that many bytes.
    pub(super) fn string(&mut self) -> Result<&'a [u8], WireFault> {
        let len = self.count(1)?;
        self.bytes(len)
    }

    /// A mark and a length in one number, the mark in its lowest bit, and that many bytes.
    pub(super) fn marked_string(&mut self) -> Result<(&'a [u8], bool), WireFault> {
        let number = self.number()?;
        let len = usize::try_from(number >> 1).map_err(|_large| WireFault::Malformed)?;
        Ok((self.bytes(len)?, number & 1 == 1))
    }

    pub(super) fn end(&self) -> Result<(), WireFault> {
        if self.is_empty() { Ok(()) } else { Err(WireFault::Malformed) }
    }
}

/// Appends numbers and byte strings.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn number(&mut self, mut value: u64) {
        loop {
            let [low, ..] = value.to_le_bytes();
            value >>= 7;
            if value == 0 {
                return self.bytes.push(low & 0x7f);
            }
            self.bytes.push(low | 0x80);
        }
    }

    pub(super) fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    pub(super) fn string(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.raw(bytes);
    }

    pub(super) fn marked_string(&mut self, bytes: &[u8], mark: bool) {
        self.number((bytes.len() as u64) << 1 | u64::from(mark));
        self.raw(bytes);
    }

    /// A frame whose content `fill` writes. Nothing is written for an empty content.
    pub(super) fn frame(&mut self, kind: u8, fill: impl FnOnce(&mut Self)) {
        let mut content = Self::default();
        fill(&mut content);
        if !content.bytes.is_empty() {
            self.byte(kind);
            self.string(&content.bytes);
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
