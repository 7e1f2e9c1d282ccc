//! Everything this store keeps, in one transaction per commit.

use rusqlite::{Connection, Error, Params, Transaction, TransactionBehavior};
use usra_sync_protocol::change::OpId;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::sealed::SealedCommand;

use super::cell;
use crate::held::HeldItem;
use crate::store::{ChangeRow, OpenRow, RecordRow, Write};

/// Keeps all or none: the transaction rolls back when it is dropped.
pub(super) fn commit(connection: &mut Connection, writes: Vec<Write>) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for write in writes {
        keep(&transaction, write)?;
    }
    transaction.commit()
}

fn keep(on: &Transaction<'_>, write: Write) -> Result<(), Error> {
    match write {
        Write::Meta(name, Some(value)) => {
            run(on, "insert or replace into meta (name, value) values (?, ?)", (name, value))
        }
        Write::Meta(name, None) => run(on, "delete from meta where name = ?", [name]),
        Write::Record(row) => record(on, &row),
        Write::Change(row) => change(on, row),
        Write::State(record, hash, state) => {
            let sql = "update change set state = ? where record = ? and hash = ?";
            run(on, sql, (cell::put_state(state), record.0.as_bytes(), hash.0))
        }
        Write::DropChange(record, hash) => {
            run(on, "delete from change where record = ? and hash = ?", (record.0.as_bytes(), hash.0))
        }
        Write::Open(record, row) => open(on, record, row),
        Write::Close(record, key, op) => close(on, record, &key, op),
        Write::CloseAll(record) => run(on, "delete from open_value where record = ?", [record.0.as_bytes()]),
        Write::Terms(record, terms) => {
            run(on, "delete from search_term where record = ?", [record.0.as_bytes()])?;
            let sql = "insert into search_term (term, record) values (?, ?)";
            terms.iter().try_for_each(|term| run(on, sql, (term, record.0.as_bytes())))
        }
        Write::Hold(item) => hold(on, &item),
        Write::Unhold(record, hash) => {
            run(on, "delete from held where record = ? and hash = ?", (record.0.as_bytes(), hash.0))
        }
        Write::Seal(command) => seal(on, &command),
        Write::Unseal(id) => run(on, "delete from sealed_command where id = ?", [id.0]),
        Write::Purge(record) => purge(on, record),
    }
}

fn run(on: &Transaction<'_>, sql: &str, params: impl Params) -> Result<(), Error> {
    on.prepare_cached(sql)?.execute(params).map(|_rows| ())
}

fn record(on: &Transaction<'_>, row: &RecordRow) -> Result<(), Error> {
    let sql = "insert or replace into record (id, kind, area, family, heads, confirmed_heads, digest, max_op, install,
      generation, seq, title, changed_ms, pending, waiting, held, conflicts, by_centre, leaving)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let params = rusqlite::params![
        row.id.0.as_bytes(),
        row.kind.number(),
        row.area.0,
        row.family.0.as_bytes(),
        cell::put_hashes(&row.heads),
        cell::put_hashes(&row.confirmed_heads),
        row.digest.map(|digest| digest.0),
        cell::put_unsigned(row.max_op),
        row.install.0.as_bytes(),
        row.generation,
        cell::put_unsigned(row.seq),
        row.title,
        cell::put_unsigned(row.changed_ms),
        row.pending,
        row.waiting,
        row.held,
        row.conflicts,
        row.by_centre,
        row.leaving,
    ];
    run(on, sql, params)
}

fn change(on: &Transaction<'_>, row: ChangeRow) -> Result<(), Error> {
    let sql = "insert into change (record, hash, state, deps, bytes) values (?, ?, ?, ?, ?)";
    let state = cell::put_state(row.state);
    run(on, sql, (row.record.0.as_bytes(), row.hash.0, state, cell::put_hashes(&row.deps), row.bytes))
}

fn open(on: &Transaction<'_>, record: RecordId, row: OpenRow) -> Result<(), Error> {
    let sql =
        "insert or replace into open_value (record, key, counter, actor, value, written_at) values (?, ?, ?, ?, ?, ?)";
    let counter = cell::put_unsigned(row.op.counter);
    let value = cell::put_scalar(row.value);
    run(on, sql, (record.0.as_bytes(), row.key, counter, row.op.actor.as_bytes(), value, row.written_at))
}

fn close(on: &Transaction<'_>, record: RecordId, key: &str, op: OpId) -> Result<(), Error> {
    let sql = "delete from open_value where record = ? and key = ? and counter = ? and actor = ?";
    run(on, sql, (record.0.as_bytes(), key, cell::put_unsigned(op.counter), op.actor.as_bytes()))
}

fn hold(on: &Transaction<'_>, item: &HeldItem) -> Result<(), Error> {
    let sql =
        "insert or ignore into held (hash, record, reason, refused, fields, at_ms, note) values (?, ?, ?, ?, ?, ?, ?)";
    let fields = serde_json::to_string(&item.fields).map_err(|cause| Error::ToSqlConversionFailure(Box::new(cause)))?;
    let (record, at_ms) = (item.record.0.as_bytes(), cell::put_unsigned(item.at_ms));
    run(on, sql, (item.change.0, record, item.reason.number(), item.refused, fields, at_ms, &item.note))
}

fn seal(on: &Transaction<'_>, command: &SealedCommand) -> Result<(), Error> {
    let sql = "insert into sealed_command (id, record, key, sealed_by, sealed) values (?, ?, ?, ?, ?)";
    let (id, record, by) = (command.id().0, command.record.0.as_bytes(), command.sealed_by.0.as_bytes());
    run(on, sql, (id, record, &command.key, by, &command.sealed))
}

fn purge(on: &Transaction<'_>, record: RecordId) -> Result<(), Error> {
    let id = record.0.as_bytes();
    run(on, "delete from record where id = ?", [id])?;
    run(on, "delete from change where record = ?", [id])?;
    run(on, "delete from open_value where record = ?", [id])?;
    run(on, "delete from search_term where record = ?", [id])
}
