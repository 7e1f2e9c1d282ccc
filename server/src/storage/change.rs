//! Table `change`: every accepted change with its bytes, numbered within its record.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// What a decision needs of a change, without its bytes.
#[derive(Clone, Debug)]
pub struct ChangeRow {
    /// The record.
    pub record_id: Uuid,
    /// Its number within the record.
    pub n: i32,
    /// Its hash, 32 bytes.
    pub hash: Vec<u8>,
    /// Its actor, 20 bytes.
    pub actor: Vec<u8>,
    /// Its number within the actor.
    pub seq: i64,
    /// The counter of its first put.
    pub start_op: i64,
    /// How many puts it has.
    pub op_count: i32,
    /// The hashes of what it directly follows, 32 bytes each.
    pub deps: Vec<u8>,
    /// How many bytes it has.
    pub size_bytes: i32,
}

/// A change to write.
#[derive(Clone, Debug)]
pub struct ChangeWrite {
    /// What can be asked of it.
    pub row: ChangeRow,
    /// Who made it.
    pub install_id: Uuid,
    /// Its bytes as they arrived.
    pub bytes: Vec<u8>,
}

/// A change's bytes.
#[derive(Clone, Debug)]
pub struct ChangeBytes {
    /// The record.
    pub record_id: Uuid,
    /// Its number within the record.
    pub n: i32,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The changes of the records, in order within each.
///
/// # Errors
/// The database is away.
pub async fn of_records(
    conn: &mut PgConnection,
    region: RegionId,
    records: &[Uuid],
) -> Result<Vec<ChangeRow>, sqlx::Error> {
    sqlx::query_as!(
        ChangeRow,
        "select record_id, n, hash, actor, seq, start_op, op_count, deps, octet_length(bytes) as \"size_bytes!\"
         from change
         where region_id = $1
             and record_id = any($2)
         order by record_id, n",
        region.0,
        records,
    )
    .fetch_all(conn)
    .await
}

/// The bytes of a record's changes that have one of the hashes.
///
/// # Errors
/// The database is away.
pub async fn bytes_by_hash(
    conn: &mut PgConnection,
    region: RegionId,
    record: Uuid,
    hashes: &[Vec<u8>],
) -> Result<Vec<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!(
        "select bytes
         from change
         where region_id = $1
             and record_id = $2
             and hash = any($3)
         order by n",
        region.0,
        record,
        hashes,
    )
    .fetch_all(conn)
    .await
}

/// The bytes of runs of changes: for each record those from `first` to `last`, in order. Each run is looked up by itself, whatever the
/// planner thinks of the table.
///
/// # Errors
/// The database is away.
pub async fn bytes_of_runs(
    conn: &mut PgConnection,
    region: RegionId,
    runs: &[(Uuid, i32, i32)],
) -> Result<Vec<ChangeBytes>, sqlx::Error> {
    let records: Vec<Uuid> = runs.iter().map(|run| run.0).collect();
    let firsts: Vec<i32> = runs.iter().map(|run| run.1).collect();
    let lasts: Vec<i32> = runs.iter().map(|run| run.2).collect();
    sqlx::query_as!(
        ChangeBytes,
        "select c.record_id, c.n, c.bytes
         from unnest($2::uuid[], $3::int[], $4::int[]) as u(record_id, first_n, last_n)
         cross join lateral (
             select record_id, n, bytes
             from change
             where region_id = $1
                 and record_id = u.record_id
                 and n between u.first_n and u.last_n
             offset 0
         ) as c
         order by c.record_id, c.n",
        region.0,
        &records,
        &firsts,
        &lasts,
    )
    .fetch_all(conn)
    .await
}

/// Adds accepted changes.
///
/// # Errors
/// The database is away, or a (record, actor, seq) is taken (`change_actor_seq_key`).
pub async fn insert(
    conn: &mut PgConnection,
    region: RegionId,
    changes: Vec<ChangeWrite>,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let columns = Columns::of(changes);
    sqlx::query!(
        "insert into change (region_id, record_id, n, hash, actor, seq, start_op, op_count, deps, install_id,
             received_at, bytes)
         select r.region_id, u.record_id, u.n, u.hash, u.actor, u.seq, u.start_op, u.op_count, u.deps, u.install_id,
             $12, u.bytes
         from region r
         cross join unnest($2::uuid[], $3::int[], $4::bytea[], $5::bytea[], $6::bigint[], $7::bigint[], $8::int[],
             $9::bytea[], $10::uuid[], $11::bytea[])
             as u(record_id, n, hash, actor, seq, start_op, op_count, deps, install_id, bytes)
         where r.region_id = $1",
        region.0,
        &columns.record_id,
        &columns.n,
        &columns.hash,
        &columns.actor,
        &columns.seq,
        &columns.start_op,
        &columns.op_count,
        &columns.deps,
        &columns.install_id,
        &columns.bytes,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A change with when it came and from whom.
#[derive(Clone, Debug)]
pub struct HistoryRow {
    /// Who made it.
    pub install_id: Uuid,
    /// When it came.
    pub received_at: OffsetDateTime,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Every change of a record, in order.
///
/// # Errors
/// The database is away.
pub async fn history(conn: &mut PgConnection, region: RegionId, record: Uuid) -> Result<Vec<HistoryRow>, sqlx::Error> {
    sqlx::query_as!(
        HistoryRow,
        "select install_id, received_at, bytes
         from change
         where region_id = $1
             and record_id = $2
         order by n",
        region.0,
        record,
    )
    .fetch_all(conn)
    .await
}

/// When a change came, and from whom.
#[derive(Clone, Debug)]
pub struct ArrivalRow {
    /// The record.
    pub record_id: Uuid,
    /// Its number within the record.
    pub n: i32,
    /// Who made it.
    pub install_id: Uuid,
    /// When it came.
    pub received_at: OffsetDateTime,
}

/// When the changes of the records came.
///
/// # Errors
/// The database is away.
pub async fn arrivals(
    conn: &mut PgConnection,
    region: RegionId,
    records: &[Uuid],
) -> Result<Vec<ArrivalRow>, sqlx::Error> {
    sqlx::query_as!(
        ArrivalRow,
        "select record_id, n, install_id, received_at
         from change
         where region_id = $1
             and record_id = any($2)
         order by record_id, n",
        region.0,
        records,
    )
    .fetch_all(conn)
    .await
}

/// The columns of many rows, one array each.
#[derive(Default)]
struct Columns {
    record_id: Vec<Uuid>,
    n: Vec<i32>,
    hash: Vec<Vec<u8>>,
    actor: Vec<Vec<u8>>,
    seq: Vec<i64>,
    start_op: Vec<i64>,
    op_count: Vec<i32>,
    deps: Vec<Vec<u8>>,
    install_id: Vec<Uuid>,
    bytes: Vec<Vec<u8>>,
}

impl Columns {
    fn of(changes: Vec<ChangeWrite>) -> Self {
        let mut columns = Self::default();
        for ChangeWrite { row, install_id, bytes } in changes {
            columns.record_id.push(row.record_id);
            columns.n.push(row.n);
            columns.hash.push(row.hash);
            columns.actor.push(row.actor);
            columns.seq.push(row.seq);
            columns.start_op.push(row.start_op);
            columns.op_count.push(row.op_count);
            columns.deps.push(row.deps);
            columns.install_id.push(install_id);
            columns.bytes.push(bytes);
        }
        columns
    }
}
