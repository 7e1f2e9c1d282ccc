//! Late work against a real PostgreSQL: what is written down of it, and what a phone is once known to know.

use time::Duration;
use usra_server::registry::audit::By;
use usra_server::registry::device::{self, Assign};
use usra_server::registry::relocate::relocate;
use usra_server::storage::{install, late_change};
use usra_server::sync::Sync;
use usra_server::sync::author::Author;
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::sync::{Cursor, Leave, Push, Reason, SyncRequest, SyncResponse, Verdict};

use crate::centre::{Centre, JEDDAH, REGION, TAIF, now};
use crate::pen::{Pen, put};

fn record(number: u8) -> RecordId {
    RecordId::new(1_000, [number; 10])
}

fn out_of_scope() -> Verdict {
    Verdict::Held { reason: Reason::OutOfScope, fields: Vec::new() }
}

/// A family of Jeddah that its surveyor has pushed, and how far the surveyor's phone stands.
struct Scene {
    centre: Centre,
    sync: Sync,
    pen: Pen,
    cursor: Option<Cursor>,
}

impl Scene {
    async fn set() -> Self {
        let centre = Centre::start().await;
        let phone = centre.phone(1, JEDDAH).await;
        let (sync, pen) = (centre.sync().await, Pen::new(&phone, record(1), JEDDAH));
        let mut scene = Self { centre, sync, pen, cursor: None };
        let answer = scene.push("name_ar", None).await;
        assert_eq!(answer.verdicts, [Verdict::Accepted]);
        scene.cursor = answer.cursor;
        scene
    }

    /// The surveyor as the database knows it now, a day later.
    async fn author(&self) -> Author {
        let (later, since) = (now() + Duration::DAY, now() - Duration::days(29));
        let mut conn = self.centre.pool().acquire().await.unwrap();
        let bearer = install::by_token(&mut conn, REGION, &[1; 32], (later, since)).await.unwrap().unwrap();
        self.sync.author(bearer.install, Role::Surveyor, &bearer.terms, None)
    }

    async fn push(&mut self, key: &str, cursor: Option<Cursor>) -> SyncResponse {
        let (_, offer) = self.pen.write(vec![put(key, "زهور")]);
        let (record, area, family) = (offer.record, offer.area, offer.family);
        let push = Push { record, kind: offer.kind, area, family, changes: vec![offer.bytes] };
        self.ask(SyncRequest { pushes: vec![push], cursor, want_bytes: 1 << 20, ..SyncRequest::default() }).await
    }

    async fn ask(&self, request: SyncRequest) -> SyncResponse {
        self.sync.sync(self.author().await, request, now() + Duration::DAY).await.unwrap().response
    }

    async fn relocate(&self, to: AreaId) {
        let mut conn = self.centre.pool().acquire().await.unwrap();
        assert_eq!(relocate(&mut conn, REGION, record(1), to, (By::Server, now() + Duration::HOUR)).await.unwrap(), 1);
    }

    async fn dismiss(&self) {
        let mut conn = self.centre.pool().acquire().await.unwrap();
        let install = usra_sync_protocol::id::InstallId::new([1; 16]);
        device::assign(&mut conn, REGION, install, (&[JEDDAH], Assign::Remove), (By::Server, now() + Duration::HOUR))
            .await
            .unwrap();
    }

    async fn late(&self) -> Vec<(String, String)> {
        let rows = late_change::list(&mut self.centre.pool().acquire().await.unwrap(), REGION).await.unwrap();
        rows.into_iter().map(|row| (row.cause, row.area)).collect()
    }
}

#[tokio::test]
async fn an_edit_from_before_a_move_is_flagged_and_the_same_answer_takes_the_record_away() {
    let mut scene = Scene::set().await;
    scene.relocate(TAIF).await;
    let answer = scene.push("district", scene.cursor.clone()).await;
    assert_eq!((answer.verdicts, answer.leaves), (vec![Verdict::Accepted], vec![Leave::Record(record(1))]));
    assert_eq!(scene.late().await, [("moved".to_owned(), "TIF".to_owned())]);
    assert_eq!(scene.centre.count("select count(*) from audit where action = 'pull.late'").await, 1);
    let knows = answer.cursor;
    assert_eq!(scene.push("address", knows.clone()).await.verdicts, [out_of_scope()]);
    assert_eq!(scene.centre.count("select count(*) from leave_taken").await, 1);
    // Now the phone lies about how far it was.
    assert_eq!(scene.push("name_en", scene.cursor.clone()).await.verdicts, [out_of_scope()]);
    assert_eq!(scene.push("name_en", None).await.verdicts, [out_of_scope()]);
    assert_eq!(scene.late().await.len(), 1);
}

#[tokio::test]
async fn an_edit_from_before_the_end_of_an_assignment_is_flagged_until_the_phone_is_seen_to_know() {
    let mut scene = Scene::set().await;
    scene.dismiss().await;
    let answer = scene.push("district", scene.cursor.clone()).await;
    assert_eq!(answer.verdicts, [Verdict::Accepted]);
    assert!(answer.leaves.contains(&Leave::Area(JEDDAH)));
    assert_eq!(scene.late().await, [("unassigned".to_owned(), "JED".to_owned())]);
    assert_eq!(scene.push("address", answer.cursor).await.verdicts, [out_of_scope()]);
    assert_eq!(scene.centre.count("select count(*) from assignment where known_at is not null").await, 1);
    assert_eq!(scene.push("name_en", scene.cursor.clone()).await.verdicts, [out_of_scope()]);
}

#[tokio::test]
async fn an_ordinary_sync_writes_nothing_down_of_what_phones_know() {
    let scene = Scene::set().await;
    scene.relocate(TAIF).await;
    let mut cursor = scene.cursor.clone();
    for written in [0, 1, 1, 1] {
        let request = SyncRequest { cursor: cursor.clone(), want_bytes: 1 << 20, ..SyncRequest::default() };
        cursor = scene.ask(request).await.cursor.or(cursor);
        assert_eq!(scene.centre.count("select count(*) from leave_taken").await, written);
    }
    let version = "select max(xmin::text::bigint) from leave_taken";
    let before = scene.centre.count(version).await;
    scene.ask(SyncRequest { cursor, want_bytes: 1 << 20, ..SyncRequest::default() }).await;
    assert_eq!(scene.centre.count(version).await, before);
}

#[tokio::test]
async fn a_change_that_waited_comes_in_after_the_move_that_came_meanwhile() {
    let mut scene = Scene::set().await;
    let (_, first) = scene.pen.write(vec![put("district", "الشفا")]);
    let answer = scene.push("address", scene.cursor.clone()).await;
    assert_eq!(answer.verdicts, [Verdict::Waiting(Reason::DepsMissing)]);
    scene.relocate(TAIF).await;
    let cursor = scene.cursor.clone();
    let push = Push { record: record(1), kind: 1, area: JEDDAH, family: record(1), changes: vec![first.bytes] };
    let request = SyncRequest { pushes: vec![push], cursor, ..SyncRequest::default() };
    assert_eq!(scene.ask(request).await.verdicts, [Verdict::Accepted]);
    assert_eq!(scene.late().await.len(), 2);
    assert_eq!(scene.centre.count("select count(*) from kept_change").await, 0);
}

#[tokio::test]
async fn an_assignment_holds_from_its_first_moment_until_its_last() {
    let scene = Scene::set().await;
    let mut conn = scene.centre.pool().acquire().await.unwrap();
    let install = usra_sync_protocol::id::InstallId::new([1; 16]);
    let (from, to) = (now() + Duration::days(2), now() + Duration::days(4));
    let period = Assign::For(Some(from), Some(to));
    device::assign(&mut conn, REGION, install, (&[TAIF], period), (By::Server, now())).await.unwrap();
    let mut areas = Vec::new();
    for day in 1..=4 {
        let at = now() + Duration::days(day);
        let bearer = install::by_token(&mut conn, REGION, &[1; 32], (at, at - Duration::days(30))).await.unwrap();
        let terms = bearer.unwrap().terms;
        areas.push(terms.iter().map(|term| (term.area, term.over)).collect::<Vec<_>>());
    }
    let both = vec![(JEDDAH, false), (TAIF, false)];
    assert_eq!(areas, [vec![(JEDDAH, false)], both.clone(), both, vec![(JEDDAH, false), (TAIF, true)]]);
    for (wrong, said) in [
        (Assign::For(Some(now() - Duration::DAY), None), "past"),
        (Assign::For(Some(to), Some(from)), "before it begins"),
        (Assign::For(Some(from), None), "already"),
    ] {
        let refused =
            device::assign(&mut conn, REGION, install, (&[TAIF], wrong), (By::Server, now())).await.unwrap_err();
        assert!(refused.to_string().contains(said), "{refused}");
    }
    device::assign(&mut conn, REGION, install, (&[TAIF], Assign::Remove), (By::Server, now())).await.unwrap();
    assert_eq!(scene.centre.count("select count(*) from assignment where to_at is null or to_at > from_at").await, 1);
}
