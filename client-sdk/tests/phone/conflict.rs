//! Two people write the same field without knowing of each other.

use usra_client_sdk::RecordState;
use usra_sync_protocol::scalar::Scalar;

use crate::link::{family, fields, phone, sync, text};
use crate::model::Server;

const A: &str = "+966500000001";
const B: &str = "+966500000002";

#[test]
fn both_values_are_kept_and_the_shown_one_is_the_same_everywhere() {
    let mut server = Server::new();
    let (mut one, mut two) = (phone(&mut server, 1, &[101]), phone(&mut server, 2, &[101]));
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    sync(&mut two, &mut server);
    one.edit(id, fields(&[("mobile", A), ("district", "الصفا")]), 5).unwrap();
    two.edit(id, fields(&[("mobile", B), ("address", "شارع ١")]), 6).unwrap();
    sync(&mut one, &mut server);
    sync(&mut two, &mut server);
    sync(&mut one, &mut server);
    let found = one.conflicts(Some(id)).unwrap();
    assert_eq!((found.len(), found[0].key.as_str(), found[0].values.len()), (1, "mobile", 2));
    assert_eq!(found, two.conflicts(None).unwrap());
    assert_eq!(text(&one, id, "mobile"), text(&two, id, "mobile"));
    assert_eq!(server.shown(id, "mobile"), Some(found[0].values[1].value.clone()));
    assert_eq!(one.record(id).unwrap().unwrap().state, RecordState::TwoVersions);
    assert_eq!(
        (text(&two, id, "district").as_deref(), text(&one, id, "address").as_deref()),
        (Some("الصفا"), Some("شارع ١"))
    );
}

#[test]
fn settling_replaces_exactly_what_was_seen_and_a_later_unseen_edit_reopens() {
    let mut server = Server::new();
    let mut phones = [1, 2, 3].map(|n| phone(&mut server, n, &[101]));
    let id = family(&mut phones[0], 1, "خبز");
    for phone in &mut phones {
        sync(phone, &mut server);
    }
    for (phone, number) in phones.iter_mut().zip([A, B, "+966500000003"]) {
        phone.edit(id, fields(&[("mobile", number)]), 5).unwrap();
    }
    let [one, two, three] = &mut phones;
    sync(one, &mut server);
    sync(two, &mut server);
    sync(one, &mut server);
    let seen: Vec<_> = one.conflicts(Some(id)).unwrap()[0].values.iter().map(|value| value.op).collect();
    sync(three, &mut server);
    sync(one, &mut server);
    assert_eq!(one.conflicts(Some(id)).unwrap()[0].values.len(), 3);
    one.resolve_seen((id, "mobile"), Scalar::from(A), &seen, 9).unwrap();
    assert_eq!(one.conflicts(Some(id)).unwrap()[0].values.len(), 2);
    one.resolve(id, "mobile", Scalar::from(A), 10).unwrap();
    assert_eq!(one.conflicts(None).unwrap(), []);
    two.edit(id, fields(&[("mobile", "+966500000004")]), 11).unwrap();
    sync(one, &mut server);
    sync(two, &mut server);
    sync(one, &mut server);
    let again = one.conflicts(Some(id)).unwrap();
    assert_eq!((again[0].values.len(), one.status(0).unwrap().conflicts), (2, 1));
}

#[test]
fn the_same_value_from_two_people_is_no_conflict() {
    let mut server = Server::new();
    let (mut one, mut two) = (phone(&mut server, 1, &[101]), phone(&mut server, 2, &[101]));
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    sync(&mut two, &mut server);
    one.edit(id, fields(&[("mobile", A)]), 5).unwrap();
    two.edit(id, fields(&[("mobile", A)]), 5).unwrap();
    sync(&mut one, &mut server);
    sync(&mut two, &mut server);
    assert_eq!((server.open_count(id, "mobile"), two.conflicts(None).unwrap().len()), (2, 0));
}

#[test]
fn what_the_centre_decided_is_news_until_it_was_looked_at() {
    let mut server = Server::new();
    let mut one = phone(&mut server, 1, &[101]);
    let id = family(&mut one, 1, "خبز");
    sync(&mut one, &mut server);
    server.decide(id, "official/file_no", Scalar::from("MKH-JED-00001-7"));
    sync(&mut one, &mut server);
    assert_eq!(one.record(id).unwrap().unwrap().state, RecordState::ChangedByCentre);
    one.mark_seen(id).unwrap();
    assert_eq!(one.record(id).unwrap().unwrap().state, RecordState::Received);
    assert_eq!(text(&one, id, "official/file_no").as_deref(), Some("MKH-JED-00001-7"));
}
