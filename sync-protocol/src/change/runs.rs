//! The run-length columns: `n, value` is a run of n equal values, `-n, values` are n different ones in a row, `0, n` would
//! be a run of nothing, which no column of ours has. A few bytes can claim millions: no run is expanded beyond the limit
//! that its reader gives.

use super::ChangeFault;
use super::leb::{Bytes, put_signed};

/// How many values a column may have, and the fault when it claims more.
#[derive(Clone, Copy)]
pub(super) struct AtMost(pub(super) usize, pub(super) ChangeFault);

/// The values of a column, read one by one with `item`.
pub(super) fn decode<'a, T: Copy>(
    column: &'a [u8],
    limit: AtMost,
    item: impl Fn(&mut Bytes<'a>) -> Result<T, ChangeFault>,
) -> Result<Vec<T>, ChangeFault> {
    let mut bytes = Bytes::new(column);
    let mut values = Vec::new();
    while !bytes.is_empty() {
        let run = bytes.signed()?;
        let total = usize::try_from(run.unsigned_abs()).ok().and_then(|count| count.checked_add(values.len()));
        let total = total.filter(|total| *total <= limit.0).ok_or(limit.1)?;
        match run {
            0 => return Err(ChangeFault::RunOfNothing),
            1.. => values.resize(total, item(&mut bytes)?),
            ..0 => {
                while values.len() < total {
                    values.push(item(&mut bytes)?);
                }
            }
        }
    }
    Ok(values)
}

/// The values of a column that stores each as the difference to the one before.
pub(super) fn decode_deltas(column: &[u8], limit: AtMost) -> Result<Vec<i64>, ChangeFault> {
    let mut values = decode(column, limit, Bytes::signed)?;
    let mut last: i64 = 0;
    for value in &mut values {
        last = last.checked_add(*value).ok_or(ChangeFault::PredecessorOutOfRange)?;
        *value = last;
    }
    Ok(values)
}

/// Writes a column in its one canonical form: equal neighbours as runs, everything between as one literal.
pub(super) fn encode<T: PartialEq>(values: &[T], item: impl Fn(&mut Vec<u8>, &T)) -> Vec<u8> {
    let mut out = Vec::new();
    let mut literal = Vec::new();
    for run in values.chunk_by(PartialEq::eq) {
        match run {
            [single] => literal.push(single),
            [first, ..] => {
                put_literal(&mut out, &mut literal, &item);
                put_signed(&mut out, run.len().cast_signed() as i64);
                item(&mut out, first);
            }
            [] => {}
        }
    }
    put_literal(&mut out, &mut literal, &item);
    out
}

/// Writes a column of differences.
pub(super) fn encode_deltas(values: &[i64]) -> Vec<u8> {
    let before = std::iter::once(&0).chain(values);
    let deltas: Vec<i64> = values.iter().zip(before).map(|(value, before)| value.wrapping_sub(*before)).collect();
    encode(&deltas, |out, delta| put_signed(out, *delta))
}

fn put_literal<T>(out: &mut Vec<u8>, literal: &mut Vec<&T>, item: impl Fn(&mut Vec<u8>, &T)) {
    if !literal.is_empty() {
        put_signed(out, -(literal.len().cast_signed() as i64));
        literal.drain(..).for_each(|value| item(out, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::leb::put_unsigned;
    use proptest::prelude::*;

    const LIMIT: AtMost = AtMost(100, ChangeFault::PutsTooMany);

    proptest! {
        #[test]
        fn what_was_written_is_read_again(values in prop::collection::vec(0_u64..4, 0..100)) {
            let column = encode(&values, |out, value| put_unsigned(out, *value));
            prop_assert_eq!(decode(&column, LIMIT, Bytes::unsigned), Ok(values));
        }

        #[test]
        fn differences_are_read_again(values in prop::collection::vec(-9_i64..9, 0..100)) {
            prop_assert_eq!(decode_deltas(&encode_deltas(&values), LIMIT), Ok(values));
        }
    }

    #[test]
    fn a_run_beyond_the_limit_is_refused_before_it_is_expanded() {
        for claim in [101, i64::from(u32::MAX), i64::MAX, -101, i64::MIN] {
            let mut column = Vec::new();
            put_signed(&mut column, claim);
            column.push(1);
            assert_eq!(decode(&column, LIMIT, Bytes::unsigned), Err(ChangeFault::PutsTooMany));
        }
    }

    #[test]
    fn differences_that_leave_64_bits_are_refused() {
        let mut column = Vec::new();
        put_signed(&mut column, 2);
        put_signed(&mut column, i64::MAX);
        assert_eq!(decode_deltas(&column, LIMIT), Err(ChangeFault::PredecessorOutOfRange));
    }
}
