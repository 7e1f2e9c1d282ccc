//! The puts of a change, out of its columns and into them.

use std::collections::BTreeMap;

use super::columns::Columns;
use super::leb::{Bytes, put_prefixed, put_unsigned};
use super::runs::{self, AtMost};
use super::{ChangeFault, OpId, Put, values};
use crate::id::Actor;
use crate::limits;
use crate::scalar::Scalar;

/// Automerge's number for "put a value".
const ACTION_PUT: u64 = 1;

/// Reads the puts; `actors` is the change's list, its author first.
pub(super) fn read(columns: &Columns<&[u8]>, actors: &[Actor]) -> Result<Vec<Put>, ChangeFault> {
    let count = read_count(columns)?;
    let keys = exactly(runs::decode(columns.key, AtMost(count, ChangeFault::ColumnLength), read_key)?, count)?;
    let values = read_values(columns, count)?;
    let replaces = read_replaces(columns, count, actors)?;
    let rows = keys.into_iter().zip(values).zip(replaces);
    Ok(rows.map(|((key, value), replaces)| Put { key: key.to_owned(), value, replaces }).collect())
}

/// The number of operations, once it is sure that all are puts and none inserts.
fn read_count(columns: &Columns<&[u8]>) -> Result<usize, ChangeFault> {
    let limit = AtMost(limits::CHANGE_PUTS, ChangeFault::PutsTooMany);
    let actions = runs::decode(columns.action, limit, Bytes::unsigned)?;
    if actions.is_empty() {
        return Err(ChangeFault::PutsNone);
    }
    if actions.iter().any(|action| *action != ACTION_PUT) {
        return Err(ChangeFault::ActionNotPut);
    }
    let mut insert = Bytes::new(columns.insert);
    if insert.unsigned()? != actions.len() as u64 || !insert.is_empty() {
        return Err(ChangeFault::InsertPresent);
    }
    Ok(actions.len())
}

fn read_key<'a>(bytes: &mut Bytes<'a>) -> Result<&'a str, ChangeFault> {
    let key = bytes.prefixed()?;
    if key.len() > limits::KEY_BYTES {
        return Err(ChangeFault::KeyTooLong);
    }
    std::str::from_utf8(key).ok().ok_or(ChangeFault::KeyNotUtf8)
}

fn read_values(columns: &Columns<&[u8]>, count: usize) -> Result<Vec<Scalar>, ChangeFault> {
    let limit = AtMost(count, ChangeFault::ColumnLength);
    let metas = exactly(runs::decode(columns.value_meta, limit, Bytes::unsigned)?, count)?;
    let mut raw = Bytes::new(columns.value);
    let values = metas.into_iter().map(|meta| values::read(meta, &mut raw)).collect::<Result<Vec<_>, _>>()?;
    raw.is_empty().then_some(values).ok_or(ChangeFault::ColumnLength)
}

fn read_replaces(columns: &Columns<&[u8]>, count: usize, actors: &[Actor]) -> Result<Vec<Vec<OpId>>, ChangeFault> {
    let limit = AtMost(count, ChangeFault::ColumnLength);
    let counts = exactly(runs::decode(columns.replaces_count, limit, read_replaces_count)?, count)?;
    let total = counts.iter().sum();
    let limit = AtMost(total, ChangeFault::ColumnLength);
    let places = exactly(runs::decode(columns.replaces_actor, limit, Bytes::unsigned)?, total)?;
    let counters = exactly(runs::decode_deltas(columns.replaces_counter, limit)?, total)?;
    let mut ops = places.into_iter().zip(counters).map(|(place, counter)| op_id(place, counter, actors));
    counts.into_iter().map(|count| ops.by_ref().take(count).collect()).collect()
}

fn read_replaces_count(bytes: &mut Bytes<'_>) -> Result<usize, ChangeFault> {
    let count = usize::try_from(bytes.unsigned()?).unwrap_or(usize::MAX);
    if count > limits::PUT_PREDECESSORS { Err(ChangeFault::PredecessorsTooMany) } else { Ok(count) }
}

fn op_id(place: u64, counter: i64, actors: &[Actor]) -> Result<OpId, ChangeFault> {
    let actor = usize::try_from(place).ok().and_then(|place| actors.get(place));
    let actor = *actor.ok_or(ChangeFault::ActorNotListed)?;
    let counter = u64::try_from(counter).ok().ok_or(ChangeFault::PredecessorOutOfRange)?;
    Ok(OpId { counter, actor })
}

fn exactly<T>(values: Vec<T>, count: usize) -> Result<Vec<T>, ChangeFault> {
    if values.len() == count { Ok(values) } else { Err(ChangeFault::ColumnLength) }
}

/// Writes the puts; every actor they name has its place in `places`.
pub(super) fn write(puts: &[Put], places: &BTreeMap<Actor, u64>) -> Columns<Vec<u8>> {
    let mut value = Vec::new();
    let metas: Vec<u64> = puts.iter().map(|put| values::write(&put.value, &mut value)).collect();
    let counts: Vec<usize> = puts.iter().map(|put| put.replaces.len()).collect();
    let replaced = || puts.iter().flat_map(|put| &put.replaces);
    let actors: Vec<u64> = replaced().filter_map(|op| places.get(&op.actor).copied()).collect();
    let counters: Vec<i64> = replaced().map(|op| op.counter.cast_signed()).collect();
    let mut insert = Vec::new();
    put_unsigned(&mut insert, puts.len() as u64);
    Columns {
        key: runs::encode(puts_keys(puts).as_slice(), |out, key| put_prefixed(out, key.as_bytes())),
        insert,
        action: runs::encode(&vec![ACTION_PUT; puts.len()], |out, action| put_unsigned(out, *action)),
        value_meta: runs::encode(&metas, |out, meta| put_unsigned(out, *meta)),
        value,
        replaces_count: runs::encode(&counts, |out, count| put_unsigned(out, *count as u64)),
        replaces_actor: runs::encode(&actors, |out, place| put_unsigned(out, *place)),
        replaces_counter: runs::encode_deltas(&counters),
    }
}

fn puts_keys(puts: &[Put]) -> Vec<&str> {
    puts.iter().map(|put| put.key.as_str()).collect()
}
