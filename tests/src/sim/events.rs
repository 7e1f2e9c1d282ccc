//! What happens to the world: time, clocks, moves, backups, restores, decisions, and phones that lie.

use std::collections::{BTreeMap, BTreeSet};

use usra_client_sdk::Failure;
use usra_sync_protocol::change::{self, Change, Draft, Put};
use usra_sync_protocol::id::{Actor, AreaId, ChangeHash, Epoch, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::sync::{Cursor, Outcome, Push, SyncRequest, encode_request, seal};

use super::cast::skew;
use super::centre::Death;
use super::desk;
use super::handset::{Handset, Line};
use super::play::{Backup, Play};
use super::tables::Tables;
use super::violation::Holds;
use super::words::{name, something};
use crate::dice::Dice;

const PLACES: [AreaId; 6] = [AreaId(201), AreaId(202), AreaId(301), AreaId(302), AreaId(200), AreaId(300)];
const HOUR_MS: u64 = 3_600_000;

impl Play {
    /// A phone's clock jumps.
    pub(super) fn jump(&mut self, who: usize, dice: &mut Dice) -> Holds {
        let Some(who) = self.here(who) else { return Ok(()) };
        let to = if dice.chance(40) { 0 } else { skew(dice) };
        if let Some(handset) = self.handsets.get_mut(who) {
            handset.skew_ms = to;
        }
        self.count("clock jumps");
        self.say(who, &format!("has a clock that is {} days off", to / 86_400_000));
        self.look_at_phones()
    }

    /// Time passes.
    pub(super) fn wait(&mut self, hours: u32, what: &'static str) -> Holds {
        self.now_ms += u64::from(hours) * HOUR_MS;
        if what == "months passed" {
            self.count(what);
        }
        self.tell(format!("{hours} hours pass."));
        self.look_at_phones()
    }

    /// Everybody looks at their phone; what was not renewed in time goes.
    fn look_at_phones(&mut self) -> Holds {
        let now_ms = self.now_ms;
        for who in 0..self.handsets.len() {
            let Some(handset) = self.handsets.get_mut(who).filter(|handset| !handset.lost) else { continue };
            let at_ms = handset.now_ms(now_ms);
            let before = handset.phone.status(at_ms).is_ok_and(|status| status.records == 0);
            let _done = handset.act(|phone| phone.tick(at_ms))?;
            let expired = handset.phone.status(at_ms).is_ok_and(|status| status.expired);
            if expired {
                self.let_go(who);
            }
            if expired && !before {
                self.count("hold expiries");
            }
        }
        Ok(())
    }

    /// A family moves.
    pub(super) fn relocate(&mut self, dice: &mut Dice) {
        let (family, to, now) = (dice.pick_of(&self.families), dice.pick_of(&PLACES), self.now());
        let (Some(family), Some(to)) = (family, to) else { return };
        let moved = desk::relocate(&mut self.centre.tables, family, to, now);
        if moved > 0 {
            self.count("areas moved");
            self.tell(format!("Family {} moves to area {} with {moved} records.", name(family), to.0));
        }
    }

    /// The centre is backed up.
    pub(super) fn back_up(&mut self) {
        self.backup = Some(Backup { tables: self.centre.tables.clone(), knowledge: self.witness.knowledge.clone() });
        self.count("backups");
        self.tell("The centre is backed up.");
    }

    /// The centre is restored from its last backup, and its data begins another life. Who was revoked since is revoked again: an
    /// operator who restores looks after that, as the handbook asks.
    pub(super) fn restore(&mut self, dice: &mut Dice) -> Holds {
        let Some(backup) = self.backup.clone() else { return Ok(()) };
        self.end_connections()?;
        let before = std::mem::replace(&mut self.centre.tables, backup.tables);
        self.centre.tables.epoch = Epoch(dice.of(2..=1_000_000_000));
        for (id, install) in &before.installs {
            if let Some(known) = self.centre.tables.installs.get_mut(id) {
                (known.revoked, known.reused, known.shared) = (install.revoked, install.reused, install.shared);
            }
        }
        self.witness.restored(&self.centre.tables, backup.knowledge);
        self.owe(&before);
        self.forgive(&before);
        self.count("restores");
        self.tell("The centre is restored from its backup.");
        Ok(())
    }

    /// A centre that is restored was stopped before: what was on its way to it or from it never arrives.
    fn end_connections(&mut self) -> Holds {
        self.air.clear();
        self.centre.packed.clear();
        for who in 0..self.handsets.len() {
            let line = self.handsets.get_mut(who).map(|handset| std::mem::take(&mut handset.line));
            if !matches!(line, None | Some(Line::Idle)) {
                self.fail(who, Failure::Unreachable)?;
            }
        }
        Ok(())
    }

    /// What was taken and is gone is owed by every phone that holds it as taken: by a verdict, or, where it waited first, by a page or
    /// a comparison that told.
    fn owe(&mut self, before: &Tables) {
        let tables = &self.centre.tables;
        let told = std::mem::take(&mut self.witness.told).into_iter().chain(before.changes());
        let (here, gone): (BTreeSet<_>, BTreeSet<_>) = told.partition(|(record, hash)| tables.has(*record, &hash.0));
        self.witness.told = here;
        let mut owed: BTreeMap<(RecordId, ChangeHash), BTreeSet<usize>> = BTreeMap::new();
        for (record, hash) in gone.into_iter().chain(self.owed.keys().copied()) {
            let holds = |handset: &&Handset| !handset.lost && self.counts_on(handset) && handset.has(record, hash);
            owed.insert((record, hash), self.handsets.iter().filter(holds).map(|handset| handset.number).collect());
        }
        self.owed = owed;
    }

    /// Which lost change brought which text: when nobody owes it any more, the text may be gone. So may what no phone held any more, and
    /// what was only held: after a restore to before that, it stands in its author's tray alone, until the tray's values expire.
    fn forgive(&mut self, before: &Tables) {
        let all = before.records.iter().flat_map(|(id, kept)| kept.changes.iter().map(|change| (*id, &change.bytes)));
        for (record, read) in all.filter_map(|(id, bytes)| Some((id, change::read(bytes).ok()?))) {
            let lost = (record, read.hash());
            let on_a_phone = || self.handsets.iter().any(|handset| handset.has(lost.0, lost.1));
            if self.owed.contains_key(&lost) || self.witness.was_held(&lost) || !on_a_phone() {
                self.forgiven.extend(texts(&read).map(|text| (text, lost)));
            }
        }
        for (_, row) in before.kept.values().filter(|(_, row)| row.state != "waiting") {
            let Ok(read) = change::read(&row.bytes) else { continue };
            self.forgiven.extend(texts(&read).map(|text| (text, (RecordId(row.record_id), read.hash()))));
        }
    }

    /// Whether what the phone holds still comes back: it is enrolled and not revoked.
    fn counts_on(&self, handset: &Handset) -> bool {
        handset.install().is_some_and(|id| self.centre.tables.installs.get(&id).is_none_or(|install| !install.revoked))
    }

    /// Someone decides about held work.
    pub(super) fn decide(&mut self, dice: &mut Dice) -> Holds {
        let held = desk::to_decide(&self.centre.tables);
        let Some(row) = held.get(dice.of(0..=60) as usize % held.len().max(1)) else { return Ok(()) };
        let any = dice.pick_of(&[Outcome::Released, Outcome::Adopted, Outcome::Rejected]).unwrap_or(Outcome::Rejected);
        // What others passed on waits for its author: a person may only let it in.
        let outcome = if row.state == "waiting" { Outcome::Released } else { any };
        let now = self.now();
        if desk::decide(&mut self.centre.tables, &self.centre.tree, (row, outcome), now)? {
            self.count(match outcome {
                Outcome::Released => "decisions released",
                Outcome::Adopted => "decisions adopted",
                Outcome::Rejected | Outcome::Unknown => "decisions rejected",
            });
            self.tell(format!("Held work on {} is {}.", name(RecordId(row.record_id)), outcome.word()));
        }
        Ok(())
    }

    /// A phone offers a change that its engine would not make: to a record anywhere, on top of something that does not exist, or in
    /// another's name.
    pub(super) fn forge(&mut self, who: usize, dice: &mut Dice) -> Holds {
        let Some(who) = self.here(who) else { return Ok(()) };
        let Some((install, role)) =
            self.handsets.get(who).and_then(|handset| Some((handset.install()?, handset.part.role)))
        else {
            return Ok(());
        };
        let now = self.now();
        let centre = &self.centre;
        let ways = dice.of(1..=3);
        let foreign = |id: &RecordId| ways != 1 || !super::witness::sees(centre, install, *id, now);
        let records: Vec<RecordId> = centre.tables.records.keys().copied().filter(foreign).collect();
        let Some(record) = dice.pick_of(&records) else { return Ok(()) };
        let Some(push) = self.forged(record, (install, role), ways, dice) else { return Ok(()) };
        let read = push.changes.iter().filter_map(|bytes| change::read(bytes).ok());
        self.forged.extend(read.map(|change| (install, record, change.hash())));
        let epoch = self.centre.tables.epoch;
        let cursor = dice.chance(50).then(|| Cursor { epoch, areas: BTreeMap::new() });
        let request = SyncRequest { cursor, pushes: vec![push], ..SyncRequest::default() };
        self.count("forged changes");
        self.say(who, &format!("offers a forged change to {}", name(record)));
        self.ask_as(&install.to_string(), (&seal(&encode_request(&request)), 100), Death::Never).map(drop)
    }

    fn forged(
        &mut self,
        record: RecordId,
        (install, role): (InstallId, usra_sync_protocol::role::Role),
        ways: u32,
        dice: &mut Dice,
    ) -> Option<Push> {
        let turn = self.turn();
        let kept = self.centre.tables.records.get(&record)?;
        let kind = u8::try_from(kept.row.kind).ok().and_then(Kind::from_number)?;
        let (key, value) = something(dice, (role, kind), turn)?;
        let author = if ways == 3 { InstallId::new(dice.bytes()) } else { install };
        let heads = kept.heads.chunks(32).filter_map(ChangeHash::from_bytes);
        let most = kept.changes.iter().map(|change| change.row.start_op + i64::from(change.row.op_count) - 1).max()?;
        let deps = if ways == 2 { vec![ChangeHash(dice.bytes())] } else { heads.collect() };
        let draft = Draft {
            actor: Actor::new(author, u32::MAX - u32::try_from(turn).ok()?),
            seq: 1,
            start_op: most.cast_unsigned() + 1,
            time: 0,
            deps,
            puts: vec![Put { key, value, replaces: Vec::new() }],
        };
        let (_, bytes) = change::write(draft).ok()?;
        let (area, family) = (AreaId(kept.row.area_id.cast_unsigned()), RecordId(kept.row.family_id));
        Some(Push { record, kind: kind.number(), area, family, changes: vec![bytes] })
    }
}

fn texts(change: &Change) -> impl Iterator<Item = String> {
    change.draft().puts.iter().filter_map(|put| put.value.as_text()).map(str::to_owned)
}
