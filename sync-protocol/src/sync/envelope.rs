//! The outermost layer of both bodies: a version byte, an encoding byte, then the frames, plain after their length or as one zstd frame.
//! Opening is bounded by the real output, whatever the compressed bytes claim.

use std::io::Read;

use super::PROTOCOL_VERSION;
use super::frame::{Reader, WireFault, Writer};
use crate::limits::MESSAGE_BYTES;

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;

/// Below this many bytes zstd's own header costs more than it saves.
const WORTH_COMPRESSING_BYTES: usize = 160;
/// Uploads are bound by slow links, not by the phone's processor.
const LEVEL: i32 = 6;
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
        ZSTD => decompress(content),
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

fn decompress(content: &[u8]) -> Result<Vec<u8>, WireFault> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(content).map_err(|_io| WireFault::Malformed)?;
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(|_io| WireFault::Malformed)?;
    let mut decoder = decoder.single_frame();
    let mut frames = Vec::new();
    let limit = MESSAGE_BYTES as u64 + 1;
    decoder.by_ref().take(limit).read_to_end(&mut frames).map_err(|fault| fault_of(&fault))?;
    if frames.len() > MESSAGE_BYTES {
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
                assert!(open(&body[..cut]).is_err(), "cut at {cut}");
            }
        }
    }

    #[test]
    fn a_bomb_is_refused_at_the_limit() {
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
