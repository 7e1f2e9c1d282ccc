//! What must hold once all is healed: every replica agrees, nothing acknowledged is missing, nothing saved vanished, and no phone
//! keeps what is not its to see.

use std::collections::BTreeMap;

use usra_client_sdk::store::{ChangeState, RecordRow, RowQuery, Store as _};
use usra_sync_protocol::change::OpId;
use usra_sync_protocol::id::{Actor, ChangeHash, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::role::Role;

use super::handset::Handset;
use super::judge::{self, Open};
use super::play::Play;
use super::tables::Kept;
use super::violation::{Holds, Violation, demand};
use super::witness::sees;
use super::words::{name, short};

impl Play {
    /// Verifies the whole world.
    pub(super) fn verify(&mut self) -> Holds {
        for (id, kept) in &self.centre.tables.records {
            judge::agrees(kept, &open_of(kept)?, &name(*id))?;
        }
        for handset in self.handsets.iter().filter(|handset| self.takes_part(handset)) {
            self.shows_all(handset)?;
            self.keeps_no_other(handset)?;
            self.has_sent_all(handset)?;
        }
        self.nothing_told_is_missing()?;
        self.nothing_saved_vanished()
    }

    /// Phones that were not thrown away and may sync: what they show must be right.
    fn takes_part(&self, handset: &Handset) -> bool {
        let known = handset.install().and_then(|id| self.centre.tables.installs.get(&id));
        !handset.lost && known.is_some_and(|install| !install.revoked && !install.reused)
    }

    /// The phone has every record that it may see, as the centre has it.
    fn shows_all(&self, handset: &Handset) -> Holds {
        let Some(install) = handset.install() else { return Ok(()) };
        let now = self.now();
        let visible = self.centre.tables.records.iter().filter(|(id, _)| sees(&self.centre, install, **id, now));
        let visible = visible.filter(|(id, kept)| !self.hides_its_own(handset, install, (**id, kept)));
        for (id, kept) in visible {
            let row = handset.phone.store().record(*id).map_err(Violation::broken)?;
            let about = || format!("{}, record {}", handset.name(), name(*id));
            let row = row.ok_or_else(|| Violation::of("all replicas agree", format!("{}: is missing", about())))?;
            let digest = row.digest.is_some_and(|digest| digest.0.as_slice() == kept.digest);
            demand(digest, "all replicas agree", || {
                format!("{}: other heads; {}", about(), apart(handset, kept, *id))
            })?;
            demand(!row.leaving, "all replicas agree", || format!("{}: is marked as leaving", about()))?;
            let open = open_on(handset, *id)?;
            demand(row.pending > 0 || open == open_of(kept)?, "all replicas agree", || {
                format!("{}: shows {open:?}", about())
            })?;
        }
        Ok(())
    }

    /// Whether the centre took a change that this phone offered past its engine: nobody is sent what they made themselves, so a phone that
    /// keeps no record of it learns of it by its periodic comparison only.
    fn hides_its_own(&self, handset: &Handset, install: InstallId, (id, kept): (RecordId, &Kept)) -> bool {
        let of_it = self.forged.range((install, id, ChangeHash([0; 32]))..=(install, id, ChangeHash([u8::MAX; 32])));
        let taken = |hash: &ChangeHash| kept.changes.iter().any(|change| change.row.hash == hash.0);
        of_it.map(|(_, _, hash)| hash).any(|hash| taken(hash) && !handset.has(id, *hash))
    }

    /// The phone keeps nothing out of its scope, but its own work.
    fn keeps_no_other(&self, handset: &Handset) -> Holds {
        let Some(install) = handset.install() else { return Ok(()) };
        let now = self.now();
        let everything = RowQuery { limit: usize::MAX, ..RowQuery::default() };
        for row in handset.phone.store().list(&everything).map_err(Violation::broken)? {
            let own = row.digest.is_none() || row.pending > 0 || is_blind(handset, &row);
            demand(
                own || sees(&self.centre, install, row.id, now),
                "a phone keeps nothing that left its scope",
                || format!("{} keeps the {} {} in area {}", handset.name(), row.kind, name(row.id), row.area.0),
            )?;
        }
        Ok(())
    }

    /// Everything has its verdict; what waits is kept as waiting by the centre.
    fn has_sent_all(&self, handset: &Handset) -> Holds {
        let rows = handset.phone.store().outgoing(0, 10_000).map_err(Violation::broken)?;
        for row in rows {
            let kept = self.centre.tables.kept.get(&(row.record.0, row.hash.0.to_vec()));
            let waits = row.state == ChangeState::Waiting && kept.is_some_and(|(_, kept)| kept.state == "waiting");
            demand(waits, "everything sent has its verdict", || {
                format!("{}: change {} of {} is {:?}", handset.name(), short(&row.hash.0), name(row.record), row.state)
            })?;
        }
        Ok(())
    }

    /// What somebody was told is accepted is in its record. What a restore lost is back, or kept apart, if a phone still held it:
    /// what lived only on phones that were revoked, thrown away, or whose hold expired meanwhile, is exempt. By decision 5 another's
    /// change waits until its author offers it, so it may be kept apart.
    fn nothing_told_is_missing(&self) -> Holds {
        for (record, hash) in &self.witness.told {
            demand(self.centre.tables.has(*record, &hash.0), "nothing acknowledged is missing", || {
                format!("change {} of {}", short(&hash.0), name(*record))
            })?;
        }
        for ((record, hash), holders) in &self.owed {
            let here = self.centre.tables.has(*record, &hash.0);
            let apart = self.centre.tables.kept.contains_key(&(record.0, hash.0.to_vec()));
            demand(holders.is_empty() || here || apart, "what a phone held comes back after a restore", || {
                format!("change {} of {}, held by phones {holders:?}", short(&hash.0), name(*record))
            })?;
        }
        for handset in self.handsets.iter().filter(|handset| self.takes_part(handset)) {
            self.what_it_holds_is_there(handset)?;
        }
        Ok(())
    }

    /// A phone holds nothing as confirmed that the centre does not have.
    fn what_it_holds_is_there(&self, handset: &Handset) -> Holds {
        let everything = RowQuery { limit: usize::MAX, ..RowQuery::default() };
        for row in handset.phone.store().list(&everything).map_err(Violation::broken)? {
            for change in handset.phone.store().changes(row.id).map_err(Violation::broken)? {
                let here = self.centre.tables.has(row.id, &change.hash.0);
                // What a partner wrote blind stays with it whatever becomes of it, and work that waits keeps its record.
                demand(
                    !change.state.acknowledged() || here || is_blind(handset, &row) || row.pending > 0,
                    "what a phone holds as confirmed, the centre has",
                    || format!("{}: change {} of {}", handset.name(), short(&change.hash.0), name(row.id)),
                )?;
            }
        }
        Ok(())
    }

    /// Every text that a phone said was saved is somewhere: in a record, kept apart at the centre, on the phone, or in its tray. What
    /// a restore lost is exempt once no phone holds it that comes back.
    fn nothing_saved_vanished(&self) -> Holds {
        for (who, record, text) in &self.saved {
            let owed = |lost| self.owed.get(lost).is_some_and(|holders| !holders.is_empty());
            let exempt = self.forgiven.get(text).is_some_and(|lost| !owed(lost));
            let at_centre = || self.is_at_the_centre(text);
            let on_phone = || self.handsets.get(*who).is_some_and(|handset| is_on(handset, *record, text));
            demand(exempt || at_centre() || on_phone(), "what was saved is somewhere", || {
                format!("{text} of phone {who} in {}", name(*record))
            })?;
        }
        Ok(())
    }

    /// Whether the text stands in some change that the centre has or keeps apart.
    pub(super) fn is_at_the_centre(&self, text: &str) -> bool {
        let tables = &self.centre.tables;
        let taken = tables.records.values().flat_map(|kept| kept.changes.iter().map(|change| &change.bytes));
        let mut all = taken.chain(tables.kept.values().map(|(_, row)| &row.bytes));
        all.any(|bytes| contains(bytes, text))
    }
}

/// Whether the phone has the text in a change of the record, or in its tray (where an expiry takes the value away, since the centre
/// keeps it).
pub(super) fn is_on(handset: &Handset, record: RecordId, text: &str) -> bool {
    let store = handset.phone.store();
    let changes = store.changes(record).unwrap_or_default();
    let tray = store.held(Some(record)).unwrap_or_default();
    changes.iter().any(|change| contains(&change.bytes, text))
        || tray.iter().flat_map(|item| &item.fields).any(|field| field.value.as_text() == Some(text))
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// A partner keeps what it wrote itself into a record that it may not read.
fn is_blind(handset: &Handset, row: &RecordRow) -> bool {
    handset.part.role == Role::Partner && matches!(row.kind, Kind::Household | Kind::Visit)
}

/// The open values that the centre's rows make.
fn open_of(kept: &Kept) -> Holds<Open> {
    let mut open: Open = BTreeMap::new();
    let puts = kept.values.iter().flat_map(|(key, puts)| puts.iter().map(move |put| (key, put)));
    for (key, (n, counter, value)) in puts {
        let at = usize::try_from(*n).unwrap_or_default().saturating_sub(1);
        let actor = kept.changes.get(at).and_then(|change| Actor::from_bytes(&change.row.actor));
        let actor = actor.ok_or_else(|| Violation::broken("a value's change"))?;
        open.entry(key.clone()).or_default().insert(OpId { counter: counter.cast_unsigned(), actor }, value.clone());
    }
    Ok(open)
}

fn open_on(handset: &Handset, id: RecordId) -> Holds<Open> {
    let mut open: Open = BTreeMap::new();
    for row in handset.phone.store().open_values(id).map_err(Violation::broken)? {
        open.entry(row.key).or_default().insert(row.op, row.value);
    }
    Ok(open)
}

/// Which changes only one side has.
fn apart(handset: &Handset, kept: &Kept, id: RecordId) -> String {
    let ours: Vec<ChangeHash> =
        handset.phone.store().changes(id).unwrap_or_default().into_iter().map(|row| row.hash).collect();
    let theirs: Vec<ChangeHash> =
        kept.changes.iter().filter_map(|change| ChangeHash::from_bytes(&change.row.hash)).collect();
    let only = |these: &[ChangeHash], those: &[ChangeHash]| {
        these.iter().filter(|hash| !those.contains(hash)).map(|hash| short(&hash.0)).collect::<Vec<_>>()
    };
    format!("only the phone has {:?}, only the centre {:?}", only(&ours, &theirs), only(&theirs, &ours))
}
