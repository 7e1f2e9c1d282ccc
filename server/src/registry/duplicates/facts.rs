//! What families are compared by, out of their typed rows: names folded and cut into parts as phones do it.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use usra_sync_protocol::arabic::{self, name};
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

use super::evidence::{Facts, Person};
use crate::storage::likeness::{self, FamilyFacts, MemberFacts};

/// The facts of those of the families that count.
///
/// # Errors
/// The database is away.
pub(super) async fn of(
    conn: &mut PgConnection,
    region: RegionId,
    families: &[Uuid],
) -> Result<BTreeMap<Uuid, Facts>, sqlx::Error> {
    let rows = likeness::families(conn, region, families).await?;
    let mut facts: BTreeMap<Uuid, Facts> =
        rows.into_iter().filter(|row| row.counts).map(|row| (row.record_id, of_family(row))).collect();
    for row in likeness::members(conn, region, families).await? {
        if let Some(facts) = facts.get_mut(&row.family_id) {
            facts.people.push(of_member(&row));
        }
    }
    for (family, index) in likeness::ids(conn, region, families).await? {
        facts.entry(family).and_modify(|facts| facts.ids.extend([index]));
    }
    Ok(facts)
}

fn of_family(row: FamilyFacts) -> Facts {
    Facts {
        trade: row.name_ar.iter().flat_map(|name| arabic::terms(name)).collect(),
        mobile: row.mobile,
        governorate: row.governorate,
        centre: row.centre,
        district: row.district.map(|district| arabic::fold(&district)).filter(|text| !text.is_empty()),
        ..Facts::default()
    }
}

fn of_member(row: &MemberFacts) -> Person {
    Person {
        parts: name::parts(&row.name),
        gender: row.gender.clone(),
        born: row.birth_date,
        to_the_day: row.birth_precision.as_deref().is_none_or(|precision| precision == "day"),
    }
}

/// Under which names a family's people are found: two names of one person agree in the first part and in one more at least.
pub(super) fn keys(family: Uuid, facts: &Facts) -> Vec<(Uuid, String)> {
    let governorate = facts.governorate.as_deref().unwrap_or_default();
    let of_person = |person: &Person| {
        let (first, others) = person.parts.split_first()?;
        Some(others.iter().map(|other| format!("{governorate} {first} {other}")).collect::<Vec<_>>())
    };
    facts.people.iter().filter_map(of_person).flatten().map(|key| (family, key)).collect()
}
