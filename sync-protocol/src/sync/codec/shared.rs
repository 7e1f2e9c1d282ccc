//! What requests and responses write alike: record ids, families, lists of changes, cursors.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::change::follow;
use crate::id::{AreaId, Epoch, RecordId};
use crate::limits::{CURSOR_AREAS, MESSAGE_FRAMES};
use crate::sync::Cursor;
use crate::sync::frame::{Reader, WireFault, Writer};

/// How a record names its family: most often with no bytes at all.
const FAMILY_IS_RECORD: u8 = 0;
const FAMILY_AS_BEFORE: u8 = 1;
const FAMILY_GIVEN: u8 = 2;

/// Calls `take` with each frame's type and content.
pub(super) fn each_frame<'a>(
    bytes: &'a [u8],
    mut take: impl FnMut(u8, Reader<'a>) -> Result<(), WireFault>,
) -> Result<(), WireFault> {
    let mut reader = Reader::new(bytes);
    let mut left = MESSAGE_FRAMES;
    while !reader.is_empty() {
        left = left.checked_sub(1).ok_or(WireFault::TooLarge)?;
        let kind = reader.byte()?;
        take(kind, Reader::new(reader.string()?))?;
    }
    Ok(())
}

/// Refuses what has grown beyond its limit, before it grows on.
pub(super) fn at_most(limit: usize, count: usize) -> Result<(), WireFault> {
    if count > limit { Err(WireFault::TooLarge) } else { Ok(()) }
}

pub(super) fn read_record(reader: &mut Reader<'_>) -> Result<RecordId, WireFault> {
    reader.array().map(|bytes| RecordId(Uuid::from_bytes(bytes)))
}

pub(super) fn write_record(writer: &mut Writer, record: RecordId) {
    writer.raw(record.0.as_bytes());
}

pub(super) fn read_area(reader: &mut Reader<'_>) -> Result<AreaId, WireFault> {
    reader.small().map(AreaId)
}

pub(super) fn read_family(
    reader: &mut Reader<'_>,
    record: RecordId,
    before: Option<RecordId>,
) -> Result<RecordId, WireFault> {
    match reader.byte()? {
        FAMILY_IS_RECORD => Ok(record),
        FAMILY_AS_BEFORE => before.ok_or(WireFault::Malformed),
        FAMILY_GIVEN => read_record(reader),
        _ => Err(WireFault::Malformed),
    }
}

pub(super) fn write_family(writer: &mut Writer, family: RecordId, record: RecordId, before: Option<RecordId>) {
    if family == record {
        writer.byte(FAMILY_IS_RECORD);
    } else if Some(family) == before {
        writer.byte(FAMILY_AS_BEFORE);
    } else {
        writer.byte(FAMILY_GIVEN);
        write_record(writer, family);
    }
}

pub(super) fn read_text(reader: &mut Reader<'_>) -> Result<String, WireFault> {
    std::str::from_utf8(reader.string()?).map(str::to_owned).map_err(|_utf8| WireFault::Malformed)
}

/// Changes may be larger than the limit here: the server answers such a one with a verdict of its own. `room` is how many more
/// the message may have: an empty one takes a byte here and more than twenty once it is read.
pub(super) fn read_changes(reader: &mut Reader<'_>, room: &mut usize) -> Result<Vec<Vec<u8>>, WireFault> {
    let count = reader.count(1)?;
    *room = room.checked_sub(count).ok_or(WireFault::TooLarge)?;
    let mut changes: Vec<Vec<u8>> = Vec::with_capacity(count);
    for _ in 0..count {
        changes.push(read_change(reader, changes.last())?);
    }
    Ok(changes)
}

fn read_change(reader: &mut Reader<'_>, before: Option<&Vec<u8>>) -> Result<Vec<u8>, WireFault> {
    let (bytes, is_short) = reader.marked_string()?;
    if is_short {
        before.and_then(|before| follow::restore(before, bytes)).ok_or(WireFault::Malformed)
    } else {
        Ok(bytes.to_vec())
    }
}

pub(super) fn write_changes(writer: &mut Writer, changes: &[Vec<u8>]) {
    writer.count(changes.len());
    let mut before = None;
    for change in changes {
        let short = before.and_then(|before: &Vec<u8>| follow::shorten(before, change));
        writer.marked_string(short.as_ref().unwrap_or(change), short.is_some());
        before = Some(change);
    }
}

/// Areas ascend; each is written as the distance from the one before.
pub(super) fn read_cursor(reader: &mut Reader<'_>) -> Result<Cursor, WireFault> {
    let epoch = Epoch(reader.small()?);
    let count = reader.count(2)?;
    at_most(CURSOR_AREAS, count)?;
    let mut areas = BTreeMap::new();
    let mut area = 0_u32;
    for _ in 0..count {
        area = area.checked_add(reader.small()?).ok_or(WireFault::Malformed)?;
        if areas.insert(AreaId(area), reader.number()?).is_some() {
            return Err(WireFault::Malformed);
        }
    }
    Ok(Cursor { epoch, areas })
}

pub(super) fn write_cursor(writer: &mut Writer, cursor: &Cursor) {
    writer.number(cursor.epoch.0.into());
    writer.count(cursor.areas.len());
    let mut before = 0;
    for (area, seq) in &cursor.areas {
        writer.number(u64::from(area.0 - before));
        writer.number(*seq);
        before = area.0;
    }
}
