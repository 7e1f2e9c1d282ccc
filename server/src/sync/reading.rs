//! What a page shows of sensitive records, as the audit notes it: which records, to whom, how many of each kind.

use std::collections::BTreeMap;

use serde_json::json;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::schema::{self, Privacy};
use usra_sync_protocol::sync::Delivery;

use super::author::Author;
use crate::registry::audit::{Action, By, Event};

/// Records with sensitive fields that a page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The records.
    pub records: Vec<RecordId>,
    /// How many of each kind, by its word.
    pub kinds: BTreeMap<String, u64>,
}

impl Shown {
    /// Those of these deliveries.
    #[must_use]
    pub fn of(deliveries: &[Delivery]) -> Self {
        let mut shown = Self::default();
        for delivery in deliveries.iter().filter(|delivery| is_sensitive(delivery.kind)) {
            shown.records.push(delivery.record);
            *shown.kinds.entry(delivery.kind.word().to_owned()).or_default() += 1;
        }
        shown
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.records.extend(other.records);
        for (kind, count) in other.kinds {
            *self.kinds.entry(kind).or_default() += count;
        }
        self
    }

    /// Its reading by this author, when it shows any.
    #[must_use]
    pub fn event(self, author: &Author) -> Option<Event> {
        (!self.records.is_empty()).then(|| Event {
            by: By::Install(author.install),
            action: Action::SensitivePull,
            detail: json!(self.kinds),
            records: self.records,
            install: Some(author.install),
        })
    }
}

/// Whether records of the kind have a field that the schema calls sensitive.
fn is_sensitive(kind: Kind) -> bool {
    schema::fields(kind).iter().any(|field| field.privacy == Privacy::Sensitive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_and_households_are_sensitive_and_what_is_public_is_not() {
        assert_eq!([Kind::Family, Kind::Household, Kind::Product].map(is_sensitive), [true, true, false]);
    }
}
