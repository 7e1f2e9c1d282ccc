//! Creating, editing and settling: what a person does becomes changes in the outbox, durable when the call returns.
//! An edit writes only what differs, and replaces everything that this phone shows or knows of the field.

use std::collections::BTreeMap;

use usra_sync_protocol::change::{OpId, Put};
use usra_sync_protocol::id::{AreaId, ChangeHash, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::limits;
use usra_sync_protocol::scalar::Scalar;

use super::Phone;
use crate::error::PhoneError;
use crate::record::{Edited, NewRecord};
use crate::store::Store;
use crate::working::{Home, Working};
use crate::{check, place};

/// What one change of ours takes at most: under [`limits::CHANGE_BYTES`] with room for actors, deps and columns.
const SPLIT_BYTES: usize = limits::CHANGE_BYTES / 2;
/// What a put takes besides its key and text, and what each value it replaces adds.
const PUT_BYTES: usize = 16;

#[expect(clippy::missing_errors_doc, reason = "every error is a PhoneError and says for itself what is wrong")]
impl<S: Store> Phone<S> {
    /// Makes a record; durable when it returns. A household's id follows from its family, whatever `new.id` says.
    pub fn create(&mut self, new: NewRecord, now_ms: u64, random: [u8; 10]) -> Result<RecordId, PhoneError> {
        self.tick(now_ms)?;
        check::fields(new.kind, self.role(), &new.fields)?;
        let home = self.home(&new, RecordId::new(now_ms, random))?;
        if self.store.record(home.id)?.is_some() {
            return Err(PhoneError::RecordExists);
        }
        let mut work = Working::new(home, self.actor());
        if write(&mut work, &latest(new.fields), now_ms)?.is_none() {
            return Err(PhoneError::FieldsNeeded);
        }
        self.commit(work.finish(), self.sync.clone())?;
        Ok(home.id)
    }

    /// Gives fields new values; durable when it returns. A value equal to the shown one is not written. `Null` clears a field.
    pub fn edit(&mut self, id: RecordId, fields: Vec<(String, Scalar)>, now_ms: u64) -> Result<Edited, PhoneError> {
        self.tick(now_ms)?;
        let mut work = self.to_write(id)?;
        check::fields(work.row.kind, self.role(), &fields)?;
        match write(&mut work, &latest(fields), now_ms)? {
            None => Ok(Edited::Nothing),
            Some(hash) => {
                self.commit(work.finish(), self.sync.clone())?;
                Ok(Edited::Saved(hash))
            }
        }
    }

    /// Settles a field: `value` replaces every version that this phone holds now.
    pub fn resolve(&mut self, id: RecordId, key: &str, value: Scalar, now_ms: u64) -> Result<ChangeHash, PhoneError> {
        self.tick(now_ms)?;
        let seen = self.to_write(id)?.open.open_ops(key);
        self.resolve_seen((id, key), value, &seen, now_ms)
    }

    /// Settles a field: `value` replaces exactly the versions in `seen`; one that came since stays open beside it.
    pub fn resolve_seen(
        &mut self,
        (id, key): (RecordId, &str),
        value: Scalar,
        seen: &[OpId],
        now_ms: u64,
    ) -> Result<ChangeHash, PhoneError> {
        self.tick(now_ms)?;
        let mut work = self.to_write(id)?;
        let field = [(key.to_owned(), value)];
        check::fields(work.row.kind, self.role(), &field)?;
        let [(key, value)] = field;
        let mut replaces = work.open.open_ops(&key);
        replaces.retain(|op| seen.contains(op));
        let hash = work.author(vec![Put { key, value, replaces }], now_ms)?;
        self.commit(work.finish(), self.sync.clone())?;
        Ok(hash)
    }

    pub(super) fn to_write(&self, id: RecordId) -> Result<Working, PhoneError> {
        let work = Working::load(&self.store, id)?.filter(|work| self.shows(&work.row));
        let mut work = work.ok_or_else(|| self.not_here(PhoneError::RecordUnknown))?;
        if work.row.leaving {
            return Err(PhoneError::RecordLeft);
        }
        work.write_as(self.actor());
        Ok(work)
    }

    fn home(&self, new: &NewRecord, fresh: RecordId) -> Result<Home, PhoneError> {
        let id = new.id.unwrap_or(fresh);
        if new.kind == Kind::Family {
            let area = place::of_family(self.identity.as_ref(), &self.scope(), (new.area, &new.fields))?;
            return Ok(Home { id, kind: new.kind, area, family: id });
        }
        let own = self.identity.as_ref().and_then(|identity| identity.family);
        let family = new.family.or(own).ok_or(PhoneError::FamilyNeeded)?;
        let id = if new.kind == Kind::Household { RecordId::household_of(family) } else { id };
        Ok(Home { id, kind: new.kind, area: self.area_of_family(family)?, family })
    }

    fn area_of_family(&self, family: RecordId) -> Result<AreaId, PhoneError> {
        let row = self.store.record(family)?.filter(|row| row.kind == Kind::Family);
        // A family's phone may add a product before its first sync.
        let own = self.identity.as_ref().filter(|identity| identity.family == Some(family));
        let home = own.and_then(|identity| identity.assigned.first().copied());
        row.map(|row| row.area).or(home).ok_or_else(|| self.not_here(PhoneError::FamilyUnknown))
    }
}

/// One value per field: of several given for the same, the last.
fn latest(fields: Vec<(String, Scalar)>) -> BTreeMap<String, Scalar> {
    fields.into_iter().collect()
}

/// Writes what differs, in as many changes as the limits ask for; the last one's name, or `None` when nothing differs.
pub(super) fn write(
    work: &mut Working,
    fields: &BTreeMap<String, Scalar>,
    now_ms: u64,
) -> Result<Option<ChangeHash>, PhoneError> {
    let mut last = None;
    let mut puts = Vec::new();
    let mut size_bytes = 0;
    let differing: Vec<_> = fields.iter().filter(|(key, value)| differs(work, key, value)).collect();
    for (key, value) in differing {
        let put = Put { key: key.clone(), value: value.clone(), replaces: work.open.open_ops(key) };
        let put_bytes = size_of(&put);
        if puts.len() >= limits::CHANGE_PUTS || (size_bytes + put_bytes > SPLIT_BYTES && !puts.is_empty()) {
            last = Some(work.author(std::mem::take(&mut puts), now_ms)?);
            size_bytes = 0;
        }
        size_bytes += put_bytes;
        puts.push(put);
    }
    if puts.is_empty() { Ok(last) } else { work.author(puts, now_ms).map(Some) }
}

fn differs(work: &Working, key: &str, value: &Scalar) -> bool {
    work.open.shown(key).unwrap_or(&Scalar::Null) != value
}

fn size_of(put: &Put) -> usize {
    put.key.len() + put.value.as_text().map_or(0, str::len) + PUT_BYTES * (1 + put.replaces.len())
}
