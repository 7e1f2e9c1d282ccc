//! The way out: offline work, lost and repeated answers, crashes, drafts before enrolment and a second enrolment.

use usra_client_sdk::store::{MemoryStore, SqliteStore, Store as _, StoreKey};
use usra_client_sdk::{Edited, Failure, NewRecord, Phone, PhoneError, Query, RecordState};
use usra_sync_protocol::id::AreaId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::limits;
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sync::{decode_request, open};

use crate::link::{family, fields, phone, product, sync, text};
use crate::model::Server;

#[test]
fn what_is_edited_offline_is_synced_and_seen_on_another_phone() {
    let mut server = Server::new();
    let (mut one, mut two) = (phone(&mut server, 1, &[101]), phone(&mut server, 2, &[101]));
    let id = family(&mut one, 1, "خبز أم سعد");
    one.edit(id, fields(&[("district", "الروضة")]), 5).unwrap();
    assert_eq!(one.record(id).unwrap().unwrap().state, RecordState::WaitingToSend);
    let sent = sync(&mut one, &mut server);
    assert_eq!((sent.accepted, one.record(id).unwrap().unwrap().state), (2, RecordState::Received));
    assert_eq!(sync(&mut two, &mut server).received, 2);
    assert_eq!(two.record(id).unwrap().unwrap().fields, one.record(id).unwrap().unwrap().fields);
    assert_eq!(two.list(&Query { search: Some("سعد".to_owned()), ..Query::default() }).unwrap().len(), 1);
    assert_eq!(one.status(2_000_000).unwrap().pending_changes, 0);
}

#[test]
fn equal_values_make_no_change() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let id = family(&mut one, 1, "خبز");
    assert_eq!(one.edit(id, fields(&[("name_ar", "خبز")]), 5).unwrap(), Edited::Nothing);
    assert_eq!(one.edit(id, vec![("district".to_owned(), Scalar::Null)], 5).unwrap(), Edited::Nothing);
    assert_eq!(one.status(0).unwrap().pending_changes, 1);
}

#[test]
fn a_lost_answer_is_asked_for_again_and_changes_nothing() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let id = family(&mut one, 1, "خبز");
    let body = one.next_request(0).unwrap().unwrap();
    assert_eq!(one.record(id).unwrap().unwrap().state, RecordState::Sending);
    assert_eq!(one.status(0).unwrap().sending, Some((0, 1)));
    server.answer(one.identity().unwrap().install_id, &body).unwrap();
    one.failed(Failure::Timeout, 0, 0).unwrap();
    assert_eq!(one.next_request(500).unwrap(), None);
    let status = one.status(500).unwrap();
    assert_eq!((status.last_error.as_deref(), status.next_attempt_ms), (Some("timeout"), Some(1_000)));
    assert_eq!(sync(&mut one, &mut server).accepted, 1);
    assert_eq!((server.records[&id].changes.len(), one.status(0).unwrap().last_error), (1, None));
}

#[test]
fn requests_and_pages_shrink_while_a_network_loses_them_and_grow_again_after_a_success() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    (2..=200).for_each(|n| _ = family(&mut one, n, &"خبز".repeat(20)));
    let anyone = family(&mut one, 1, &"خبز".repeat(20));
    one.next_request(0).unwrap().unwrap();
    let mut asked = Vec::new();
    for _ in 0..12 {
        one.failed(Failure::Timeout, 0, 0).unwrap();
        one.retry_now();
        let request = decode_request(&open(&one.next_request(0).unwrap().unwrap()).unwrap()).unwrap();
        let sent: usize = request.pushes.iter().flat_map(|push| &push.changes).map(Vec::len).sum();
        asked.push((sent, request.want_bytes));
    }
    assert!(asked.is_sorted_by(|before, after| before >= after), "{asked:?}");
    let (sent, want_bytes) = asked[11];
    assert!(sent > 0 && sent <= 4_096 && want_bytes == 4_096, "{asked:?}");
    one.failed(Failure::Timeout, 0, 0).unwrap();
    one.retry_now();
    assert_eq!(sync(&mut one, &mut server).accepted, 200);
    (1..=200).for_each(|n| _ = product(&mut one, anyone, n));
    let request = decode_request(&open(&one.next_request(0).unwrap().unwrap()).unwrap()).unwrap();
    assert_eq!(request.pushes.len(), 200);
    assert!(request.want_bytes > 4_096);
}

#[test]
fn a_server_that_says_it_is_busy_does_not_make_requests_smaller() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    (1..=200).for_each(|n| _ = family(&mut one, n, &"خبز".repeat(20)));
    let whole = one.next_request(0).unwrap().unwrap();
    for _ in 0..5 {
        one.failed(Failure::Problem { problem: Problem::Overloaded, retry_after_ms: None }, 0, 0).unwrap();
        one.retry_now();
        assert_eq!(one.next_request(0).unwrap().unwrap(), whole);
    }
}

#[test]
fn a_conversation_that_was_given_up_does_not_stop_the_next_one() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    family(&mut one, 1, "خبز");
    one.next_request(0).unwrap().unwrap();
    assert_eq!(one.next_request(0).unwrap(), None);
    one.forget_request();
    assert_eq!(sync(&mut one, &mut server).accepted, 1);
}

#[test]
fn an_answer_cut_at_any_byte_is_refused_and_the_next_try_succeeds() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let id = family(&mut one, 1, "خبز");
    let install = one.identity().unwrap().install_id;
    let body = one.next_request(0).unwrap().unwrap();
    let answer = server.answer(install, &body).unwrap();
    for cut in 0..answer.len() {
        let taken = one.receive(&answer[..cut], 0);
        assert!(matches!(taken, Err(PhoneError::Answer(_) | PhoneError::AnswerUnexpected)), "cut at {cut}: {taken:?}");
        one.failed(Failure::Garbled, 0, 0).unwrap();
        one.retry_now();
        one.next_request(0).unwrap().unwrap();
    }
    assert_eq!(one.record(id).unwrap().unwrap().pending_changes, 1);
    one.failed(Failure::Garbled, 0, 0).unwrap();
    assert_eq!(sync(&mut one, &mut server).accepted, 1);
}

#[test]
fn a_crash_between_request_and_answer_loses_nothing() {
    let (mut server, dir) = (Server::new(), tempfile::tempdir().unwrap());
    let path = dir.path().join("phone.sqlite");
    let mut one = Phone::open(SqliteStore::open(&path, &StoreKey::new([7; 32])).unwrap()).unwrap();
    one.enrolled(server.enrol(1, &[101]), "http://model", 0).unwrap();
    let id = family(&mut one, 1, "خبز");
    let body = one.next_request(0).unwrap().unwrap();
    server.answer(one.identity().unwrap().install_id, &body).unwrap();
    drop(one);
    let mut again = Phone::open(SqliteStore::open(&path, &StoreKey::new([7; 32])).unwrap()).unwrap();
    assert_eq!(again.record(id).unwrap().unwrap().state, RecordState::WaitingToSend);
    assert_eq!(sync(&mut again, &mut server).accepted, 1);
    again.edit(id, fields(&[("district", "الصفا")]), 9).unwrap();
    sync(&mut again, &mut server);
    assert_eq!((text(&again, id, "district").as_deref(), server.records[&id].changes.len()), (Some("الصفا"), 2));
}

#[test]
fn a_large_edit_is_split_into_changes_within_the_limits() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let family = family(&mut one, 1, "خبز");
    let needs: Vec<(String, Scalar)> =
        (0..200).map(|at| (format!("need/n{at}/detail"), Scalar::from("س".repeat(300).as_str()))).collect();
    let new = NewRecord { id: None, kind: Kind::Household, family: Some(family), area: None, fields: needs.clone() };
    let id = one.create(new, 5, [5; 10]).unwrap();
    sync(&mut one, &mut server);
    let sizes: Vec<usize> = server.records[&id].changes.iter().map(|(_, bytes)| bytes.len()).collect();
    assert!(sizes.len() > 1 && sizes.iter().sum::<usize>() > limits::CHANGE_BYTES, "{sizes:?}");
    assert!(sizes.iter().all(|size| *size <= limits::CHANGE_BYTES), "{sizes:?}");
    let shown = one.record(id).unwrap().unwrap();
    assert_eq!((shown.fields, shown.pending_changes), (needs.into_iter().collect(), 0));
}

#[test]
fn what_automerge_makes_of_the_changes_is_what_the_phone_shows() {
    let mut server = Server::new();
    let (mut one, mut two) = (phone(&mut server, 1, &[101]), phone(&mut server, 2, &[101]));
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    sync(&mut two, &mut server);
    one.edit(id, fields(&[("district", "الصفا"), ("mobile", "+966500000001")]), 5).unwrap();
    two.edit(id, fields(&[("district", "المروة"), ("mobile", "+966500000002")]), 6).unwrap();
    for phone in [&mut one, &mut two] {
        sync(phone, &mut server);
    }
    sync(&mut one, &mut server);
    one.resolve(id, "mobile", Scalar::from("+966500000002"), 9).unwrap();
    let bytes = one.store().changes(id).unwrap().into_iter().map(|row| row.bytes);
    let changes: Vec<automerge::Change> = bytes.map(|bytes| automerge::Change::from_bytes(bytes).unwrap()).collect();
    let mut document = automerge::AutoCommit::new();
    document.apply_changes(changes).unwrap();
    assert_eq!(document.get_heads().len(), 1);
    let view = one.record(id).unwrap().unwrap();
    for key in ["name_ar", "district", "mobile"] {
        let (value, _) = automerge::ReadDoc::get(&document, automerge::ROOT, key).unwrap().unwrap();
        assert_eq!(value.as_str(), view.fields[key].as_text(), "{key}");
    }
}

#[test]
fn a_draft_made_before_enrolment_goes_out_under_the_new_identity() {
    let mut server = Server::new();
    let mut one = Phone::open(MemoryStore::default()).unwrap();
    let id = family(&mut one, 1, "خبز");
    let cake = product(&mut one, id, 1);
    assert_eq!(one.record(id).unwrap().unwrap().state, RecordState::DraftOnPhone);
    assert_eq!(one.next_request(0).unwrap(), None);
    one.enrolled(server.enrol(1, &[101, 102]), "http://model", 3).unwrap();
    assert_eq!(sync(&mut one, &mut server).accepted, 2);
    assert_eq!((server.records[&id].area, server.records[&cake].area), (AreaId(101), AreaId(101)));
}

#[test]
fn enrolling_again_keeps_unsent_work_and_sends_it_under_the_new_name() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    one.edit(id, fields(&[("district", "الصفا")]), 5).unwrap();
    let other = family(&mut one, 2, "تمر");
    one.enrolled(server.enrol(9, &[101]), "http://model", 6).unwrap();
    assert_eq!(sync(&mut one, &mut server).accepted, 2);
    assert_eq!(server.shown(id, "district"), Some(Scalar::from("الصفا")));
    assert_eq!(server.shown(other, "name_ar"), Some(Scalar::from("تمر")));
    assert_eq!((server.open_count(id, "district"), one.status(0).unwrap().pending_changes), (1, 0));
}

#[test]
fn a_copied_phone_is_silent_until_it_is_enrolled_again_and_loses_nothing() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    let mut copy = Phone::open(one.store().clone()).unwrap();
    one.edit(id, fields(&[("district", "الصفا")]), 5).unwrap();
    sync(&mut one, &mut server);
    copy.edit(id, fields(&[("district", "المروة")]), 6).unwrap();
    sync(&mut copy, &mut server);
    let status = copy.status(0).unwrap();
    assert!(status.needs_enrolment && status.pending_changes == 1);
    assert_eq!(copy.next_request(u64::MAX).unwrap(), None);
    copy.enrolled(server.enrol(9, &[101]), "http://model", 6).unwrap();
    sync(&mut copy, &mut server);
    assert_eq!((server.open_count(id, "district"), copy.status(0).unwrap().pending_changes), (2, 0));
}

#[test]
fn a_household_id_follows_from_its_family_and_a_second_one_is_refused() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let id = family(&mut one, 1, "خبز");
    let new = || NewRecord {
        id: None,
        kind: Kind::Household,
        family: Some(id),
        area: None,
        fields: fields(&[("member/a1/name", "سارة")]),
    };
    let household = one.create(new(), 1, [1; 10]).unwrap();
    assert_eq!(household, usra_sync_protocol::id::RecordId::household_of(id));
    assert!(matches!(one.create(new(), 1, [2; 10]), Err(PhoneError::RecordExists)));
    assert_eq!(sync(&mut one, &mut server).accepted, 2);
}

#[test]
fn a_place_outside_the_phones_areas_is_refused_with_a_clear_error() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[102]);
    let fields = fields(&[("name_ar", "خبز"), ("centre", "JED-01")]);
    let new = NewRecord { id: None, kind: Kind::Family, family: None, area: None, fields };
    let refused = one.create(new, 1, [1; 10]).unwrap_err();
    assert_eq!(refused.code(), "area_out_of_scope");
    assert!(!refused.sentence_ar().is_empty() && !refused.sentence_en().is_empty());
}
