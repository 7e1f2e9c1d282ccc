//! Walks bytes from the front, with the variable-length numbers (LEB128) of the format, and writes such numbers.
//! Nothing here allocates; a number written longer than it needs to be is left to the comparison of the whole change.

use super::ChangeFault;

/// What is left to read.
#[derive(Clone, Debug)]
pub(super) struct Bytes<'a> {
    rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], ChangeFault> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(ChangeFault::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next `N` bytes, by value.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], ChangeFault> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(ChangeFault::Truncated)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// The next byte.
    pub(super) fn byte(&mut self) -> Result<u8, ChangeFault> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// The next bytes, as many as the number before them says.
    pub(super) fn prefixed(&mut self) -> Result<&'a [u8], ChangeFault> {
        let count = self.unsigned()?;
        self.take(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// The next number, seven bits a byte, least first.
    pub(super) fn unsigned(&mut self) -> Result<u64, ChangeFault> {
        let mut value = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(ChangeFault::NumberTooLarge);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(ChangeFault::NumberTooLarge)
    }

    /// The next number whose last byte carries the sign in its bit 6.
    pub(super) fn signed(&mut self) -> Result<i64, ChangeFault> {
        let mut value = 0;
        for shift in (0..i64::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = i64::from(byte & 0x7f);
            if shift == 63 && bits != 0 && bits != 0x7f {
                return Err(ChangeFault::NumberTooLarge);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value | sign_above(shift + 7, byte));
            }
        }
        Err(ChangeFault::NumberTooLarge)
    }
}

/// All ones above the bits that were read, when the last byte says that the number is negative.
fn sign_above(bits: u32, last: u8) -> i64 {
    if bits < i64::BITS && last & 0x40 != 0 { -1 << bits } else { 0 }
}

/// Writes a number in as few bytes as it takes.
pub(super) fn put_unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(low_bits(value) | 0x80);
        value >>= 7;
    }
    out.push(low_bits(value));
}

/// Writes a signed number in as few bytes as it takes.
pub(super) fn put_signed(out: &mut Vec<u8>, mut value: i64) {
    while !(-0x40..0x40).contains(&value) {
        out.push(low_bits(value.cast_unsigned()) | 0x80);
        value >>= 7;
    }
    out.push(low_bits(value.cast_unsigned()));
}

/// Writes a length and then the bytes.
pub(super) fn put_prefixed(out: &mut Vec<u8>, bytes: &[u8]) {
    put_unsigned(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn low_bits(value: u64) -> u8 {
    value.to_le_bytes().first().copied().unwrap_or_default() & 0x7f
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_written_is_read_again(number: u64, signed: i64) {
            let mut out = Vec::new();
            put_unsigned(&mut out, number);
            put_signed(&mut out, signed);
            let mut bytes = Bytes::new(&out);
            prop_assert_eq!(bytes.unsigned(), Ok(number));
            prop_assert_eq!(bytes.signed(), Ok(signed));
            prop_assert!(bytes.is_empty());
        }
    }

    #[test]
    fn the_ends_of_the_range_are_read_and_written() {
        for number in [i64::MIN, -65, -64, -1, 0, 63, 64, i64::MAX] {
            let mut out = Vec::new();
            put_signed(&mut out, number);
            assert_eq!(Bytes::new(&out).signed(), Ok(number));
        }
    }

    #[test]
    fn a_number_of_more_than_64_bits_is_refused() {
        let long = [[0xff; 9].as_slice(), &[0x02]].concat();
        assert_eq!(Bytes::new(&long).unsigned(), Err(ChangeFault::NumberTooLarge));
        assert_eq!(Bytes::new(&long).signed(), Err(ChangeFault::NumberTooLarge));
        assert_eq!(Bytes::new(&[0x80; 40]).unsigned(), Err(ChangeFault::NumberTooLarge));
        assert_eq!(Bytes::new(&[0x80; 40]).signed(), Err(ChangeFault::NumberTooLarge));
    }

    #[test]
    fn a_number_that_does_not_end_is_truncated() {
        assert_eq!(Bytes::new(&[0x80; 3]).unsigned(), Err(ChangeFault::Truncated));
        assert_eq!(Bytes::new(&[]).signed(), Err(ChangeFault::Truncated));
    }
}
