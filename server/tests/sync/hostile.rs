//! Pushes that no phone of ours would make, and orders that a bad day brings: a verdict each, nobody else harmed, soon done.

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use usra_server::sync::offer::Offer;
use usra_sync_protocol::change::{OpId, Put};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::limits::RECORD_BYTES;
use usra_sync_protocol::sync::{Reason, Verdict};

use crate::centre::{Centre, JEDDAH, now};
use crate::pen::{Pen, put};

fn record(number: u8) -> RecordId {
    RecordId::new(1_000, [number; 10])
}

/// The change with one byte of it exchanged and its checksum made right.
fn exchange(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    bytes.splice(at..at + from.len(), to.iter().copied());
    let checksum = Sha256::digest(bytes.get(8..).unwrap());
    bytes.splice(4..8, checksum.iter().copied().take(4));
    bytes
}

#[tokio::test]
async fn a_field_name_that_the_database_cannot_hold_is_refused_and_its_neighbours_are_taken() {
    let centre = Centre::start().await;
    let phone = centre.phone(1, JEDDAH).await;
    let server = centre.server().await;
    let (_, good) = Pen::new(&phone, record(1), JEDDAH).write(vec![put("name_ar", "سدو")]);
    let mut pen = Pen::new(&phone, record(2), JEDDAH);
    let (_, plain) = pen.write(vec![put("aXb", "c")]);
    let bad = pen.offer(exchange(plain.bytes, b"aXb", b"a\0b"));
    let verdicts = server.push(vec![bad, good], now()).await.unwrap();
    assert_eq!(verdicts, [Verdict::Refused(Reason::ChangeMalformed), Verdict::Accepted]);
    assert_eq!(centre.count("select count(*) from kept_change where state = 'refused'").await, 1);
}

/// A change of one phone and a change of another that follows it.
async fn two_phones(centre: &Centre) -> (Offer, Offer, Offer) {
    let (first, second, third) =
        (centre.phone(1, JEDDAH).await, centre.phone(2, JEDDAH).await, centre.phone(3, JEDDAH).await);
    let (begin, begin_offer) = Pen::new(&first, record(1), JEDDAH).write(vec![put("name_ar", "عود")]);
    let mut pen = Pen::new(&second, record(1), JEDDAH);
    pen.sees(&begin);
    let (_, follows) = pen.write(vec![put("workers_family", 2_i64)]);
    let passed_on = Offer { author: Arc::clone(&third), ..follows.clone() };
    (begin_offer, follows, passed_on)
}

#[tokio::test]
async fn after_a_restore_a_change_that_was_passed_on_first_and_then_offered_by_its_author_becomes_part_of_the_record() {
    let centre = Centre::start().await;
    let (begin, follows, passed_on) = two_phones(&centre).await;
    let server = centre.server().await;
    let passed_on = Offer { relay: true, ..passed_on };
    assert_eq!(server.push(vec![passed_on], now()).await.unwrap(), [Verdict::Waiting(Reason::Relayed)]);
    assert_eq!(server.push(vec![follows], now()).await.unwrap(), [Verdict::Waiting(Reason::DepsMissing)]);
    centre.accept(&server, vec![begin]).await;
    assert_eq!(centre.count("select count(*) from change").await, 2);
    assert_eq!(centre.count("select count(*) from kept_change").await, 0);
}

#[tokio::test]
async fn who_offers_anothers_waiting_change_does_not_spoil_it() {
    let centre = Centre::start().await;
    let (begin, follows, passed_on) = two_phones(&centre).await;
    let server = centre.server().await;
    assert_eq!(server.push(vec![follows], now()).await.unwrap(), [Verdict::Waiting(Reason::DepsMissing)]);
    assert_eq!(server.push(vec![passed_on], now()).await.unwrap(), [Verdict::Refused(Reason::ForeignActor)]);
    centre.accept(&server, vec![begin]).await;
    assert_eq!(centre.count("select count(*) from change").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_request_in_the_worst_order_is_taken_whole_and_soon() {
    let centre = Centre::start().await;
    let phone = centre.phone(1, JEDDAH).await;
    let server = centre.server().await;
    let mut pen = Pen::new(&phone, record(1), JEDDAH);
    let mut offers: Vec<Offer> = (0..3_000).map(|_| pen.write(vec![put("name_ar", "سدو")]).1).collect();
    offers.reverse();
    // Three thousand rounds over three thousand changes would take minutes; one round takes a second or two.
    tokio::time::timeout(Duration::from_secs(30), centre.accept(&server, offers)).await.unwrap();
}

#[tokio::test]
async fn a_record_never_grows_beyond_what_a_message_can_carry() {
    let centre = Centre::start().await;
    let phone = centre.phone(1, JEDDAH).await;
    let server = centre.server().await;
    let mut pen = Pen::new(&phone, record(1), JEDDAH);
    let mut before: Vec<OpId> = Vec::new();
    let mut big = || {
        let puts = (0..600).map(|at| Put {
            replaces: before.get(at).copied().into_iter().collect(),
            ..put(&format!("licence/{at}/number"), "س".repeat(32).as_str())
        });
        let (change, offer) = pen.write(puts.collect());
        before = change.ops().map(|(op, _)| op).collect();
        offer
    };
    let (mut accepted, mut held) = (0, 0);
    while held == 0 {
        let offers: Vec<Offer> = (0..40).map(|_| big()).collect();
        let sizes: Vec<usize> = offers.iter().map(|offer| offer.bytes.len()).collect();
        let verdicts = server.push(offers, now()).await.unwrap();
        let taken = verdicts.iter().take_while(|verdict| **verdict == Verdict::Accepted).count();
        accepted += sizes.iter().take(taken).sum::<usize>();
        held = verdicts.len() - taken;
        let full =
            |verdict| matches!(verdict, &Verdict::Held { reason: Reason::RecordTooLarge | Reason::AfterHeld, .. });
        assert!(verdicts.iter().skip(taken).all(full));
    }
    assert!(accepted <= RECORD_BYTES, "{accepted}");
    let stored = "select sum(octet_length(bytes))::bigint from change";
    assert_eq!(centre.count(stored).await, i64::try_from(accepted).unwrap());
}
