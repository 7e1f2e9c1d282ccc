//! Every question this store answers.

use rusqlite::types::{Type, Value};
use rusqlite::{Connection, Error, OptionalExtension, Params, Row, params_from_iter};
use usra_sync_protocol::digest::Digest;
use usra_sync_protocol::id::{AreaId, ChangeHash, RecordId};
use usra_sync_protocol::sealed::SealedCommand;
use usra_sync_protocol::sync::Reason;

use super::cell;
use crate::held::HeldItem;
use crate::store::{ChangeRow, ChangeState, Counts, OpenRow, OutgoingRow, RecordRow, RowQuery};

const RECORD: &str =
    "select id, kind, area, family, heads, confirmed_heads, digest, max_op, install, generation, seq, title,
  changed_ms, pending, waiting, held, conflicts, by_centre, leaving from record";

fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    connection.prepare_cached(sql)?.query_map(params, read)?.collect()
}

fn one<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    connection.prepare_cached(sql)?.query_row(params, read).optional()
}

pub(super) fn meta(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>, Error> {
    one(connection, "select value from meta where name = ?", [name], |row| row.get(0))
}

pub(super) fn record(connection: &Connection, id: RecordId) -> Result<Option<RecordRow>, Error> {
    one(connection, &format!("{RECORD} where id = ?"), [id.0.as_bytes()], record_row)
}

fn record_row(row: &Row<'_>) -> Result<RecordRow, Error> {
    Ok(RecordRow {
        id: cell::record_id(row, 0)?,
        kind: cell::kind(row, 1)?,
        area: AreaId(row.get(2)?),
        family: cell::record_id(row, 3)?,
        heads: cell::hashes(row, 4)?,
        confirmed_heads: cell::hashes(row, 5)?,
        digest: cell::digest(row, 6)?,
        max_op: cell::unsigned(row, 7)?,
        install: cell::install_id(row, 8)?,
        generation: row.get(9)?,
        seq: cell::unsigned(row, 10)?,
        title: row.get(11)?,
        changed_ms: cell::unsigned(row, 12)?,
        pending: row.get(13)?,
        waiting: row.get(14)?,
        held: row.get(15)?,
        conflicts: row.get(16)?,
        by_centre: row.get(17)?,
        leaving: row.get(18)?,
    })
}

pub(super) fn change_state(
    connection: &Connection,
    record: RecordId,
    hash: ChangeHash,
) -> Result<Option<ChangeState>, Error> {
    let sql = "select state from change where record = ? and hash = ?";
    one(connection, sql, (record.0.as_bytes(), hash.0), |row| cell::state(row, 0))
}

pub(super) fn changes(connection: &Connection, record: RecordId) -> Result<Vec<ChangeRow>, Error> {
    let sql = "select hash, state, deps, bytes from change where record = ? order by ord";
    all(connection, sql, [record.0.as_bytes()], |row| {
        Ok(ChangeRow {
            record,
            hash: cell::hash(row, 0)?,
            state: cell::state(row, 1)?,
            deps: cell::hashes(row, 2)?,
            bytes: row.get(3)?,
        })
    })
}

pub(super) fn bytes(connection: &Connection, record: RecordId, hash: ChangeHash) -> Result<Option<Vec<u8>>, Error> {
    let sql = "select bytes from change where record = ? and hash = ?";
    one(connection, sql, (record.0.as_bytes(), hash.0), |row| row.get(0))
}

pub(super) fn open_values(connection: &Connection, record: RecordId) -> Result<Vec<OpenRow>, Error> {
    let sql =
        "select key, counter, actor, value, written_at from open_value where record = ? order by key, counter, actor";
    all(connection, sql, [record.0.as_bytes()], |row| {
        Ok(OpenRow { key: row.get(0)?, op: cell::op(row, 1)?, value: cell::scalar(row, 3)?, written_at: row.get(4)? })
    })
}

pub(super) fn list(connection: &Connection, query: &RowQuery) -> Result<Vec<RecordRow>, Error> {
    let mut clauses = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    if let Some(kind) = query.kind {
        clauses.push("kind = ?");
        values.push(i64::from(kind.number()).into());
    }
    for kind in &query.without {
        clauses.push("kind <> ?");
        values.push(i64::from(kind.number()).into());
    }
    if let Some(family) = query.family {
        clauses.push("family = ?");
        values.push(family.0.as_bytes().to_vec().into());
    }
    if query.unsent {
        clauses.push("digest is null");
    }
    for term in &query.terms {
        clauses.push("id in (select record from search_term where term >= ? and term < ?)");
        values.push(term.clone().into());
        values.push(format!("{term}{}", char::MAX).into());
    }
    values.extend([query.limit, query.offset].map(|number| Value::Integer(cell::put_unsigned(number as u64))));
    let filter = if clauses.is_empty() { String::new() } else { format!("where {}", clauses.join(" and ")) };
    let sql = format!("{RECORD} {filter} order by changed_ms desc, id limit ? offset ?");
    all(connection, &sql, params_from_iter(values), record_row)
}

pub(super) fn outgoing(connection: &Connection, after: i64, limit: usize) -> Result<Vec<OutgoingRow>, Error> {
    let sql =
        "select ord, record, hash, state, length(bytes) from change where state <> 0 and ord > ? order by ord limit ?";
    all(connection, sql, (after, cell::put_unsigned(limit as u64)), |row| {
        Ok(OutgoingRow {
            order: row.get(0)?,
            record: cell::record_id(row, 1)?,
            hash: cell::hash(row, 2)?,
            state: cell::state(row, 3)?,
            size_bytes: usize::try_from(cell::unsigned(row, 4)?).unwrap_or(usize::MAX),
        })
    })
}

pub(super) fn held(connection: &Connection, record: Option<RecordId>) -> Result<Vec<HeldItem>, Error> {
    let columns = "select record, hash, reason, refused, fields, at_ms, note from held";
    match record {
        Some(id) => all(connection, &format!("{columns} where record = ? order by ord"), [id.0.as_bytes()], held_item),
        None => all(connection, &format!("{columns} order by ord"), (), held_item),
    }
}

fn held_item(row: &Row<'_>) -> Result<HeldItem, Error> {
    let fields = row.get_ref(4)?.as_str()?;
    let unreadable = |cause| Error::FromSqlConversionFailure(4, Type::Text, Box::new(cause));
    Ok(HeldItem {
        record: cell::record_id(row, 0)?,
        change: cell::hash(row, 1)?,
        reason: Reason::from_number(row.get(2)?),
        refused: row.get(3)?,
        fields: serde_json::from_str(fields).map_err(unreadable)?,
        at_ms: cell::unsigned(row, 5)?,
        note: row.get(6)?,
    })
}

pub(super) fn sealed(connection: &Connection) -> Result<Vec<SealedCommand>, Error> {
    let sql = "select record, key, sealed_by, sealed from sealed_command order by ord";
    all(connection, sql, (), |row| {
        let (record, sealed_by) = (cell::record_id(row, 0)?, cell::install_id(row, 2)?);
        Ok(SealedCommand { record, key: row.get(1)?, sealed_by, sealed: row.get(3)? })
    })
}

pub(super) fn digests(connection: &Connection) -> Result<Vec<(RecordId, Digest)>, Error> {
    let sql = "select id, digest from record where digest is not null and leaving = 0 order by id";
    let rows = all(connection, sql, (), |row| Ok((cell::record_id(row, 0)?, cell::digest(row, 1)?)))?;
    Ok(rows.into_iter().filter_map(|(id, digest)| Some((id, digest?))).collect())
}

pub(super) fn ids(connection: &Connection, sql: &str, params: impl Params) -> Result<Vec<RecordId>, Error> {
    all(connection, sql, params, |row| cell::record_id(row, 0))
}

pub(super) fn counts(connection: &Connection) -> Result<Counts, Error> {
    let sql = "select (select count(*) from record),
      (select count(*) from record where pending > 0), (select coalesce(sum(pending), 0) from record where pending > 0),
      (select count(*) from record where waiting > 0), (select count(*) from held),
      (select coalesce(sum(conflicts), 0) from record where conflicts > 0)";
    connection.prepare_cached(sql)?.query_row((), |row| {
        Ok(Counts {
            records: cell::unsigned(row, 0)?,
            pending_records: cell::unsigned(row, 1)?,
            pending_changes: cell::unsigned(row, 2)?,
            waiting_records: cell::unsigned(row, 3)?,
            held: cell::unsigned(row, 4)?,
            conflicts: cell::unsigned(row, 5)?,
        })
    })
}
