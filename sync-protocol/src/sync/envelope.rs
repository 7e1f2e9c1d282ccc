//! The outermost layer of both bodies: a version byte, an encoding byte, then the frames: plain after their length, as one zstd frame, or in
//! parts, each a zstd frame after its length, which one after another are the frames. Parts can be packed once and sent to many.
//! Opening is bounded by the real output, whatever the compressed bytes claim.

use std::io::Read;

use super::PROTOCOL_VERSION;
use super::frame::{Reader, WireFault, Writer};
use crate::limits::MESSAGE_BYTES;

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;
const PARTS: u8 = 2;

/// Below this many bytes zstd's own header costs more than it saves.
const WORTH_COMPRESSING_BYTES: usize = 160;
/// Uploads are bound by slow links, not by the phone's processor.
const LEVEL: i32 = 6;
/// What is packed once and sent to many may take longer.
const PART_LEVEL: i32 = 9;
/// Parts in one body: a page has far fewer, and each costs its reader a table.
const PARTS_MAX: usize = 1_024;
/// Windows above 8 MiB are refused, so that a claim in a header cannot reserve memory.
const WINDOW_LOG_MAX: u32 = 23;

/// Wraps encoded frames for the wire, compressed when that is smaller.
#[must_use]
pub fn seal(frames: &[u8]) -> Vec<u8> {
    let version = u8::try_from(PROTOCOL_VERSION).unwrap_or(u8::MAX);
    let compressed = (frames.len() >= WORTH_COMPRESSING_BYTES)
        .then(|| zstd::bulk::compress(frames, LEVEL).ok())
        .flatten()
        .filter(|compressed| compressed.len() < frames.len());
    let (encoding, content) = compressed.as_deref().map_or((PLAIN, frames), |compressed| (ZSTD, compressed));
    let mut body = Writer::default();
    body.raw(&[version, encoding]);
    if encoding == PLAIN {
        body.count(content.len());
    }
    body.raw(content);
    body.into_bytes()
}

/// Packs whole frames as a part of bodies, for [`seal_with`]. It takes its time: a part is packed once and sent often.
///
/// # Errors
/// There is no memory to pack them in.
pub fn pack(frames: &[u8]) -> std::io::Result<Vec<u8>> {
    zstd::bulk::compress(frames, PART_LEVEL)
}

/// Wraps packed parts and, behind them, frames.
///
/// # Errors
/// There is no memory to pack the frames in.
pub fn seal_with(parts: &[Vec<u8>], frames: &[u8]) -> std::io::Result<Vec<u8>> {
    if parts.is_empty() {
        return Ok(seal(frames));
    }
    let mut body = Writer::default();
    body.raw(&[u8::try_from(PROTOCOL_VERSION).unwrap_or(u8::MAX), PARTS]);
    body.count(parts.len() + 1);
    for part in parts {
        body.string(part);
    }
    body.string(&zstd::bulk::compress(frames, LEVEL)?);
    Ok(body.into_bytes())
}

/// Unwraps a body from the wire.
///
/// # Errors
/// [`WireFault::Version`] for another version, [`WireFault::TooLarge`] above [`MESSAGE_BYTES`], [`WireFault::Truncated`]
/// for a cut body, [`WireFault::Malformed`] for anything else.
pub fn open(body: &[u8]) -> Result<Vec<u8>, WireFault> {
    let (version, rest) = body.split_first().ok_or(WireFault::Truncated)?;
    if u32::from(*version) != PROTOCOL_VERSION {
        return Err(WireFault::Version);
    }
    let (encoding, content) = rest.split_first().ok_or(WireFault::Truncated)?;
    match *encoding {
        PLAIN if content.len() > MESSAGE_BYTES => Err(WireFault::TooLarge),
        PLAIN => whole(content),
        ZSTD => decompress(content, MESSAGE_BYTES),
        PARTS => in_parts(content),
        _ => Err(WireFault::Malformed),
    }
}

/// Plain frames say their length, so that a body cut between two frames is not taken for a whole one.
fn whole(content: &[u8]) -> Result<Vec<u8>, WireFault> {
    let mut reader = Reader::new(content);
    let frames = reader.string()?;
    reader.end()?;
    Ok(frames.to_vec())
}

/// Each part says its length, so that a body cut between two of them is not taken for a whole one.
fn in_parts(content: &[u8]) -> Result<Vec<u8>, WireFault> {
    let mut reader = Reader::new(content);
    let count = reader.count(1)?;
    if count > PARTS_MAX {
        return Err(WireFault::TooLarge);
    }
    let mut frames = Vec::new();
    for _ in 0..count {
        frames.extend(decompress(reader.string()?, MESSAGE_BYTES - frames.len())?);
    }
    reader.end()?;
    Ok(frames)
}

/// The content of exactly one zstd frame, of at most `limit` bytes.
fn decompress(content: &[u8], limit: usize) -> Result<Vec<u8>, WireFault> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(content).map_err(|_io| WireFault::Malformed)?;
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(|_io| WireFault::Malformed)?;
    let mut decoder = decoder.single_frame();
    let mut frames = Vec::new();
    decoder.by_ref().take(limit as u64 + 1).read_to_end(&mut frames).map_err(|fault| fault_of(&fault))?;
    if frames.len() > limit {
        return Err(WireFault::TooLarge);
    }
    if decoder.finish().is_empty() { Ok(frames) } else { Err(WireFault::Malformed) }
}

fn fault_of(error: &std::io::Error) -> WireFault {
    if error.kind() == std::io::ErrorKind::UnexpectedEof { WireFault::Truncated } else { WireFault::Malformed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_again_small_or_large() {
        for frames in [vec![], vec![7; 3], vec![7; 100_000]] {
            assert_eq!(open(&seal(&frames)), Ok(frames));
        }
    }

    #[test]
    fn a_cut_body_is_never_taken_for_a_whole_one() {
        let noisy: Vec<u8> =
            (0..20_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0] & 0x3f).collect();
        for (frames, encoding) in [(noisy.as_slice(), ZSTD), (&noisy[..100], PLAIN)] {
            let body = seal(frames);
            assert_eq!(body[1], encoding);
            for cut in 0..body.len() {
                assert_eq!(open(&body[..cut]), Err(WireFault::Truncated), "cut at {cut}");
            }
        }
    }

    #[test]
    fn parts_are_the_frames_one_after_another_and_a_cut_among_them_shows() {
        let parts = [pack(&[1; 1_000]).unwrap(), pack(&[2; 1_000]).unwrap()];
        let body = seal_with(&parts, &[3; 10]).unwrap();
        assert_eq!(body[1], PARTS);
        assert_eq!(open(&body), Ok([vec![1; 1_000], vec![2; 1_000], vec![3; 10]].concat()));
        for cut in 0..body.len() {
            assert!(open(&body[..cut]).is_err(), "cut at {cut}");
        }
        assert_eq!(open(&[body, vec![0]].concat()), Err(WireFault::Malformed));
        assert_eq!(seal_with(&[], &[3; 10]).unwrap(), seal(&[3; 10]));
    }

    #[test]
    fn parts_are_bounded_in_number_and_all_together() {
        let many = vec![pack(&[]).unwrap(); PARTS_MAX];
        assert_eq!(open(&seal_with(&many[1..], &[]).unwrap()), Ok(vec![]));
        assert_eq!(open(&seal_with(&many, &[]).unwrap()), Err(WireFault::TooLarge));
        let half = pack(&vec![0; MESSAGE_BYTES / 2]).unwrap();
        assert_eq!(
            open(&seal_with(&[half.clone(), half.clone()], &[]).unwrap()).map(|all| all.len()),
            Ok(MESSAGE_BYTES)
        );
        assert_eq!(open(&seal_with(&[half.clone(), half], &[0]).unwrap()), Err(WireFault::TooLarge));
    }

    #[test]
    fn a_bomb_is_refused_at_the_limit() {
        let plain = |count: usize| {
            let mut body = Writer::default();
            body.raw(&[1, PLAIN]);
            body.count(count);
            body.raw(&vec![7; count]);
            open(&body.into_bytes()).map(|frames| frames.len())
        };
        // The length stands in four bytes.
        assert_eq!(plain(MESSAGE_BYTES - 4), Ok(MESSAGE_BYTES - 4));
        assert_eq!(plain(MESSAGE_BYTES - 3), Err(WireFault::TooLarge));
        assert_eq!(plain(MESSAGE_BYTES), Err(WireFault::TooLarge));
        let mut body = vec![1, ZSTD];
        body.extend(zstd::bulk::compress(&vec![0; MESSAGE_BYTES + 1], 19).unwrap());
        assert!(body.len() < 2_000);
        assert_eq!(open(&body), Err(WireFault::TooLarge));
    }

    #[test]
    fn another_version_or_encoding_or_a_tail_is_refused() {
        assert_eq!(open(&[9, PLAIN]), Err(WireFault::Version));
        assert_eq!(open(&[1, 9]), Err(WireFault::Malformed));
        let mut body = seal(&[7; 1_000]);
        body.push(0);
        assert_eq!(open(&body), Err(WireFault::Malformed));
    }
}
