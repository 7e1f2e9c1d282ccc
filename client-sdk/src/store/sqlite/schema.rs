//! The tables of a phone and their version. A newer version's file is refused, an older one is brought up step by step.

use rusqlite::{Connection, TransactionBehavior};

use crate::store::StoreError;

/// What each version added, from 1. Steps that were released are never edited; `user_version` counts them.
const STEPS: [&str; 3] = [FIRST, HELD_NOTE, SEALED];

/// What the centre said when it rejected held work.
const HELD_NOTE: &str = "alter table held add column note text;";

/// Values that only the server can read, on their way.
const SEALED: &str = "create table sealed_command (
  ord integer primary key autoincrement, id blob not null, record blob not null, key text not null,
  sealed_by blob not null, sealed blob not null
);
create unique index sealed_command_named on sealed_command (id);";

const FIRST: &str = "
create table meta (name text primary key, value blob not null) without rowid;
create table record (
  id blob primary key, kind integer not null, area integer not null, family blob not null,
  heads blob not null, confirmed_heads blob not null, digest blob, max_op integer not null,
  install blob not null, generation integer not null, seq integer not null,
  title text not null, changed_ms integer not null,
  pending integer not null, waiting integer not null, held integer not null, conflicts integer not null,
  by_centre integer not null, leaving integer not null
) without rowid;
create index record_latest on record (changed_ms desc, id);
create index record_of_kind on record (kind, changed_ms desc, id);
create index record_of_family on record (family, changed_ms desc, id);
create index record_in_area on record (area, id);
create index record_pending on record (pending) where pending > 0;
create index record_waiting on record (waiting) where waiting > 0;
create index record_conflicted on record (id, conflicts) where conflicts > 0;
create index record_leaving on record (id) where leaving > 0;
create table change (
  ord integer primary key autoincrement, record blob not null, hash blob not null,
  state integer not null, deps blob not null, bytes blob not null
);
create unique index change_named on change (record, hash);
create index change_outgoing on change (ord) where state <> 0;
create table open_value (
  record blob not null, key text not null, counter integer not null, actor blob not null,
  value blob, written_at integer not null,
  primary key (record, key, counter, actor)
) without rowid;
create table search_term (term text not null, record blob not null, primary key (term, record)) without rowid;
create index search_term_of on search_term (record);
create table held (
  ord integer primary key autoincrement, hash blob not null, record blob not null, reason integer not null,
  refused integer not null, fields text not null, at_ms integer not null
);
create unique index held_named on held (record, hash);
";

/// Makes what a file lacks, and refuses a newer one.
pub(super) fn bring_up(connection: &mut Connection) -> Result<Result<(), StoreError>, rusqlite::Error> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = STEPS.len().cast_signed() as i64;
    let missing = usize::try_from(found).ok().and_then(|found| STEPS.get(found..));
    let Some(missing) = missing else { return Ok(Err(StoreError::Newer { found, known })) };
    if missing.is_empty() {
        return Ok(Ok(()));
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in missing {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit().map(Ok)
}

/// Whether a file without encryption is a phone's store of any version, or has nothing in it yet.
pub(super) fn is_ours(connection: &Connection) -> Result<Result<(), StoreError>, rusqlite::Error> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = STEPS.len().cast_signed() as i64;
    if found > known {
        return Ok(Err(StoreError::Newer { found, known }));
    }
    let sql = "select count(*), count(*) filter (where name in ('meta', 'record', 'change')) from sqlite_schema";
    let (all, ours): (i64, i64) = connection.query_row(sql, (), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let is_ours = all == 0 || (found > 0 && ours == 3);
    Ok(if is_ours { Ok(()) } else { Err(StoreError::Damaged("the file is not a phone store")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_any_earlier_version_is_brought_up_and_a_negative_one_refused() {
        for found in 0..STEPS.len() {
            let mut connection = Connection::open_in_memory().unwrap();
            STEPS[..found].iter().for_each(|step| connection.execute_batch(step).unwrap());
            connection.pragma_update(None, "user_version", found.cast_signed() as i64).unwrap();
            bring_up(&mut connection).unwrap().unwrap();
            connection.execute_batch("select note from held").unwrap();
            let now: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
            assert_eq!(now, STEPS.len().cast_signed() as i64);
        }
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", -1).unwrap();
        assert!(matches!(bring_up(&mut connection).unwrap(), Err(StoreError::Newer { found: -1, .. })));
    }
}
