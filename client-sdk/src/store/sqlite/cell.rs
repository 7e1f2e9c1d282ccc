//! Our values as SQLite cells and back. A cell that is not what was put there is a conversion error, never a default.

use rusqlite::types::{FromSqlError, Type, Value, ValueRef};
use rusqlite::{Error, Row};
use usra_sync_protocol::change::OpId;
use usra_sync_protocol::digest::Digest;
use usra_sync_protocol::id::{Actor, ChangeHash, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use uuid::Uuid;

use crate::store::ChangeState;

const HASH_BYTES: usize = 32;

fn unreadable(column: usize, found: Type) -> Error {
    Error::FromSqlConversionFailure(column, found, Box::new(FromSqlError::InvalidType))
}

fn blob<const N: usize>(row: &Row<'_>, column: usize) -> Result<[u8; N], Error> {
    row.get(column)
}

pub(super) fn record_id(row: &Row<'_>, column: usize) -> Result<RecordId, Error> {
    Ok(RecordId(Uuid::from_bytes(blob(row, column)?)))
}

pub(super) fn install_id(row: &Row<'_>, column: usize) -> Result<InstallId, Error> {
    Ok(InstallId(Uuid::from_bytes(blob(row, column)?)))
}

pub(super) fn hash(row: &Row<'_>, column: usize) -> Result<ChangeHash, Error> {
    Ok(ChangeHash(blob(row, column)?))
}

pub(super) fn digest(row: &Row<'_>, column: usize) -> Result<Option<Digest>, Error> {
    let found: Option<[u8; 8]> = row.get(column)?;
    Ok(found.map(Digest))
}

pub(super) fn kind(row: &Row<'_>, column: usize) -> Result<Kind, Error> {
    Kind::from_number(row.get(column)?).ok_or_else(|| unreadable(column, Type::Integer))
}

pub(super) fn hashes(row: &Row<'_>, column: usize) -> Result<Vec<ChangeHash>, Error> {
    let bytes = row.get_ref(column)?.as_blob()?;
    let (chunks, rest) = bytes.as_chunks::<HASH_BYTES>();
    if rest.is_empty() {
        Ok(chunks.iter().copied().map(ChangeHash).collect())
    } else {
        Err(unreadable(column, Type::Blob))
    }
}

pub(super) fn put_hashes(hashes: &[ChangeHash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

pub(super) fn op(row: &Row<'_>, column: usize) -> Result<OpId, Error> {
    let counter = unsigned(row, column)?;
    let actor = Actor::from_bytes(row.get_ref(column + 1)?.as_blob()?);
    Ok(OpId { counter, actor: actor.ok_or_else(|| unreadable(column + 1, Type::Blob))? })
}

pub(super) fn unsigned(row: &Row<'_>, column: usize) -> Result<u64, Error> {
    let found: i64 = row.get(column)?;
    u64::try_from(found).map_err(|_negative| unreadable(column, Type::Integer))
}

pub(super) fn put_unsigned(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn scalar(row: &Row<'_>, column: usize) -> Result<Scalar, Error> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(Scalar::Null),
        ValueRef::Integer(number) => Ok(Scalar::Int(number)),
        ValueRef::Blob([0]) => Ok(Scalar::Bool(false)),
        ValueRef::Blob([1]) => Ok(Scalar::Bool(true)),
        text @ ValueRef::Text(_) => Ok(Scalar::Text(text.as_str()?.to_owned())),
        ValueRef::Real(_) | ValueRef::Blob(_) => Err(unreadable(column, Type::Blob)),
    }
}

pub(super) fn put_scalar(value: Scalar) -> Value {
    match value {
        Scalar::Null => Value::Null,
        Scalar::Bool(yes) => Value::Blob(vec![u8::from(yes)]),
        Scalar::Int(number) => Value::Integer(number),
        Scalar::Text(text) => Value::Text(text),
    }
}

pub(super) fn state(row: &Row<'_>, column: usize) -> Result<ChangeState, Error> {
    match row.get::<_, i64>(column)? {
        0 => Ok(ChangeState::Confirmed),
        1 => Ok(ChangeState::Outbox),
        2 => Ok(ChangeState::Waiting),
        3 => Ok(ChangeState::Reoffer),
        _ => Err(unreadable(column, Type::Integer)),
    }
}

pub(super) fn put_state(state: ChangeState) -> i64 {
    match state {
        ChangeState::Confirmed => 0,
        ChangeState::Outbox => 1,
        ChangeState::Waiting => 2,
        ChangeState::Reoffer => 3,
    }
}
