//! Table `decision`: what people decided about each install's held work, numbered by the install's own row.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::{ChangeHash, InstallId, RecordId, RegionId};
use usra_sync_protocol::sync::{Decision, Outcome};

/// A decision to be written down.
#[derive(Clone, Debug)]
pub struct NewDecision<'a> {
    /// Whose work it was.
    pub install: InstallId,
    /// The record.
    pub record: RecordId,
    /// The change.
    pub change: ChangeHash,
    /// What was decided.
    pub outcome: Outcome,
    /// Words for the author; may be empty.
    pub note: &'a str,
}

/// Gives the decision the install's next number and writes it down. Until the transaction ends nobody else takes a number of
/// that install.
///
/// # Errors
/// The database is away, or there is no such install.
pub async fn add(
    conn: &mut PgConnection,
    region: RegionId,
    new: &NewDecision<'_>,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let number = sqlx::query_scalar!(
        "update install
         set decision_count = decision_count + 1
         where region_id = $1
             and install_id = $2
         returning decision_count",
        region.0,
        new.install.0,
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into decision (region_id, install_id, n, record_id, hash, outcome, note, decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        region.0,
        new.install.0,
        number,
        new.record.0,
        new.change.0.as_slice(),
        new.outcome.word(),
        new.note,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The decisions about the install's work after the number `heard`, in order, at most `limit`.
///
/// # Errors
/// The database is away.
pub async fn after(
    conn: &mut PgConnection,
    region: RegionId,
    install: InstallId,
    heard: u64,
    limit: usize,
) -> Result<Vec<Decision>, sqlx::Error> {
    let rows = sqlx::query!(
        "select n, record_id, hash, outcome, note
         from decision
         where region_id = $1
             and install_id = $2
             and n > $3
         order by n
         limit $4",
        region.0,
        install.0,
        i64::try_from(heard).unwrap_or(i64::MAX),
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
    .fetch_all(conn)
    .await?;
    let decision = |hash: &[u8], number: i64, record, outcome: &str, note| {
        let change = ChangeHash::from_bytes(hash)?;
        Some(Decision {
            number: number.cast_unsigned(),
            record: RecordId(record),
            change,
            outcome: Outcome::from_word(outcome),
            note,
        })
    };
    Ok(rows.into_iter().filter_map(|row| decision(&row.hash, row.n, row.record_id, &row.outcome, row.note)).collect())
}
