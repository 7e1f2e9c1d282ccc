//! What people of the centre do about the field, against a real PostgreSQL: who reaches how far, and what is found of visits.

use std::collections::BTreeSet;

use time::Duration;
use usra_server::registry::audit::By;
use usra_server::registry::device::{self, DeviceError};
use usra_server::registry::relocate::{RelocateError, relocate_within};
use usra_server::storage::listed_family::{self, Filter};
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy::Scope;
use usra_sync_protocol::sync::{Push, SyncRequest, Verdict};

use crate::centre::{Centre, JEDDAH, REGION, TAIF, now};
use crate::pen::{Pen, put};

fn id(number: u8) -> RecordId {
    RecordId::new(1_000, [number; 10])
}

fn scope(areas: &[AreaId]) -> Scope {
    Scope { areas: areas.iter().copied().collect(), family: None }
}

/// Two families in Jeddah, the first with a visit of the outcome that was met ten days ago.
async fn set(centre: &Centre, outcome: &str) {
    let (phone, server) = (centre.phone(1, JEDDAH).await, centre.sync().await);
    let push = |record, kind: Kind, family, puts| {
        let (_, offer) = Pen::new(&phone, record, JEDDAH).write(puts);
        Push { record, kind: kind.number(), area: JEDDAH, family, changes: vec![offer.bytes] }
    };
    let met = (now() - Duration::days(10)).replace_nanosecond(0).unwrap();
    let met = format!("{}T{:02}:{:02}:{:02}Z", met.date(), met.hour(), met.minute(), met.second());
    let visit = vec![put("outcome", outcome), put("started_at", met.as_str()), put("type", "FOLLOW")];
    let pushes = vec![
        push(id(1), Kind::Family, id(1), vec![put("name_ar", "خبز")]),
        push(id(2), Kind::Family, id(2), vec![put("name_ar", "تمر")]),
        push(id(11), Kind::Visit, id(1), visit),
    ];
    let request = SyncRequest { pushes, ..SyncRequest::default() };
    let answer = server.sync((*phone).clone(), request, now()).await.unwrap().response;
    assert_eq!(answer.verdicts, [Verdict::Accepted, Verdict::Accepted, Verdict::Accepted]);
}

async fn found(centre: &Centre, filter: Filter) -> BTreeSet<RecordId> {
    let mut conn = centre.pool().acquire().await.unwrap();
    let areas = [JEDDAH, TAIF].map(|area| area.0.cast_signed());
    let rows = listed_family::find(&mut conn, REGION, &areas, &filter).await.unwrap();
    rows.into_iter().map(|row| RecordId(row.record_id)).collect()
}

#[tokio::test]
async fn a_family_is_visited_when_a_visit_met_it_since_and_else_it_is_not() {
    for (outcome, met) in [("DONE", true), ("PART", true), ("ABSENT", false), ("REFUSE", false), ("WRONG", false)] {
        let centre = Centre::start().await;
        set(&centre, outcome).await;
        let visited =
            |visited, days| Filter { visited: Some((visited, now() - Duration::days(days))), ..Filter::default() };
        let lately = if met { BTreeSet::from([id(1)]) } else { BTreeSet::new() };
        let all = BTreeSet::from([id(1), id(2)]);
        assert_eq!(found(&centre, visited(true, 11)).await, lately, "{outcome}");
        assert_eq!(found(&centre, visited(false, 11)).await, &all - &lately, "{outcome}");
        assert_eq!(found(&centre, visited(false, 9)).await, all, "{outcome}");
    }
}

#[tokio::test]
async fn families_are_found_by_where_their_records_lie_and_by_their_block() {
    let centre = Centre::start().await;
    set(&centre, "DONE").await;
    let within = |area: AreaId| Filter { within: Some(vec![area.0.cast_signed()]), ..Filter::default() };
    assert_eq!(found(&centre, within(JEDDAH)).await.len(), 2);
    assert_eq!(found(&centre, within(TAIF)).await.len(), 0);
    let block = |block: &str| Filter { block: Some(block.to_owned()), ..Filter::default() };
    assert_eq!(found(&centre, block("")).await.len(), 2);
    assert_eq!(found(&centre, block("B-17")).await.len(), 0);
}

#[tokio::test]
async fn who_reaches_one_of_the_places_alone_moves_no_family() {
    let centre = Centre::start().await;
    set(&centre, "DONE").await;
    let mut conn = centre.pool().acquire().await.unwrap();
    for narrow in [scope(&[JEDDAH]), scope(&[TAIF]), scope(&[])] {
        let moved = relocate_within(&mut conn, REGION, (id(1), Some(&narrow)), TAIF, (By::Server, now())).await;
        assert!(matches!(moved, Err(RelocateError::RecordUnknown(_))), "{narrow:?}");
    }
    let both = scope(&[JEDDAH, TAIF]);
    let moved = relocate_within(&mut conn, REGION, (id(1), Some(&both)), TAIF, (By::Server, now())).await;
    assert_eq!(moved.unwrap(), 2);
    assert_eq!(centre.count("select count(*) from audit where action = 'record.move'").await, 1);
}

#[tokio::test]
async fn a_phone_is_reassigned_whole_or_not_at_all() {
    let centre = Centre::start().await;
    let phone = centre.phone(1, JEDDAH).await;
    let mut conn = centre.pool().acquire().await.unwrap();
    let later = now() + Duration::HOUR;
    let both = scope(&[JEDDAH, TAIF]);
    for (narrow, wanted) in [(scope(&[JEDDAH]), TAIF), (scope(&[TAIF]), TAIF), (scope(&[TAIF]), JEDDAH)] {
        let wanted = [wanted].into();
        let done = device::reassign(&mut conn, REGION, (phone.install, &narrow), &wanted, (By::Server, later)).await;
        assert!(matches!(done, Err(DeviceError::Unknown(_))), "{narrow:?}");
    }
    let reach = centre.again(&phone).await.scope.areas.clone();
    assert!(reach.contains(&JEDDAH) && !reach.contains(&TAIF), "nothing changed");
    let wanted = [TAIF].into();
    device::reassign(&mut conn, REGION, (phone.install, &both), &wanted, (By::Server, later)).await.unwrap();
    assert_eq!(centre.count("select count(*) from assignment where to_at is null and area_id = 300").await, 1);
    assert_eq!(centre.count("select count(*) from assignment where to_at is null").await, 1);
    assert_eq!(centre.count("select count(*) from audit where action in ('assign', 'unassign')").await, 2);
    device::reassign(&mut conn, REGION, (phone.install, &both), &wanted, (By::Server, later)).await.unwrap();
    assert_eq!(
        centre.count("select count(*) from audit where action in ('assign', 'unassign')").await,
        2,
        "nothing changed"
    );
}
