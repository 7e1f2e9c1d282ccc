//! What must be true whatever was killed: everything that was acknowledged is in `change`, in a fresh phone and in the typed
//! tables, once; histories, values and numbers fit each other; all replicas show the same.

mod history;
pub(super) mod replicas;

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use sqlx::{Connection, PgConnection};
use usra_sync_protocol::id::{ChangeHash, RecordId};
use uuid::Uuid;

use super::crew::Crew;
use super::hand::Made;

/// What was found to be there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    /// Changes.
    pub(super) changes: u64,
    /// Changes that phones hold as acknowledged; each was found.
    pub(super) acknowledged: u64,
}

/// Each must be none.
const NONE_OF: &[(&str, &str)] = &[
    ("changes with the same hash", "select count(*) - count(distinct (record_id, hash)) from change"),
    (
        "records whose count of changes is another",
        "select count(*) from record r
         where change_count <> (select count(*) from change c where c.record_id = r.record_id)
             or change_count <> (select max(n) from change c where c.record_id = r.record_id)",
    ),
    (
        "areas whose numbers have a gap or a double",
        "select count(*) from area a
         where next_seq - 1 <> (select count(*) from feed f where f.area_id = a.area_id)
             or next_seq - 1 <> (select coalesce(max(seq), 0) from feed f where f.area_id = a.area_id)",
    ),
    (
        "changes that are not in the feed exactly once",
        "select count(*) from change c
         where 1 <> (select count(*) from feed f
             where f.record_id = c.record_id and f.entry = 0 and c.n between f.first_n and f.last_n)",
    ),
    ("changes kept apart", "select count(*) from kept_change"),
    (
        "phones whose enrolment is not in the audit exactly once",
        "select count(*) from install i
         where 1 <> (select count(*) from audit a where a.action = 'enrol' and a.install_id = i.install_id)",
    ),
];

/// Whether every one of these changes is there, once: quick, for after each kill.
pub(super) async fn are_there(conn: &mut PgConnection, made: &[Made]) -> Result<()> {
    let hashes: Vec<Vec<u8>> = made.iter().map(|(_, hash)| hash.0.to_vec()).collect();
    let sql = "select record_id, hash from change where hash = any($1)";
    let rows: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(sql).bind(&hashes).fetch_all(conn).await?;
    let there: BTreeSet<Made> =
        rows.iter().filter_map(|(id, hash)| Some((RecordId(*id), ChangeHash::from_bytes(hash)?))).collect();
    let lost: Vec<&Made> = made.iter().filter(|made| !there.contains(*made)).collect();
    ensure!(lost.is_empty(), "{} acknowledged changes are LOST, the first: {:?}", lost.len(), lost.first());
    ensure!(there.len() == rows.len(), "{} changes are DOUBLED", rows.len() - there.len());
    Ok(())
}

/// Everything, once all phones have synced: for the end of a scene.
pub(super) async fn all_is_well(crew: &mut Crew) -> Result<Found> {
    crew.settle().await?;
    crew.eye.until_quiet().await?;
    let acknowledged: Vec<Made> = crew.acknowledged().into_iter().collect();
    let mut conn = crew.eye.connect().await?;
    are_there(&mut conn, &acknowledged).await?;
    let changes = history::fits(&mut conn).await?;
    replicas::agree(crew).await?;
    for (what, sql) in NONE_OF {
        let count: i64 = sqlx::query_scalar(*sql).fetch_one(&mut conn).await?;
        ensure!(count == 0, "{count} {what}");
    }
    conn.close().await?;
    let told = crew.centre.run(&["audit", "verify", "--json"]);
    ensure!(told.is_ok(), "the audit is broken: {told:?}");
    Ok(Found { changes, acknowledged: acknowledged.len() as u64 })
}
