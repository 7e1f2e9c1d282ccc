//! The frames of a request.

use super::shared::{
    at_most, each_frame, read_area, read_changes, read_cursor, read_family, read_record, read_text, write_changes,
    write_cursor, write_family, write_record,
};
use crate::digest::{BUCKETS, Digest};
use crate::id::{InstallId, RecordId};
use crate::limits::{KEY_BYTES, REQUEST_CHANGES, REQUEST_SEALED, REQUEST_WANTED, SEALED_BYTES, VERSION_BYTES};
use crate::sealed::SealedCommand;
use crate::sync::frame::{Reader, WireFault, Writer};
use crate::sync::{Push, SyncRequest, Told};

const HELLO: u8 = 1;
const CURSOR: u8 = 2;
const PUSH: u8 = 3;
const DIGEST: u8 = 4;
const WANTED: u8 = 5;
const SEALED: u8 = 6;
const HEARD: u8 = 7;
const TOLD: u8 = 8;

/// The frames of a request, not yet sealed.
#[must_use]
pub fn encode_request(request: &SyncRequest) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.frame(HELLO, |hello| {
        hello.number(request.schema_version.into());
        hello.number(request.want_bytes.into());
    });
    if let Some(cursor) = &request.cursor {
        writer.frame(CURSOR, |frame| write_cursor(frame, cursor));
    }
    let mut before = None;
    for push in &request.pushes {
        writer.frame(PUSH, |frame| {
            write_record(frame, push.record);
            frame.byte(push.kind);
            frame.number(push.area.0.into());
            write_family(frame, push.family, push.record, before);
            write_changes(frame, &push.changes);
        });
        before = Some(push.family);
    }
    if let Some(digest) = &request.digest {
        writer.frame(DIGEST, |frame| digest.iter().for_each(|bucket| frame.raw(&bucket.0)));
    }
    writer.frame(WANTED, |frame| request.wanted.iter().for_each(|record| write_record(frame, *record)));
    writer.frame(SEALED, |frame| request.sealed.iter().for_each(|command| write_sealed(frame, command)));
    if request.heard > 0 {
        writer.frame(HEARD, |frame| frame.number(request.heard));
    }
    if let Some(told) = &request.told {
        writer.frame(TOLD, |frame| {
            frame.string(told.version.as_bytes());
            frame.number(told.unsent);
        });
    }
    writer.into_bytes()
}

/// Reads the frames of a request.
///
/// # Errors
/// A [`WireFault`]; nothing of the request counts then.
pub fn decode_request(frames: &[u8]) -> Result<SyncRequest, WireFault> {
    let mut request = SyncRequest::default();
    let mut room = REQUEST_CHANGES;
    each_frame(frames, |kind, reader| take_frame(&mut request, &mut room, kind, reader))?;
    Ok(request)
}

fn take_frame(request: &mut SyncRequest, room: &mut usize, kind: u8, mut reader: Reader<'_>) -> Result<(), WireFault> {
    match kind {
        HELLO => {
            request.schema_version = reader.small()?;
            request.want_bytes = reader.small()?;
        }
        CURSOR => request.cursor = Some(read_cursor(&mut reader)?),
        PUSH => {
            let before = request.pushes.last().map(|push| push.family);
            request.pushes.push(read_push(&mut reader, before, room)?);
        }
        DIGEST => request.digest = Some(read_digest(&mut reader)?),
        WANTED => {
            while !reader.is_empty() {
                request.wanted.push(read_record(&mut reader)?);
                at_most(REQUEST_WANTED, request.wanted.len())?;
            }
        }
        SEALED => {
            while !reader.is_empty() {
                request.sealed.push(read_sealed(&mut reader)?);
                at_most(REQUEST_SEALED, request.sealed.len())?;
            }
        }
        HEARD => request.heard = reader.number()?,
        TOLD => request.told = Some(read_told(&mut reader)?),
        _ => return Ok(()),
    }
    reader.end()
}

fn write_sealed(writer: &mut Writer, command: &SealedCommand) {
    write_record(writer, command.record);
    writer.raw(command.sealed_by.0.as_bytes());
    writer.string(command.key.as_bytes());
    writer.string(&command.sealed);
}

fn read_sealed(reader: &mut Reader<'_>) -> Result<SealedCommand, WireFault> {
    let (record, sealed_by) = (read_record(reader)?, InstallId(read_record(reader)?.0));
    let (key, sealed) = (read_text(reader)?, reader.string()?.to_vec());
    let large = key.len() > KEY_BYTES || sealed.len() > SEALED_BYTES;
    if large { Err(WireFault::TooLarge) } else { Ok(SealedCommand { record, key, sealed_by, sealed }) }
}

fn read_told(reader: &mut Reader<'_>) -> Result<Told, WireFault> {
    let (version, unsent) = (read_text(reader)?, reader.number()?);
    if version.len() > VERSION_BYTES { Err(WireFault::TooLarge) } else { Ok(Told { version, unsent }) }
}

fn read_push(reader: &mut Reader<'_>, before: Option<RecordId>, room: &mut usize) -> Result<Push, WireFault> {
    let record = read_record(reader)?;
    let kind = reader.byte()?;
    let area = read_area(reader)?;
    let family = read_family(reader, record, before)?;
    Ok(Push { record, kind, area, family, changes: read_changes(reader, room)? })
}

fn read_digest(reader: &mut Reader<'_>) -> Result<Box<[Digest; BUCKETS]>, WireFault> {
    let mut buckets = Box::new([Digest::default(); BUCKETS]);
    for bucket in buckets.iter_mut() {
        *bucket = Digest(reader.array()?);
    }
    Ok(buckets)
}
