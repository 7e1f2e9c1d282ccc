//! What PostgreSQL says about itself: settings, version, identity, time. No table of ours.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use time::OffsetDateTime;

/// The settings that decide whether an acknowledged change survives a power cut, as this session sees them.
///
/// # Errors
/// The database is away.
pub async fn durability(conn: &mut PgConnection) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select name as "name!", setting as "setting!"
         from pg_settings
         where name in ('fsync', 'full_page_writes', 'synchronous_commit')
         order by name"#,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.setting)).collect())
}

/// Names the cluster and its timeline. A restored backup has another timeline, a copied-over dump another cluster. The timeline is
/// read from what is written now: the control file hears of a promotion only at the next checkpoint, minutes later.
///
/// # Errors
/// The database is away or takes no writes, or the role may not read the control file.
pub async fn identity(conn: &mut PgConnection) -> Result<String, sqlx::Error> {
    let row = sqlx::query!(
        r#"select system_identifier as "system!", left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) as "timeline!"
         from pg_control_system()"#,
    )
    .fetch_one(conn)
    .await?;
    let timeline = u32::from_str_radix(&row.timeline, 16).unwrap_or_default();
    Ok(format!("{}/{timeline}", row.system.cast_unsigned()))
}

/// What `usra doctor` looks at in one glance.
#[derive(Clone, Debug)]
pub struct Facts {
    /// `server_version_num`: 150013 is 15.13.
    pub version: i32,
    /// The character classification of the database; `C` breaks Arabic search.
    pub ctype: String,
    /// The encoding of the database.
    pub encoding: String,
    /// The database's clock.
    pub now: OffsetDateTime,
}

/// Reads the facts.
///
/// # Errors
/// The database is away.
pub async fn facts(conn: &mut PgConnection) -> Result<Facts, sqlx::Error> {
    sqlx::query_as!(
        Facts,
        r#"select current_setting('server_version_num')::integer as "version!", d.datctype::text as "ctype!",
             pg_encoding_to_char(d.encoding)::text as "encoding!", clock_timestamp() as "now!"
         from pg_database d
         where d.datname = current_database()"#,
    )
    .fetch_one(conn)
    .await
}

/// The schema steps that were applied whole, in order. The table is sqlx's own.
///
/// # Errors
/// The database is away, or no step was ever run.
pub async fn migrations(conn: &mut PgConnection) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select version
         from _sqlx_migrations
         where success
         order by version",
    )
    .fetch_all(conn)
    .await
}
