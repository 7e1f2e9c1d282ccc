//! One request with what its sender may and may not do: the one is held, the other goes through. And a revocation that comes
//! between two pages.

use time::Duration;
use usra_server::registry::audit::By;
use usra_server::registry::device;
use usra_sync_protocol::id::{AreaId, RecordId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::sync::{Push, Reason, SyncRequest, Verdict};

use crate::scene::{Scene, Who, family, noon, push};

const REGION: RegionId = RegionId(2);

fn held(reason: Reason, fields: &[&str]) -> Verdict {
    Verdict::Held { reason, fields: fields.iter().map(|field| (*field).to_owned()).collect() }
}

async fn verdicts(scene: &Scene, who: Who, pushes: Vec<Push>) -> Vec<Verdict> {
    let request = SyncRequest { pushes, ..SyncRequest::default() };
    let (status, answer) = scene.sync(scene.phone(who), &request).await;
    assert_eq!(status, 200);
    answer.unwrap().verdicts
}

#[tokio::test]
async fn a_familys_licence_decision_is_held_and_its_price_goes_through() {
    let scene = Scene::set().await;
    let install = scene.phone(Who::Role(Role::Family)).install;
    let decision = push(install, (0, Kind::Family), ("official/licence/l1/state", "valid"));
    let product = push(install, (0, Kind::Product), ("description_ar", "بالهيل"));
    let verdicts = verdicts(&scene, Who::Role(Role::Family), vec![decision, product]).await;
    assert_eq!(verdicts, [held(Reason::FieldNotAllowed, &["official/licence/l1/state"]), Verdict::Accepted]);
}

#[tokio::test]
async fn a_surveyors_change_of_another_areas_record_is_held_and_its_own_goes_through() {
    let scene = Scene::set().await;
    let install = scene.phone(Who::Role(Role::Surveyor)).install;
    let pushes = [1, 0].map(|place| push(install, (place, Kind::Family), ("district", "الشفا"))).to_vec();
    let verdicts = verdicts(&scene, Who::Role(Role::Surveyor), pushes).await;
    assert_eq!(verdicts, [held(Reason::OutOfScope, &[]), Verdict::Accepted]);
}

#[tokio::test]
async fn work_under_an_assignment_that_expired_long_ago_is_held_and_other_areas_work_goes_through() {
    let scene = Scene::set().await;
    let install = scene.phone(Who::Role(Role::Surveyor)).install;
    sqlx::query("update assignment set from_at = $2, to_at = $3 where install_id = $1")
        .bind(install.0)
        .bind(noon() - Duration::days(90))
        .bind(noon() - Duration::days(30))
        .execute(&scene.server.database.pool)
        .await
        .unwrap();
    let mut conn = scene.server.database.pool.acquire().await.unwrap();
    let taif = [AreaId(300)];
    device::assign(&mut conn, REGION, install, (&taif, device::Assign::Now), (By::Server, noon())).await.unwrap();
    let pushes = [0, 1].map(|place| push(install, (place, Kind::Family), ("district", "الشفا"))).to_vec();
    let verdicts = verdicts(&scene, Who::Role(Role::Surveyor), pushes).await;
    assert_eq!(verdicts, [held(Reason::OutOfScope, &[]), Verdict::Accepted]);
}

#[tokio::test]
async fn a_partner_writes_a_service_into_a_household_that_it_never_sees() {
    let scene = Scene::set().await;
    let who = Who::Role(Role::Partner);
    let install = scene.phone(who).install;
    let blind = push(install, (0, Kind::Household), ("service/s1/note", "دورة تغليف"));
    let visit = push(install, (0, Kind::Visit), ("note", "؟"));
    let verdicts = verdicts(&scene, who, vec![blind, visit]).await;
    assert_eq!(verdicts, [Verdict::Accepted, held(Reason::FieldNotAllowed, &["note"])]);
    let request = SyncRequest { want_bytes: 1 << 20, ..SyncRequest::default() };
    let (_, answer) = scene.sync(scene.phone(who), &request).await;
    let mut kinds: Vec<Kind> = answer.unwrap().deliveries.iter().map(|delivery| delivery.kind).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [Kind::Family, Kind::Product]);
    let request = SyncRequest { digest: Some(usra_sync_protocol::digest::of_all([])), ..SyncRequest::default() };
    let (_, answer) = scene.sync(scene.phone(who), &request).await;
    let counted = answer.unwrap().repair.unwrap().buckets.into_values().flatten().count();
    assert_eq!(counted, 2, "digests count what the partner may read");
}

#[tokio::test]
async fn a_phone_revoked_between_two_pages_gets_no_further_one_and_its_unsent_work_is_held_once() {
    let scene = Scene::set().await;
    let who = Who::Role(Role::Surveyor);
    let (phone, clerk) = (scene.phone(who), scene.phone(Who::Role(Role::Admin)));
    let many = (0..60_u8).map(|number| {
        let id = RecordId::new(3_000, [number; 10]);
        let words = "كلمات كثيرة تملأ الصفحة ".repeat(10);
        Push { record: id, family: id, ..push(clerk.install, (0, Kind::Family), ("capacity_note", words.trim())) }
    });
    let (_, answer) = scene.sync(clerk, &SyncRequest { pushes: many.collect(), ..SyncRequest::default() }).await;
    assert_eq!(answer.unwrap().verdicts, vec![Verdict::Accepted; 60]);
    let page = SyncRequest { want_bytes: 1, ..SyncRequest::default() };
    let (_, first) = scene.sync(phone, &page).await;
    let first = first.unwrap();
    assert!(first.more && !first.deliveries.is_empty());
    let mut conn = scene.server.database.pool.acquire().await.unwrap();
    device::revoke(&mut conn, REGION, phone.install, (By::Server, noon())).await.unwrap();
    let next = SyncRequest { cursor: first.cursor, ..page };
    assert_eq!(scene.sync(phone, &next).await, (403, Err("install_revoked".to_owned())));
    let unsent = vec![push(phone.install, (0, Kind::Family), ("district", "الشفا"))];
    let (status, answer) = scene.sync(phone, &SyncRequest { pushes: unsent, ..next }).await;
    let answer = answer.unwrap();
    assert_eq!((status, answer.verdicts), (200, vec![held(Reason::InstallRevoked, &[])]));
    assert!(answer.deliveries.is_empty() && answer.cursor.is_none() && !answer.more && answer.repair.is_none());
    let kept = "select count(*) from kept_change where reason = 'install_revoked' and family_id = $1";
    let kept: i64 = sqlx::query_scalar(kept).bind(family(0).0).fetch_one(&scene.server.database.pool).await.unwrap();
    assert_eq!(kept, 1);
}
