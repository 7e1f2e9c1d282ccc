//! After a rotation: every family gets a new key, its values are encrypted anew and indexed with the newest ring. In batches,
//! each a transaction of its own, so that it may be stopped at any moment and goes on where it was.

use serde_json::json;
use sqlx::{Acquire, PgConnection, PgPool};
use time::OffsetDateTime;
use usra_sync_protocol::id::{RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::sealed::{self, Check};

use crate::keys::Rings;
use crate::keys::draw::Draw;
use crate::keys::field::{FamilyKey, Owner, Place, Unopened};
use crate::registry::audit::{self, Action, By, Event};
use crate::registry::family_key;
use crate::storage::family_key::{self as stored, FamilyKeyRow};
use crate::storage::sealed_value::{self, SealedRow};

/// Families in one transaction.
const BATCH: i64 = 50;

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Families that got a new key.
    pub families: usize,
    /// Values that were encrypted anew.
    pub values: usize,
}

/// Why it stopped. What was done stays, and it goes on where it was.
#[derive(Debug, thiserror::Error)]
pub enum NotResealed {
    /// A stored value does not open.
    #[error(transparent)]
    Unopened(#[from] Unopened),
    /// The database is away.
    #[error("the database did not take a batch; run the command again, it goes on where it was")]
    Storage(#[from] sqlx::Error),
}

/// Brings everything to the newest ring.
///
/// # Errors
/// A [`NotResealed`].
pub async fn reseal(pool: &PgPool, region: RegionId, rings: &Rings, draw: &mut Draw) -> Result<Resealed, NotResealed> {
    let mut done = Resealed::default();
    loop {
        let batch = one_batch(pool, region, rings, draw).await?;
        if batch.families == 0 {
            return Ok(done);
        }
        done.families += batch.families;
        done.values += batch.values;
    }
}

/// Notes a rotation in the audit.
///
/// # Errors
/// The database is away.
pub async fn note(
    pool: &PgPool,
    region: RegionId,
    (rings, done): (&Rings, Resealed),
    (by, now): (By, OffsetDateTime),
) -> Result<(), sqlx::Error> {
    let (version, families, values) = (rings.newest().version, done.families, done.values);
    let detail = json!({ "version": version, "families": families, "values": values });
    let event = Event { by, action: Action::KeysRotate, records: Vec::new(), install: None, detail };
    let mut conn = pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    audit::note(&mut transaction, region, &event, now).await?;
    transaction.commit().await
}

async fn one_batch(pool: &PgPool, region: RegionId, rings: &Rings, draw: &mut Draw) -> Result<Resealed, NotResealed> {
    let mut conn = pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    let newest = rings.newest().version.cast_signed();
    let rows = stored::lock_outdated(&mut transaction, region, newest, BATCH).await?;
    let mut values = 0;
    for row in &rows {
        values += one_family(&mut transaction, region, (rings, row), draw).await?;
    }
    transaction.commit().await?;
    Ok(Resealed { families: rows.len(), values })
}

async fn one_family(
    conn: &mut PgConnection,
    region: RegionId,
    (rings, row): (&Rings, &FamilyKeyRow),
    draw: &mut Draw,
) -> Result<usize, NotResealed> {
    let (old, family) = (family_key::open(region, rings, row)?, RecordId(row.family_id));
    let new = FamilyKey::new(Owner { region, family }, old.version + 1, draw);
    let values = sealed_value::of_family(conn, region, row.family_id).await?;
    for value in &values {
        let anew = again(region, (&old, &new), rings, value, draw)?;
        sealed_value::reseal(conn, region, &anew).await?;
    }
    stored::set(conn, region, &family_key::row_of(family, rings, &new, draw)?).await?;
    Ok(values.len())
}

fn again(
    region: RegionId,
    (old, new): (&FamilyKey, &FamilyKey),
    rings: &Rings,
    row: &SealedRow,
    draw: &mut Draw,
) -> Result<SealedRow, Unopened> {
    let place = Place { record: RecordId(row.record_id), key: &row.key, n: row.n };
    let value = old.decrypt(place, (&row.nonce, &row.ciphertext))?;
    let boxed = new.encrypt(place, &value, draw)?;
    // Only the newest value of a place is indexed, and only ids are.
    let is_id = sealed::field(Kind::Household, &row.key).is_some_and(|field| field.check == Check::NationalId);
    let indexed = row.blind_index.is_some() && is_id;
    let blind_index = indexed.then(|| rings.newest().blind_index(region, &value).to_vec());
    let (nonce, ciphertext) = (boxed.nonce.to_vec(), boxed.bytes);
    Ok(SealedRow { key_version: new.version, nonce, ciphertext, blind_index, ..row.clone() })
}
