//! What a phone holds goes when the server was not heard for long, comes back with the next sync, and costs no work.

use std::collections::BTreeMap;

use usra_client_sdk::store::{MemoryStore, Store as _};
use usra_client_sdk::{Failure, Phone, PhoneError, Query, RecordState};
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::scalar::Scalar;

use crate::link::{family, fields, phone, product, sync, sync_at, text};
use crate::model::{HOLD_S, Server};

const HOUR: u64 = 3_600_000;
const LIFE: u64 = HOLD_S as u64 * 1_000;

type Fields = BTreeMap<String, Scalar>;

/// Everything that a phone shows.
fn shown(phone: &Phone<MemoryStore>) -> BTreeMap<RecordId, Fields> {
    let all = phone.list(&Query { limit: 999, ..Query::default() }).unwrap();
    all.into_iter().map(|line| (line.id, phone.record(line.id).unwrap().unwrap().fields)).collect()
}

fn is_expired<T: std::fmt::Debug>(result: &Result<T, PhoneError>) -> bool {
    matches!(result, Err(PhoneError::Expired))
}

/// Two phones that hold what both made, heard at [`crate::link::sync`]'s time.
fn two_phones() -> (Server, Phone<MemoryStore>, Phone<MemoryStore>, RecordId) {
    let mut server = Server::new();
    let (mut one, mut two) = (phone(&mut server, 1, &[101]), phone(&mut server, 2, &[101]));
    let id = family(&mut one, 1, "خبز");
    product(&mut one, id, 2);
    sync(&mut one, &mut server);
    sync(&mut two, &mut server);
    two.edit(id, fields(&[("district", "الصفا")]), 5).unwrap();
    for n in 3..20 {
        family(&mut two, n, "تمر");
    }
    sync(&mut two, &mut server);
    sync(&mut one, &mut server);
    (server, one, two, id)
}

#[test]
fn what_was_not_renewed_goes_and_the_next_sync_brings_all_of_it_back() {
    let (mut server, mut one, _two, id) = two_phones();
    let before = shown(&one);
    one.tick(LIFE).unwrap();
    assert_eq!(shown(&one), before);
    one.tick(LIFE + HOUR).unwrap();
    assert_eq!((one.store().counts().unwrap().records, one.store().changes(id).unwrap().len()), (0, 0));
    assert!(
        is_expired(&one.record(id)) && is_expired(&one.list(&Query::default())) && is_expired(&one.conflicts(None))
    );
    assert!(one.status(LIFE + HOUR).unwrap().expired);
    let mut one = Phone::open(one.into_store()).unwrap();
    assert!(is_expired(&one.record(id)));
    let requests = server.requests;
    sync_at(&mut one, &mut server, LIFE + HOUR);
    assert!(server.requests - requests <= 4, "{} requests", server.requests - requests);
    assert_eq!(shown(&one), before);
    let status = one.status(LIFE + HOUR).unwrap();
    assert_eq!((status.expired, status.unreadable, status.expires_ms), (false, 0, Some(2 * LIFE + HOUR)));
    let requests = server.requests;
    sync_at(&mut one, &mut server, LIFE + HOUR);
    assert_eq!(server.requests - requests, 1);
    one.edit(id, fields(&[("address", "شارع ١")]), LIFE + HOUR).unwrap();
    assert_eq!(sync_at(&mut one, &mut server, LIFE + HOUR).accepted, 1);
}

#[test]
fn unsent_work_is_kept_unseen_and_delivered() {
    let (mut server, mut one, mut two, id) = two_phones();
    one.edit(id, fields(&[("address", "شارع ١")]), HOUR).unwrap();
    two.edit(id, fields(&[("name_ar", "خبز سعد")]), HOUR).unwrap();
    sync(&mut two, &mut server);
    let fresh = family(&mut one, 77, "عطر");
    one.tick(LIFE + HOUR).unwrap();
    assert_eq!(one.store().counts().unwrap().records, 2);
    assert!(is_expired(&one.record(id)));
    assert!(is_expired(&one.edit(id, fields(&[("address", "شارع ٢")]), LIFE + HOUR)));
    assert!(is_expired(&one.resolve(id, "address", "شارع ٢".into(), LIFE + HOUR)));
    assert_eq!(text(&one, fresh, "name_ar").as_deref(), Some("عطر"));
    let cake = product(&mut one, fresh, 78);
    one.edit(fresh, fields(&[("district", "المروة")]), LIFE + HOUR).unwrap();
    let unsent = Query { unsent: true, ..Query::default() };
    let listed: Vec<RecordId> = one.list(&unsent).unwrap().into_iter().map(|line| line.id).collect();
    assert_eq!((listed.len(), listed.contains(&fresh), listed.contains(&cake)), (2, true, true));
    let total = sync_at(&mut one, &mut server, LIFE + HOUR);
    assert_eq!((total.accepted, total.held, total.refused), (4, 0, 0));
    assert_eq!(server.shown(id, "address"), Some(Scalar::from("شارع ١")));
    assert_eq!(text(&one, id, "name_ar").as_deref(), Some("خبز سعد"));
    sync(&mut two, &mut server);
    assert_eq!(shown(&one), shown(&two));
}

#[test]
fn a_comparison_answered_for_what_has_expired_meanwhile_counts_for_nothing() {
    let (mut server, mut one, _two, id) = two_phones();
    let (before, backup) = (shown(&one), server.clone());
    server.restore(&backup);
    let install = one.identity().unwrap().install_id;
    let mut ask = |one: &mut Phone<MemoryStore>| {
        let body = one.next_request(HOUR).unwrap().unwrap();
        server.answer(install, &body).unwrap()
    };
    let told = ask(&mut one);
    one.receive(&told, HOUR).unwrap();
    let answer = ask(&mut one);
    one.tick(LIFE + 2 * HOUR).unwrap();
    assert!(is_expired(&one.record(id)));
    assert!(one.receive(&answer, LIFE + 2 * HOUR).unwrap().more);
    sync_at(&mut one, &mut server, LIFE + 2 * HOUR);
    assert_eq!(shown(&one), before);
}

#[test]
fn what_left_the_phones_reach_meanwhile_does_not_stay() {
    let (mut server, mut one, _two, id) = two_phones();
    let away = family(&mut one, 88, "عسل");
    sync(&mut one, &mut server);
    for record in [id, away] {
        server.move_to(record, 102);
    }
    one.edit(id, fields(&[("address", "شارع ١")]), HOUR).unwrap();
    sync_at(&mut one, &mut server, LIFE + HOUR);
    assert_eq!((one.record(id).unwrap(), one.record(away).unwrap()), (None, None));
    assert_eq!((one.held().unwrap().len(), one.status(LIFE + HOUR).unwrap().pending_changes), (1, 0));
    let install = one.identity().unwrap().install_id;
    server.scopes.insert(install, vec![AreaId(102)]);
    sync_at(&mut one, &mut server, LIFE + HOUR);
    server.scopes.insert(install, vec![AreaId(101)]);
    sync_at(&mut one, &mut server, 3 * LIFE);
    assert_eq!(one.record(id).unwrap(), None);
    assert!(one.status(3 * LIFE).unwrap().records > 10);
}

#[test]
fn a_clock_set_back_does_not_keep_it_longer() {
    let (_server, mut one, _two, id) = two_phones();
    one.tick(50 * HOUR).unwrap();
    one.tick(HOUR).unwrap();
    one.tick(22 * HOUR).unwrap();
    assert!(one.record(id).is_ok());
    let mut one = Phone::open(one.into_store()).unwrap();
    one.tick(24 * HOUR).unwrap();
    assert!(is_expired(&one.record(id)));
}

#[test]
fn a_clock_set_forward_by_years_costs_a_sync_and_nothing_else() {
    let (mut server, mut one, _two, id) = two_phones();
    let before = shown(&one);
    one.edit(id, fields(&[("address", "شارع ١")]), 100_000 * HOUR).unwrap_err();
    assert!(is_expired(&one.record(id)));
    sync_at(&mut one, &mut server, 2 * HOUR);
    assert_eq!(shown(&one), before);
    assert_eq!(one.status(2 * HOUR).unwrap().expires_ms, Some(2 * HOUR + LIFE));
    one.tick(2 * HOUR + LIFE).unwrap();
    assert!(is_expired(&one.record(id)));
}

#[test]
fn every_word_of_the_server_renews_and_a_draft_never_expires() {
    let (mut server, mut one, _two, id) = two_phones();
    for day in 1..20 {
        sync_at(&mut one, &mut server, day * 48 * HOUR);
        assert!(one.record(id).unwrap().is_some());
    }
    let mut draft = Phone::open(MemoryStore::default()).unwrap();
    let made = family(&mut draft, 1, "خبز");
    draft.tick(u64::MAX / 2).unwrap();
    assert!(draft.record(made).unwrap().is_some());
    assert_eq!(draft.status(u64::MAX).unwrap().expires_ms, None);
}

#[test]
fn a_way_back_that_is_broken_off_anywhere_is_taken_up_again_and_expires_again() {
    for stop in 0..6 {
        let (mut server, mut one, _two, id) = two_phones();
        one.edit(id, fields(&[("address", "شارع ١")]), HOUR).unwrap();
        one.tick(2 * LIFE).unwrap();
        let install = one.identity().unwrap().install_id;
        for _ in 0..stop {
            let Some(body) = one.next_request(2 * LIFE).unwrap() else { break };
            let answer = server.answer(install, &body).unwrap();
            one.receive(&answer, 2 * LIFE).unwrap();
        }
        let mut again = Phone::open(one.into_store()).unwrap();
        again.tick(4 * LIFE).unwrap();
        assert!(is_expired(&again.record(id)), "after {stop} answers");
        assert!(again.store().counts().unwrap().records <= 1, "after {stop} answers");
        sync_at(&mut again, &mut server, 4 * LIFE);
        assert_eq!(text(&again, id, "address").as_deref(), Some("شارع ١"), "after {stop} answers");
        assert_eq!(shown(&again).len(), server.records.len());
    }
}

#[test]
fn the_tray_keeps_fields_and_reasons_and_lets_go_of_values() {
    let (mut server, mut one, _two, id) = two_phones();
    server.hold_key = Some("address");
    one.edit(id, fields(&[("address", "شارع ١")]), HOUR).unwrap();
    sync(&mut one, &mut server);
    one.tick(LIFE + HOUR).unwrap();
    let tray = one.held().unwrap();
    let field = &tray[0].fields[0];
    assert_eq!((tray.len(), field.key.as_str(), &field.value, field.expired), (1, "address", &Scalar::Null, true));
    sync_at(&mut one, &mut server, LIFE + HOUR);
    assert_eq!(one.record(id).unwrap().unwrap().state, RecordState::NeedsAttention);
    one.dismiss(id, tray[0].change).unwrap();
    assert_eq!(one.record(id).unwrap().unwrap().state, RecordState::Received);
}

#[test]
fn a_revoked_phone_is_left_with_its_unsent_work() {
    let (_server, mut one, _two, id) = two_phones();
    let fresh = family(&mut one, 77, "عطر");
    one.next_request(HOUR).unwrap().unwrap();
    one.failed(Failure::Problem { problem: Problem::InstallRevoked, retry_after_ms: None }, HOUR, 0).unwrap();
    assert!(is_expired(&one.record(id)));
    assert_eq!((one.store().counts().unwrap().records, text(&one, fresh, "name_ar").as_deref()), (1, Some("عطر")));
}
