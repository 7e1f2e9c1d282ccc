//! Sealed commands: values that may stand in no record, opened here, checked as a change would be, encrypted with their
//! family's key, kept. One transaction for those of a request, under the locks of their records; a verdict for each.
//!
//! ```text
//! record here? may they? in reach? does it open? is it a value? -> family's key -> encrypt -> keep, the newest counts
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::json;
use sqlx::{Acquire, PgConnection, PgPool};
use time::OffsetDateTime;
use usra_sync_protocol::id::{AreaId, RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::sealed::{self, Check, CommandId, SealedCommand, SealedField};
use usra_sync_protocol::sync::{Reason, Verdict};
use uuid::Uuid;

use super::author::Author;
use super::batch::{TRIES, may_help_to_retry};
use super::decide::held;
use super::ingest::IngestError;
use super::knowledge;
use crate::keys::Keys;
use crate::keys::draw::Draw;
use crate::keys::field::Place;
use crate::registry::audit::{self, Action, By, Event};
use crate::registry::family_key;
use crate::storage::record::{self, RecordRow};
use crate::storage::sealed_command::{self, CommandRow};
use crate::storage::sealed_value::{self, SealedRow};
use crate::storage::{erased_family, matched};

/// Where sealed commands are taken in.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The database.
    pub pool: PgPool,
    /// The region.
    pub region: RegionId,
    /// What opens them.
    pub keys: Arc<Keys>,
    /// Whether test people are taken.
    pub demo: bool,
}

/// Takes the sealed commands of one request. Their values are durable before the verdicts exist.
///
/// # Errors
/// An [`IngestError`]; then nothing was kept and the same request may be sent again.
pub async fn put(
    intake: &Intake,
    author: &Author,
    commands: &[SealedCommand],
    seed: [u8; 32],
    now: OffsetDateTime,
) -> Result<Vec<Verdict>, IngestError> {
    if commands.is_empty() {
        return Ok(Vec::new());
    }
    let (mut draw, mut tries) = (Draw::new(seed), 1);
    loop {
        match try_put(intake, author, commands, &mut draw, now).await {
            Err(IngestError::Database(error)) if tries < TRIES && may_help_to_retry(&error) => tries += 1,
            result => return result,
        }
    }
}

async fn try_put(
    intake: &Intake,
    author: &Author,
    commands: &[SealedCommand],
    draw: &mut Draw,
    now: OffsetDateTime,
) -> Result<Vec<Verdict>, IngestError> {
    let mut connection = intake.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    let records: BTreeSet<Uuid> = commands.iter().map(|command| command.record.0).collect();
    let records: Vec<Uuid> = records.into_iter().collect();
    let rows = record::lock(&mut transaction, intake.region, &records).await?;
    let rows: BTreeMap<Uuid, RecordRow> = rows.into_iter().map(|row| (row.record_id, row)).collect();
    let families: BTreeSet<Uuid> = rows.values().map(|row| row.family_id).collect();
    let families: Vec<Uuid> = families.into_iter().collect();
    let erased = erased_family::among(&mut transaction, intake.region, &families).await?;
    let mut said = said_before(&mut transaction, intake.region, &records, commands).await?;
    let late = knowledge::excused(&mut transaction, intake.region, author, rows.values()).await?;
    let mut verdicts = Vec::new();
    for command in commands {
        let id = command.record.0;
        let row = rows.get(&id).map(|row| Found { row, late: late.contains(&id) });
        let verdict = match said.get(&command.id()) {
            _ if rows.get(&id).is_some_and(|row| erased.contains(&row.family_id)) => Verdict::Refused(Reason::Erased),
            Some(said) => said.clone(),
            None => take(&mut transaction, intake, (author, command, row), draw, now).await?,
        };
        let again = if verdict == Verdict::Accepted { Verdict::Duplicate } else { verdict.clone() };
        said.insert(command.id(), again);
        verdicts.push(verdict);
    }
    let taken = commands.iter().zip(&verdicts).filter(|(_, verdict)| **verdict == Verdict::Accepted);
    let kept: BTreeSet<RecordId> = taken.map(|(command, _)| command.record).collect();
    if !kept.is_empty() {
        let count = verdicts.iter().filter(|verdict| **verdict == Verdict::Accepted).count();
        let event = Event {
            by: By::Install(author.install),
            action: Action::SealedPut,
            detail: json!({ "values": count, "late_records": kept.iter().filter(|id| late.contains(&id.0)).count() }),
            records: kept.into_iter().collect(),
            install: Some(author.install),
        };
        audit::note(&mut transaction, intake.region, &event, now).await?;
    }
    transaction.commit().await?;
    Ok(verdicts)
}

/// The same question gets the same answer.
async fn said_before(
    conn: &mut PgConnection,
    region: RegionId,
    records: &[Uuid],
    commands: &[SealedCommand],
) -> Result<BTreeMap<CommandId, Verdict>, IngestError> {
    let ids: Vec<Vec<u8>> = commands.iter().map(|command| command.id().0.to_vec()).collect();
    let mut said = BTreeMap::new();
    for taken in sealed_value::taken(conn, region, records, &ids).await? {
        said.insert(named(&taken)?, Verdict::Duplicate);
    }
    for (id, state, reason) in sealed_command::kept(conn, region, records, &ids).await? {
        let reason = Reason::from_code(&reason);
        let verdict = if state == "refused" { Verdict::Refused(reason) } else { held(reason) };
        said.insert(named(&id)?, verdict);
    }
    Ok(said)
}

fn named(id: &[u8]) -> Result<CommandId, IngestError> {
    id.try_into().map(CommandId).or(Err(IngestError::Stored("sealed command id")))
}

async fn take(
    conn: &mut PgConnection,
    intake: &Intake,
    (author, command, found): (&Author, &SealedCommand, Option<Found<'_>>),
    draw: &mut Draw,
    now: OffsetDateTime,
) -> Result<Verdict, IngestError> {
    let decided = decide(intake, author, command, found);
    match (decided, found) {
        (Ok(good), Some(Found { row, .. })) => {
            keep(conn, intake, (author, command, row), &good, (draw, now)).await?;
            Ok(Verdict::Accepted)
        }
        (Ok(_), None) => Ok(Verdict::Waiting(Reason::RecordMissing)),
        (Err(verdict), _) => {
            set_aside(conn, intake.region, (author, command), &verdict, now).await?;
            Ok(verdict)
        }
    }
}

/// A value that may be kept; only [`decide`] makes one.
struct Good {
    field: &'static SealedField,
    value: String,
}

/// The record of a command.
#[derive(Clone, Copy)]
struct Found<'a> {
    row: &'a RecordRow,
    /// Whether its author could not know that it is out of scope.
    late: bool,
}

/// Whether the command may be carried out. Pure.
fn decide(
    intake: &Intake,
    author: &Author,
    command: &SealedCommand,
    found: Option<Found<'_>>,
) -> Result<Good, Verdict> {
    if author.revoked {
        return Err(held(Reason::InstallRevoked));
    }
    let Found { row, late } = found.ok_or(Verdict::Waiting(Reason::RecordMissing))?;
    if !late && !author.scope.holds(AreaId(row.area_id.cast_unsigned()), RecordId(row.family_id)) {
        return Err(held(Reason::OutOfScope));
    }
    let kind = u8::try_from(row.kind).ok().and_then(Kind::from_number).ok_or_else(|| held(Reason::KindUnknown))?;
    let field = sealed::field(kind, &command.key).ok_or_else(|| held(Reason::FieldUnknown))?;
    field.allows(author.role).map_err(|fault| held(fault.reason()))?;
    let value = open(&intake.keys, command)?;
    let canonical = sealed::canonical(field, &value, intake.demo).or(Err(Verdict::Refused(Reason::ValueInvalid)))?;
    if canonical == value { Ok(Good { field, value }) } else { Err(Verdict::Refused(Reason::ValueInvalid)) }
}

fn open(keys: &Keys, command: &SealedCommand) -> Result<String, Verdict> {
    let broken = || Verdict::Refused(Reason::SealBroken);
    let version = sealed::version_of(&command.sealed).ok_or_else(broken)?;
    let rings = keys.rings();
    // Keys may come back from their backup: the value is kept as it came.
    let ring = rings.get(version).ok_or_else(|| held(Reason::SealingKeyUnknown))?;
    let bytes = sealed::open(ring.sealing.bytes(), &command.place(), &command.sealed).map_err(|_fault| broken())?;
    String::from_utf8(bytes).map_err(|_fault| broken())
}

async fn keep(
    conn: &mut PgConnection,
    intake: &Intake,
    (author, command, row): (&Author, &SealedCommand, &RecordRow),
    good: &Good,
    (draw, now): (&mut Draw, OffsetDateTime),
) -> Result<(), IngestError> {
    let (region, rings) = (intake.region, intake.keys.rings());
    let unreadable = |_fault| IngestError::Stored("family_key.wrapped");
    let key = family_key::open_or_make(conn, (region, RecordId(row.family_id)), &rings, (draw, now)).await?;
    let key = key.map_err(unreadable)?;
    let n = sealed_value::supersede(conn, region, (row.record_id, &command.key)).await? + 1;
    let place = Place { record: command.record, key: &command.key, n };
    let boxed = key.encrypt(place, &good.value, draw).map_err(unreadable)?;
    let is_id = good.field.check == Check::NationalId;
    let index = is_id.then(|| rings.newest().blind_index(region, &good.value).to_vec());
    let shown = good.field.plain_part(&command.key, &good.value).map(|(_key, shown)| shown);
    let row = SealedRow {
        record_id: row.record_id,
        key: command.key.clone(),
        n,
        family_id: row.family_id,
        key_version: key.version,
        nonce: boxed.nonce.to_vec(),
        ciphertext: boxed.bytes,
        shown,
        blind_index: index,
        command_id: command.id().0.to_vec(),
        install_id: author.install.0,
        sealed_by: command.sealed_by.0,
        received_at: now,
    };
    sealed_value::add(conn, region, &row).await?;
    if is_id {
        matched::put_due(conn, region, row.family_id).await?;
    }
    Ok(())
}

/// Keeps what was not taken in the box in which it came. What waits stays with the phone.
async fn set_aside(
    conn: &mut PgConnection,
    region: RegionId,
    (author, command): (&Author, &SealedCommand),
    verdict: &Verdict,
    now: OffsetDateTime,
) -> Result<(), IngestError> {
    let (state, reason) = match verdict {
        Verdict::Held { reason, .. } => ("held", reason),
        Verdict::Refused(reason) => ("refused", reason),
        Verdict::Accepted | Verdict::Duplicate | Verdict::Waiting(_) => return Ok(()),
    };
    let row = CommandRow {
        record_id: command.record.0,
        command_id: command.id().0.to_vec(),
        key: command.key.clone(),
        state: state.to_owned(),
        reason: reason.code().to_owned(),
        install_id: author.install.0,
        sealed_by: command.sealed_by.0,
        sealed: command.sealed.clone(),
    };
    Ok(sealed_command::put(conn, region, &row, now).await?)
}
