//! A fault on purpose: numbers that are given out before anything is locked. What is numbered first may become visible last, so a
//! cursor that has passed the later number never comes back for the earlier one.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use usra_sync_protocol::id::RegionId;

use super::{FeedWrite, insert};

/// The moments at which the rows were numbered, in microseconds: as good or bad as a sequence, and needs none to be made. The pause
/// stands for everything that may come between numbering and commit.
pub(super) async fn append(
    conn: &mut PgConnection,
    region: RegionId,
    rows: &[FeedWrite],
) -> Result<Vec<i64>, sqlx::Error> {
    let first: i64 = sqlx::query_scalar("select (extract(epoch from clock_timestamp()) * 1000000)::bigint")
        .fetch_one(&mut *conn)
        .await?;
    let seqs: Vec<i64> = (first..).take(rows.len()).collect();
    sqlx::query("select pg_sleep(random() * 0.03)").execute(&mut *conn).await?;
    insert(conn, region, rows, &seqs).await?;
    let next: BTreeMap<i32, i64> = rows.iter().zip(&seqs).map(|(row, seq)| (row.area_id, seq + 1)).collect();
    for (area, next) in next {
        sqlx::query("update area set next_seq = greatest(next_seq, $3) where region_id = $1 and area_id = $2")
            .bind(region.0)
            .bind(area)
            .bind(next)
            .execute(&mut *conn)
            .await?;
    }
    Ok(seqs)
}
