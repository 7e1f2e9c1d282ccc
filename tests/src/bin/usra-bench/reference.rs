//! The least that the same data costs. For what is sent: the bytes of the same changes and the final rows of the typed tables copied
//! into the same PostgreSQL, into tables with the same keys and indexes, with one commit for each phone; and zstd level 3 over each phone's
//! changes. For what is taken: the change bytes copied out of it; and zstd of all of them.

use anyhow::Result;
use futures_util::StreamExt;
use sqlx::postgres::PgPoolCopyExt;
use sqlx::{AssertSqlSafe, Connection, Executor, PgPool};
use usra_sync_protocol::schema;
use usra_tests::harness::Centre;
use uuid::Uuid;

use crate::gauge::Gauge;

/// The level of the reference.
const LEVEL: i32 = 3;
/// Copying out takes little, so it is done so often.
const TIMES: u32 = 10;

/// The least of a step.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Least {
    /// Processor seconds of PostgreSQL; none where there is nothing to compare with.
    pub(crate) cpu_s: f64,
    /// Bytes.
    pub(crate) zstd_bytes: u64,
}

/// A table and its rows of one phone, in the binary form of COPY.
type Batch = Vec<(&'static str, Vec<u8>)>;

impl Least {
    /// Of some changes one after another.
    pub(crate) fn of_bytes(changes: &[u8]) -> Result<Self> {
        Ok(Self { cpu_s: 0.0, zstd_bytes: zstd::bulk::compress(changes, LEVEL)?.len() as u64 })
    }
}

/// Of everything that a centre has: to write it, and to read it.
pub(crate) async fn of(centre: &Centre, gauge: &Gauge) -> Result<(Least, Least)> {
    let database = centre.database().await?;
    // The server's own role may not make tables.
    let owner = PgPool::connect_with(database.owner()?.clone()).await?;
    let both = (written(&owner, gauge).await?, taken(&owner, gauge).await?);
    owner.execute("drop schema reference cascade").await?;
    owner.close().await;
    database.close().await;
    Ok(both)
}

async fn written(pool: &PgPool, gauge: &Gauge) -> Result<Least> {
    pool.execute("create schema reference").await?;
    for table in tables() {
        let sql = format!("create table reference.{table} (like public.{table} including all)");
        pool.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    }
    let (mut batches, mut zstd_bytes) = (Vec::new(), 0);
    for install in sqlx::query_scalar::<_, Uuid>("select distinct created_by from record").fetch_all(pool).await? {
        batches.push(rows(pool, install).await?);
        zstd_bytes += Least::of_bytes(&changes(pool, Some(install)).await?)?.zstd_bytes;
    }
    let copying = async {
        for batch in batches {
            write(pool, batch).await?;
        }
        Ok(())
    };
    Ok(Least { cpu_s: gauge.postgres_s(copying).await?, zstd_bytes })
}

async fn taken(pool: &PgPool, gauge: &Gauge) -> Result<Least> {
    let copying = async {
        for _ in 0..TIMES {
            whole(pool, "copy (select bytes from change) to stdout (format binary)").await?;
        }
        Ok(())
    };
    let cpu_s = gauge.postgres_s(copying).await? / f64::from(TIMES);
    Ok(Least { cpu_s, ..Least::of_bytes(&changes(pool, None).await?)? })
}

fn tables() -> impl Iterator<Item = &'static str> {
    std::iter::once("change").chain(schema::tables().iter().map(|table| table.name))
}

/// The changes of an install, or of all, in the order in which a phone sends them.
async fn changes(pool: &PgPool, install: Option<Uuid>) -> Result<Vec<u8>> {
    let sql = "select bytes from change where $1 is null or install_id = $1 order by record_id, n";
    Ok(sqlx::query_scalar::<_, Vec<u8>>(sql).bind(install).fetch_all(pool).await?.concat())
}

async fn rows(pool: &PgPool, install: Uuid) -> Result<Batch> {
    let mut batch = Batch::new();
    for table in tables() {
        let rows = format!(
            "copy (select t.* from {table} t join record r using (region_id, record_id) where r.created_by = '{install}')
             to stdout (format binary)"
        );
        batch.push((table, whole(pool, &rows).await?));
    }
    Ok(batch)
}

async fn whole(pool: &PgPool, sql: &str) -> Result<Vec<u8>> {
    let mut chunks = pool.copy_out_raw(sql).await?;
    let mut all = Vec::new();
    while let Some(chunk) = chunks.next().await {
        all.extend_from_slice(&chunk?);
    }
    Ok(all)
}

async fn write(pool: &PgPool, batch: Batch) -> Result<()> {
    let mut connection = pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    for (table, rows) in batch {
        let sql = format!("copy reference.{table} from stdin (format binary)");
        let mut copy = transaction.copy_in_raw(&sql).await?;
        copy.send(rows).await?;
        copy.finish().await?;
    }
    Ok(transaction.commit().await?)
}
