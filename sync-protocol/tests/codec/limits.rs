//! Each limit of the messages: what just keeps to it is read, one more is refused.

use std::collections::BTreeMap;

use usra_sync_protocol::id::{AreaId, Epoch, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::limits::{
    ANSWER_CHANGES, ANSWER_FIELDS, ANSWER_LEAVES, CURSOR_AREAS, KEY_BYTES, MESSAGE_BYTES, MESSAGE_FRAMES,
    RECORD_CHANGES, REQUEST_CHANGES, REQUEST_SEALED, REQUEST_WANTED, SEALED_BYTES, VERSION_BYTES,
};
use usra_sync_protocol::sealed::SealedCommand;
use usra_sync_protocol::sync::{
    Cursor, Delivery, Leave, Push, Reason, SyncRequest, SyncResponse, Told, Verdict, WireFault, decode_request,
    decode_response, encode_request, encode_response, open, seal,
};

fn record() -> RecordId {
    RecordId::new(1, [1; 10])
}

fn asks(request: &SyncRequest) -> Result<(), WireFault> {
    decode_request(&encode_request(request)).map(|read| assert_eq!(read, *request))
}

fn answers(response: &SyncResponse) -> Result<(), WireFault> {
    decode_response(&encode_response(response)).map(|read| assert_eq!(read, *response))
}

/// `made` at its limit is taken and beyond it is too large.
fn limited<M>(limit: usize, made: impl Fn(usize) -> M, read: impl Fn(&M) -> Result<(), WireFault>) {
    assert_eq!(read(&made(limit)), Ok(()), "{limit}");
    assert_eq!(read(&made(limit + 1)), Err(WireFault::TooLarge), "one more than {limit}");
}

#[test]
fn a_request_has_so_many_changes_records_and_sealed_commands_and_no_more() {
    let push =
        |count| Push { record: record(), kind: 1, area: AreaId(1), family: record(), changes: vec![vec![]; count] };
    let pushes = |count| SyncRequest { pushes: vec![push(9_000), push(count - 9_000)], ..SyncRequest::default() };
    limited(REQUEST_CHANGES, pushes, asks);
    limited(REQUEST_WANTED, |count| SyncRequest { wanted: vec![record(); count], ..SyncRequest::default() }, asks);
    let sealed = |count| SyncRequest { sealed: vec![command(1, 1); count], ..SyncRequest::default() };
    limited(REQUEST_SEALED, sealed, asks);
}

fn command(key: usize, sealed: usize) -> SealedCommand {
    let sealed_by = InstallId::new([1; 16]);
    SealedCommand { record: record(), key: "k".repeat(key), sealed_by, sealed: vec![7; sealed] }
}

#[test]
fn a_sealed_command_has_a_key_and_a_box_of_so_many_bytes() {
    let with = |command| SyncRequest { sealed: vec![command], ..SyncRequest::default() };
    limited(KEY_BYTES, |bytes| with(command(bytes, 1)), asks);
    limited(SEALED_BYTES, |bytes| with(command(1, bytes)), asks);
}

#[test]
fn a_phone_says_its_version_in_so_many_bytes() {
    let told = |bytes: usize| Some(Told { version: "1".repeat(bytes), unsent: 0 });
    limited(VERSION_BYTES, |bytes| SyncRequest { told: told(bytes), ..SyncRequest::default() }, asks);
}

#[test]
fn a_cursor_has_so_many_areas() {
    let areas =
        |count: usize| (1..=u32::try_from(count).unwrap()).map(|area| (AreaId(area), 1)).collect::<BTreeMap<_, _>>();
    let cursor = |count| Some(Cursor { epoch: Epoch(1), areas: areas(count) });
    limited(CURSOR_AREAS, |count| SyncRequest { cursor: cursor(count), ..SyncRequest::default() }, asks);
    limited(CURSOR_AREAS, |count| SyncResponse { cursor: cursor(count), ..SyncResponse::default() }, answers);
}

#[test]
fn a_message_has_so_many_frames_known_or_not() {
    let frames = |count: usize| [200, 0].repeat(count);
    limited(MESSAGE_FRAMES, frames, |bytes| decode_request(bytes).map(drop));
    limited(MESSAGE_FRAMES, frames, |bytes| decode_response(bytes).map(drop));
}

fn delivery(changes: usize) -> Delivery {
    let changes = vec![vec![]; changes];
    Delivery { record: record(), kind: Kind::Family, area: AreaId(1), family: record(), changes }
}

#[test]
fn an_answer_delivers_a_whole_record_and_a_page_beside_it() {
    let deliveries = |count| SyncResponse {
        deliveries: vec![delivery(RECORD_CHANGES), delivery(count - RECORD_CHANGES)],
        ..SyncResponse::default()
    };
    limited(ANSWER_CHANGES, deliveries, answers);
}

#[test]
fn an_answer_names_so_many_leaves_verdicts_and_fields() {
    let leaves = |count| SyncResponse { leaves: vec![Leave::Area(AreaId(1)); count], ..SyncResponse::default() };
    limited(ANSWER_LEAVES, leaves, answers);
    limited(
        REQUEST_CHANGES,
        |count| SyncResponse { verdicts: vec![Verdict::Accepted; count], ..SyncResponse::default() },
        answers,
    );
    let held = |fields| Verdict::Held { reason: Reason::FieldUnknown, fields: vec!["a".to_owned(); fields] };
    let in_a_run = |count: usize| {
        let mut verdicts = vec![held(100); count / 100];
        verdicts.extend(Some(count % 100).filter(|rest| *rest > 0).map(held));
        SyncResponse { verdicts, ..SyncResponse::default() }
    };
    limited(ANSWER_FIELDS, in_a_run, answers);
    limited(ANSWER_FIELDS, |count| SyncResponse { verdicts: vec![held(count)], ..SyncResponse::default() }, answers);
    let named = |bytes| Verdict::Held { reason: Reason::FieldUnknown, fields: vec!["a".repeat(bytes)] };
    limited(KEY_BYTES, |bytes| SyncResponse { verdicts: vec![named(bytes)], ..SyncResponse::default() }, answers);
}

#[test]
fn verdicts_in_several_frames_share_one_limit() {
    let half = SyncResponse { verdicts: vec![Verdict::Accepted; REQUEST_CHANGES / 2], ..SyncResponse::default() };
    let frame = encode_response(&half);
    let read = decode_response(&frame.repeat(2)).unwrap();
    assert_eq!(read.verdicts.len(), REQUEST_CHANGES);
    assert_eq!(decode_response(&frame.repeat(3)), Err(WireFault::TooLarge));
}

#[test]
fn a_bucket_stands_once_in_a_repair() {
    let repair = |buckets: &[u8]| {
        let content = [&[7, 1, 7, 0, u8::try_from(buckets.len() / 2).unwrap()], buckets].concat();
        decode_response(&[&[6, u8::try_from(content.len()).unwrap()], content.as_slice()].concat()).map(drop)
    };
    assert_eq!(repair(&[3, 0, 4, 0]), Ok(()));
    assert_eq!(repair(&[3, 0, 3, 0]), Err(WireFault::Malformed));
}

#[test]
fn a_body_opens_to_so_many_bytes_plain_or_compressed() {
    let noisy: Vec<u8> =
        (0..=MESSAGE_BYTES).map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 29).to_le_bytes()[0]).collect();
    for frames in [vec![0; MESSAGE_BYTES + 1], noisy] {
        let (at, over) = (seal(&frames[..MESSAGE_BYTES]), seal(&frames));
        assert_eq!(open(&at).map(|opened| opened.len()), Ok(MESSAGE_BYTES));
        assert_eq!(open(&over), Err(WireFault::TooLarge));
    }
}
