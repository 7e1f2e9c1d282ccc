//! Reading sealed values: one at a time and with a reason, or finding who has a national id, counted and limited. Listing shows
//! last four digits and times only.

use serde_json::{Value, json};
use sqlx::{Acquire, PgConnection, PgPool};
use time::{Duration, OffsetDateTime};
use usra_sync_protocol::id::{AreaId, RecordId, RegionId};
use usra_sync_protocol::policy::Scope;
use usra_sync_protocol::value;

use crate::keys::Rings;
use crate::keys::field::{Place, Unopened};
use crate::registry::audit::{self, Action, By, Event};
use crate::registry::family_key;
use crate::storage::record::look;
use crate::storage::sealed_reading::{self, ReadingRow};
use crate::storage::sealed_value::{self, SealedRow};

/// Look-ups by national id in an hour. A registry of 5,000 families needs some; trying all 10^8 ids would take 95 years.
pub const LOOKUPS_MAX: i64 = 120;
/// Letters of a reason at most.
const REASON_MAX: usize = 300;

/// Why a value was not shown. Nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum NotShown {
    /// No reason, or none that fits one line.
    #[error("say why, in 1 to 300 characters on one line: the reason is kept with the reading")]
    Reason,
    /// There is no such value.
    #[error("no sealed value is kept there; `usra sealed list --family ID` shows what is")]
    Unknown,
    /// There is no such family.
    #[error("there is no such family; name the family's own record")]
    NoFamily,
    /// Not a national id.
    #[error("that is no national id: ten digits, and the last must fit the others")]
    NotNationalId,
    /// Too many look-ups.
    #[error(
        "{LOOKUPS_MAX} look-ups by national id were made in this hour, and no more are answered; wait for the next hour"
    )]
    TooMany,
    /// It does not open.
    #[error(transparent)]
    Unopened(#[from] Unopened),
    /// The database is away.
    #[error("the sealed values could not be read")]
    Storage(#[from] sqlx::Error),
}

/// What reads, and for whom.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The database.
    pub pool: PgPool,
    /// The region.
    pub region: RegionId,
    /// What opens values.
    pub rings: std::sync::Arc<Rings>,
    /// Who reads.
    pub by: By,
    /// Random, of this reading alone.
    pub reading: [u8; 16],
    /// The time now.
    pub now: OffsetDateTime,
}

/// Where a national id was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The record.
    pub record: RecordId,
    /// The place there.
    pub key: String,
    /// The family.
    pub family: RecordId,
}

/// The newest value of a place, in the scope if there is one.
///
/// # Errors
/// A [`NotShown`]; [`NotShown::Unknown`] for what lies outside of the scope too.
pub async fn show(
    desk: &Desk,
    scope: Option<&Scope>,
    (record, key): (RecordId, &str),
    reason: &str,
) -> Result<(String, SealedRow), NotShown> {
    let reason = reason_of(reason)?;
    let mut conn = desk.pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    let home = look::find(&mut transaction, desk.region, record.0).await?.ok_or(NotShown::Unknown)?;
    let (area, family) = (AreaId(home.area_id.cast_unsigned()), RecordId(home.family_id));
    if !scope.is_none_or(|scope| scope.holds(area, family)) {
        return Err(NotShown::Unknown);
    }
    let row = sealed_value::newest(&mut transaction, desk.region, (record.0, key)).await?.ok_or(NotShown::Unknown)?;
    let family = (desk.region, RecordId(row.family_id));
    let known = family_key::known(&mut transaction, family, &desk.rings).await?.ok_or(Unopened)??;
    let place = Place { record, key, n: row.n };
    let value = known.decrypt(place, (&row.nonce, &row.ciphertext))?;
    let about = About {
        kind: "show",
        action: Action::SealedRead,
        family: Some(RecordId(row.family_id)),
        records: vec![record],
    };
    desk.note(&mut transaction, reason, about, json!({ "n": row.n })).await?;
    transaction.commit().await?;
    Ok((value, row))
}

/// Everything kept of a family, without values.
///
/// # Errors
/// The database is away.
pub async fn list(desk: &Desk, family: RecordId) -> Result<Vec<SealedRow>, sqlx::Error> {
    sealed_value::of_family(&mut *desk.pool.acquire().await?, desk.region, family.0).await
}

/// The records whose newest value is this national id. Every call counts, found or not.
///
/// # Errors
/// A [`NotShown`].
pub async fn find(desk: &Desk, national_id: &str, reason: &str) -> Result<Vec<Found>, NotShown> {
    let reason = reason_of(reason)?;
    let id = value::national_id(national_id, true).or(Err(NotShown::NotNationalId))?;
    let mut conn = desk.pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    let before = desk.now - Duration::HOUR;
    if sealed_reading::count_since(&mut transaction, desk.region, "find", before).await? >= LOOKUPS_MAX {
        return Err(NotShown::TooMany);
    }
    let indices: Vec<Vec<u8>> = desk.rings.all().map(|ring| ring.blind_index(desk.region, &id).to_vec()).collect();
    let rows = sealed_value::by_index(&mut transaction, desk.region, &indices).await?;
    let records = rows.iter().map(|(record, _, _)| RecordId(*record)).collect();
    let about = About { kind: "find", action: Action::SealedRead, family: None, records };
    desk.note(&mut transaction, reason, about, json!({ "found": rows.len() })).await?;
    transaction.commit().await?;
    let found = |(record, key, family)| Found { record: RecordId(record), key, family: RecordId(family) };
    Ok(rows.into_iter().map(found).collect())
}

/// What is read.
pub(super) struct About {
    pub(super) kind: &'static str,
    pub(super) action: Action,
    pub(super) family: Option<RecordId>,
    pub(super) records: Vec<RecordId>,
}

impl Desk {
    /// Keeps the reason and notes the reading, in the transaction that reads, as its last write.
    pub(super) async fn note(
        &self,
        conn: &mut PgConnection,
        reason: &str,
        about: About,
        mut detail: Value,
    ) -> Result<(), sqlx::Error> {
        let reading_id = uuid::Builder::from_random_bytes(self.reading).into_uuid();
        let About { kind, action, family, records } = about;
        let row = ReadingRow { reading_id, kind, family_id: family.map(|id| id.0), reason: reason.to_owned() };
        sealed_reading::add(conn, self.region, &row, self.now).await?;
        if let Some(fields) = detail.as_object_mut() {
            fields.insert("reading".to_owned(), json!(reading_id));
            fields.insert("kind".to_owned(), json!(kind));
        }
        let event = Event { by: self.by.clone(), action, records, install: None, detail };
        audit::note(conn, self.region, &event, self.now).await
    }
}

/// The reason, if it is one.
///
/// # Errors
/// [`NotShown::Reason`] when it is empty, too long or not of one line.
pub fn reason_of(reason: &str) -> Result<&str, NotShown> {
    let sound = !reason.trim().is_empty() && reason.chars().count() <= REASON_MAX && !reason.contains(char::is_control);
    if sound { Ok(reason.trim()) } else { Err(NotShown::Reason) }
}
