//! A change taken apart without any check, so that a test can put wrong parts in and close it with a right checksum.

use sha2::{Digest as _, Sha256};

#[derive(Clone, Debug)]
pub(crate) struct Loose {
    pub(crate) deps: Vec<Vec<u8>>,
    pub(crate) actor: Vec<u8>,
    pub(crate) seq: u64,
    pub(crate) start_op: u64,
    pub(crate) time: i64,
    pub(crate) message: Vec<u8>,
    pub(crate) others: Vec<Vec<u8>>,
    pub(crate) columns: Vec<(u64, Vec<u8>)>,
    pub(crate) extra: Vec<u8>,
}

impl Loose {
    /// Takes a sound change apart.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self::parse(bytes).unwrap()
    }

    /// Takes apart what has a change's parts, sound or not.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.get(9..)?;
        take_unsigned(&mut rest)?;
        let deps = (0..take_unsigned(&mut rest)?).map(|_| take(&mut rest, 32)).collect::<Option<_>>()?;
        let actor = take_prefixed(&mut rest)?;
        let (seq, start_op) = (take_unsigned(&mut rest)?, take_unsigned(&mut rest)?);
        let time = take_signed(&mut rest)?;
        let message = take_prefixed(&mut rest)?;
        let others = (0..take_unsigned(&mut rest)?).map(|_| take_prefixed(&mut rest)).collect::<Option<_>>()?;
        let number = |rest: &mut &[u8]| Some((take_unsigned(rest)?, take_unsigned(rest)?));
        let list = (0..take_unsigned(&mut rest)?).map(|_| number(&mut rest)).collect::<Option<Vec<_>>>()?;
        let column = |(number, length)| Some((number, take(&mut rest, length)?));
        let columns = list.into_iter().map(column).collect::<Option<_>>()?;
        Some(Self { deps, actor, seq, start_op, time, message, others, columns, extra: rest.to_vec() })
    }

    /// Closes it with the right checksum.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        seal(1, &self.contents())
    }

    pub(crate) fn contents(&self) -> Vec<u8> {
        let mut out = unsigned(self.deps.len() as u64);
        out.extend(self.deps.concat());
        out.extend(prefixed(&self.actor));
        out.extend([unsigned(self.seq), unsigned(self.start_op), signed(self.time)].concat());
        out.extend(prefixed(&self.message));
        out.extend(unsigned(self.others.len() as u64));
        out.extend(self.others.iter().flat_map(|other| prefixed(other)));
        out.extend(unsigned(self.columns.len() as u64));
        let list =
            self.columns.iter().flat_map(|(number, data)| [unsigned(*number), unsigned(data.len() as u64)].concat());
        out.extend(list);
        out.extend(self.columns.iter().flat_map(|(_, data)| data));
        out.extend(&self.extra);
        out
    }
}

/// A chunk of any type with the right checksum.
pub(crate) fn seal(kind: u8, contents: &[u8]) -> Vec<u8> {
    let hashed = [vec![kind], unsigned(contents.len() as u64), contents.to_vec()].concat();
    let checksum = Sha256::digest(&hashed)[..4].to_vec();
    [vec![0x85, 0x6f, 0x4a, 0x83], checksum, hashed].concat()
}

pub(crate) fn unsigned(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value > 0x7f {
        out.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap());
    out
}

pub(crate) fn signed(mut value: i64) -> Vec<u8> {
    let mut out = Vec::new();
    while !(-64..64).contains(&value) {
        out.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value & 0x7f).unwrap());
    out
}

pub(crate) fn prefixed(bytes: &[u8]) -> Vec<u8> {
    [unsigned(bytes.len() as u64), bytes.to_vec()].concat()
}

fn take(rest: &mut &[u8], count: u64) -> Option<Vec<u8>> {
    let (taken, left) = rest.split_at_checked(usize::try_from(count).ok()?)?;
    *rest = left;
    Some(taken.to_vec())
}

fn take_prefixed(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let count = take_unsigned(rest)?;
    take(rest, count)
}

fn take_groups(rest: &mut &[u8]) -> Option<(u64, u32, u8)> {
    let (mut value, mut shift) = (0, 0);
    while shift < 64 {
        let byte = *take(rest, 1)?.first()?;
        value |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return Some((value, shift, byte));
        }
    }
    None
}

fn take_unsigned(rest: &mut &[u8]) -> Option<u64> {
    take_groups(rest).map(|(value, ..)| value)
}

fn take_signed(rest: &mut &[u8]) -> Option<i64> {
    let (value, shift, last) = take_groups(rest)?;
    let value = value.cast_signed();
    Some(if shift < 64 && last & 0x40 != 0 { value | (-1 << shift) } else { value })
}
