//! Verify: a person of the centre says that a family is as its record tells, after a visit or by its papers. From then on it counts as
//! verified and has a file number, which it keeps whatever happens later. Only the server writes these fields, and so do phones hear it.

use serde_json::json;
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::value::file_no;

use super::desk::Desk;
use super::put::{self, Over, PutError, Wanted};
use super::world::RecordState;
use crate::clock::RIYADH;
use crate::registry::audit::Action;
use crate::storage::file_number;

/// Verifies the family.
///
/// # Errors
/// A [`PutError`]; then nothing changed. [`PutError::Field`] when the record is no family's own.
pub async fn verify(desk: &Desk, family: RecordId, now: OffsetDateTime) -> Result<ChangeHash, PutError> {
    let mut connection = desk.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    let mut opened = put::open(&mut transaction, desk, &[family], now).await?;
    let day = now.to_offset(RIYADH).date().to_string();
    let mut wanted = vec![
        official("official/count_state", "verified"),
        official("official/status", "verified"),
        official("official/verified_on", &day),
    ];
    wanted.extend(file_number(&mut transaction, desk, opened.state(family)?).await?);
    let hash = opened.put(family, &wanted, now)?;
    opened.close(&mut transaction, desk, now).await?;
    let noted = (Action::FamilyVerify, json!({}));
    put::note(&mut transaction, desk, (family, hash, &wanted), noted, now).await?;
    transaction.commit().await?;
    Ok(hash)
}

fn official(key: &str, value: &str) -> Wanted {
    Wanted { key: key.to_owned(), value: Scalar::from(value), over: Over::All }
}

/// A file number for a family that has none yet: the next one of its governorate.
async fn file_number(
    conn: &mut PgConnection,
    desk: &Desk,
    family: &RecordState,
) -> Result<Option<Wanted>, sqlx::Error> {
    let text = |key: &str| family.values.shown(key).and_then(Scalar::as_text).map(str::to_owned);
    let (None, Some(governorate)) = (text("official/file_no"), text("governorate")) else { return Ok(None) };
    let number = file_number::next(conn, desk.region, &governorate).await?;
    let made = file_no::make(&governorate, number.cast_unsigned());
    Ok(made.map(|number| official("official/file_no", &number)))
}
