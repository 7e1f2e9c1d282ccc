//! The witness: sees every answer that the centre gives, and says whether it may be so. It has rules of its own, from the policy
//! and the design and not from the server's code: who may see what now, one verdict for each change, the same verdict for the
//! same question, nothing for the revoked, no page beyond what was asked.

use std::collections::{BTreeMap, BTreeSet};

use time::OffsetDateTime;
use usra_sync_protocol::change;
use usra_sync_protocol::id::{AreaId, ChangeHash, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::limits::{PAGE_BYTES, PAGE_BYTES_MIN};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::sync::{Leave, Reason, SyncResponse, Verdict};

use super::centre::{Centre, Handled};
use super::counts::Counts;
use super::late::Knowledge;
use super::tables::{Install, Tables};
use super::violation::{Holds, demand};
use super::words::name;

/// What the witness remembers.
#[derive(Clone, Debug, Default)]
pub(super) struct Witness {
    pub(super) counts: Counts,
    /// Every change that somebody was told is accepted: a plain set, whatever became of it.
    pub(super) told: BTreeSet<(RecordId, ChangeHash)>,
    /// Those that waited once: the right they had then was looked at then.
    waited: BTreeSet<(RecordId, ChangeHash)>,
    held: BTreeSet<(RecordId, ChangeHash)>,
    /// Every change that was ever held.
    ever_held: BTreeSet<(RecordId, ChangeHash)>,
    pub(super) knowledge: Knowledge,
}

/// Who may see which kind, as the design's table has it.
fn reads(role: Role, kind: Kind) -> bool {
    match (role, kind) {
        (Role::Surveyor | Role::Supervisor | Role::Staff | Role::Admin, _) => true,
        (Role::Family, kind) => matches!(kind, Kind::Family | Kind::Household | Kind::Product),
        (Role::Partner, kind) => matches!(kind, Kind::Family | Kind::Product),
    }
}

/// Whether `area` is `root` or lies somewhere in it.
pub(super) fn lies_in(centre: &Centre, mut area: AreaId, root: AreaId) -> bool {
    loop {
        if area == root {
            return true;
        }
        let Some(parent) = centre.areas.iter().find(|one| one.id == area).and_then(|one| one.parent) else {
            return false;
        };
        area = parent;
    }
}

/// Whether the install reaches a record there, of that family, at this moment.
pub(super) fn reaches(
    centre: &Centre,
    id: usra_sync_protocol::id::InstallId,
    (area, family): (AreaId, RecordId),
    now: OffsetDateTime,
) -> bool {
    match centre.tables.installs.get(&id) {
        None | Some(Install { revoked: true, .. }) => false,
        Some(Install { family: Some(own), .. }) => *own == family,
        Some(Install { family: None, .. }) => {
            let of_install = centre.tables.assignments.iter().filter(|one| one.install == id);
            let mut present = of_install.filter(|one| one.from <= now && one.to.is_none_or(|to| to > now));
            present.any(|one| lies_in(centre, area, one.area))
        }
    }
}

/// Whether the install may be shown the record at this moment.
pub(super) fn sees(
    centre: &Centre,
    id: usra_sync_protocol::id::InstallId,
    record: RecordId,
    now: OffsetDateTime,
) -> bool {
    let Some(kept) = centre.tables.records.get(&record) else { return false };
    let kind = u8::try_from(kept.row.kind).ok().and_then(Kind::from_number);
    let role = centre.tables.installs.get(&id).map(|install| install.role);
    let place = (AreaId(kept.row.area_id.cast_unsigned()), RecordId(kept.row.family_id));
    role.zip(kind).is_some_and(|(role, kind)| reads(role, kind)) && reaches(centre, id, place, now)
}

impl Witness {
    /// Looks at what the centre did with one request.
    pub(super) fn look(&mut self, centre: &Centre, handled: &Handled, now: OffsetDateTime) -> Holds {
        self.counts.requests += 1;
        self.one_verdict_each(handled)?;
        self.right_to_write(centre, handled, now)?;
        self.note_held(handled);
        self.knowledge.note(centre, handled, now);
        let Some(response) = &handled.response else { return Ok(()) };
        self.may_see(centre, handled, response, now)?;
        within(handled, response)?;
        let heads = response.cursor.iter().flat_map(|cursor| &cursor.areas);
        let ahead = heads.filter(|(area, seq)| **seq > centre.tables.head(**area)).count();
        demand(ahead == 0, "a cursor never stands where the feed is not", || format!("{ahead} areas"))
    }

    /// The centre was restored: what it knew of held and waiting work, and what was proved, is as old as the backup.
    pub(super) fn restored(&mut self, tables: &Tables, knowledge: Knowledge) {
        let of = |state: &str| {
            let rows = tables.in_order(|row| row.state == state);
            rows.into_iter()
                .filter_map(|row| Some((RecordId(row.record_id), ChangeHash::from_bytes(&row.hash)?)))
                .collect::<Vec<_>>()
        };
        self.held = of("held").into_iter().collect();
        self.waited = of("waiting").into_iter().collect();
        self.knowledge = knowledge;
    }

    fn one_verdict_each(&mut self, handled: &Handled) -> Holds {
        let pushed: usize = handled.request.pushes.iter().map(|push| push.changes.len()).sum();
        let said = handled.verdicts.len();
        demand(pushed == said, "pushed is the sum of the verdicts", || format!("{pushed} pushed, {said} verdicts"))?;
        for (pushed, verdict) in changes_of(handled).zip(&handled.verdicts) {
            self.counts.verdict(verdict);
            let Some(hash) = pushed.hash else { continue };
            match verdict {
                Verdict::Accepted | Verdict::Duplicate => drop(self.told.insert((pushed.record, hash))),
                Verdict::Waiting(_) => drop(self.waited.insert((pushed.record, hash))),
                Verdict::Held { .. } | Verdict::Refused(_) => {}
            }
        }
        Ok(())
    }

    fn note_held(&mut self, handled: &Handled) {
        for (pushed, verdict) in changes_of(handled).zip(&handled.verdicts) {
            if let (Some(hash), Verdict::Held { .. }) = (pushed.hash, verdict) {
                self.held.insert((pushed.record, hash));
                self.ever_held.insert((pushed.record, hash));
            }
        }
    }

    /// Whether the change was ever held.
    pub(super) fn was_held(&self, change: &(RecordId, ChangeHash)) -> bool {
        self.ever_held.contains(change)
    }

    /// What was accepted was its author's to write, or late with an excuse; what was held as out of scope was neither.
    fn right_to_write(&mut self, centre: &Centre, handled: &Handled, now: OffsetDateTime) -> Holds {
        for (pushed, verdict) in changes_of(handled).zip(&handled.verdicts) {
            let place = centre
                .tables
                .records
                .get(&pushed.record)
                .map(|kept| (AreaId(kept.row.area_id.cast_unsigned()), RecordId(kept.row.family_id)));
            let Some(place) = place else { continue };
            let in_scope = reaches(centre, handled.install, place, now);
            let excused = self.knowledge.excuses(centre, handled, (pushed.record, place), now);
            let waited = pushed.hash.is_some_and(|hash| self.waited.contains(&(pushed.record, hash)));
            match verdict {
                Verdict::Accepted if !in_scope && !waited => {
                    self.counts.late += 1;
                    demand(excused, "nobody writes where they may not", || told(centre, handled, pushed.record))?;
                }
                Verdict::Held { reason: Reason::OutOfScope, .. } if !is_settled(&centre.tables, &pushed) => {
                    // A verdict given before stands until a person decides.
                    let again = pushed.hash.is_some_and(|hash| self.held.contains(&(pushed.record, hash)));
                    demand(
                        again || !(in_scope || excused),
                        "late work is taken when its author could not know",
                        || told(centre, handled, pushed.record),
                    )?;
                }
                Verdict::Accepted
                | Verdict::Duplicate
                | Verdict::Waiting(_)
                | Verdict::Held { .. }
                | Verdict::Refused(_) => {}
            }
        }
        Ok(())
    }

    fn may_see(&mut self, centre: &Centre, handled: &Handled, response: &SyncResponse, now: OffsetDateTime) -> Holds {
        let revoked = centre.tables.installs.get(&handled.install).is_none_or(|install| install.revoked);
        let silent = SyncResponse { verdicts: response.verdicts.clone(), ..SyncResponse::default() };
        demand(!revoked || *response == silent, "a revoked phone gets nothing", || told_all(handled))?;
        for delivery in &response.deliveries {
            self.counts.deliveries += 1;
            demand(sees(centre, handled.install, delivery.record, now), "nobody sees what they may not", || {
                format!("{} got a {} it may not see", told(centre, handled, delivery.record), delivery.kind)
            })?;
        }
        let listed = response.repair.iter().flat_map(|repair| repair.buckets.values().flatten());
        for one in listed {
            demand(sees(centre, handled.install, one.record, now), "nobody hears of what they may not see", || {
                told(centre, handled, one.record)
            })?;
        }
        for leave in &response.leaves {
            let Leave::Record(record) = leave else { continue };
            self.counts.leaves += 1;
            demand(!sees(centre, handled.install, *record, now), "only what left is taken from a phone", || {
                told(centre, handled, *record)
            })?;
        }
        Ok(())
    }
}

/// A page keeps to what was asked, unless it is of one record alone.
fn within(handled: &Handled, response: &SyncResponse) -> Holds {
    let asked = usize::try_from(handled.request.want_bytes).unwrap_or(PAGE_BYTES).clamp(PAGE_BYTES_MIN, PAGE_BYTES);
    let size = |delivery: &usra_sync_protocol::sync::Delivery| delivery.changes.iter().map(Vec::len).sum::<usize>();
    let sent: usize = response.deliveries.iter().map(size).sum();
    demand(sent <= asked || response.deliveries.len() == 1, "a page keeps to its budget", || {
        format!("{sent} bytes in {} records, {asked} asked", response.deliveries.len())
    })
}

/// One pushed change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pushed {
    pub(super) record: RecordId,
    pub(super) hash: Option<ChangeHash>,
}

/// The changes of a request in order.
pub(super) fn changes_of(handled: &Handled) -> impl Iterator<Item = Pushed> {
    handled.request.pushes.iter().flat_map(|push| {
        push.changes
            .iter()
            .map(|bytes| Pushed { record: push.record, hash: change::read(bytes).ok().map(|read| read.hash()) })
    })
}

/// Whether a person decided about the change.
fn is_settled(tables: &Tables, pushed: &Pushed) -> bool {
    pushed.hash.is_some_and(|hash| tables.has(pushed.record, &hash.0))
}

fn told(centre: &Centre, handled: &Handled, record: RecordId) -> String {
    let role = centre.tables.installs.get(&handled.install).map_or("nobody", |install| install.role.word());
    let area = centre.tables.records.get(&record).map(|kept| kept.row.area_id);
    format!("{role} {}, record {} in area {area:?}", super::words::short(handled.install.0.as_bytes()), name(record))
}

fn told_all(handled: &Handled) -> String {
    format!("{:?}", handled.response)
}

/// How often each area's departures were seen to be known.
pub(super) type Seen = BTreeMap<(usra_sync_protocol::id::InstallId, AreaId), u64>;
