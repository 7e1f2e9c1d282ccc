//! The conflicts that wait for a person: fields whose open values differ, with who wrote each and when.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::change::OpId;
use usra_sync_protocol::id::{RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::open_values::OpenPuts;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::Field;
use uuid::Uuid;

use super::author::{Author, Authors};
use crate::storage::change::ArrivalRow;
use crate::storage::{change, connection, listed_family, record};
use crate::sync::ingest::IngestError;
use crate::sync::world::RecordState;
use crate::sync::{look, project};

/// A field that a person must choose for.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The record.
    pub record: RecordId,
    /// Its kind.
    pub kind: Kind,
    /// The family.
    pub family: RecordId,
    /// Its trade name.
    pub name: String,
    /// The field's key.
    pub key: String,
    /// The field.
    pub field: &'static Field,
    /// The open values, the shown one last.
    pub versions: Vec<Version>,
}

/// One of the values.
#[derive(Clone, Debug)]
pub struct Version {
    /// What was written.
    pub value: Scalar,
    /// Names it.
    pub op: OpId,
    /// Who wrote it.
    pub by: Author,
    /// When it came.
    pub at: Option<OffsetDateTime>,
}

/// Every conflict in the areas, of records that changed last first.
///
/// # Errors
/// The database is away, or a stored row is not what only this program writes.
pub async fn list(conn: &mut PgConnection, region: RegionId, areas: &[i32]) -> Result<Vec<Conflict>, IngestError> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let rows = record::look::in_conflict(&mut transaction, region, areas).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.record_id).collect();
    let families: BTreeSet<Uuid> = rows.iter().map(|row| row.family_id).collect();
    let world = look::look(&mut transaction, region, rows).await?;
    let arrivals = change::arrivals(&mut transaction, region, &ids).await?;
    let installs: Vec<Uuid> = arrivals.iter().map(|row| row.install_id).collect();
    let authors = Authors::of(&mut transaction, region, (&[], &installs)).await?;
    let families: Vec<Uuid> = families.into_iter().collect();
    let listed = listed_family::rows(&mut transaction, region, &families).await?;
    let names = listed.into_iter().map(|row| (row.record_id, row.name_ar.unwrap_or_default())).collect();
    transaction.commit().await?;
    let arrived = arrivals.into_iter().map(|row| ((row.record_id, row.n.cast_unsigned()), row)).collect();
    let of = |id: Uuid| {
        let state = world.records.get(&RecordId(id))?;
        Some(of_record(RecordId(id), state, (&arrived, &authors, &names)))
    };
    Ok(ids.into_iter().filter_map(of).flatten().collect())
}

type Arrived = BTreeMap<(Uuid, u32), ArrivalRow>;

fn of_record(
    record: RecordId,
    state: &RecordState,
    (arrived, authors, names): (&Arrived, &Authors, &BTreeMap<Uuid, String>),
) -> Vec<Conflict> {
    let conflict = |(key, field, puts): (&str, &'static Field, &OpenPuts<u32>)| Conflict {
        record,
        kind: state.kind,
        family: state.family,
        name: names.get(&state.family.0).cloned().unwrap_or_default(),
        key: key.to_owned(),
        field,
        versions: versions(record, puts, (arrived, authors)),
    };
    project::conflicting(state).map(conflict).collect()
}

fn versions(record: RecordId, puts: &OpenPuts<u32>, (arrived, authors): (&Arrived, &Authors)) -> Vec<Version> {
    let version = |(op, open): (&OpId, &usra_sync_protocol::open_values::Open<u32>)| {
        let arrival = arrived.get(&(record.0, open.with));
        Version {
            value: open.value.clone(),
            op: *op,
            by: arrival.map_or(Author::Centre, |row| authors.who(row.install_id, None)),
            at: arrival.map(|row| row.received_at),
        }
    };
    puts.iter().map(version).collect()
}
