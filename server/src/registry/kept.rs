//! A kept change as a person sees it who decides: what it would write beside what the record shows, why it was kept, and whose it is.

use sqlx::{Acquire, PgConnection};
use usra_sync_protocol::change;
use usra_sync_protocol::id::{AreaId, ChangeHash, RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy::Scope;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, Field};
use uuid::Uuid;

use super::author::{Author, Authors};
use crate::storage::held::{self, Filter, HeldRow};
use crate::storage::{connection, kept_change, record};
use crate::sync::ingest::IngestError;
use crate::sync::look;
use crate::sync::world::RecordState;

/// A kept change.
#[derive(Clone, Debug)]
pub struct Kept {
    /// What is known of it.
    pub row: HeldRow,
    /// Its kind, unless it is of a newer program.
    pub kind: Option<Kind>,
    /// Who made it.
    pub by: Author,
    /// What it would write; nothing when its bytes are no change.
    pub puts: Vec<Wish>,
}

/// One value that it would write.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The field; `None` for one that the schema does not have.
    pub field: Option<&'static Field>,
    /// The field's key.
    pub key: String,
    /// What fills the slot of the field's pattern.
    pub part: Option<String>,
    /// What it would write.
    pub value: Scalar,
    /// What the record shows now.
    pub now: Scalar,
}

/// The kept changes in the scope, oldest first, of one state or of all.
///
/// # Errors
/// The database is away.
pub async fn list(
    conn: &mut PgConnection,
    region: RegionId,
    (state, scope): (Option<&str>, &Scope),
) -> Result<Vec<(HeldRow, Author)>, sqlx::Error> {
    let mut rows = held::list(conn, region, Filter { state, ..Filter::default() }).await?;
    rows.retain(|row| reaches(scope, row));
    let installs: Vec<Uuid> = rows.iter().map(|row| row.install_id).collect();
    let authors = Authors::of(conn, region, (&[], &installs)).await?;
    Ok(rows.into_iter().map(|row| (authors.who(row.install_id, None), row)).map(|(by, row)| (row, by)).collect())
}

/// The kept change of that name; `None` when there is none in the scope.
///
/// # Errors
/// The database is away, or a stored row is not what only this program writes.
pub async fn kept(
    conn: &mut PgConnection,
    region: RegionId,
    (id, hash): (RecordId, ChangeHash),
    scope: &Scope,
) -> Result<Option<Kept>, IngestError> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let filter = Filter { state: None, hash: Some(&hash.0), record: Some(id.0) };
    let found = held::list(&mut transaction, region, filter).await?.into_iter().next();
    let Some(row) = found.filter(|row| reaches(scope, row)) else { return Ok(None) };
    let rows: Vec<_> = record::look::find(&mut transaction, region, id.0).await?.into_iter().collect();
    let home = rows.first().map(|row| (AreaId(row.area_id.cast_unsigned()), RecordId(row.family_id)));
    if home.is_some_and(|(area, family)| !scope.holds(area, family)) {
        return Ok(None);
    }
    let world = look::look(&mut transaction, region, rows).await?;
    let stored = kept_change::of_records_or_families(&mut transaction, region, &[id.0], &[]).await?;
    let bytes = stored.into_iter().find(|kept| kept.hash == row.hash).map(|kept| kept.bytes).unwrap_or_default();
    let authors = Authors::of(&mut transaction, region, (&[], &[row.install_id])).await?;
    transaction.commit().await?;
    let kind = u8::try_from(row.kind).ok().and_then(Kind::from_number);
    let puts = kind.map(|kind| wishes(kind, &bytes, world.records.get(&id))).unwrap_or_default();
    Ok(Some(Kept { by: authors.who(row.install_id, None), kind, puts, row }))
}

fn reaches(scope: &Scope, row: &HeldRow) -> bool {
    scope.holds(AreaId(row.area_id.cast_unsigned()), RecordId(row.family_id))
}

fn wishes(kind: Kind, bytes: &[u8], state: Option<&RecordState>) -> Vec<Wish> {
    let Ok(change) = change::read(bytes) else { return Vec::new() };
    let wish = |put: &change::Put| {
        let found = schema::field(kind, &put.key);
        Wish {
            field: found.map(|(field, _)| field),
            key: put.key.clone(),
            part: found.and_then(|(_, parts)| parts.part.map(str::to_owned)),
            value: put.value.clone(),
            now: state.and_then(|state| state.values.shown(&put.key).cloned()).unwrap_or(Scalar::Null),
        }
    };
    change.draft().puts.iter().map(wish).collect()
}
