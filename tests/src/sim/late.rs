//! What phones could know, as the witness reckons it: from the cursors that the centre saw, by decision 11 and not by the server's
//! code. A change out of scope is excused when its author's cursor says that it did not know, no earlier cursor of that install says
//! that it did, it worked there then, and all that is not thirty days ago.

use std::collections::BTreeSet;

use time::{Duration, OffsetDateTime};
use usra_sync_protocol::id::{AreaId, InstallId, RecordId};
use usra_sync_protocol::sync::Cursor;

use super::centre::{Centre, Handled};
use super::witness::{Seen, lies_in, reaches};

const EXCUSED_FOR: Duration = Duration::days(30);

/// What was proved so far. It begins anew with another life of the data, as far as the backup knew it.
#[derive(Clone, Debug, Default)]
pub(super) struct Knowledge {
    seen: Seen,
    /// Assignments, by their place in the table, whose install showed that it knows of their end.
    ends: BTreeSet<usize>,
}

impl Knowledge {
    /// Notes what the request's cursor proves.
    pub(super) fn note(&mut self, centre: &Centre, handled: &Handled, now: OffsetDateTime) {
        let Claim::Stands(cursor) = claim(centre, handled) else { return };
        if handled.response.is_none() {
            return;
        }
        for (area, seq) in &cursor.areas {
            let known = self.seen.entry((handled.install, *area)).or_default();
            *known = (*known).max(*seq);
        }
        for (at, one) in centre.tables.assignments.iter().enumerate() {
            let over = one.install == handled.install && one.to.is_some_and(|to| to <= now);
            if over && !carries(centre, handled.install, cursor, one.area, now) {
                self.ends.insert(at);
            }
        }
    }

    /// Whether the author of this request could not know that the record is not its to write.
    pub(super) fn excuses(
        &self,
        centre: &Centre,
        handled: &Handled,
        (record, (area, family)): (RecordId, (AreaId, RecordId)),
        now: OffsetDateTime,
    ) -> bool {
        let claimed = match claim(centre, handled) {
            Claim::Void => return false,
            Claim::First => None,
            Claim::Stands(cursor) => Some(cursor),
        };
        let install = centre.tables.installs.get(&handled.install);
        if install.is_none_or(|install| install.family.is_some_and(|own| own != family)) {
            return false;
        }
        self.lost(centre, (handled.install, claimed), area, now)
            || self.moved(centre, (handled.install, claimed), (record, family), now)
    }

    /// Whether the area was taken from the install without its knowing.
    fn lost(
        &self,
        centre: &Centre,
        (install, claimed): (InstallId, Option<&Cursor>),
        area: AreaId,
        now: OffsetDateTime,
    ) -> bool {
        let believes = claimed.is_none_or(|cursor| cursor.areas.contains_key(&area));
        let terms = centre.tables.assignments.iter().enumerate();
        believes
            && terms.filter(|(_, one)| one.install == install && lies_in(centre, area, one.area)).any(|(at, one)| {
                let lately = one.to.is_some_and(|to| to <= now && to > now - EXCUSED_FOR && to > one.from);
                lately && !self.ends.contains(&at)
            })
    }

    /// Whether the record left an area in which the install worked, without its knowing.
    fn moved(
        &self,
        centre: &Centre,
        (install, claimed): (InstallId, Option<&Cursor>),
        (record, family): (RecordId, RecordId),
        now: OffsetDateTime,
    ) -> bool {
        let of_record = |id: uuid::Uuid| id == record.0 || id == family.0;
        centre.tables.departures.iter().filter(|row| of_record(row.record_id)).any(|row| {
            let (area, seq) = (AreaId(row.area_id.cast_unsigned()), row.seq.cast_unsigned());
            let stands = claimed.and_then(|cursor| cursor.areas.get(&area)).copied().unwrap_or_default();
            let proved = self.seen.get(&(install, area)).copied().unwrap_or_default();
            let knows = stands >= seq || proved >= seq;
            let lately = row.left_at > now - EXCUSED_FOR;
            lately && !knows && self.worked(centre, (install, claimed), (area, row.left_at), now)
        })
    }

    /// Whether the install worked in the area at that time, and does still or does not know better.
    fn worked(
        &self,
        centre: &Centre,
        (install, claimed): (InstallId, Option<&Cursor>),
        (area, at): (AreaId, OffsetDateTime),
        now: OffsetDateTime,
    ) -> bool {
        let present = reaches(centre, install, (area, RecordId(uuid::Uuid::nil())), now);
        let believes = present || self.lost(centre, (install, claimed), area, now);
        let mut terms = centre.tables.assignments.iter().enumerate().filter(|(_, one)| one.install == install);
        believes
            && terms.any(|(place, one)| {
                let counts = one.to.is_none_or(|to| to > now)
                    || (!self.ends.contains(&place)
                        && one.to.is_some_and(|to| to > now - EXCUSED_FOR && to > one.from));
                counts && one.from <= at && lies_in(centre, area, one.area)
            })
    }
}

/// What a request says of itself.
#[derive(Clone, Copy)]
enum Claim<'a> {
    /// Nothing that counts: its install is revoked, or its cursor is of another life.
    Void,
    /// It is the first one, and has taken nothing.
    First,
    /// It stands here.
    Stands(&'a Cursor),
}

fn claim<'a>(centre: &Centre, handled: &'a Handled) -> Claim<'a> {
    let revoked = centre.tables.installs.get(&handled.install).is_none_or(|install| install.revoked);
    match handled.request.cursor.as_ref() {
        _ if revoked => Claim::Void,
        None => Claim::First,
        Some(cursor) if cursor.epoch != centre.tables.epoch => Claim::Void,
        Some(cursor) => Claim::Stands(cursor),
    }
}

/// Whether the cursor has an area of the assignment that the install does not reach otherwise.
fn carries(centre: &Centre, install: InstallId, cursor: &Cursor, root: AreaId, now: OffsetDateTime) -> bool {
    let nobody = RecordId(uuid::Uuid::nil());
    cursor.areas.keys().any(|area| lies_in(centre, *area, root) && !reaches(centre, install, (*area, nobody), now))
}
