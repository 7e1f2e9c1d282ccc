//! Decisions on licences, against a real PostgreSQL: what they write where, who hears of them, what is refused; and the licence gap.

use std::sync::Arc;

use usra_server::clock::RIYADH;
use usra_server::registry::licences::{gap, one};
use usra_server::storage::listed_family::{self, Filter};
use usra_server::sync::author::Author;
use usra_server::sync::licence::{LicenceDecision, LicenceError, decide};
use usra_server::sync::put::PutError;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::sync::SyncRequest;

use crate::centre::{Centre, JEDDAH, REGION, TAIF, now};
use crate::pen::{Pen, put};

const POINTS: [&str; 7] = ["SAUDI", "RESID", "FLOOR", "STREET", "ENTRY", "HCARD", "INSP"];

fn family() -> RecordId {
    RecordId::new(1_000, [1; 10])
}

/// A baker of Jeddah with a kitchen's permit and a craft licence, which nobody decided about.
async fn scene() -> (Centre, Arc<Author>) {
    let centre = Centre::start().await;
    let server = centre.server().await;
    let phone = centre.phone(1, JEDDAH).await;
    let mut pen = Pen::new(&phone, family(), JEDDAH);
    let (_, offer) = pen.write(vec![
        put("name_ar", "معمول الليث"),
        put("primary_activity", "FOOD-MAAM"),
        put("licence/h1/type", "HOM"),
        put("licence/c1/type", "CRF"),
        put("licence/c1/number", "90000001"),
    ]);
    centre.accept(&server, vec![offer]).await;
    (centre, phone)
}

fn decision(licence: &str, state: &str, seen: i32) -> LicenceDecision {
    LicenceDecision {
        licence: licence.to_owned(),
        state: state.to_owned(),
        reason: "letter of the agency".to_owned(),
        agency: "HC".to_owned(),
        points: Vec::new(),
        seen,
    }
}

fn ticked(points: &[&str]) -> LicenceDecision {
    let points = points.iter().map(|&point| point.to_owned()).collect();
    LicenceDecision { points, agency: "MOMAH".to_owned(), ..decision("h1", "valid", 0) }
}

#[tokio::test]
async fn a_decided_state_is_in_the_record_and_reaches_a_supervisors_phone_and_the_reason_stays_at_the_centre() {
    let (centre, phone) = scene().await;
    let desk = centre.desk(&[JEDDAH]).await;
    decide(&desk, family(), decision("c1", "valid", 0), now()).await.unwrap();
    assert_eq!(centre.count("select count(*) from licence where licence_id = 'c1' and state = 'valid'").await, 1);
    let noted = "select count(*) from audit where action = 'licence.decide' and by_kind = 'staff'
        and detail ->> 'agency' = 'HC' and detail ->> 'state' = 'valid' and detail ->> 'decision' = '1'
        and detail::text not like '%letter%'";
    assert_eq!(centre.count(noted).await, 1);
    let kept = "select count(*) from licence_decision where n = 1 and reason = 'letter of the agency'";
    assert_eq!(centre.count(kept).await, 1);
    let scope = centre.areas().await.scope(&[JEDDAH], None);
    let supervisor = Author::new(phone.install, Role::Supervisor, scope);
    let request = SyncRequest { want_bytes: 1 << 20, ..SyncRequest::default() };
    let answer = centre.sync().await.sync(supervisor, request, now()).await.unwrap().response;
    let changes: Vec<&[u8]> =
        answer.deliveries.iter().flat_map(|delivery| &delivery.changes).map(Vec::as_slice).collect();
    let read = usra_sync_protocol::change::read(changes.last().unwrap()).unwrap();
    let keys: Vec<&str> = read.ops().map(|(_, put)| put.key.as_str()).collect();
    assert_eq!(keys, ["official/licence/c1/state"]);
}

#[tokio::test]
async fn who_decides_the_same_or_without_having_seen_the_last_decision_is_told_and_changes_nothing() {
    let (centre, _) = scene().await;
    let desk = centre.desk(&[JEDDAH]).await;
    decide(&desk, family(), decision("c1", "valid", 0), now()).await.unwrap();
    let same = decide(&desk, family(), decision("c1", "valid", 1), now()).await;
    assert!(matches!(same, Err(LicenceError::Put(PutError::Same))), "{same:?}");
    let late = decide(&desk, family(), decision("c1", "suspended", 0), now()).await;
    assert!(matches!(late, Err(LicenceError::Put(PutError::Outdated))), "{late:?}");
    assert_eq!(centre.count("select count(*) from licence_decision").await, 1);
    assert_eq!(centre.count("select count(*) from change").await, 2);
    decide(&desk, family(), decision("c1", "suspended", 1), now()).await.unwrap();
    let scope = centre.areas().await.scope(&[JEDDAH], None);
    let found = one::one(&mut centre.pool().acquire().await.unwrap(), REGION, (family(), "c1"), &scope).await;
    let states: Vec<String> = found.unwrap().unwrap().decisions.into_iter().map(|(row, _)| row.state).collect();
    assert_eq!(states, ["suspended", "valid"]);
}

#[tokio::test]
async fn a_kitchen_is_approved_once_all_its_points_are_ticked_and_they_are_kept() {
    let (centre, _) = scene().await;
    let desk = centre.desk(&[JEDDAH]).await;
    let open = decide(&desk, family(), ticked(&POINTS[..5]), now()).await;
    assert!(matches!(&open, Err(LicenceError::Open(open)) if *open == ["HCARD", "INSP"]), "{open:?}");
    assert_eq!(centre.count("select count(*) from change").await, 1);
    decide(&desk, family(), ticked(&POINTS), now()).await.unwrap();
    let kept = "select count(*) from licence_decision where cardinality(points) = 7 and agency = 'MOMAH'";
    assert_eq!(centre.count(kept).await, 1);
}

#[tokio::test]
async fn nobody_decides_on_a_licence_that_is_not_there_or_out_of_their_scope() {
    let (centre, _) = scene().await;
    let here = centre.desk(&[JEDDAH]).await;
    let elsewhere = decide(&centre.desk(&[TAIF]).await, family(), decision("c1", "valid", 0), now()).await;
    assert!(matches!(elsewhere, Err(LicenceError::Put(PutError::Unknown))), "{elsewhere:?}");
    let none = decide(&here, family(), decision("x9", "valid", 0), now()).await;
    assert!(matches!(none, Err(LicenceError::Put(PutError::Unknown))), "{none:?}");
    let scope = centre.areas().await.scope(&[TAIF], None);
    let mut conn = centre.pool().acquire().await.unwrap();
    assert!(one::one(&mut conn, REGION, (family(), "c1"), &scope).await.unwrap().is_none());
    assert_eq!(centre.count("select count(*) from change").await, 1);
    assert_eq!(centre.count("select count(*) from licence_decision").await, 0);
}

#[tokio::test]
async fn a_decision_that_was_written_down_is_not_rewritten_by_the_server() {
    let (centre, _) = scene().await;
    decide(&centre.desk(&[JEDDAH]).await, family(), decision("c1", "valid", 0), now()).await.unwrap();
    for sql in ["update licence_decision set reason = ''", "delete from licence_decision"] {
        assert!(sqlx::query(sql).execute(&centre.pool()).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn the_gap_is_of_families_without_a_licence_that_is_good_and_each_number_is_that_of_its_rows() {
    let (centre, phone) = scene().await;
    let server = centre.server().await;
    let day = now().to_offset(RIYADH).date();
    let ends = [("over", day.previous_day().unwrap()), ("last", day)];
    for ((place, (name, ends)), seed) in ends.into_iter().enumerate().zip([2, 3]) {
        let mut pen = Pen::new(&phone, RecordId::new(1_000 + place as u64, [seed; 10]), JEDDAH);
        let ends = ends.to_string();
        let (_, offer) = pen.write(vec![
            put("name_ar", name),
            put("primary_activity", "FOOD-MAAM"),
            put("licence/h1/type", "HOM"),
            put("licence/h1/expires_on", ends.as_str()),
        ]);
        centre.accept(&server, vec![offer]).await;
    }
    let areas: Vec<i32> = centre.areas().await.scope(&[JEDDAH], None).areas.iter().map(|a| a.0.cast_signed()).collect();
    let mut conn = centre.pool().acquire().await.unwrap();
    let told = async |conn: &mut sqlx::PgConnection| {
        let rows = gap::required(conn, REGION, &areas, (&Filter::default(), day)).await.unwrap();
        rows.iter().map(|row| (row.activity, row.licence, row.holds, row.lacks())).collect::<Vec<_>>()
    };
    assert_eq!(told(&mut conn).await, [("FOOD-MAAM", "HOM", 2, 1)]);
    decide(&centre.desk(&[JEDDAH]).await, family(), decision("h1", "rejected", 0), now()).await.unwrap();
    assert_eq!(told(&mut conn).await, [("FOOD-MAAM", "HOM", 1, 2)]);
    let lacks = Filter { lacks: Some(("HOM".to_owned(), day)), ..Filter::default() };
    assert_eq!(listed_family::find(&mut conn, REGION, &areas, &lacks).await.unwrap().len(), 2);
}
