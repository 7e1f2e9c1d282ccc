//! The people of the field: whoever has a phone as surveyor or supervisor. Phones that were enrolled with the same name and role are one
//! person's; a person is named by one of them.

use std::collections::{BTreeMap, BTreeSet};

use time::OffsetDateTime;
use usra_sync_protocol::area::{self, Area};
use usra_sync_protocol::id::{AreaId, InstallId};
use usra_sync_protocol::role::Role;
use uuid::Uuid;

use crate::registry::device::Seen;
use crate::storage::fieldwork::PlanRow;

/// Somebody of the field.
#[derive(Clone, Debug)]
pub struct Surveyor {
    /// One of their phones, a working one where they have any: it names them.
    pub phone: InstallId,
    /// Their name, as it was written down when the phone was enrolled.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The codes of the areas that their phones are assigned to.
    pub areas: BTreeSet<String>,
    /// All that lies in those areas.
    reach: BTreeSet<AreaId>,
    /// All their phones.
    pub phones: BTreeSet<Uuid>,
    /// How many of them work.
    pub working: i64,
    /// How many families they are to visit.
    pub families: i64,
    /// How many visits they wrote lately.
    pub visits: i64,
    /// When one of their phones was last heard.
    pub heard_at: OffsetDateTime,
    /// Whether all their working phones are silent.
    pub silent: bool,
}

impl Surveyor {
    /// Whether they have a phone that works in one of these areas.
    #[must_use]
    pub fn works_in(&self, areas: &BTreeSet<AreaId>) -> bool {
        !self.reach.is_disjoint(areas)
    }

    /// Whether a family is theirs to visit.
    #[must_use]
    pub fn is_to_visit(&self, plan: &PlanRow) -> bool {
        let to = plan.assigned_to.as_deref().and_then(|id| id.parse::<Uuid>().ok());
        to.is_some_and(|id| self.phones.contains(&id))
    }
}

/// Whether somebody of this role visits families.
#[must_use]
pub fn visits(role: &str) -> Option<Role> {
    role.parse().ok().filter(|role| matches!(role, Role::Surveyor | Role::Supervisor))
}

/// The people of these phones by name, with the families that are assigned to them and the visits that each phone wrote.
#[must_use]
pub fn people(phones: &[Seen], areas: &[Area], (plans, visits): (&[PlanRow], &[(Uuid, i64)])) -> Vec<Surveyor> {
    let mut people: BTreeMap<(String, Role), Surveyor> = BTreeMap::new();
    for phone in phones {
        let Some(role) = self::visits(&phone.row.role) else { continue };
        let key = (phone.row.name.clone(), role);
        let one = of(phone, role, areas);
        let one = match people.remove(&key) {
            Some(other) => other.with(one),
            None => one,
        };
        people.insert(key, one);
    }
    let mut people: Vec<Surveyor> = people.into_values().collect();
    for person in &mut people {
        let theirs = plans.iter().filter(|plan| person.is_to_visit(plan)).count();
        person.families = i64::try_from(theirs).unwrap_or(i64::MAX);
        person.visits = visits.iter().filter(|(id, _)| person.phones.contains(id)).map(|(_, visits)| visits).sum();
    }
    people
}

fn of(phone: &Seen, role: Role, areas: &[Area]) -> Surveyor {
    let row = &phone.row;
    let works = row.revoked_at.is_none();
    let codes: BTreeSet<String> = row.areas.iter().filter(|_| works).cloned().collect();
    let roots = areas.iter().filter(|area| codes.contains(&area.code));
    Surveyor {
        phone: InstallId(row.install_id),
        name: row.name.clone(),
        role,
        reach: roots.flat_map(|root| area::below(areas, root.id)).collect(),
        areas: codes,
        phones: [row.install_id].into(),
        working: i64::from(works),
        families: 0,
        visits: 0,
        heard_at: row.last_seen_at.unwrap_or(row.enrolled_at),
        silent: phone.silent,
    }
}

impl Surveyor {
    /// The same person with another phone, enrolled later.
    fn with(self, later: Self) -> Self {
        let silent = match (self.working, later.working) {
            (0, _) => later.silent,
            (_, 0) => self.silent,
            _ => self.silent && later.silent,
        };
        Self {
            phone: if later.working > 0 || self.working == 0 { later.phone } else { self.phone },
            areas: self.areas.into_iter().chain(later.areas).collect(),
            reach: self.reach.into_iter().chain(later.reach).collect(),
            phones: self.phones.into_iter().chain(later.phones).collect(),
            working: self.working + later.working,
            heard_at: self.heard_at.max(later.heard_at),
            silent,
            ..later
        }
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::storage::device::DeviceRow;

    fn phone(number: u128, name: &str, role: &str, revoked: bool) -> Seen {
        let enrolled_at = OffsetDateTime::UNIX_EPOCH + Duration::days(i64::try_from(number).unwrap());
        let row = DeviceRow {
            install_id: Uuid::from_u128(number),
            role: role.to_owned(),
            name: name.to_owned(),
            areas: vec!["A100".to_owned()],
            areas_later: Vec::new(),
            enrolled_at,
            last_seen_at: None,
            synced_at: None,
            told_version: None,
            told_schema: None,
            told_unsent: None,
            family_id: None,
            revoked_at: revoked.then_some(enrolled_at),
            held: 0,
            waiting: 0,
        };
        Seen { row, silent: !revoked }
    }

    fn plan(to: u128) -> PlanRow {
        let assigned_to = Some(Uuid::from_u128(to).to_string());
        PlanRow { area_id: 101, block: None, assigned_to, met_at: None }
    }

    fn areas() -> [Area; 2] {
        let area = |id, parent: Option<u32>| Area {
            id: AreaId(id),
            parent: parent.map(AreaId),
            code: format!("A{id}"),
            name_ar: String::new(),
            name_en: None,
        };
        [area(100, None), area(101, Some(100))]
    }

    #[test]
    fn who_got_another_phone_keeps_what_was_theirs() {
        let phones = [phone(1, "Huda", "surveyor", true), phone(2, "Huda", "surveyor", false)];
        let visits = [(Uuid::from_u128(1), 4), (Uuid::from_u128(2), 3), (Uuid::from_u128(9), 8)];
        let people = people(&phones, &areas(), (&[plan(1), plan(2), plan(9)], &visits));
        let [huda] = people.as_slice() else { panic!("{people:?}") };
        assert_eq!((huda.phone.0, huda.working, huda.families, huda.visits), (Uuid::from_u128(2), 1, 2, 7));
        assert!(huda.silent && huda.works_in(&[AreaId(101)].into()) && !huda.works_in(&[AreaId(7)].into()));
    }

    #[test]
    fn only_people_of_the_field_are_among_them_and_those_of_another_role_are_others() {
        let phones = [
            phone(1, "Huda", "supervisor", false),
            phone(2, "Huda", "surveyor", false),
            phone(3, "Noura", "family", false),
            phone(4, "Sara", "staff", false),
            phone(5, "Amal", "surveyor", true),
        ];
        let people = people(&phones, &areas(), (&[], &[]));
        let told: Vec<_> = people.iter().map(|person| (person.name.as_str(), person.role, person.working)).collect();
        assert_eq!(told, [("Amal", Role::Surveyor, 0), ("Huda", Role::Surveyor, 1), ("Huda", Role::Supervisor, 1)]);
        assert!(!people[0].works_in(&[AreaId(101)].into()), "a phone that is out works nowhere");
    }
}
