//! What people do on phones: register, add, edit, resolve, dismiss. A phone may say no for good reasons; anything else it says is a
//! finding.

use usra_client_sdk::{Edited, NewRecord, Phone, PhoneError, Query, RecordSummary};
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::role::Role;

use super::frail::FrailStore;
use super::handset::{Handset, Stopped};
use super::play::Play;
use super::violation::{Holds, Violation};
use super::words::{self, Field};
use crate::dice::Dice;

const PLACES: [AreaId; 4] = [AreaId(201), AreaId(202), AreaId(301), AreaId(302)];

impl Play {
    /// A family is registered.
    pub(super) fn register(&mut self, who: usize, dice: &mut Dice) -> Holds {
        let Some(who) = self.here(who) else { return Ok(()) };
        let area = dice.pick_of(&PLACES);
        let fields = self.fields(who, Kind::Family, dice);
        let new = NewRecord { id: None, kind: Kind::Family, family: None, area, fields };
        self.create(who, new, dice)
    }

    /// A household, product or visit is added to a family; a partner also writes into households that it cannot see.
    pub(super) fn add(&mut self, who: usize, dice: &mut Dice) -> Holds {
        let Some(who) = self.here(who) else { return Ok(()) };
        let kind =
            dice.pick_of(&[Kind::Household, Kind::Household, Kind::Product, Kind::Visit]).unwrap_or(Kind::Product);
        let families: Vec<RecordId> =
            self.listed(who).into_iter().filter(|one| one.kind == Kind::Family).map(|one| one.id).collect();
        let own = self.handsets.get(who).and_then(|handset| handset.part.family);
        let Some(family) = own.or_else(|| dice.pick_of(&families)) else { return Ok(()) };
        let fields = self.fields(who, kind, dice);
        self.create(who, NewRecord { id: None, kind, family: Some(family), area: None, fields }, dice)
    }

    fn fields(&mut self, who: usize, kind: Kind, dice: &mut Dice) -> Vec<Field> {
        let role = self.role(who);
        let count = dice.of(1..=4);
        let mut fields = Vec::new();
        for _ in 0..count {
            let turn = self.turn();
            fields.extend(words::something(dice, (role, kind), turn));
        }
        fields
    }

    fn create(&mut self, who: usize, new: NewRecord, dice: &mut Dice) -> Holds {
        let (kind, texts, random) = (new.kind, texts(&new.fields), dice.bytes());
        let done = self.on(who, dice, |handset, now_ms| handset.act(|phone| phone.create(new, now_ms, random)))?;
        let Some(id) = self.took(who, done, "make a record")? else { return Ok(()) };
        if kind == Kind::Family {
            self.families.push(id);
        }
        self.count("records made");
        self.saved.extend(texts.into_iter().map(|text| (who, id, text)));
        self.say(who, &format!("makes the {kind} {}", words::name(id)));
        Ok(())
    }

    /// A field is edited, often one that others edit too.
    pub(super) fn edit(&mut self, who: usize, dice: &mut Dice) -> Holds {
        let Some(who) = self.here(who) else { return Ok(()) };
        let listed = self.listed(who);
        let favourite = self.families.first().copied().filter(|_| dice.chance(50));
        let found = favourite.and_then(|id| listed.iter().find(|one| one.id == id));
        let Some(one) = found.or_else(|| listed.get(dice.of(0..=200) as usize % listed.len().max(1))) else {
            return Ok(());
        };
        let (turn, role) = (self.turn(), self.role(who));
        let common = dice.chance(60) && one.kind == Kind::Family && role != Role::Partner;
        let field = if common {
            Some(("workers_family".to_owned(), words::value(dice, role, "workers_family", turn)))
        } else {
            words::something(dice, (role, one.kind), turn)
        };
        let Some(field) = field else { return Ok(()) };
        self.put(who, one.id, field, dice)
    }

    /// A field that is written once is written again: the phone takes it, the centre holds it.
    pub(super) fn write_again(&mut self, who: usize, dice: &mut Dice) -> Holds {
        let Some(who) = self.here(who) else { return Ok(()) };
        let turn = self.turn();
        let of_kind = |kind: Kind| match kind {
            Kind::Family => "consent/c1/text_version",
            Kind::Household => "income/i1/amount",
            Kind::Visit => "note",
            Kind::Product => "name_ar",
        };
        let listed = self.listed(who);
        let Some(one) = listed.get(dice.of(0..=200) as usize % listed.len().max(1)) else { return Ok(()) };
        let key = of_kind(one.kind);
        let value = words::value(dice, self.role(who), key, turn);
        self.count("written-once fields written again");
        self.put(who, one.id, (key.to_owned(), value), dice)
    }

    fn put(&mut self, who: usize, id: RecordId, field: Field, dice: &mut Dice) -> Holds {
        let (shown, texts) = (format!("{} = {:?}", field.0, field.1), texts(std::slice::from_ref(&field)));
        let done = self.on(who, dice, |handset, now_ms| handset.act(|phone| phone.edit(id, vec![field], now_ms)))?;
        let Some(Edited::Saved(_)) = self.took(who, done, "edit")? else { return Ok(()) };
        self.count("edits");
        self.saved.extend(texts.into_iter().map(|text| (who, id, text)));
        self.say(who, &format!("writes {shown} into {}", words::name(id)));
        Ok(())
    }

    /// Somebody settles a conflict: all versions, or only some of those that were seen.
    pub(super) fn resolve(&mut self, who: usize, dice: &mut Dice) -> Holds {
        let Some(who) = self.here(who) else { return Ok(()) };
        let Some(handset) = self.handsets.get(who) else { return Ok(()) };
        let conflicts = handset.phone.conflicts(None).unwrap_or_default();
        let Some(conflict) = conflicts.get(dice.of(0..=50) as usize % conflicts.len().max(1)) else { return Ok(()) };
        self.count("conflicts");
        let seen: Vec<_> = conflict.values.iter().map(|value| value.op).take(dice.of(1..=4) as usize).collect();
        let Some(value) = conflict.values.first().map(|value| value.value.clone()) else { return Ok(()) };
        let (id, key, some) = (conflict.record, conflict.key.clone(), dice.chance(40));
        let settle = |phone: &mut Phone<FrailStore>, now_ms| {
            if some {
                phone.resolve_seen((id, &key), value, &seen, now_ms)
            } else {
                phone.resolve(id, &key, value, now_ms)
            }
        };
        let done = self.on(who, dice, |handset, now_ms| handset.act(|phone| settle(phone, now_ms)))?;
        if self.took(who, done, "resolve")?.is_some() {
            self.count("conflicts resolved");
            self.say(who, &format!("settles a conflict of {}", words::name(id)));
        }
        Ok(())
    }

    /// Somebody has read an item of the tray.
    pub(super) fn dismiss(&mut self, who: usize, dice: &mut Dice) -> Holds {
        let Some(who) = self.here(who) else { return Ok(()) };
        let held = self.handsets.get(who).and_then(|handset| handset.phone.held().ok()).unwrap_or_default();
        let Some((record, change)) = held.first().map(|item| (item.record, item.change)) else { return Ok(()) };
        let done = self.on(who, dice, |handset, _now| handset.act(|phone| phone.dismiss(record, change)))?;
        if self.took(who, done, "dismiss")?.is_some() {
            self.say(who, "dismisses an item of its tray");
        }
        Ok(())
    }

    /// Does something on a phone, which sometimes dies over it.
    fn on<T>(
        &mut self,
        who: usize,
        dice: &mut Dice,
        act: impl FnOnce(&mut Handset, u64) -> Holds<Result<T, Stopped>>,
    ) -> Holds<Result<T, Stopped>> {
        let (now_ms, dies, keeps) = (self.now_ms, dice.chance(4), dice.chance(50));
        let handset = self.handsets.get_mut(who).ok_or_else(|| Violation::broken("no such phone"))?;
        if dies {
            handset.light(0, keeps);
        }
        let at_ms = handset.now_ms(now_ms);
        let done = act(handset, at_ms)?;
        handset.douse();
        if matches!(done, Err(Stopped::Died)) {
            self.died(who, keeps);
        }
        Ok(done)
    }

    pub(super) fn died(&mut self, who: usize, keeps: bool) {
        self.count(if keeps { "phone dies after a commit" } else { "phone dies before a commit" });
        self.say(who, if keeps { "dies after a commit" } else { "dies before a commit" });
    }

    /// What a phone did; `None` when it died or said no for a good reason.
    fn took<T>(&mut self, who: usize, done: Result<T, Stopped>, what: &str) -> Holds<Option<T>> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(Stopped::Died) => Ok(None),
            Err(Stopped::Refused(fault)) if is_right(&fault) => {
                self.count("edits refused by the phone");
                Ok(None)
            }
            Err(Stopped::Refused(fault)) => {
                let name = self.handsets.get(who).map(Handset::name).unwrap_or_default();
                Err(Violation::of("a phone takes what a person enters", format!("{name} could not {what}: {fault:?}")))
            }
        }
    }

    /// What the phone lists; after an expiry only what the centre has nothing of.
    pub(super) fn listed(&self, who: usize) -> Vec<RecordSummary> {
        let Some(handset) = self.handsets.get(who) else { return Vec::new() };
        let all = Query { limit: 1_000, ..Query::default() };
        let unsent = Query { unsent: true, ..all.clone() };
        let mut listed = handset.phone.list(&all).or_else(|_| handset.phone.list(&unsent)).unwrap_or_default();
        // Lists go by the phone's clock; a run must not.
        listed.sort_by_key(|one| one.id);
        listed
    }

    fn role(&self, who: usize) -> Role {
        self.handsets.get(who).map_or(Role::Surveyor, |handset| handset.part.role)
    }
}

/// The texts among the values, which occur nowhere else.
fn texts(fields: &[Field]) -> Vec<String> {
    let text = |(_, value): &Field| {
        value.as_text().filter(|text| text.starts_with('t') && text.ends_with('x')).map(str::to_owned)
    };
    let mut last: std::collections::BTreeMap<&str, &Field> = std::collections::BTreeMap::new();
    last.extend(fields.iter().map(|field| (field.0.as_str(), field)));
    last.into_values().filter_map(text).collect()
}

/// Whether a phone may say this to an edit.
fn is_right(fault: &PhoneError) -> bool {
    matches!(
        fault,
        PhoneError::Expired
            | PhoneError::RecordUnknown
            | PhoneError::RecordLeft
            | PhoneError::RecordExists
            | PhoneError::FamilyUnknown
            | PhoneError::FamilyNeeded
            | PhoneError::AreaOutOfScope
            | PhoneError::AreaNeeded
            | PhoneError::FieldsNeeded
            | PhoneError::FieldNotAllowed { .. }
    )
}
