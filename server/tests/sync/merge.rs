//! Families that are one, against a real PostgreSQL: found when they arrive, merged by a person, followed by late work, taken back.

use std::sync::Arc;

use usra_server::registry::audit::By;
use usra_server::registry::duplicates::{Level, matching, pairs};
use usra_server::sync::author::Author;
use usra_server::sync::desk::Desk;
use usra_server::sync::follow::follow;
use usra_server::sync::ingest::Ingest;
use usra_server::sync::merge::{MergeError, Merging, apart, merge};
use usra_server::sync::put::PutError;
use usra_server::sync::unmerge::unmerge;
use usra_server::sync::verify::verify;
use usra_sync_protocol::change::{Change, Put};
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::sync::SyncRequest;
use uuid::Uuid;

use crate::centre::{Centre, JEDDAH, REGION, TAIF, now};
use crate::pen::{Pen, instead, put};

const PLACE: [(&str, &str); 2] = [("governorate", "JED"), ("district", "السلامة")];

/// Two families that two phones registered without knowing of each other, of people of the same names in one district.
struct Scene {
    centre: Centre,
    server: Ingest,
    phones: [Arc<Author>; 2],
    pens: [Pen; 2],
    homes: [Pen; 2],
    begun: [Change; 2],
    housed: [Change; 2],
}

fn family(number: u64) -> RecordId {
    RecordId::new(number, [1; 10])
}

impl Scene {
    async fn start() -> Self {
        let centre = Centre::start().await;
        let server = centre.server().await;
        let phones = [centre.phone(1, JEDDAH).await, centre.phone(2, JEDDAH).await];
        let [one, other] = &phones;
        let mut pens = [Pen::new(one, family(1), JEDDAH), Pen::new(other, family(2), JEDDAH)];
        let place = || PLACE.map(|(key, value)| put(key, value)).to_vec();
        let (first, offer) = pens[0].write([place(), vec![put("name_ar", "معمول أم خالد")]].concat());
        let more = vec![put("activity/FOOD-BAKE", true), put("name_ar", "حلويات نورة"), put("workers_family", 3_i64)];
        let (second, again) = pens[1].write([place(), more].concat());
        centre.accept(&server, vec![offer, again]).await;
        let home = |phone, number| Pen::of_household(phone, family(number), JEDDAH);
        let mut homes = [home(one, 1), home(other, 2)];
        let people = |names: [&str; 2]| vec![put("member/a/name", names[0]), put("member/b/name", names[1])];
        let (at_first, offer) = homes[0].write(people(["نورة علي العتيبي", "سعد محمد الحربي"]));
        let (at_second, again) = homes[1].write(people(["نوره بنت علي العتيبي", "سعد محمد سالم الحربي"]));
        centre.accept(&server, vec![offer, again]).await;
        Self { centre, server, phones, pens, homes, begun: [first, second], housed: [at_first, at_second] }
    }

    /// The phone `at` writes into its family, which it believes to be as it left it.
    async fn writes(&mut self, at: usize, puts: Vec<Put>) {
        let (_, offer) = self.pens.get_mut(at).unwrap().write(puts);
        self.centre.accept(&self.server, vec![offer]).await;
    }

    async fn desk(&self, area: AreaId) -> Desk {
        let tree = self.centre.areas().await;
        let scope = Some(tree.scope(&[area], None));
        let by = By::Staff(Uuid::from_u128(7));
        Desk { pool: self.centre.pool(), region: REGION, areas: Arc::new(tree), by, scope }
    }

    async fn compare(&self) {
        let mut conn = self.centre.pool().acquire().await.unwrap();
        while matching::step(&mut conn, REGION, now()).await.unwrap() > 0 {}
    }

    async fn pairs(&self, area: AreaId) -> Vec<pairs::Pair> {
        let mut conn = self.centre.pool().acquire().await.unwrap();
        pairs::list(&mut conn, REGION, &[area.0.cast_signed()], (0, 10)).await.unwrap().pairs
    }

    async fn counted(&self) -> i64 {
        self.centre.count("select count(*) from listed_family where standing <> 'uncounted'").await
    }

    async fn merge(&self, survivor: u64, lost: u64, take: &[&str]) -> Result<(), MergeError> {
        let take = take.iter().map(|key| (*key).to_owned()).collect();
        let merging = Merging { survivor: family(survivor), lost: family(lost), take };
        merge(&self.desk(JEDDAH).await, &merging, now()).await
    }

    async fn people(&self, number: u64) -> i64 {
        let text = format!("select count(*) from household_member where family_id = '{}'", family(number));
        self.centre.count(&text).await
    }

    async fn says(&self, number: u64, column: &str) -> Option<String> {
        let text = format!("select {column}::text from family where record_id = '{}'", family(number));
        sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_one(&self.centre.owner()).await.unwrap()
    }
}

#[tokio::test]
async fn a_family_that_two_phones_registered_is_found_when_it_arrived_and_only_where_both_are_seen() {
    let scene = Scene::start().await;
    assert_eq!(scene.pairs(JEDDAH).await.len(), 0);
    scene.compare().await;
    let found = scene.pairs(JEDDAH).await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].level, &found[0].reasons), (Level::Likely, &vec!["people".to_owned(), "district".to_owned()]));
    assert_eq!(scene.pairs(TAIF).await.len(), 0);
    // What speaks for it no longer stands.
    let mut scene = scene;
    let other_names = [("member/a/name", "هند سعيد"), ("member/b/name", "علي سعيد")];
    let puts = other_names.map(|(key, name)| instead(&scene.housed[0], key, name)).to_vec();
    let (_, offer) = scene.homes[0].write(puts);
    scene.centre.accept(&scene.server, vec![offer]).await;
    scene.compare().await;
    assert_eq!(scene.pairs(JEDDAH).await.len(), 0);
}

#[tokio::test]
async fn a_merged_family_counts_once_and_phones_hear_of_it() {
    let scene = Scene::start().await;
    scene.compare().await;
    assert_eq!(scene.counted().await, 2);
    scene.merge(1, 2, &["workers_family", "activity/FOOD-BAKE", "official/status"]).await.unwrap();
    assert_eq!(scene.counted().await, 1);
    assert_eq!(scene.says(2, "duplicate_of").await, Some(family(1).to_string()));
    assert_eq!(scene.says(2, "status").await.as_deref(), Some("duplicate"));
    assert_eq!((scene.says(1, "workers_family").await.as_deref(), scene.says(1, "status").await), (Some("3"), None));
    assert_eq!(scene.says(1, "name_ar").await.as_deref(), Some("معمول أم خالد"), "what was not chosen stays");
    assert_eq!(scene.centre.count("select count(*) from audit where action = 'family.merge'").await, 1);
    assert_eq!(scene.people(1).await, 4, "the people of both are the survivor's");
    let request = SyncRequest { want_bytes: 1 << 20, ..SyncRequest::default() };
    let answer = scene.centre.sync().await.sync(Author::clone(&scene.phones[0]), request, now()).await.unwrap();
    let told = answer.response.deliveries.iter().find(|delivery| delivery.record == family(2)).unwrap();
    assert_eq!(told.changes.len(), 2, "how it began, and whose alias it is");
    // Nobody is asked about them again.
    scene.compare().await;
    assert_eq!(scene.pairs(JEDDAH).await.len(), 0);
}

#[tokio::test]
async fn late_work_on_the_lost_family_follows_the_survivor_once() {
    let mut scene = Scene::start().await;
    scene.merge(1, 2, &["workers_family"]).await.unwrap();
    let desk = scene.desk(JEDDAH).await;
    assert_eq!(follow(&desk, now()).await.unwrap(), 0);
    let begun = scene.begun[1].clone();
    let puts = vec![
        put("capacity_note", "عشرون طبقا في اليوم"),
        instead(&begun, "name_ar", "حلويات نورة وبناتها"),
        instead(&begun, "workers_family", 5_i64),
    ];
    scene.writes(1, puts).await;
    assert_eq!(follow(&desk, now()).await.unwrap(), 1);
    assert_eq!(scene.says(1, "capacity_note").await.as_deref(), Some("عشرون طبقا في اليوم"));
    assert_eq!(scene.says(1, "name_ar").await.as_deref(), Some("حلويات نورة وبناتها"));
    let conflicts = format!("select conflict_count::bigint from record where record_id = '{}'", family(1));
    assert_eq!(scene.centre.count(&conflicts).await, 1, "how many work is for a person to say");
    assert_eq!(follow(&desk, now()).await.unwrap(), 0);
    assert_eq!(scene.centre.count("select count(*) from audit where action = 'family.follow'").await, 1);
}

#[tokio::test]
async fn a_merge_that_is_taken_back_leaves_both_as_they_were_but_for_what_people_wrote_since() {
    let mut scene = Scene::start().await;
    let desk = scene.desk(JEDDAH).await;
    verify(&desk, family(2), now()).await.unwrap();
    let number = scene.says(2, "file_no").await;
    scene.merge(1, 2, &["workers_family", "activity/FOOD-BAKE"]).await.unwrap();
    let begun = scene.begun.clone();
    scene.writes(1, vec![put("capacity_note", "عشرون طبقا"), instead(&begun[1], "workers_family", 5_i64)]).await;
    follow(&desk, now()).await.unwrap();
    // What comes into its household late is counted with the survivor too.
    let (_, offer) = scene.homes[1].write(vec![put("member/c/name", "هند سعد الحربي")]);
    scene.centre.accept(&scene.server, vec![offer]).await;
    assert_eq!((scene.people(1).await, scene.people(2).await), (5, 0));
    scene.writes(0, vec![instead(&begun[0], "name_ar", "معمول أم خالد وأولادها")]).await;
    unmerge(&desk, family(2), now()).await.unwrap();
    assert_eq!(scene.counted().await, 2);
    assert_eq!((scene.says(2, "duplicate_of").await, scene.says(2, "file_no").await), (None, number));
    assert_eq!(scene.says(2, "status").await.as_deref(), Some("verified"));
    assert_eq!(
        (scene.says(2, "workers_family").await.as_deref(), scene.says(1, "workers_family").await),
        (Some("5"), None)
    );
    assert_eq!(scene.says(1, "capacity_note").await, None);
    assert_eq!(scene.says(1, "activities").await.as_deref(), Some("{}"));
    assert_eq!(scene.says(1, "name_ar").await.as_deref(), Some("معمول أم خالد وأولادها"));
    assert_eq!(scene.centre.count("select sum(conflict_count)::bigint from record").await, 0);
    assert_eq!((scene.people(1).await, scene.people(2).await), (2, 3));
    assert!(matches!(unmerge(&desk, family(2), now()).await, Err(PutError::Same)));
    scene.compare().await;
    assert_eq!(scene.pairs(JEDDAH).await.len(), 1, "they look alike as before");
}

#[tokio::test]
async fn a_merge_that_cannot_be_is_told_and_changes_nothing() {
    let scene = Scene::start().await;
    let mut third = Pen::new(&scene.phones[0], family(3), JEDDAH);
    let (_, offer) = third.write(vec![put("governorate", "JED"), put("name_ar", "خوص")]);
    scene.centre.accept(&scene.server, vec![offer]).await;
    let elsewhere = Merging { survivor: family(1), lost: family(2), take: Vec::new() };
    let outside = merge(&scene.desk(TAIF).await, &elsewhere, now()).await;
    assert!(matches!(outside, Err(MergeError::Put(PutError::Unknown))), "{outside:?}");
    assert!(matches!(scene.merge(1, 1, &[]).await, Err(MergeError::NotTwo)));
    scene.merge(1, 2, &[]).await.unwrap();
    assert!(matches!(scene.merge(1, 2, &[]).await, Err(MergeError::Merged)));
    assert!(matches!(scene.merge(2, 3, &[]).await, Err(MergeError::Merged)));
    assert!(matches!(scene.merge(3, 1, &[]).await, Err(MergeError::HasOthers)));
    assert_eq!(scene.counted().await, 2);
    scene.merge(1, 3, &[]).await.unwrap();
    assert_eq!(scene.counted().await, 1);
}

#[tokio::test]
async fn two_families_that_were_found_to_be_two_are_asked_about_again_for_a_new_reason_alone() {
    let mut scene = Scene::start().await;
    scene.compare().await;
    let desk = scene.desk(JEDDAH).await;
    assert!(apart(&desk, (family(1), family(2)), "أختان في بيتين", now()).await.unwrap());
    scene.compare().await;
    let begun = scene.begun.clone();
    scene.writes(0, vec![instead(&begun[0], "name_ar", "معمول")]).await;
    scene.compare().await;
    assert_eq!(scene.pairs(JEDDAH).await.len(), 0);
    for at in 0..2 {
        scene.writes(at, vec![put("mobile", "+966500000001")]).await;
    }
    scene.compare().await;
    assert_eq!(scene.pairs(JEDDAH).await.len(), 1);
}

#[tokio::test]
async fn verified_families_get_the_next_number_of_their_governorate() {
    let scene = Scene::start().await;
    let desk = scene.desk(JEDDAH).await;
    for number in [2, 1] {
        verify(&desk, family(number), now()).await.unwrap();
    }
    let numbers = (scene.says(2, "file_no").await, scene.says(1, "file_no").await);
    assert_eq!(numbers, (Some("MKH-JED-00001-7".to_owned()), Some("MKH-JED-00002-5".to_owned())));
    assert!(matches!(verify(&desk, family(1), now()).await, Err(PutError::Same)));
    assert_eq!(scene.centre.count("select last::bigint from file_number").await, 2, "a refusal uses none up");
}
