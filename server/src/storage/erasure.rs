//! What goes when a family is erased, in every table: this is the one file that speaks to all of them, so that nothing is
//! forgotten. Of a record its row stays, emptied and in no area, so that phones still hear that it left.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

use super::{bring_in, take_out};

/// Deletes what the records are made of. Only the owner of the tables may: changes are written once.
///
/// # Errors
/// The database is away, or this role may not.
pub async fn records(conn: &mut PgConnection, region: RegionId, records: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from change where region_id = $1 and record_id = any($2)", region.0, records)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from open_values where region_id = $1 and record_id = any($2)", region.0, records)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from sealed_command where region_id = $1 and record_id = any($2)", region.0, records)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "update decision
         set note = ''
         where region_id = $1
             and record_id = any($2)",
        region.0,
        records,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update record
         set area_id = 0, change_count = 0, conflict_count = 0, heads = '', digest = decode('0000000000000000', 'hex')
         where region_id = $1
             and record_id = any($2)",
        region.0,
        records,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes what tells that the family is or may be another, and under which names it is found.
///
/// # Errors
/// The database is away.
pub async fn likeness(conn: &mut PgConnection, region: RegionId, family: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from name_key where region_id = $1 and family_id = $2", region.0, family)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from match_due where region_id = $1 and family_id = $2", region.0, family)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "delete from duplicate_pair where region_id = $1 and (one_id = $2 or other_id = $2)",
        region.0,
        family
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from family_merge where region_id = $1 and (lost_id = $2 or survivor_id = $2)",
        region.0,
        family
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from followed_change where region_id = $1 and (lost_id = $2 or survivor_id = $2)",
        region.0,
        family,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the family out of the rows of published counts, whose numbers stay. Whoever publishes meanwhile is waited for, or waits and then
/// knows that the family is erased. Only the owner of the tables may: counts are written once.
///
/// # Errors
/// The database is away, or this role may not.
pub async fn published(conn: &mut PgConnection, region: RegionId, family: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("lock table published_count in share row exclusive mode").execute(&mut *conn).await?;
    sqlx::query!("delete from published_family where region_id = $1 and family_id = $2", region.0, family)
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes what hangs on the family itself: kept changes, sealed values and their key, the words of who read them and of who
/// decided on its licences, and the files of lists that may tell of it; ends its own phones and forgets whose they were.
///
/// # Errors
/// The database is away.
pub async fn family(
    conn: &mut PgConnection,
    region: RegionId,
    family: Uuid,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from kept_change where region_id = $1 and family_id = $2", region.0, family)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from sealed_value where region_id = $1 and family_id = $2", region.0, family)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from sealed_reading where region_id = $1 and family_id = $2", region.0, family)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from licence_decision where region_id = $1 and family_id = $2", region.0, family)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from family_key where region_id = $1 and family_id = $2", region.0, family)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "update install
         set name = '', revoked_at = coalesce(revoked_at, $3), last_word_until = $3
         where region_id = $1
             and family_id = $2",
        region.0,
        family,
        now,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update enrolment_code
         set name = '', expires_at = least(expires_at, $3)
         where region_id = $1
             and family_id = $2",
        region.0,
        family,
        now,
    )
    .execute(&mut *conn)
    .await?;
    take_out::end_files(conn, region, now).await?;
    bring_in::end_files(conn, region).await
}
