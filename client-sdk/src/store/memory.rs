//! A store in memory, for tests and for phones that keep nothing. Same promises as SQLite, except that it ends with the process.

use std::collections::{BTreeMap, BTreeSet};

use usra_sync_protocol::change::OpId;
use usra_sync_protocol::digest::Digest;
use usra_sync_protocol::id::{AreaId, ChangeHash, RecordId};
use usra_sync_protocol::sealed::SealedCommand;

use super::{ChangeRow, ChangeState, Counts, OpenRow, OutgoingRow, RecordRow, RowQuery, Store, StoreError, Write};
use crate::held::HeldItem;

/// Keeps everything until it is dropped.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    meta: BTreeMap<&'static str, Vec<u8>>,
    records: BTreeMap<RecordId, RecordRow>,
    changes: BTreeMap<i64, ChangeRow>,
    changes_of: BTreeMap<RecordId, BTreeSet<i64>>,
    last_order: i64,
    open: BTreeMap<RecordId, BTreeMap<(String, OpId), OpenRow>>,
    terms: BTreeMap<RecordId, BTreeSet<String>>,
    held: Vec<HeldItem>,
    sealed: Vec<SealedCommand>,
}

impl MemoryStore {
    fn of(&self, record: RecordId) -> impl Iterator<Item = (&i64, &ChangeRow)> {
        self.changes_of.get(&record).into_iter().flatten().filter_map(|order| self.changes.get_key_value(order))
    }

    fn find(&self, record: RecordId, hash: ChangeHash) -> Option<(i64, &ChangeRow)> {
        self.of(record).find(|(_, row)| row.hash == hash).map(|(order, row)| (*order, row))
    }

    fn has_term(&self, record: RecordId, start: &str) -> bool {
        let mut from = self.terms.get(&record).into_iter().flat_map(|terms| terms.range(start.to_owned()..));
        from.next().is_some_and(|term| term.starts_with(start))
    }

    fn ids(&self, wanted: impl Fn(&RecordRow) -> bool) -> Vec<RecordId> {
        self.records.values().filter(|row| wanted(row)).map(|row| row.id).collect()
    }

    /// The only thing that can be wrong with writes: a change kept twice. Asked before anything is kept.
    fn check(&self, writes: &[Write]) -> Result<(), StoreError> {
        let mut present: BTreeMap<(RecordId, ChangeHash), bool> = BTreeMap::new();
        for write in writes {
            if let Write::DropChange(record, hash) = write {
                present.insert((*record, *hash), false);
            }
            let Write::Change(row) = write else { continue };
            let stands = present.insert((row.record, row.hash), true);
            if stands.unwrap_or_else(|| self.find(row.record, row.hash).is_some()) {
                return Err(StoreError::Damaged("a change was kept twice"));
            }
        }
        Ok(())
    }

    fn keep(&mut self, write: Write) {
        match write {
            Write::Meta(name, Some(value)) => drop(self.meta.insert(name, value)),
            Write::Meta(name, None) => drop(self.meta.remove(name)),
            Write::Record(row) => drop(self.records.insert(row.id, *row)),
            Write::Change(row) => self.append(row),
            Write::State(record, hash, state) => {
                let order = self.find(record, hash).map(|(order, _)| order);
                order.and_then(|order| self.changes.get_mut(&order)).into_iter().for_each(|row| row.state = state);
            }
            Write::DropChange(record, hash) => self.drop_change(record, hash),
            Write::Open(record, row) => {
                self.open.entry(record).or_default().insert((row.key.clone(), row.op), row);
            }
            Write::Close(record, key, op) => drop(self.open.get_mut(&record).and_then(|open| open.remove(&(key, op)))),
            Write::CloseAll(record) => drop(self.open.remove(&record)),
            Write::Terms(record, terms) => drop(self.terms.insert(record, terms)),
            Write::Hold(item)
                if self.held.iter().any(|known| (known.record, known.change) == (item.record, item.change)) => {}
            Write::Hold(item) => self.held.push(item),
            Write::Unhold(record, hash) => self.held.retain(|item| (item.record, item.change) != (record, hash)),
            Write::Seal(command) => self.sealed.push(command),
            Write::Unseal(id) => self.sealed.retain(|command| command.id() != id),
            Write::Purge(record) => self.purge(record),
        }
    }

    fn append(&mut self, row: ChangeRow) {
        self.last_order += 1;
        self.changes_of.entry(row.record).or_default().insert(self.last_order);
        self.changes.insert(self.last_order, row);
    }

    fn drop_change(&mut self, record: RecordId, hash: ChangeHash) {
        if let Some((order, _)) = self.find(record, hash) {
            self.changes.remove(&order);
            self.changes_of.entry(record).or_default().remove(&order);
        }
    }

    fn purge(&mut self, record: RecordId) {
        self.records.remove(&record);
        self.open.remove(&record);
        self.terms.remove(&record);
        for order in self.changes_of.remove(&record).unwrap_or_default() {
            self.changes.remove(&order);
        }
    }
}

impl Store for MemoryStore {
    fn meta(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.meta.get(name).cloned())
    }

    fn record(&self, id: RecordId) -> Result<Option<RecordRow>, StoreError> {
        Ok(self.records.get(&id).cloned())
    }

    fn change_state(&self, record: RecordId, hash: ChangeHash) -> Result<Option<ChangeState>, StoreError> {
        Ok(self.find(record, hash).map(|(_, row)| row.state))
    }

    fn changes(&self, record: RecordId) -> Result<Vec<ChangeRow>, StoreError> {
        Ok(self.of(record).map(|(_, row)| row.clone()).collect())
    }

    fn bytes(&self, record: RecordId, hash: ChangeHash) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.find(record, hash).map(|(_, row)| row.bytes.clone()))
    }

    fn open_values(&self, record: RecordId) -> Result<Vec<OpenRow>, StoreError> {
        Ok(self.open.get(&record).into_iter().flat_map(|open| open.values().cloned()).collect())
    }

    fn list(&self, query: &RowQuery) -> Result<Vec<RecordRow>, StoreError> {
        let fits = |row: &&RecordRow| {
            query.kind.is_none_or(|kind| row.kind == kind)
                && !query.without.contains(&row.kind)
                && query.family.is_none_or(|family| row.family == family)
                && !(query.unsent && row.digest.is_some())
                && query.terms.iter().all(|term| self.has_term(row.id, term))
        };
        let mut rows: Vec<&RecordRow> = self.records.values().filter(fits).collect();
        rows.sort_by_key(|row| (std::cmp::Reverse(row.changed_ms), row.id));
        Ok(rows.into_iter().skip(query.offset).take(query.limit).cloned().collect())
    }

    fn outgoing(&self, after: i64, limit: usize) -> Result<Vec<OutgoingRow>, StoreError> {
        let later = self.changes.range(after.saturating_add(1)..);
        let out = later.filter(|(_, row)| row.state != ChangeState::Confirmed).map(|(order, row)| OutgoingRow {
            order: *order,
            record: row.record,
            hash: row.hash,
            state: row.state,
            size_bytes: row.bytes.len(),
        });
        Ok(out.take(limit).collect())
    }

    fn held(&self, record: Option<RecordId>) -> Result<Vec<HeldItem>, StoreError> {
        Ok(self.held.iter().filter(|item| record.is_none_or(|id| item.record == id)).cloned().collect())
    }

    fn sealed(&self) -> Result<Vec<SealedCommand>, StoreError> {
        Ok(self.sealed.clone())
    }

    fn digests(&self) -> Result<Vec<(RecordId, Digest)>, StoreError> {
        Ok(self.records.values().filter(|row| !row.leaving).filter_map(|row| Some((row.id, row.digest?))).collect())
    }

    fn conflicted(&self) -> Result<Vec<RecordId>, StoreError> {
        Ok(self.ids(|row| row.conflicts > 0))
    }

    fn in_area(&self, area: AreaId) -> Result<Vec<RecordId>, StoreError> {
        Ok(self.ids(|row| row.area == area))
    }

    fn leaving(&self) -> Result<Vec<RecordId>, StoreError> {
        Ok(self.ids(|row| row.leaving))
    }

    fn counts(&self) -> Result<Counts, StoreError> {
        let mut counts =
            Counts { records: self.records.len() as u64, held: self.held.len() as u64, ..Counts::default() };
        for row in self.records.values() {
            counts.pending_records += u64::from(row.pending > 0);
            counts.pending_changes += u64::from(row.pending);
            counts.waiting_records += u64::from(row.waiting > 0);
            counts.conflicts += u64::from(row.conflicts);
        }
        Ok(counts)
    }

    fn commit(&mut self, writes: Vec<Write>) -> Result<(), StoreError> {
        self.check(&writes)?;
        for write in writes {
            self.keep(write);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::conformance;
    use super::*;

    #[test]
    fn a_memory_store_keeps_every_promise_of_a_store() {
        conformance::run(&MemoryStore::default);
    }
}
