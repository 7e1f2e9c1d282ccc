//! The hash of a row: SHA-256 over its fields in a fixed order, each after its length, with the hash of the row before among
//! them. docs/operations.md tells the bytes, so that others can check a copy.
//!
//! ```text
//! field    4 bytes of length, big endian, then the bytes; a field that is null is the length ffffffff alone
//! number   8 bytes, big endian, two's complement
//! time     a number: microseconds since 1970, UTC
//! id       16 bytes;  ids: one field, one after another
//! detail   JSON without spaces, the keys of every object in the order of their bytes
//! ```

use serde_json::Value;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

use crate::storage::audit::AuditRow;

/// What the bytes begin with; another form of them gets another number.
const FORM: &[u8] = b"usra audit 1";

/// The hash that a row with these fields has.
#[must_use]
pub fn hash(region: RegionId, row: &AuditRow) -> [u8; 32] {
    let mut bytes = Fields(Sha256::new());
    bytes.add(FORM);
    bytes.add(&row.previous);
    bytes.add(&i64::from(region.0).to_be_bytes());
    bytes.add(&row.n.to_be_bytes());
    bytes.add(&micros(row.at).to_be_bytes());
    bytes.add(row.by_kind.as_bytes());
    bytes.maybe(row.by_id.as_ref().map(Uuid::as_bytes).map(<[u8; 16]>::as_slice));
    bytes.maybe(row.by_name.as_deref().map(str::as_bytes));
    bytes.add(row.action.as_bytes());
    bytes.maybe(row.install_id.as_ref().map(Uuid::as_bytes).map(<[u8; 16]>::as_slice));
    bytes.add(&row.record_ids.iter().flat_map(Uuid::as_bytes).copied().collect::<Vec<u8>>());
    bytes.add(canonical(&row.detail).as_bytes());
    bytes.0.finalize().into()
}

struct Fields(Sha256);

impl Fields {
    fn add(&mut self, field: &[u8]) {
        // No field comes near 4 GiB; one that did would only have a hash that nothing else has to agree with.
        let length = u32::try_from(field.len()).unwrap_or(u32::MAX - 1);
        self.0.update(length.to_be_bytes());
        self.0.update(field);
    }

    fn maybe(&mut self, field: Option<&[u8]>) {
        match field {
            Some(field) => self.add(field),
            None => self.0.update(u32::MAX.to_be_bytes()),
        }
    }
}

/// What PostgreSQL keeps of a time.
fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000)).unwrap_or(i64::MAX)
}

/// The same text for the same value, in whatever order the database gives the keys back.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_by_key(|entry| entry.0);
            let entry = |(key, value): (&String, &Value)| format!("{}:{}", Value::from(key.as_str()), canonical(value));
            format!("{{{}}}", entries.into_iter().map(entry).collect::<Vec<_>>().join(","))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}
