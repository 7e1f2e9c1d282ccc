//! Who takes part: phones are enrolled, enrolled again, assigned elsewhere, revoked, copied, thrown away.

use usra_sync_protocol::enrol::EnrolAnswer;
use usra_sync_protocol::id::{AreaId, InstallId};
use usra_sync_protocol::role::Role;

use super::desk;
use super::handset::{Handset, Part};
use super::play::Play;
use super::tables::Install;
use super::violation::{Holds, Violation};
use crate::dice::Dice;

/// Phones at most.
const PHONES: usize = 12;
/// How long phones hold what they have: three days, so that it ends now and then.
const HOLD_S: u32 = 72 * 3_600;
/// Roles as they are drawn: mostly those who work in the field.
const ROLES: [Role; 8] = [
    Role::Surveyor,
    Role::Surveyor,
    Role::Surveyor,
    Role::Supervisor,
    Role::Supervisor,
    Role::Partner,
    Role::Staff,
    Role::Admin,
];
const CENTRES: [AreaId; 4] = [AreaId(201), AreaId(202), AreaId(301), AreaId(302)];
const GOVERNORATES: [AreaId; 2] = [AreaId(200), AreaId(300)];

/// Somebody, and where they work.
fn somebody(dice: &mut Dice) -> Part {
    let role = dice.pick_of(&ROLES).unwrap_or(Role::Surveyor);
    Part { role, areas: workplace(dice, role), family: None }
}

fn workplace(dice: &mut Dice, role: Role) -> Vec<AreaId> {
    let pick = |dice: &mut Dice, of: &[AreaId]| dice.pick_of(of).unwrap_or(AreaId(1));
    match role {
        Role::Admin => vec![AreaId(1)],
        Role::Staff | Role::Supervisor => vec![pick(dice, &GOVERNORATES)],
        Role::Surveyor | Role::Partner | Role::Family => {
            let (one, other) = (pick(dice, &CENTRES), pick(dice, &CENTRES));
            if dice.chance(30) && one != other { vec![one, other] } else { vec![one] }
        }
    }
}

impl Play {
    /// A phone joins; sometimes a family was drafted on it before.
    pub(super) fn enrol(&mut self, dice: &mut Dice) -> Holds {
        if self.handsets.len() >= PHONES {
            return Ok(());
        }
        let part = somebody(dice);
        self.join(&part, dice)
    }

    /// A family's own phone joins.
    pub(super) fn enrol_family(&mut self, dice: &mut Dice) -> Holds {
        let here: Vec<_> =
            self.families.iter().copied().filter(|id| self.centre.tables.records.contains_key(id)).collect();
        let Some(family) = dice.pick_of(&here).filter(|_| self.handsets.len() < PHONES) else { return Ok(()) };
        self.join(&Part { role: Role::Family, areas: Vec::new(), family: Some(family) }, dice)
    }

    fn join(&mut self, part: &Part, dice: &mut Dice) -> Holds {
        let number = self.handsets.len();
        let mut handset = Handset::new(number, part.clone())?;
        if dice.chance(30) {
            handset.skew_ms = skew(dice);
        }
        self.handsets.push(handset);
        if dice.chance(20) && part.role != Role::Family {
            self.count("unenrolled drafts");
            self.register(number, dice)?;
        }
        self.count("new phones");
        self.install(number, part, dice)
    }

    /// The phone becomes an install of its own.
    pub(super) fn install(&mut self, who: usize, part: &Part, dice: &mut Dice) -> Holds {
        let (id, now) = (InstallId::new(dice.bytes()), self.now());
        let install = Install {
            role: part.role,
            family: part.family,
            revoked: false,
            last_word_until: None,
            reused: false,
            shared: false,
        };
        self.centre.tables.installs.insert(id, install);
        desk::assign(&mut self.centre.tables, id, &part.areas, now);
        let home = part.family.and_then(|family| self.centre.tables.records.get(&family));
        let home = home.map(|kept| AreaId(kept.row.area_id.cast_unsigned()));
        let assigned = if part.family.is_some() { home.into_iter().collect() } else { part.areas.clone() };
        let answer = EnrolAnswer {
            install_id: id,
            token: id.to_string(),
            token_expires_at: i64::MAX,
            token_life_s: 900,
            refresh_token: String::new(),
            hold_life_s: HOLD_S,
            role: part.role,
            assigned,
            family: part.family,
            areas: self.centre.areas.clone(),
            server: None,
        };
        let now_ms = self.now_ms;
        let Some(handset) = self.handsets.get_mut(who) else { return Ok(()) };
        let at_ms = handset.now_ms(now_ms);
        handset.line = super::handset::Line::Idle;
        handset.phone.enrolled(answer, "http://centre", at_ms).map_err(Violation::broken)?;
        handset.part = part.clone();
        let sentence = format!(
            "{} is enrolled for {:?}{}.",
            handset.name(),
            part.areas.iter().map(|area| area.0).collect::<Vec<_>>(),
            part.family.map(|family| format!(" and family {}", super::words::name(family))).unwrap_or_default()
        );
        self.tell(sentence);
        Ok(())
    }

    /// A phone enrols again: mostly for the same, sometimes for other areas, sometimes for somebody else.
    pub(super) fn reenrol(&mut self, who: usize, dice: &mut Dice) -> Holds {
        let Some(who) = self.here(who) else { return Ok(()) };
        let Some(part) = self.handsets.get(who).map(|handset| handset.part.clone()) else { return Ok(()) };
        let part = match dice.of(1..=10) {
            1 | 2 if part.family.is_none() => Part { areas: workplace(dice, part.role), ..part },
            3 => somebody(dice),
            _ => part,
        };
        self.let_go(who);
        self.count("re-enrolments");
        self.install(who, &part, dice)
    }

    /// A phone's person works elsewhere from now on.
    pub(super) fn reassign(&mut self, who: usize, dice: &mut Dice) {
        let Some(who) = self.here(who) else { return };
        let now = self.now();
        let Some(handset) = self.handsets.get_mut(who) else { return };
        let Some(id) = handset.install().filter(|_| handset.part.role != Role::Family) else { return };
        if self.centre.tables.installs.get(&id).is_none_or(|install| install.revoked) {
            return;
        }
        let areas = workplace(dice, handset.part.role);
        handset.part.areas.clone_from(&areas);
        let sentence = format!(
            "{} works in {:?} from now on.",
            handset.name(),
            areas.iter().map(|area| area.0).collect::<Vec<_>>()
        );
        if dice.chance(70) {
            desk::unassign(&mut self.centre.tables, id, now);
        }
        desk::assign(&mut self.centre.tables, id, &areas, now);
        self.count("reassignments");
        self.tell(sentence);
    }

    /// A phone is revoked, and with it every copy that goes by its name; mostly it enrols again some day.
    pub(super) fn revoke(&mut self, who: usize) {
        let Some(who) = self.here(who) else { return };
        let Some(id) = self.handsets.get(who).and_then(Handset::install) else { return };
        if let Some(install) = self.centre.tables.installs.get_mut(&id) {
            install.revoked = true;
            let of_name = |handset: &&Handset| handset.install() == Some(id);
            let out: Vec<usize> = self.handsets.iter().filter(of_name).map(|handset| handset.number).collect();
            for who in out {
                self.let_go(who);
            }
            self.count("revocations");
            self.say(who, "is revoked");
        }
    }

    /// A phone goes on with a copy of another one's store: now two have one name.
    pub(super) fn copy(&mut self, who: usize, dice: &mut Dice) -> Holds {
        let Some(who) = self.here(who) else { return Ok(()) };
        let from = dice.of(0..=11) as usize;
        let Some(from) = self.here(from).filter(|from| *from != who) else { return Ok(()) };
        let Some((store, part)) = self.handsets.get(from).map(|handset| (handset.copy_of(), handset.part.clone()))
        else {
            return Ok(());
        };
        // What was on it is overwritten, so nothing that it said was saved counts any more.
        self.saved.retain(|(phone, ..)| *phone != who);
        self.let_go(who);
        if let Some(handset) = self.handsets.get_mut(who) {
            handset.part = part;
            handset.go_on_with(store)?;
        }
        let name = self.handsets.get(who).and_then(Handset::install);
        if let Some(install) = name.and_then(|id| self.centre.tables.installs.get_mut(&id)) {
            install.shared = true;
        }
        self.count("copied stores");
        self.say(who, &format!("goes on with a copy of phone {from}'s store"));
        Ok(())
    }

    /// Two phones of one name both ask for new tokens: the name is out.
    pub(super) fn reuse(&mut self, who: usize) {
        let Some(who) = self.here(who) else { return };
        let Some(id) = self.handsets.get(who).and_then(Handset::install).filter(|id| self.sharers(*id) > 1) else {
            return;
        };
        if let Some(install) = self.centre.tables.installs.get_mut(&id) {
            install.reused = true;
            self.count("tokens reused");
            self.say(who, "and its copy used one token twice, and are out");
        }
    }

    /// How many phones go by this name.
    pub(super) fn sharers(&self, id: InstallId) -> usize {
        self.handsets.iter().filter(|handset| !handset.lost && handset.install() == Some(id)).count()
    }

    /// A phone is thrown away with all that is on it.
    pub(super) fn throw(&mut self, who: usize, dice: &mut Dice) {
        let Some(who) = self.here(who).filter(|_| dice.chance(50) && self.handsets.len() > 3) else { return };
        self.let_go(who);
        self.saved.retain(|(phone, ..)| *phone != who);
        if let Some(handset) = self.handsets.get_mut(who) {
            handset.lost = true;
        }
        self.count("phones thrown away");
        self.say(who, "is thrown away");
    }

    /// What a restore lost is not owed by this phone any more: its person changed, or it is gone.
    pub(super) fn let_go(&mut self, who: usize) {
        for holders in self.owed.values_mut() {
            holders.remove(&who);
        }
    }

    pub(super) fn say(&mut self, who: usize, what: &str) {
        let name = self.handsets.get(who).map(Handset::name).unwrap_or_default();
        self.tell(format!("{name} {what}."));
    }
}

/// A clock that is off by up to ten years.
pub(super) fn skew(dice: &mut Dice) -> i64 {
    const YEAR_MS: i64 = 365 * 86_400_000;
    let years = i64::from(dice.of(0..=20)) - 10;
    years * YEAR_MS + i64::from(dice.of(0..=86_400_000))
}
