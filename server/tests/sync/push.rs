//! Pushes against a real PostgreSQL: what is acknowledged is there once, in every table, whoever asks and how often.

use std::sync::Arc;

use crate::centre::{Centre, JEDDAH, TAIF, now};
use crate::pen::{Pen, put};
use usra_sync_protocol::change::Put;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::sync::{Reason, Verdict};

fn record(number: u8) -> RecordId {
    RecordId::new(1_000, [number; 10])
}

#[tokio::test]
async fn the_same_request_many_times_at_once_is_written_once() {
    let centre = Centre::start().await;
    let phone = centre.phone(1, JEDDAH).await;
    let mut pen = Pen::new(&phone, record(1), JEDDAH);
    let offers = vec![pen.write(vec![put("name_ar", "خوص الليث")]).1, pen.write(vec![put("workers_family", 2_i64)]).1];
    let servers = [centre.server().await, centre.server().await, centre.server().await];
    let pushes = servers.iter().cycle().take(9).map(|server| {
        let (server, offers) = (server.clone(), offers.clone());
        tokio::spawn(async move { server.push(offers, now()).await.unwrap() })
    });
    let mut accepted = 0;
    for push in pushes.collect::<Vec<_>>() {
        let verdicts = push.await.unwrap();
        assert!(
            verdicts == [Verdict::Accepted, Verdict::Accepted] || verdicts == [Verdict::Duplicate, Verdict::Duplicate]
        );
        accepted += usize::from(verdicts[0] == Verdict::Accepted);
    }
    assert_eq!(accepted, 1);
    assert_eq!(centre.count("select count(*) from change").await, 2);
    assert_eq!(centre.count("select count(*) from feed").await, 1);
    assert_eq!(centre.count("select count(*) from family where name_ar = 'خوص الليث' and workers_family = 2").await, 1);
    assert_eq!(centre.count("select count(*) from record where change_count = 2").await, 1);
}

#[tokio::test]
async fn two_values_stay_open_in_sql_until_someone_who_saw_both_settles_them_and_an_unseen_edit_reopens() {
    let centre = Centre::start().await;
    let (one, two) = (centre.phone(1, JEDDAH).await, centre.phone(2, JEDDAH).await);
    let (mut first, mut second) = (Pen::new(&one, record(1), JEDDAH), Pen::new(&two, record(1), JEDDAH));
    let (begin, offer) = first.write(vec![put("name_ar", "عود"), put("workers_family", 1_i64)]);
    second.sees(&begin);
    let old = vec![begin.ops().map(|(op, _)| op).last().unwrap()];
    let server = centre.server().await;
    centre.accept(&server, vec![offer]).await;
    let edit = |value: i64| vec![Put { replaces: old.clone(), ..put("workers_family", value) }];
    let (left, left_offer) = first.write(edit(2));
    let (right, right_offer) = second.write(edit(3));
    let (_unseen, unseen_offer) = second.write(vec![put("workers_hired", 7_i64)]);
    centre.accept(&server, vec![left_offer, right_offer]).await;
    let open = "select count(*) from open_value where key = 'workers_family'";
    let conflicts = "select conflict_count::bigint from record";
    assert_eq!((centre.count(open).await, centre.count(conflicts).await), (2, 1));
    let shown = if left.draft().actor > right.draft().actor { 2 } else { 3 };
    assert_eq!(centre.count("select workers_family::bigint from family").await, shown);

    first.sees(&right);
    let mut both: Vec<_> = [&left, &right].iter().flat_map(|change| change.ops().map(|(op, _)| op)).collect();
    both.sort_unstable();
    let (_, settle) = first.write(vec![Put { replaces: both, ..put("workers_family", 3_i64) }]);
    centre.accept(&server, vec![settle]).await;
    assert_eq!((centre.count(open).await, centre.count(conflicts).await), (1, 0));

    let late = vec![Put { replaces: right.ops().map(|(op, _)| op).collect(), ..put("workers_family", 9_i64) }];
    centre.accept(&server, vec![unseen_offer, second.write(late).1]).await;
    assert_eq!((centre.count(open).await, centre.count(conflicts).await), (2, 1));
}

#[tokio::test]
async fn what_waits_is_kept_and_becomes_part_of_its_record_when_the_rest_arrives() {
    let centre = Centre::start().await;
    let phone = centre.phone(1, JEDDAH).await;
    let server = centre.server().await;
    let mut pen = Pen::new(&phone, record(1), JEDDAH);
    let (_, first) = pen.write(vec![put("name_ar", "تمور")]);
    let (_, second) = pen.write(vec![put("workers_family", 4_i64)]);
    let (_, product) = Pen::new(&phone, record(2), JEDDAH).write(vec![put("name_ar", "تمر محشو")]);
    let product = usra_server::sync::offer::Offer { family: record(1), kind: Kind::Product.number(), ..product };
    let verdicts = server.push(vec![second, product], now()).await.unwrap();
    assert_eq!(verdicts, [Verdict::Waiting(Reason::DepsMissing), Verdict::Waiting(Reason::FamilyMissing)]);
    assert_eq!(centre.count("select count(*) from kept_change where state = 'waiting'").await, 2);
    centre.accept(&server, vec![first]).await;
    assert_eq!(centre.count("select count(*) from kept_change").await, 0);
    assert_eq!(centre.count("select count(*) from change").await, 3);
    assert_eq!(centre.count("select count(*) from product where name_ar = 'تمر محشو'").await, 1);
}

#[tokio::test]
async fn every_pushed_change_has_a_verdict_and_what_is_not_accepted_is_kept_with_its_reason() {
    let centre = Centre::start().await;
    let (near, far) = (centre.phone(1, JEDDAH).await, centre.phone(2, TAIF).await);
    let server = centre.server().await;
    let (_, good) = Pen::new(&near, record(1), JEDDAH).write(vec![put("name_ar", "سدو")]);
    let (_, forbidden) = Pen::new(&near, record(2), JEDDAH).write(vec![put("official/status", "verified")]);
    let (_, elsewhere) = Pen::new(&far, record(3), JEDDAH).write(vec![put("name_ar", "ورد")]);
    let garbage = usra_server::sync::offer::Offer { bytes: vec![1, 2, 3], ..good.clone() };
    let offers = vec![garbage, forbidden, elsewhere, good];
    let first = server.push(offers.clone(), now()).await.unwrap();
    let held = |reason, fields: &[&str]| Verdict::Held {
        reason,
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
    };
    let expected = vec![
        Verdict::Refused(Reason::ChangeMalformed),
        held(Reason::FieldNotAllowed, &["official/status"]),
        held(Reason::OutOfScope, &[]),
        Verdict::Accepted,
    ];
    assert_eq!(first, expected);
    assert_eq!(centre.count("select count(*) from kept_change").await, 3);
    let again = server.push(offers, now()).await.unwrap();
    assert_eq!(again[..3], expected[..3]);
    assert_eq!(again[3], Verdict::Duplicate);
    assert_eq!(centre.count("select count(*) from kept_change").await, 3);
}

#[tokio::test]
async fn a_put_that_replaces_a_value_already_replaced_is_judged_by_the_stored_change() {
    let centre = Centre::start().await;
    let (one, two) = (centre.phone(1, JEDDAH).await, centre.phone(2, JEDDAH).await);
    let server = centre.server().await;
    let (mut first, mut second) = (Pen::new(&one, record(1), JEDDAH), Pen::new(&two, record(1), JEDDAH));
    let (begin, offer) = first.write(vec![put("district", "أ"), put("name_ar", "ب")]);
    second.sees(&begin);
    centre.accept(&server, vec![offer]).await;
    let ops: Vec<_> = begin.ops().map(|(op, _)| op).collect();
    let replacing = |op, key: &str, value: &str| vec![Put { replaces: vec![op], ..put(key, value) }];
    centre.accept(&server, vec![first.write(replacing(ops[1], "name_ar", "ج")).1]).await;
    let (_, good) = second.write(replacing(ops[1], "name_ar", "د"));
    centre.accept(&server, vec![good]).await;
    assert_eq!(centre.count("select count(*) from open_value where key = 'name_ar'").await, 2);
    let (_, wrong_key) = second.write(replacing(ops[1], "district", "ه"));
    let verdicts = server.push(vec![wrong_key], now()).await.unwrap();
    assert_eq!(verdicts, [Verdict::Refused(Reason::PredecessorUnknown)]);
}

#[tokio::test]
async fn one_requests_poison_does_not_hold_the_fate_of_the_others() {
    let centre = Centre::start().await;
    let phone = centre.phone(1, JEDDAH).await;
    let server = centre.server().await;
    sqlx::raw_sql("alter table family add constraint poison check (name_ar <> 'سم')")
        .execute(&centre.owner())
        .await
        .unwrap();
    let offers = |number: u8, name: &str| {
        let (_, offer) = Pen::new(&phone, record(number), JEDDAH).write(vec![put("name_ar", name)]);
        vec![offer]
    };
    let pushes: Vec<_> = (1..=6_u8)
        .map(|number| {
            let (server, offers) = (Arc::new(server.clone()), offers(number, if number == 3 { "سم" } else { "عسل" }));
            tokio::spawn(async move { server.push(offers, now()).await })
        })
        .collect();
    let mut held = Vec::new();
    for (push, number) in pushes.into_iter().zip(1_u8..) {
        let verdicts = push.await.unwrap().unwrap();
        if verdicts != [Verdict::Accepted] {
            held.push((number, verdicts));
        }
    }
    let set_aside = vec![Verdict::Held { reason: Reason::NotStorable, fields: vec![] }];
    assert_eq!(held, [(3, set_aside.clone())]);
    let one_request = [offers(7, "عسل"), offers(8, "سم"), offers(9, "سمن")].concat();
    let verdicts = server.push(one_request, now()).await.unwrap();
    assert_eq!(verdicts, [vec![Verdict::Accepted], set_aside, vec![Verdict::Accepted]].concat());
    assert_eq!(centre.count("select count(*) from family").await, 7);
    assert_eq!(centre.count("select count(*) from kept_change where reason = 'not_storable'").await, 2);
}
