//! Messages that were changed on their way: cut, lengthened, with a frame of another type. None is taken for the one that was sent.

use proptest::prelude::*;
use usra_sync_protocol::sync::{
    SyncRequest, SyncResponse, decode_request, decode_response, encode_request, encode_response, open, seal,
};

use crate::made::{request, response};

/// The types that either message knows, and one that neither does.
const TYPES: std::ops::RangeInclusive<u8> = 1..=9;

/// Where each frame begins: its type, and after it length and content.
fn frames(bytes: &[u8]) -> Vec<(usize, usize, usize)> {
    let (mut frames, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let head = bytes[at + 1..].iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
        let groups = bytes[at + 1..=at + head].iter().rev();
        let length = groups.fold(0, |length, byte| length << 7 | usize::from(byte & 0x7f));
        let content = at + 1 + head;
        frames.push((at, content, content + length));
        at = content + length;
    }
    frames
}

/// The message with one more byte in the content of each of its frames, one at a time.
fn lengthened(bytes: &[u8]) -> Vec<Vec<u8>> {
    let longer = |(at, content, end): (usize, usize, usize)| {
        let inside = [&bytes[content..end], &[0]].concat();
        let length = (0..)
            .map_while(|group| (group == 0 || inside.len() >> (7 * group) > 0).then(|| inside.len() >> (7 * group)))
            .collect::<Vec<_>>();
        let last = length.len() - 1;
        let length =
            length.iter().enumerate().map(|(at, bits)| u8::try_from(bits & 0x7f).unwrap() | u8::from(at < last) << 7);
        [&bytes[..=at], &length.collect::<Vec<u8>>(), &inside, &bytes[end..]].concat()
    };
    frames(bytes).into_iter().map(longer).collect()
}

/// The message with each frame's type set to every other one.
fn retyped(bytes: &[u8]) -> Vec<Vec<u8>> {
    let other = |(at, _, _): (usize, usize, usize)| {
        TYPES.filter(move |kind| *kind != bytes[at]).map(move |kind| {
            let mut changed = bytes.to_vec();
            changed[at] = kind;
            changed
        })
    };
    frames(bytes).into_iter().flat_map(other).collect()
}

proptest! {
    #[test]
    fn a_cut_answer_never_reads_as_the_whole_one(response in response()) {
        let frames = encode_response(&response);
        for cut in 0..frames.len() {
            prop_assert!(decode_response(&frames[..cut]) != Ok(response.clone()), "cut at {cut}");
        }
    }

    #[test]
    fn a_byte_too_many_is_refused_behind_the_message_and_in_every_frame(request in request(), response in response()) {
        let (asked, answered) = (encode_request(&request), encode_response(&response));
        prop_assert!(decode_request(&[asked.as_slice(), &[0]].concat()).is_err());
        prop_assert!(decode_response(&[answered.as_slice(), &[0]].concat()).is_err());
        for longer in lengthened(&asked) {
            prop_assert!(decode_request(&longer).is_err());
        }
        for longer in lengthened(&answered) {
            prop_assert!(decode_response(&longer).is_err());
        }
    }

    #[test]
    fn a_frame_of_another_type_says_something_else(request in request(), response in response()) {
        for changed in retyped(&encode_request(&request)) {
            prop_assert!(decode_request(&changed) != Ok(request.clone()));
        }
        for changed in retyped(&encode_response(&response)) {
            prop_assert!(decode_response(&changed) != Ok(response.clone()));
        }
    }

    #[test]
    fn what_reads_is_written_in_one_form(request in request(), at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut frames = encode_request(&request);
        if !frames.is_empty() {
            let at = at.index(frames.len());
            frames[at] = to;
        }
        if let Ok(read) = decode_request(&frames) {
            let written = encode_request(&read);
            prop_assert_eq!(decode_request(&written), Ok(read));
        }
    }

    #[test]
    fn a_sealed_body_that_was_cut_or_lengthened_is_refused(request in request()) {
        let body = seal(&encode_request(&request));
        for cut in 0..body.len() {
            prop_assert!(open(&body[..cut]).is_err(), "cut at {cut}");
        }
        prop_assert!(open(&[body.as_slice(), &[0]].concat()).is_err());
    }
}

#[test]
fn a_request_is_not_read_as_an_answer_with_the_same_words() {
    let request = SyncRequest { heard: 300, schema_version: 1, ..SyncRequest::default() };
    assert!(decode_response(&encode_request(&request)).is_err());
    let response = SyncResponse { more: true, ..SyncResponse::default() };
    assert!(decode_request(&encode_response(&response)).is_err(), "what says `more` there is no cursor here");
}

#[test]
fn a_number_that_is_written_longer_than_it_needs_is_refused() {
    let short = encode_request(&SyncRequest { heard: 5, ..SyncRequest::default() });
    assert_eq!(short, [1, 2, 0, 0, 7, 1, 5]);
    assert!(decode_request(&[1, 2, 0, 0, 7, 2, 0x85, 0]).is_err());
    assert!(decode_request(&[1, 2, 0, 0, 7, 0x81, 0, 5]).is_err(), "nor a length");
    let largest = [vec![7, 10], vec![0xff; 9], vec![1]].concat();
    assert_eq!(decode_request(&largest).map(|request| request.heard), Ok(u64::MAX));
    assert!(decode_request(&[vec![7, 10], vec![0xff; 9], vec![2]].concat()).is_err());
    assert!(decode_request(&[vec![7, 11], vec![0xff; 10], vec![1]].concat()).is_err());
}
