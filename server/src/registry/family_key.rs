//! The key of each family's sealed values: made with the first value, wrapped anew when the rings rotate, forgotten when the
//! family is erased.

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::{RecordId, RegionId};

use crate::keys::Rings;
use crate::keys::draw::Draw;
use crate::keys::field::{FamilyKey, Owner, Unopened};
use crate::storage::family_key::{self, FamilyKeyRow};

/// The family's key, made if it has none. It stays as it is until the transaction ends.
///
/// # Errors
/// The database is away; inside, that the stored key does not open.
pub async fn open_or_make(
    conn: &mut PgConnection,
    (region, family): (RegionId, RecordId),
    rings: &Rings,
    (draw, now): (&mut Draw, OffsetDateTime),
) -> Result<Result<FamilyKey, Unopened>, sqlx::Error> {
    if let Some(row) = family_key::share(conn, region, family.0).await? {
        return Ok(open(region, rings, &row));
    }
    let made = FamilyKey::new(Owner { region, family }, 1, draw);
    match row_of(family, rings, &made, draw) {
        Ok(row) => family_key::add(conn, region, &row, now).await?,
        Err(fault) => return Ok(Err(fault)),
    }
    // Another may have been faster; then theirs stands.
    let stands = family_key::share(conn, region, family.0).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok(open(region, rings, &stands))
}

/// The family's key; `None` when it has none.
///
/// # Errors
/// The database is away; inside, that the stored key does not open.
pub async fn known(
    conn: &mut PgConnection,
    (region, family): (RegionId, RecordId),
    rings: &Rings,
) -> Result<Option<Result<FamilyKey, Unopened>>, sqlx::Error> {
    Ok(family_key::share(conn, region, family.0).await?.map(|row| open(region, rings, &row)))
}

/// Opens a stored key.
///
/// # Errors
/// [`Unopened`].
pub fn open(region: RegionId, rings: &Rings, row: &FamilyKeyRow) -> Result<FamilyKey, Unopened> {
    let ring = rings.get(row.ring_version.cast_unsigned()).ok_or(Unopened)?;
    let owner = Owner { region, family: RecordId(row.family_id) };
    ring.unwrap(owner, row.version, (&row.nonce, &row.wrapped))
}

/// The row of a key, wrapped by the newest ring.
///
/// # Errors
/// None that can happen.
pub fn row_of(family: RecordId, rings: &Rings, key: &FamilyKey, draw: &mut Draw) -> Result<FamilyKeyRow, Unopened> {
    let boxed = rings.newest().wrap(key, draw)?;
    Ok(FamilyKeyRow {
        family_id: family.0,
        version: key.version,
        ring_version: rings.newest().version.cast_signed(),
        nonce: boxed.nonce.to_vec(),
        wrapped: boxed.bytes,
    })
}

/// Whether these are the keys of this data: one stored key of each ring is opened.
///
/// # Errors
/// The database is away; inside, that a stored key does not open.
pub async fn check(
    conn: &mut PgConnection,
    region: RegionId,
    rings: &Rings,
) -> Result<Result<(), Unopened>, sqlx::Error> {
    let rows = family_key::one_of_each_ring(conn, region).await?;
    Ok(rows.iter().try_for_each(|row| open(region, rings, row).map(|_key| ())))
}
