//! The merge of a record made of flat puts: the open values of a key are the puts that no later put replaced;
//! the shown one has the greatest operation id. This is Automerge's own result for such records, without a document.

use std::collections::BTreeMap;

use crate::change::{Change, OpId};
use crate::scalar::Scalar;

/// The open values of one record. `T` is what the holder keeps with each value (a change number, a time).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenValues<T = ()> {
    keys: BTreeMap<String, OpenPuts<T>>,
}

/// The open values of one key, in ascending operation order. Most keys have one: a list of it takes a tenth of what a tree would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPuts<T = ()>(Vec<(OpId, Open<T>)>);

/// One open value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open<T> {
    /// What was put.
    pub value: Scalar,
    /// What the holder keeps with it.
    pub with: T,
}

impl<T> OpenPuts<T> {
    /// Every operation with its value.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&OpId, &Open<T>)> + ExactSizeIterator {
        self.0.iter().map(|(op, open)| (op, open))
    }

    /// The value that this operation put, if it is open.
    #[must_use]
    pub fn get(&self, op: &OpId) -> Option<&Open<T>> {
        let place = self.place(op).ok()?;
        self.0.get(place).map(|(_, open)| open)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none, as in no record: who closes a value puts another.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one that is shown.
    #[must_use]
    pub fn last(&self) -> Option<(&OpId, &Open<T>)> {
        self.iter().next_back()
    }

    fn place(&self, op: &OpId) -> Result<usize, usize> {
        self.0.binary_search_by(|(open, _)| open.cmp(op))
    }

    fn insert(&mut self, op: OpId, open: Open<T>) {
        self.remove(&op);
        let place = self.0.partition_point(|(before, _)| *before < op);
        self.0.insert(place, (op, open));
    }

    fn remove(&mut self, op: &OpId) -> bool {
        self.place(op).map(|place| self.0.remove(place)).is_ok()
    }
}

/// What applying one change did to the open values: rows to delete and rows to insert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied<'c> {
    /// (key, operation) pairs that were open and are no more.
    pub closed: Vec<(&'c str, OpId)>,
    /// (key, operation) pairs that are open now. A put that arrives after another one that already replaced it cannot
    /// happen, since a change is applied only after everything it follows and everything that follows it comes later.
    pub opened: Vec<(&'c str, OpId)>,
}

impl<T> Default for OpenValues<T> {
    fn default() -> Self {
        Self { keys: BTreeMap::new() }
    }
}

impl<T: Clone> OpenValues<T> {
    /// Puts one open value in, as read back from a store.
    pub fn insert(&mut self, key: String, op: OpId, value: Scalar, with: T) {
        self.keys.entry(key).or_insert_with(|| OpenPuts(Vec::with_capacity(1))).insert(op, Open { value, with });
    }

    /// Applies a change whose deps were all applied before.
    pub fn apply<'c>(&mut self, change: &'c Change, with: &T) -> Applied<'c> {
        let mut applied = Applied::default();
        for (op, put) in change.ops() {
            let key = put.key.as_str();
            let value = Open { value: put.value.clone(), with: with.clone() };
            if let Some(open) = self.keys.get_mut(key) {
                let closed = put.replaces.iter().filter(|gone| open.remove(gone));
                applied.closed.extend(closed.map(|gone| (key, *gone)));
                open.insert(op, value);
            } else {
                self.keys.insert(key.to_owned(), OpenPuts(vec![(op, value)]));
            }
            applied.opened.push((key, op));
        }
        applied
    }

    /// Every key that was ever put, with its open values in ascending operation order (the last one is shown).
    pub fn iter(&self) -> impl Iterator<Item = (&str, &OpenPuts<T>)> {
        self.keys.iter().map(|(key, open)| (key.as_str(), open))
    }

    /// The open values of a key in ascending operation order.
    #[must_use]
    pub fn of(&self, key: &str) -> Option<&OpenPuts<T>> {
        self.keys.get(key)
    }

    /// The shown value of a key; `None` when it was never put or is cleared.
    #[must_use]
    pub fn shown(&self, key: &str) -> Option<&Scalar> {
        let (_, open) = self.keys.get(key)?.last()?;
        (!open.value.is_null()).then_some(&open.value)
    }

    /// Every key with a shown value, in key order.
    pub fn all_shown(&self) -> impl Iterator<Item = (&str, &Scalar)> {
        self.keys.iter().filter_map(|(key, open)| {
            let (_, last) = open.last()?;
            (!last.value.is_null()).then_some((key.as_str(), &last.value))
        })
    }

    /// The operations that a new put on `key` replaces when its author has seen everything here.
    #[must_use]
    pub fn open_ops(&self, key: &str) -> Vec<OpId> {
        self.keys.get(key).map(|open| open.iter().map(|(op, _)| *op).collect()).unwrap_or_default()
    }

    /// How many different keys were ever put.
    #[must_use]
    pub fn key_count(&self) -> usize {
        self.keys.len()
    }
}
