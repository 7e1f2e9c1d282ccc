//! After a restore of the server, and the periodic check.

use usra_client_sdk::Phone;
use usra_client_sdk::store::{MemoryStore, Store as _};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::scalar::Scalar;

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
