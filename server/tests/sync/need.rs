//! Needs at the desk, against a real PostgreSQL: assigning one, who hears of it, how long needs took, and that looking is noted.

use std::sync::Arc;

use time::{Duration, OffsetDateTime};
use usra_server::registry::audit::{Action, By};
use usra_server::registry::needs::{self, Asked, Needs, Stage, one};
use usra_server::sync::author::Author;
use usra_server::sync::need::{AssignError, assign};
use usra_server::sync::put::{self, Over, PutError, Wanted};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sync::SyncRequest;
use uuid::Uuid;

use crate::centre::{Centre, JEDDAH, REGION, TAIF, now};
use crate::pen::{Pen, put as write};

fn family() -> RecordId {
    RecordId::new(1_000, [1; 10])
}

/// A family of Jeddah that needs training and a machine.
async fn scene() -> (Centre, Arc<Author>) {
    let centre = Centre::start().await;
    let server = centre.server().await;
    let phone = centre.phone(1, JEDDAH).await;
    let (_, own) =
        Pen::new(&phone, family(), JEDDAH).write(vec![write("name_ar", "خوص الليث"), write("governorate", "JED")]);
    let (_, household) = Pen::of_household(&phone, family(), JEDDAH).write(vec![
        write("need/n1/category", "TRNG"),
        write("need/n1/priority", 1_i64),
        write("need/n2/category", "EQPT"),
    ]);
    centre.accept(&server, vec![own]).await;
    centre.accept(&server, vec![household]).await;
    (centre, phone)
}

async fn listed(centre: &Centre, asked: Asked, now: OffsetDateTime) -> Needs {
    let areas: Vec<i32> = centre.areas().await.scope(&[JEDDAH], None).areas.iter().map(|a| a.0.cast_signed()).collect();
    let by = By::Staff(Uuid::from_u128(7));
    let mut conn = centre.pool().acquire().await.unwrap();
    needs::list(&mut conn, REGION, &areas, (&asked, by, now), (0, 50)).await.unwrap()
}

/// The centre writes a value into the household.
async fn centre_writes(centre: &Centre, key: &str, value: &str, at: OffsetDateTime) {
    let wanted = Wanted { key: key.to_owned(), value: Scalar::from(value), over: Over::All };
    let household = RecordId::household_of(family());
    put::put(&centre.desk(&[JEDDAH]).await, household, vec![wanted], Action::Resolve, at).await.unwrap();
}

#[tokio::test]
async fn a_need_is_assigned_and_taken_back_and_phones_of_the_field_hear_it() {
    let (centre, phone) = scene().await;
    let desk = centre.desk(&[JEDDAH]).await;
    assign(&desk, (family(), "n1"), Some("SDB"), now()).await.unwrap();
    assert_eq!(centre.count("select count(*) from need where need_id = 'n1' and agency = 'SDB'").await, 1);
    let noted = "select count(*) from audit where action = 'need.assign' and detail ->> 'agency' = 'SDB'";
    assert_eq!(centre.count(noted).await, 1);
    let request = SyncRequest { want_bytes: 1 << 20, ..SyncRequest::default() };
    let answer = centre.sync().await.sync(Author::clone(&phone), request, now()).await.unwrap().response;
    assert_eq!(answer.deliveries.len(), 1, "the household, with the centre's change");
    let same = assign(&desk, (family(), "n1"), Some("SDB"), now()).await;
    assert!(matches!(same, Err(AssignError::Put(PutError::Same))), "{same:?}");
    assign(&desk, (family(), "n1"), None, now()).await.unwrap();
    assert_eq!(centre.count("select count(*) from need where agency is not null").await, 0);
}

#[tokio::test]
async fn nobody_assigns_a_need_that_is_not_there_out_of_scope_or_to_an_agency_that_is_none() {
    let (centre, _) = scene().await;
    let here = centre.desk(&[JEDDAH]).await;
    let elsewhere = assign(&centre.desk(&[TAIF]).await, (family(), "n1"), Some("SDB"), now()).await;
    assert!(matches!(elsewhere, Err(AssignError::Put(PutError::Unknown))), "{elsewhere:?}");
    let none = assign(&here, (family(), "n9"), Some("SDB"), now()).await;
    assert!(matches!(none, Err(AssignError::Put(PutError::Unknown))), "{none:?}");
    assert!(matches!(assign(&here, (family(), "n1"), Some("ME"), now()).await, Err(AssignError::Agency)));
    let mut conn = centre.pool().acquire().await.unwrap();
    let scope = centre.areas().await.scope(&[TAIF], None);
    let by = By::Staff(Uuid::from_u128(7));
    assert!(one::one(&mut conn, REGION, (family(), "n1"), (&scope, by, now())).await.unwrap().is_none());
    assert_eq!(centre.count("select count(*) from change").await, 2);
    assert_eq!(centre.count("select count(*) from audit where action in ('need.assign', 'needs.read')").await, 0);
}

#[tokio::test]
async fn needs_are_counted_where_they_wait_and_looking_at_them_is_noted() {
    let (centre, _) = scene().await;
    assign(&centre.desk(&[JEDDAH]).await, (family(), "n1"), Some("SDB"), now()).await.unwrap();
    let asked = Asked { agency: Some("SDB".to_owned()), stage: Some(Stage::Open), ..Asked::default() };
    let found = listed(&centre, asked, now()).await;
    assert_eq!((found.total, found.rows[0].need_id.as_str()), (1, "n1"));
    assert_eq!(found.assigned, [(None, 1), (Some("SDB".to_owned()), 1)].into());
    let of = |category: &str| (Some(category.to_owned()), Some("JED".to_owned()));
    assert_eq!(found.open, [(of("EQPT"), 1), (of("TRNG"), 1)].into());
    assert_eq!(centre.count("select count(*) from audit where action = 'needs.read' and by_kind = 'staff'").await, 1);
}

#[tokio::test]
async fn the_time_to_meet_a_need_ends_with_the_first_service_for_it_or_when_it_was_said_to_be_met() {
    let (centre, _) = scene().await;
    let server = centre.server().await;
    assign(&centre.desk(&[JEDDAH]).await, (family(), "n1"), Some("SDB"), now()).await.unwrap();
    assert_eq!(listed(&centre, Asked::default(), now()).await.times, []);
    let partner = centre.phone(2, JEDDAH).await;
    let scope = centre.areas().await.scope(&[JEDDAH], None);
    let partner = Arc::new(Author::new(partner.install, Role::Partner, scope));
    let mut pen = Pen::of_household(&partner, family(), JEDDAH);
    for (id, days) in [("s1", 30), ("s2", 10)] {
        let day = (now() + Duration::days(days)).date().to_string();
        let key = |field: &str| format!("service/{id}/{field}");
        let (_, offer) = pen.write(vec![
            write(&key("provider"), "JCC"),
            write(&key("need"), "n1"),
            write(&key("date"), day.as_str()),
        ]);
        centre.accept(&server, vec![offer]).await;
    }
    centre_writes(&centre, "need/n2/status", "met", now() + Duration::days(21)).await;
    let found = listed(&centre, Asked { stage: Some(Stage::Met), ..Asked::default() }, now()).await;
    let told = |of_category: bool| {
        let of = found.times.iter().filter(move |row| row.of_category == of_category);
        of.map(|row| (row.code.clone(), row.median_tenths, row.needs)).collect::<Vec<_>>()
    };
    assert_eq!(told(true), [(Some("EQPT".to_owned()), 210, 1), (Some("TRNG".to_owned()), 100, 1)]);
    assert_eq!(told(false), [(Some("SDB".to_owned()), 100, 1), (None, 210, 1)]);
    assert_eq!((found.total, found.served), (2, [("JCC".to_owned(), 1)].into()));
    assert_eq!(found.provided, [("JCC".to_owned(), 1)].into());
}
