//! What the same data costs at the least: the bytes of the same changes and the rows of the same typed tables, copied into
//! the same PostgreSQL, into tables with the same keys, with one commit for each phone. And zstd of the same changes.

use anyhow::Result;
use futures_util::StreamExt;
use sqlx::postgres::PgPoolCopyExt;
use sqlx::{AssertSqlSafe, Connection, Executor, PgPool};
use usra_sync_protocol::schema;
use uuid::Uuid;

use crate::stage::{Cost, Gauge};

/// What the copy cost.
pub(crate) struct Copied {
    pub(crate) cost: Cost,
    pub(crate) change_bytes: usize,
    /// The changes of each phone one after another, compressed at level 3; summed.
    pub(crate) zstd_bytes: usize,
}

/// A table and its rows of one phone, in the binary form of COPY.
type Batch = Vec<(&'static str, Vec<u8>)>;

/// Copies what is there into tables beside it.
pub(crate) async fn copy(pool: &PgPool, gauge: &Gauge) -> Result<Copied> {
    pool.execute("create schema reference").await?;
    for table in tables() {
        let sql = format!("create table reference.{table} (like public.{table} including all)");
        pool.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    }
    let mut batches = Vec::new();
    let (mut change_bytes, mut zstd_bytes) = (0, 0);
    for install in sqlx::query_scalar::<_, Uuid>("select distinct created_by from record").fetch_all(pool).await? {
        batches.push(read(pool, install).await?);
        let changes = changes(pool, install).await?;
        change_bytes += changes.len();
        zstd_bytes += zstd::bulk::compress(&changes, 3)?.len();
    }
    let before = gauge.read()?;
    for batch in batches {
        write(pool, batch).await?;
    }
    Ok(Copied { cost: gauge.since(before)?, change_bytes, zstd_bytes })
}

fn tables() -> impl Iterator<Item = &'static str> {
    std::iter::once("change").chain(schema::tables().iter().map(|table| table.name))
}

async fn changes(pool: &PgPool, install: Uuid) -> Result<Vec<u8>> {
    let sql = "select bytes from change where install_id = $1 and n = 1 order by record_id";
    Ok(sqlx::query_scalar::<_, Vec<u8>>(sql).bind(install).fetch_all(pool).await?.concat())
}

async fn read(pool: &PgPool, install: Uuid) -> Result<Batch> {
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
