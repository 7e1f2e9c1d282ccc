//! The wire messages: whatever is said comes back the same, and no bytes at all do harm.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use usra_sync_protocol::id::{AreaId, Epoch, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::sealed::SealedCommand;
use usra_sync_protocol::sync::{
    Cursor, Delivery, Push, Reason, SyncRequest, SyncResponse, Verdict, WireFault, decode_request, decode_response,
    encode_deliveries, encode_request, encode_response, open, seal,
};

use crate::made::{following, request, response};

proptest! {
    #[test]
    fn a_request_comes_back_the_same(request in request()) {
        let frames = open(&seal(&encode_request(&request))).unwrap();
        prop_assert_eq!(decode_request(&frames), Ok(request));
    }

    #[test]
    fn a_response_comes_back_the_same(response in response()) {
        let frames = open(&seal(&encode_response(&response))).unwrap();
        prop_assert_eq!(decode_response(&frames), Ok(response));
    }

    #[test]
    fn a_cut_message_never_reads_as_the_whole_one(request in request()) {
        let frames = encode_request(&request);
        for cut in 0..frames.len() {
            prop_assert!(decode_request(&frames[..cut]) != Ok(request.clone()));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..400)) {
        let _answer = (open(&bytes), decode_request(&bytes), decode_response(&bytes));
    }

    #[test]
    fn changed_messages_are_read_or_refused(response in response(), at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut frames = encode_response(&response);
        if !frames.is_empty() {
            let at = at.index(frames.len());
            frames[at] = to;
        }
        let _answer = decode_response(&frames);
    }
}

#[test]
fn a_family_is_named_once_for_its_records_in_a_row_and_needs_one_before() {
    let family = RecordId::new(1_000, [7; 10]);
    let of = |number: u8| Delivery {
        record: RecordId::new(1_000, [number; 10]),
        kind: Kind::Product,
        area: AreaId(200),
        family,
        changes: vec![vec![number]],
    };
    let both = SyncResponse { deliveries: vec![of(1), of(2)], ..SyncResponse::default() };
    let (frames, alone) = (encode_response(&both), |number| encode_deliveries(&[of(number)]));
    assert_eq!(frames, [alone(1), frames[alone(1).len()..].to_vec()].concat());
    assert_eq!(frames.len() + family.0.as_bytes().len(), alone(1).len() + alone(2).len());
    assert_eq!(decode_response(&frames), Ok(both));
    assert_eq!(decode_response(&frames[alone(1).len()..]), Err(WireFault::Malformed));
}

#[test]
fn a_change_that_follows_the_one_before_it_is_sent_without_its_hash() {
    // All three fit a frame whose length is one byte.
    let first = [7; 10].to_vec();
    let second = following(&first, &[1, 2, 3]).unwrap();
    let third = following(&second, &[4]).unwrap();
    let of = |changes: &[&Vec<u8>]| {
        let changes = changes.iter().copied().cloned().collect();
        let record = RecordId::new(1, [1; 10]);
        let push = Push { record, kind: 1, area: AreaId(1), family: record, changes };
        SyncRequest { pushes: vec![push], ..SyncRequest::default() }
    };
    let length = |changes: &[&Vec<u8>]| encode_request(&of(changes)).len();
    let (in_order, in_disorder) = (of(&[&first, &second, &third]), of(&[&third, &first, &second]));
    for request in [&in_order, &in_disorder] {
        assert_eq!(decode_request(&encode_request(request)).as_ref(), Ok(request));
    }
    assert_eq!(length(&[&first, &second, &third]) + 2 * 32, length(&[&first, &third, &second]));
    assert_eq!(length(&[&third, &first, &second]) + 32, length(&[&first, &third, &second]));
}

#[test]
fn a_short_change_needs_one_before_it_and_a_place_for_its_hash() {
    let push = |changes: &[u8]| {
        let content = [&[0; 16][..], &[1, 1, 0], changes].concat();
        decode_request(&[&[3, u8::try_from(content.len()).unwrap()], content.as_slice()].concat())
    };
    let short = [0x85, 0x6f, 0x4a, 0x83, 9, 9, 9, 9, 1, 33, 1];
    let before = [2 * 8, 0, 0, 0, 0, 0, 0, 0, 0];
    assert!(push(&[&[1][..], &before].concat()).is_ok());
    assert!(push(&[&[2][..], &before, &[2 * 11 + 1], &short].concat()).is_ok());
    let refused = Err(WireFault::Malformed);
    assert_eq!(push(&[&[1, 2 * 11 + 1], &short[..]].concat()), refused, "nothing before it");
    assert_eq!(
        push(&[&[2, 2 * 3, 0, 0, 0, 2 * 11 + 1], &short[..]].concat()),
        refused,
        "what is before it has no hash"
    );
    assert_eq!(push(&[&[2][..], &before, &[2 * 10 + 1], &short[..10]].concat()), refused, "no place");
    assert_eq!(push(&[&[2][..], &before, &[2 * 12 + 1], &short].concat()), Err(WireFault::Truncated));
}

#[test]
fn a_frame_of_a_newer_version_is_skipped() {
    let request = SyncRequest { schema_version: 3, ..SyncRequest::default() };
    let mut frames = vec![200, 4, 1, 2, 3, 4];
    frames.extend(encode_request(&request));
    assert_eq!(decode_request(&frames), Ok(request));
}

#[test]
fn a_sealed_command_and_its_verdict_keep_their_bytes() {
    let command = SealedCommand {
        record: RecordId::new(1, [2; 10]),
        key: "home_point".to_owned(),
        sealed_by: InstallId::new([1; 16]),
        sealed: vec![9, 8, 7],
    };
    let frames = encode_request(&SyncRequest { sealed: vec![command], ..SyncRequest::default() });
    let golden: [&[u8]; 3] = [
        &[
            1, 2, 0, 0, 6, 47, 0, 0, 0, 0, 0, 1, 114, 2, 130, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 65, 1, 129, 1, 1,
            1, 1, 1, 1, 1, 10,
        ],
        "home_point".as_bytes(),
        &[3, 9, 8, 7],
    ];
    assert_eq!(frames, golden.concat());
    let sealed = vec![Verdict::Accepted, Verdict::Waiting(Reason::RecordMissing), Verdict::Refused(Reason::SealBroken)];
    let frames = encode_response(&SyncResponse { sealed, ..SyncResponse::default() });
    assert_eq!(frames, [7, 8, 0, 1, 2, 3, 1, 4, 38, 1]);
}

#[test]
fn a_count_that_promises_more_than_is_there_is_refused() {
    assert_eq!(decode_request(&[3, 5, 0, 0, 0, 0, 0]), Err(WireFault::Truncated));
    let verdicts_without_end = [1, 6, 0, 0xff, 0xff, 0xff, 0xff, 0x0f];
    assert_eq!(decode_response(&verdicts_without_end), Err(WireFault::TooLarge));
}

#[test]
fn nothing_new_fits_into_a_hundred_bytes_each_way() {
    let areas: BTreeMap<_, _> = (400..420).map(|area| (AreaId(area), 90_000)).collect();
    let cursor = Some(Cursor { epoch: Epoch(0x7fff_ffff), areas });
    let request = SyncRequest { schema_version: 1, want_bytes: 1 << 20, cursor, ..SyncRequest::default() };
    assert!(seal(&encode_request(&request)).len() <= 100);
    assert!(seal(&encode_response(&SyncResponse::default())).len() <= 3);
}
