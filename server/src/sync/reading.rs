//! What a page shows of sensitive records, as the audit notes it: which records, to whom, how many of each kind.

use std::collections::BTreeMap;

use serde_json::json;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::schema::{self, Privacy};
use usra_sync_protocol::sync::Delivery;

use super::author::Author;
use crate::registry::audit::{Action, By, Event};

/// The reading of these deliveries, when any of their records has fields that are sensitive.
#[must_use]
pub fn of(author: &Author, deliveries: &[Delivery]) -> Option<Event> {
    let shown: Vec<&Delivery> = deliveries.iter().filter(|delivery| is_sensitive(delivery.kind)).collect();
    let mut kinds: BTreeMap<&'static str, usize> = BTreeMap::new();
    for delivery in &shown {
        *kinds.entry(delivery.kind.word()).or_default() += 1;
    }
    (!shown.is_empty()).then(|| Event {
        by: By::Install(author.install),
        action: Action::SensitivePull,
        records: shown.iter().map(|delivery| delivery.record).collect(),
        install: Some(author.install),
        detail: json!(kinds),
    })
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
