//! What everybody should see, kept by the test itself from what it told the phones to write: plain sets of values, no merge.

use std::collections::{BTreeMap, BTreeSet};

use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;

/// One record as it should be everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Its kind.
    pub kind: Kind,
    /// The governorate of its family.
    pub governorate: &'static str,
    /// The open values of each key: one, or several where people disagreed.
    pub values: BTreeMap<String, BTreeSet<Scalar>>,
}

/// Every record as it should be everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    /// By id.
    pub records: BTreeMap<RecordId, Expected>,
}

impl Model {
    /// A record was made.
    pub fn made(&mut self, id: RecordId, kind: Kind, governorate: &'static str, fields: &[(String, Scalar)]) {
        let values = fields.iter().map(|(key, value)| (key.clone(), BTreeSet::from([value.clone()]))).collect();
        self.records.insert(id, Expected { kind, governorate, values });
    }

    /// A field was given a value by somebody who had seen all earlier ones; or by several who had not seen each other.
    pub fn put(&mut self, id: RecordId, key: &str, values: impl IntoIterator<Item = Scalar>) {
        if let Some(record) = self.records.get_mut(&id) {
            record.values.insert(key.to_owned(), values.into_iter().collect());
        }
    }

    /// Adds what another part of the run knows.
    pub fn join(&mut self, other: Self) {
        self.records.extend(other.records);
    }

    /// How many fields have more than one value.
    #[must_use]
    pub fn disputed(&self) -> usize {
        self.records.values().flat_map(|record| record.values.values()).filter(|values| values.len() > 1).count()
    }

    /// How many records of `kind` there are for each value of the field `key`.
    #[must_use]
    pub fn count_by(&self, kind: Kind, key: &str) -> BTreeMap<String, i64> {
        let mut counts = BTreeMap::new();
        for record in self.records.values().filter(|record| record.kind == kind) {
            let value = record.values.get(key).and_then(BTreeSet::first).and_then(Scalar::as_text);
            *counts.entry(value.unwrap_or_default().to_owned()).or_default() += 1;
        }
        counts
    }
}
