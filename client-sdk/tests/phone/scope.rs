//! Records that leave this phone's areas, and areas that do.

use usra_sync_protocol::id::AreaId;

use crate::link::{family, fields, phone, sync, text};
use crate::model::Server;

#[test]
fn a_record_that_moved_away_goes_and_comes_back_when_it_returns() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    server.move_to(id, 102);
    assert_eq!(sync(&mut one, &mut server).left, 1);
    assert_eq!(one.record(id).unwrap(), None);
    server.move_to(id, 101);
    sync(&mut one, &mut server);
    one.edit(id, fields(&[("district", "الصفا")]), 5).unwrap();
    assert_eq!(sync(&mut one, &mut server).accepted, 1);
}

#[test]
fn own_work_is_sent_before_a_record_that_left_is_forgotten() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    server.move_to(id, 102);
    one.edit(id, fields(&[("district", "الصفا")]), 5).unwrap();
    sync(&mut one, &mut server);
    assert_eq!(one.record(id).unwrap(), None);
    assert_eq!(one.held().unwrap().len(), 1);
}

#[test]
fn an_edit_made_while_the_answer_was_under_way_keeps_the_record_until_its_verdict() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    server.move_to(id, 102);
    let install = one.identity().unwrap().install_id;
    let body = one.next_request(0).unwrap().unwrap();
    let answer = server.answer(install, &body).unwrap();
    one.edit(id, fields(&[("district", "الصفا")]), 5).unwrap();
    assert!(one.receive(&answer, 6).unwrap().more);
    assert_eq!(text(&one, id, "district").as_deref(), Some("الصفا"));
    sync(&mut one, &mut server);
    assert_eq!((one.record(id).unwrap(), one.held().unwrap().len()), (None, 1));
}

#[test]
fn a_lost_area_takes_its_records_and_a_new_one_brings_its_own() {
    let mut server = Server::new();
    let (mut one, mut two) = (phone(&mut server, 1, &[101]), phone(&mut server, 2, &[102]));
    let here = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    sync(&mut two, &mut server);
    server.scopes.insert(two.identity().unwrap().install_id, vec![AreaId(101)]);
    sync(&mut two, &mut server);
    assert!(two.record(here).unwrap().is_some());
    server.scopes.insert(two.identity().unwrap().install_id, vec![AreaId(102)]);
    sync(&mut two, &mut server);
    assert_eq!((two.record(here).unwrap(), two.status(0).unwrap().records), (None, 0));
}

#[test]
fn an_area_that_was_lost_and_given_back_brings_what_this_phone_itself_made_there() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let install = one.identity().unwrap().install_id;
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    server.scopes.insert(install, vec![AreaId(102)]);
    sync(&mut one, &mut server);
    assert_eq!(one.record(id).unwrap(), None);
    server.scopes.insert(install, vec![AreaId(101)]);
    sync(&mut one, &mut server);
    assert_eq!(text(&one, id, "name_ar").as_deref(), Some("خبز"));
    one.edit(id, fields(&[("district", "الصفا")]), 5).unwrap();
    assert_eq!(sync(&mut one, &mut server).accepted, 1);
}
