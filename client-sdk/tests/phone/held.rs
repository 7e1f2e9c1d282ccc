//! Work that the centre does not take as it is: kept, explained, and in nobody's way.

use usra_client_sdk::RecordState;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sync::{Outcome, Reason};

use crate::link::{family, fields, phone, product, sync, text};
use crate::model::Server;

#[test]
fn the_field_at_fault_goes_to_the_tray_and_the_rest_is_sent_again() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    server.hold_key = Some("district");
    one.edit(id, fields(&[("district", "الصفا"), ("address", "شارع ١")]), 5).unwrap();
    one.edit(id, fields(&[("address", "شارع ٢"), ("name_ar", "خبز سعد")]), 6).unwrap();
    let total = sync(&mut one, &mut server);
    assert_eq!((total.held, total.accepted), (2, 2));
    assert_eq!(text(&one, id, "address").as_deref(), Some("شارع ٢"));
    assert_eq!(text(&one, id, "district"), None);
    assert_eq!(server.shown(id, "name_ar"), Some(Scalar::from("خبز سعد")));
    assert_eq!((server.open_count(id, "address"), server.open_count(id, "name_ar")), (1, 1));
    let tray = one.held().unwrap();
    assert_eq!(
        (tray.len(), tray[0].reason, tray[0].fields[0].value.clone()),
        (1, Reason::FieldNotAllowed, "الصفا".into())
    );
    assert!(!tray[0].advice_ar().is_empty() && !tray[0].advice_en().is_empty());
    assert_eq!(one.record(id).unwrap().unwrap().state, RecordState::NeedsAttention);
    one.dismiss(id, tray[0].change).unwrap();
    assert_eq!(one.record(id).unwrap().unwrap().state, RecordState::Received);
}

#[test]
fn a_refused_record_blocks_no_other() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    server.refuse_key = Some("short_address");
    let bad = family(&mut one, 1, "خبز");
    one.edit(bad, fields(&[("short_address", "AAAA1234")]), 5).unwrap();
    let good = family(&mut one, 2, "تمر");
    let total = sync(&mut one, &mut server);
    assert_eq!((total.refused, total.accepted), (1, 2));
    assert_eq!(server.shown(good, "name_ar"), Some(Scalar::from("تمر")));
    assert!(one.held().unwrap()[0].refused);
    let status = one.status(0).unwrap();
    assert_eq!((status.needs_attention, status.pending_changes), (1, 0));
}

#[test]
fn a_record_held_whole_stays_on_the_phone_with_its_values_in_the_tray() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let id = family(&mut one, 1, "خبز");
    let cake = product(&mut one, id, 1);
    server.scopes.insert(one.identity().unwrap().install_id, vec![]);
    sync(&mut one, &mut server);
    let tray = one.held().unwrap();
    assert_eq!((tray[0].record, tray[0].reason, tray[0].fields.len()), (id, Reason::OutOfScope, 3));
    assert_eq!(one.record(id).unwrap().unwrap().state, RecordState::NeedsAttention);
    assert_eq!(tray.iter().filter(|item| item.record == cake).count(), 1);
}

#[test]
fn what_waits_for_its_family_is_offered_again_and_taken_once_it_is_there() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    server.hold_key = Some("governorate");
    let id = family(&mut one, 1, "خبز");
    let cake = product(&mut one, id, 1);
    let install = one.identity().unwrap().install_id;
    let body = one.next_request(0).unwrap().unwrap();
    let answer = server.answer(install, &body).unwrap();
    one.receive(&answer, 0).unwrap();
    assert!(!server.records.contains_key(&cake));
    assert_eq!(one.record(cake).unwrap().unwrap().state, RecordState::NeedsAttention);
    for _conversation in 0..2 {
        sync(&mut one, &mut server);
    }
    assert!(server.records.contains_key(&id) && server.records.contains_key(&cake));
    assert_eq!(one.status(0).unwrap().pending_changes, 0);
    assert_eq!(one.record(cake).unwrap().unwrap().state, RecordState::Received);
}

#[test]
fn a_value_that_came_meanwhile_is_not_replaced_by_a_rebase() {
    let mut server = Server::new();
    let (mut one, mut two) = (phone(&mut server, 1, &[101]), phone(&mut server, 2, &[101]));
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    sync(&mut two, &mut server);
    two.edit(id, fields(&[("mobile", "+966500000002")]), 5).unwrap();
    sync(&mut two, &mut server);
    server.hold_key = Some("district");
    one.edit(id, fields(&[("district", "الصفا"), ("mobile", "+966500000001")]), 6).unwrap();
    sync(&mut one, &mut server);
    sync(&mut one, &mut server);
    assert_eq!(server.open_count(id, "mobile"), 2);
    assert_eq!(one.conflicts(Some(id)).unwrap().len(), 1);
}

#[test]
fn a_rejection_reaches_the_tray_with_the_centres_words_and_stays_until_dismissed() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    server.hold_key = Some("district");
    one.edit(id, fields(&[("district", "الصفا")]), 5).unwrap();
    sync(&mut one, &mut server);
    let change = one.held().unwrap()[0].change;
    server.rule((id, change), Outcome::Rejected, "الحي ليس في هذه المحافظة");
    for _heard_twice in 0..2 {
        sync(&mut one, &mut server);
        let item = &one.held().unwrap()[0];
        assert_eq!((item.reason, item.refused, item.fields.len()), (Reason::Rejected, true, 1));
        assert_eq!(item.note.as_deref(), Some("الحي ليس في هذه المحافظة"));
    }
    one.dismiss(id, change).unwrap();
    sync(&mut one, &mut server);
    assert!(one.held().unwrap().is_empty());
    assert_eq!(one.record(id).unwrap().unwrap().state, RecordState::Received);
}

#[test]
fn what_the_centre_adopted_or_released_leaves_the_tray_even_when_the_record_is_gone() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let (id, other) = (family(&mut one, 1, "خبز"), family(&mut one, 2, "تمر"));
    sync(&mut one, &mut server);
    server.hold_key = Some("district");
    for family in [id, other] {
        one.edit(family, fields(&[("district", "الصفا")]), 5).unwrap();
    }
    sync(&mut one, &mut server);
    server.move_to(other, 900);
    sync(&mut one, &mut server);
    let tray = one.held().unwrap();
    assert_eq!((tray.len(), one.record(other).unwrap()), (2, None));
    server.rule((id, tray[0].change), Outcome::Adopted, "");
    server.rule((other, tray[1].change), Outcome::Released, "");
    sync(&mut one, &mut server);
    assert!(one.held().unwrap().is_empty());
    assert_eq!(one.status(0).unwrap().needs_attention, 0);
    assert_eq!(one.record(id).unwrap().unwrap().state, RecordState::Received);
}

#[test]
fn a_rejection_that_comes_with_the_second_telling_of_a_lost_verdict_is_not_missed() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    server.hold_key = Some("district");
    let edited = one.edit(id, fields(&[("district", "الصفا")]), 5).unwrap();
    let usra_client_sdk::Edited::Saved(change) = edited else { panic!("nothing was saved") };
    let body = one.next_request(5).unwrap().unwrap();
    let _lost = server.answer(one.identity().unwrap().install_id, &body).unwrap();
    one.failed(usra_client_sdk::Failure::Timeout, 5, 0).unwrap();
    one.retry_now();
    server.rule((id, change), Outcome::Rejected, "لا");
    sync(&mut one, &mut server);
    let tray = one.held().unwrap();
    assert_eq!((tray.len(), tray[0].note.as_deref()), (1, Some("لا")));
}
