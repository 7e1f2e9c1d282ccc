//! The frames of a response.

use std::collections::BTreeMap;

use super::shared::{
    at_most, each_frame, read_area, read_changes, read_cursor, read_family, read_record, read_text, write_changes,
    write_cursor, write_family, write_record,
};
use crate::digest::Digest;
use crate::id::{ChangeHash, Epoch, RecordId};
use crate::kind::Kind;
use crate::limits::{ANSWER_CHANGES, ANSWER_FIELDS, ANSWER_LEAVES, KEY_BYTES, REQUEST_CHANGES};
use crate::sync::frame::{Reader, WireFault, Writer};
use crate::sync::verdict::Reason;
use crate::sync::{BucketRecord, Decision, Delivery, Leave, Outcome, RepairAnswer, SyncResponse, Verdict};

const VERDICTS: u8 = 1;
const DELIVERY: u8 = 2;
const LEAVES: u8 = 3;
const CURSOR: u8 = 4;
const MORE: u8 = 5;
const REPAIR: u8 = 6;
const SEALED: u8 = 7;
const DECISION: u8 = 8;

const ACCEPTED: u8 = 0;
const DUPLICATE: u8 = 1;
const WAITING: u8 = 2;
const HELD: u8 = 3;
const REFUSED: u8 = 4;

const LEAVE_RECORD: u8 = 0;
const LEAVE_AREA: u8 = 1;

/// The frames of a response, not yet sealed.
#[must_use]
pub fn encode_response(response: &SyncResponse) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.frame(VERDICTS, |frame| write_verdicts(frame, &response.verdicts));
    write_deliveries(&mut writer, &response.deliveries);
    writer.frame(LEAVES, |frame| response.leaves.iter().for_each(|leave| write_leave(frame, *leave)));
    if let Some(cursor) = &response.cursor {
        writer.frame(CURSOR, |frame| write_cursor(frame, cursor));
    }
    if response.more {
        writer.frame(MORE, |frame| frame.byte(1));
    }
    if let Some(repair) = &response.repair {
        writer.frame(REPAIR, |frame| write_repair(frame, repair));
    }
    writer.frame(SEALED, |frame| write_verdicts(frame, &response.sealed));
    for decision in &response.decisions {
        writer.frame(DECISION, |frame| write_decision(frame, decision));
    }
    writer.into_bytes()
}

/// The frames of deliveries alone: a stretch of a feed that is made ready once, to stand before the other frames of many responses.
#[must_use]
pub fn encode_deliveries(deliveries: &[Delivery]) -> Vec<u8> {
    let mut writer = Writer::default();
    write_deliveries(&mut writer, deliveries);
    writer.into_bytes()
}

/// Reads the frames of a response.
///
/// # Errors
/// A [`WireFault`]; nothing of the response counts then.
pub fn decode_response(frames: &[u8]) -> Result<SyncResponse, WireFault> {
    let mut response = SyncResponse::default();
    let mut room = Room { changes: ANSWER_CHANGES, fields: ANSWER_FIELDS };
    each_frame(frames, |kind, reader| take_frame(&mut response, &mut room, kind, reader))?;
    Ok(response)
}

/// How much more an answer may hold of what takes few bytes to say.
struct Room {
    changes: usize,
    fields: usize,
}

fn take_frame(response: &mut SyncResponse, room: &mut Room, kind: u8, mut reader: Reader<'_>) -> Result<(), WireFault> {
    match kind {
        VERDICTS => read_verdicts(&mut reader, &mut response.verdicts, &mut room.fields)?,
        DELIVERY => {
            let before = response.deliveries.last().map(|delivery| delivery.family);
            response.deliveries.push(read_delivery(&mut reader, before, &mut room.changes)?);
        }
        LEAVES => {
            while !reader.is_empty() {
                response.leaves.push(read_leave(&mut reader)?);
                at_most(ANSWER_LEAVES, response.leaves.len())?;
            }
        }
        CURSOR => response.cursor = Some(read_cursor(&mut reader)?),
        MORE => response.more = reader.byte()? != 0,
        REPAIR => response.repair = Some(read_repair(&mut reader)?),
        SEALED => read_verdicts(&mut reader, &mut response.sealed, &mut room.fields)?,
        DECISION => response.decisions.push(read_decision(&mut reader)?),
        _ => return Ok(()),
    }
    reader.end()
}

/// Equal verdicts in a row are written once with their number: a page of accepted changes takes three bytes.
fn write_verdicts(writer: &mut Writer, verdicts: &[Verdict]) {
    for run in verdicts.chunk_by(|a, b| a == b) {
        let Some(verdict) = run.first() else { continue };
        write_verdict(writer, verdict);
        writer.count(run.len());
    }
}

fn write_verdict(writer: &mut Writer, verdict: &Verdict) {
    match verdict {
        Verdict::Accepted => writer.byte(ACCEPTED),
        Verdict::Duplicate => writer.byte(DUPLICATE),
        Verdict::Waiting(reason) => writer.raw(&[WAITING, reason.number()]),
        Verdict::Refused(reason) => writer.raw(&[REFUSED, reason.number()]),
        Verdict::Held { reason, fields } => {
            writer.raw(&[HELD, reason.number()]);
            writer.count(fields.len());
            for field in fields {
                writer.string(field.as_bytes());
            }
        }
    }
}

/// A run of few bytes stands for thousands: what it becomes is bounded before it is made.
fn read_verdicts(reader: &mut Reader<'_>, verdicts: &mut Vec<Verdict>, room: &mut usize) -> Result<(), WireFault> {
    while !reader.is_empty() {
        let verdict = read_verdict(reader)?;
        let count = reader.small()? as usize;
        at_most(REQUEST_CHANGES, verdicts.len().saturating_add(count))?;
        let fields = if let Verdict::Held { fields, .. } = &verdict { fields.len() } else { 0 };
        *room = room.checked_sub(fields.saturating_mul(count)).ok_or(WireFault::TooLarge)?;
        verdicts.extend(std::iter::repeat_n(verdict, count));
    }
    Ok(())
}

fn read_verdict(reader: &mut Reader<'_>) -> Result<Verdict, WireFault> {
    match reader.byte()? {
        ACCEPTED => Ok(Verdict::Accepted),
        DUPLICATE => Ok(Verdict::Duplicate),
        WAITING => Ok(Verdict::Waiting(Reason::from_number(reader.byte()?))),
        REFUSED => Ok(Verdict::Refused(Reason::from_number(reader.byte()?))),
        HELD => {
            let reason = Reason::from_number(reader.byte()?);
            let count = reader.count(1)?;
            at_most(ANSWER_FIELDS, count)?;
            let fields = (0..count).map(|_| read_key(reader)).collect::<Result<_, _>>()?;
            Ok(Verdict::Held { reason, fields })
        }
        _ => Err(WireFault::Malformed),
    }
}

fn read_key(reader: &mut Reader<'_>) -> Result<String, WireFault> {
    let key = read_text(reader)?;
    at_most(KEY_BYTES, key.len()).map(|()| key)
}

fn write_deliveries(writer: &mut Writer, deliveries: &[Delivery]) {
    let mut before = None;
    for delivery in deliveries {
        writer.frame(DELIVERY, |frame| write_delivery(frame, delivery, before));
        before = Some(delivery.family);
    }
}

fn write_delivery(writer: &mut Writer, delivery: &Delivery, before: Option<RecordId>) {
    write_record(writer, delivery.record);
    writer.byte(delivery.kind.number());
    writer.number(delivery.area.0.into());
    write_family(writer, delivery.family, delivery.record, before);
    write_changes(writer, &delivery.changes);
}

fn read_delivery(reader: &mut Reader<'_>, before: Option<RecordId>, room: &mut usize) -> Result<Delivery, WireFault> {
    let record = read_record(reader)?;
    let kind = Kind::from_number(reader.byte()?).ok_or(WireFault::Malformed)?;
    let area = read_area(reader)?;
    let family = read_family(reader, record, before)?;
    Ok(Delivery { record, kind, area, family, changes: read_changes(reader, room)? })
}

fn write_leave(writer: &mut Writer, leave: Leave) {
    match leave {
        Leave::Record(record) => {
            writer.byte(LEAVE_RECORD);
            write_record(writer, record);
        }
        Leave::Area(area) => {
            writer.byte(LEAVE_AREA);
            writer.number(area.0.into());
        }
    }
}

fn read_leave(reader: &mut Reader<'_>) -> Result<Leave, WireFault> {
    match reader.byte()? {
        LEAVE_RECORD => read_record(reader).map(Leave::Record),
        LEAVE_AREA => read_area(reader).map(Leave::Area),
        _ => Err(WireFault::Malformed),
    }
}

fn write_repair(writer: &mut Writer, repair: &RepairAnswer) {
    writer.number(repair.epoch.0.into());
    writer.byte(u8::from(repair.compared));
    write_cursor(writer, &repair.cursor);
    writer.count(repair.buckets.len());
    for (bucket, records) in &repair.buckets {
        writer.byte(*bucket);
        writer.count(records.len());
        for entry in records {
            write_record(writer, entry.record);
            writer.raw(&entry.digest.0);
        }
    }
}

fn read_repair(reader: &mut Reader<'_>) -> Result<RepairAnswer, WireFault> {
    let epoch = Epoch(reader.small()?);
    let compared = reader.byte()? != 0;
    let cursor = read_cursor(reader)?;
    let mut buckets = BTreeMap::new();
    for _ in 0..reader.count(2)? {
        let bucket = reader.byte()?;
        let count = reader.count(24)?;
        let records = (0..count).map(|_| read_bucket_record(reader)).collect::<Result<_, _>>()?;
        if buckets.insert(bucket, records).is_some() {
            return Err(WireFault::Malformed);
        }
    }
    Ok(RepairAnswer { epoch, buckets, compared, cursor })
}

fn read_bucket_record(reader: &mut Reader<'_>) -> Result<BucketRecord, WireFault> {
    Ok(BucketRecord { record: read_record(reader)?, digest: Digest(reader.array()?) })
}

fn write_decision(writer: &mut Writer, decision: &Decision) {
    writer.number(decision.number);
    write_record(writer, decision.record);
    writer.raw(&decision.change.0);
    writer.byte(decision.outcome.number());
    writer.string(decision.note.as_bytes());
}

fn read_decision(reader: &mut Reader<'_>) -> Result<Decision, WireFault> {
    Ok(Decision {
        number: reader.number()?,
        record: read_record(reader)?,
        change: ChangeHash(reader.array()?),
        outcome: Outcome::from_number(reader.byte()?),
        note: read_text(reader)?,
    })
}
