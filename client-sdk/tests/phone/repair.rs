//! After a restore of the server, and the periodic check.

use usra_client_sdk::store::{MemoryStore, Store as _};
use usra_client_sdk::{Failure, Phone};
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sync::Reason;

use crate::link::{family, fields, phone, sync, text};
use crate::model::Server;

fn agree(server: &Server, phone: &Phone<MemoryStore>, ids: &[RecordId]) {
    for id in ids {
        let held: Vec<_> = phone.store().changes(*id).unwrap().iter().map(|row| row.hash).collect();
        let mut kept: Vec<_> = server.records[id].changes.iter().map(|(change, _)| change.hash()).collect();
        let mut held = held;
        held.sort_unstable();
        kept.sort_unstable();
        assert_eq!(held, kept);
    }
}

#[test]
fn after_a_restore_both_sides_send_only_what_the_other_lacks() {
    let mut server = Server::new();
    let (mut one, mut two) = (phone(&mut server, 1, &[101]), phone(&mut server, 2, &[101]));
    let kept = family(&mut one, 1, "خبز");
    let untouched = family(&mut one, 3, "عطر");
    sync(&mut one, &mut server);
    sync(&mut two, &mut server);
    let backup = server.clone();
    one.edit(kept, fields(&[("district", "الصفا")]), 5).unwrap();
    let lost = family(&mut one, 2, "تمر");
    sync(&mut one, &mut server);
    server.restore(&backup);
    let pushed = server.pushed;
    two.edit(kept, fields(&[("address", "شارع ١")]), 6).unwrap();
    sync(&mut two, &mut server);
    sync(&mut one, &mut server);
    assert_eq!(server.shown(lost, "name_ar"), Some(Scalar::from("تمر")));
    assert_eq!(server.shown(kept, "district"), Some(Scalar::from("الصفا")));
    assert_eq!(text(&one, kept, "address").as_deref(), Some("شارع ١"));
    sync(&mut two, &mut server);
    agree(&server, &one, &[kept, lost, untouched]);
    agree(&server, &two, &[kept, lost, untouched]);
    assert!(server.pushed - pushed <= 5, "{} changes were offered again", server.pushed - pushed);
    let requests = server.requests;
    sync(&mut one, &mut server);
    assert_eq!(server.requests - requests, 1);
}

#[test]
fn a_repair_broken_off_at_any_answer_is_taken_up_again() {
    for stop in 0..6 {
        let mut server = Server::new();
        let mut one = phone(&mut server, 1, &[101]);
        let mut two = phone(&mut server, 2, &[101]);
        let kept = family(&mut one, 1, "خبز");
        sync(&mut one, &mut server);
        let backup = server.clone();
        let lost = family(&mut one, 2, "تمر");
        sync(&mut one, &mut server);
        server.restore(&backup);
        let other = family(&mut two, 3, "عسل");
        sync(&mut two, &mut server);
        let install = one.identity().unwrap().install_id;
        for _ in 0..stop {
            let Some(body) = one.next_request(0).unwrap() else { break };
            let answer = server.answer(install, &body).unwrap();
            one.receive(&answer, 0).unwrap();
        }
        let mut again = Phone::open(one.into_store()).unwrap();
        sync(&mut again, &mut server);
        agree(&server, &again, &[kept, lost, other]);
    }
}

#[test]
fn the_periodic_check_brings_back_what_was_missed() {
    let mut server = Server::new();
    let (mut one, mut two) = (phone(&mut server, 1, &[101]), phone(&mut server, 2, &[101]));
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    sync(&mut two, &mut server);
    let mut store = two.into_store();
    store.commit(vec![usra_client_sdk::store::Write::Purge(id)]).unwrap();
    let mut two = Phone::open(store).unwrap();
    for _ in 0..25 {
        sync(&mut two, &mut server);
    }
    agree(&server, &two, &[id]);
}

#[test]
fn a_delivery_that_lacks_something_is_counted_left_out_and_repaired() {
    let mut server = Server::new();
    let (mut one, mut two) = (phone(&mut server, 1, &[101]), phone(&mut server, 2, &[101]));
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    sync(&mut two, &mut server);
    let mut store = two.into_store();
    store.commit(vec![usra_client_sdk::store::Write::Purge(id)]).unwrap();
    let mut two = Phone::open(store).unwrap();
    one.edit(id, fields(&[("district", "الصفا")]), 5).unwrap();
    sync(&mut one, &mut server);
    assert_eq!(sync(&mut two, &mut server).unreadable, 1);
    assert_eq!(two.status(0).unwrap().unreadable, 1);
    agree(&server, &two, &[id]);
}

#[test]
fn what_left_this_phones_reach_while_the_server_began_another_life_does_not_stay() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let (id, stays) = (family(&mut one, 1, "خبز"), family(&mut one, 2, "تمر"));
    sync(&mut one, &mut server);
    let backup = server.clone();
    server.restore(&backup);
    server.move_to(id, 102);
    sync(&mut one, &mut server);
    assert_eq!(one.record(id).unwrap(), None);
    assert!(one.record(stays).unwrap().is_some());
}

#[test]
fn what_the_centre_does_not_take_again_leaves_the_phone_and_comes_back_with_its_author() {
    let mut server = Server::new();
    let (mut one, mut two) = (phone(&mut server, 1, &[101]), phone(&mut server, 2, &[101]));
    let known = family(&mut two, 2, "تمر");
    sync(&mut two, &mut server);
    sync(&mut one, &mut server);
    let backup = server.clone();
    one.edit(known, fields(&[("district", "الصفا")]), 5).unwrap();
    sync(&mut one, &mut server);
    sync(&mut two, &mut server);
    server.restore(&backup);
    sync(&mut two, &mut server);
    assert_eq!(text(&two, known, "district"), None, "the centre does not have it before its author comes");
    agree(&server, &two, &[known]);
    sync(&mut one, &mut server);
    sync(&mut two, &mut server);
    assert_eq!(text(&two, known, "district").as_deref(), Some("الصفا"));
}

#[test]
fn work_that_follows_what_the_centre_now_holds_is_held_once_and_the_conversation_ends() {
    let mut server = Server::new();
    let (mut one, mut two) = (phone(&mut server, 1, &[101]), phone(&mut server, 2, &[101]));
    let backup = server.clone();
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    sync(&mut two, &mut server);
    server.restore(&backup);
    server.scopes.insert(one.identity().unwrap().install_id, vec![AreaId(102)]);
    sync(&mut one, &mut server);
    two.edit(id, fields(&[("district", "الصفا")]), 5).unwrap();
    sync(&mut two, &mut server);
    let tray = two.held().unwrap();
    assert_eq!((tray.len(), tray[0].reason, tray[0].fields.len()), (1, Reason::AfterHeld, 1));
    assert_eq!(two.status(0).unwrap().pending_changes, 0);
}

#[test]
fn an_area_lost_before_the_first_answer_takes_along_what_was_made_there() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let id = family(&mut one, 1, "خبز");
    let install = one.identity().unwrap().install_id;
    let body = one.next_request(0).unwrap().unwrap();
    let _lost = server.answer(install, &body).unwrap();
    server.scopes.insert(install, vec![AreaId(102)]);
    one.failed(Failure::Timeout, 0, 0).unwrap();
    sync(&mut one, &mut server);
    assert_eq!(one.record(id).unwrap(), None);
}
