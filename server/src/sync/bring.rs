//! Bring: families of a list from elsewhere become records by changes of the centre, under the locks of a push and by the same feed. A list's
//! changes have a generation of their own of the centre's actor, so that a value which the last list wrote is known from one that a person
//! wrote since: the first is replaced, the second stands.

use std::sync::Arc;

use serde_json::json;
use sqlx::Acquire;
use time::OffsetDateTime;
use usra_sync_protocol::change::{self, Draft, Put};
use usra_sync_protocol::id::{Actor, AreaId, ChangeHash, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy::Scope;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sync::{Reason, Verdict};

use super::author::Author;
use super::batch::{TRIES, may_help_to_retry};
use super::decide;
use super::desk::Desk;
use super::ingest::IngestError;
use super::load::{self, Loaded};
use super::offer::Offer;
use super::world::{RecordState, World};
use crate::registry::audit::{self, Action, Event};

/// The generation of the centre's actor that writes lists; 0 is that of people who decide.
const GENERATION: u32 = 1;

/// A family of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// Its record.
    pub record: RecordId,
    /// Where it lives, if it is new.
    pub area: AreaId,
    /// What the list says of it; each fits its field.
    pub fields: Vec<(String, Scalar)>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// It is new.
    New(ChangeHash),
    /// Fields of it changed.
    Updated(ChangeHash),
    /// It says so already, or people wrote otherwise since.
    Same,
    /// It was left out.
    Refused(Reason),
}

/// Writes the families in one transaction and notes who brought them; what became of each, in order.
///
/// # Errors
/// An [`IngestError`]; then nothing of them is written.
pub async fn bring(desk: &Desk, families: &[Family], now: OffsetDateTime) -> Result<Vec<Became>, IngestError> {
    let mut tries = 1;
    loop {
        match once(desk, families, now).await {
            Err(IngestError::Database(error)) if tries < TRIES && may_help_to_retry(&error) => tries += 1,
            result => return result,
        }
    }
}

async fn once(desk: &Desk, families: &[Family], now: OffsetDateTime) -> Result<Vec<Became>, IngestError> {
    let offers: Vec<Offer> = families.iter().map(|family| place(desk, family)).collect();
    let mut connection = desk.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    let wanted: Vec<&Offer> = offers.iter().collect();
    let Loaded { mut world, waiting } = load::load(&mut transaction, desk.region, &desk.areas, &wanted, now).await?;
    let became = |(family, offer)| write(desk, &mut world, (family, offer), now).unwrap_or_else(Became::Refused);
    let became: Vec<Became> = families.iter().zip(&offers).map(became).collect();
    let written: Vec<(RecordId, ChangeHash)> = families.iter().zip(&became).filter_map(changed).collect();
    if !written.is_empty() {
        desk.write(&mut transaction, (world, &waiting), now).await?;
        let (records, changes): (Vec<RecordId>, Vec<String>) =
            written.into_iter().map(|(record, hash)| (record, hash.to_string())).unzip();
        let detail = json!({ "changes": changes });
        let event = Event { by: desk.by.clone(), action: Action::ListBringIn, records, install: None, detail };
        audit::note(&mut transaction, desk.region, &event, now).await?;
    }
    transaction.commit().await?;
    Ok(became)
}

fn changed((family, became): (&Family, &Became)) -> Option<(RecordId, ChangeHash)> {
    match became {
        Became::New(hash) | Became::Updated(hash) => Some((family.record, *hash)),
        Became::Same | Became::Refused(_) => None,
    }
}

/// The family as something to load: the locks that a push of the centre itself would take.
fn place(desk: &Desk, family: &Family) -> Offer {
    let scope = Scope { areas: desk.areas.ids(), family: None };
    Offer {
        author: Arc::new(Author::new(InstallId::SERVER, Role::Admin, scope)),
        record: family.record,
        kind: Kind::Family.number(),
        area: family.area,
        family: family.record,
        relay: false,
        bytes: Vec::new(),
    }
}

fn write(
    desk: &Desk,
    world: &mut World,
    (family, offer): (&Family, &Offer),
    now: OffsetDateTime,
) -> Result<Became, Reason> {
    if world.is_erased(family.record, family.record) {
        return Err(Reason::Erased);
    }
    let fresh = decide::locate(world, offer, Kind::Family).map_err(|verdict| reason_of(&verdict))?;
    let is_new = fresh.is_some();
    let state = fresh.as_ref().or(world.records.get(&family.record)).ok_or(Reason::RecordMissing)?;
    if !desk.holds(state.area, state.family) {
        return Err(Reason::OutOfScope);
    }
    let Some(draft) = draft(state, family, now) else { return Ok(Became::Same) };
    let (written, bytes) = change::write(draft).map_err(|_fault| Reason::ChangeTooLarge)?;
    decide::has_room(state, &written, bytes.len()).map_err(|verdict| reason_of(&verdict))?;
    let hash = written.hash();
    if let Some(fresh) = fresh {
        world.records.insert(family.record, fresh);
    }
    if let Some(state) = world.records.get_mut(&family.record) {
        state.accept(written, bytes);
    }
    Ok(if is_new { Became::New(hash) } else { Became::Updated(hash) })
}

fn reason_of(verdict: &Verdict) -> Reason {
    match verdict {
        Verdict::Held { reason, .. } | Verdict::Refused(reason) | Verdict::Waiting(reason) => *reason,
        Verdict::Accepted | Verdict::Duplicate => Reason::RecordMismatch,
    }
}

/// What the list says anew as the next change of lists on the record; `None` when it says nothing new.
fn draft(state: &RecordState, family: &Family, now: OffsetDateTime) -> Option<Draft> {
    let actor = Actor::new(InstallId::SERVER, GENERATION);
    let puts: Vec<Put> = family.fields.iter().filter_map(|field| put(state, field, actor)).collect();
    (!puts.is_empty()).then(|| Draft {
        actor,
        seq: state.history.next_seq(actor),
        start_op: state.history.max_op().saturating_add(1),
        time: now.unix_timestamp(),
        deps: state.history.heads(),
        puts,
    })
}

/// The put of one field; none where the record says so already, or a person said otherwise.
fn put(state: &RecordState, (key, value): &(String, Scalar), actor: Actor) -> Option<Put> {
    let open = state.values.open_ops(key);
    let of_lists = open.iter().all(|op| op.actor == actor);
    let new = state.values.shown(key) != Some(value);
    (new && of_lists).then(|| Put { key: key.clone(), value: value.clone(), replaces: open })
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-29 09:00 UTC);

    fn family(fields: &[(&str, &str)]) -> Family {
        let fields = fields.iter().map(|(key, value)| ((*key).to_owned(), Scalar::from(*value))).collect();
        Family { record: RecordId::new(0, [7; 10]), area: AreaId(200), fields }
    }

    fn accept(state: &mut RecordState, draft: Draft) {
        let (change, bytes) = change::write(draft).unwrap();
        state.accept(change, bytes);
    }

    fn fresh(list: &Family) -> RecordState {
        let mut state = RecordState::new(Kind::Family, list.record, list.area);
        let first = draft(&state, list, NOW).unwrap();
        accept(&mut state, first);
        state
    }

    #[test]
    fn the_same_list_again_changes_nothing_and_a_corrected_one_only_what_it_corrects() {
        let list = family(&[("name_ar", "كعك"), ("district", "الصفا")]);
        let mut state = fresh(&list);
        assert!(draft(&state, &list, NOW).is_none());
        let corrected = draft(&state, &family(&[("name_ar", "كعك"), ("district", "المروة")]), NOW).unwrap();
        assert_eq!(corrected.puts.len(), 1);
        assert_eq!((corrected.puts[0].key.as_str(), corrected.seq), ("district", 2));
        accept(&mut state, corrected);
        assert_eq!(state.values.shown("district"), Some(&Scalar::from("المروة")));
    }

    #[test]
    fn what_a_person_wrote_since_stands() {
        let mut state = fresh(&family(&[("district", "الصفا")]));
        let person = Draft {
            actor: Actor::new(InstallId::SERVER, 0),
            seq: 1,
            start_op: state.history.max_op() + 1,
            time: 0,
            deps: state.history.heads(),
            puts: vec![Put {
                key: "district".to_owned(),
                value: Scalar::from("الروضة"),
                replaces: state.values.open_ops("district"),
            }],
        };
        accept(&mut state, person);
        assert!(draft(&state, &family(&[("district", "المروة")]), NOW).is_none());
    }
}
