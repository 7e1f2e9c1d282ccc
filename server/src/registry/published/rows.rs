//! The rows of a count in their one order and spelling, so that the same rows have the same hash whoever writes them down.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::storage::listed_family::FoundRow;

/// SHA-256 over the families in the order of their ids, each as a line of JSON: its id, how it stands, the code of its governorate and that
/// of its main activity, `null` for one that it does not have.
pub(super) fn hash(found: &[FoundRow]) -> [u8; 32] {
    let mut rows: Vec<&FoundRow> = found.iter().collect();
    rows.sort_by_key(|family| family.record_id);
    let mut sum = Sha256::new();
    for family in rows {
        let row = json!([family.record_id, family.standing, family.governorate, family.activity]);
        sum.update(row.to_string());
        sum.update("\n");
    }
    sum.finalize().into()
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;
    use usra_sync_protocol::id::hex_of_bytes;
    use uuid::Uuid;

    use super::*;

    fn family(id: u128, governorate: Option<&str>, standing: &str) -> FoundRow {
        FoundRow {
            record_id: Uuid::from_u128(id),
            governorate: governorate.map(str::to_owned),
            activity: None,
            status: String::new(),
            standing: standing.to_owned(),
            created_at: OffsetDateTime::UNIX_EPOCH,
            changed_at: OffsetDateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_same_rows_have_the_same_hash_in_any_order_and_others_another() {
        let [one, other] = [family(1, Some("JED"), "verified"), family(2, None, "provisional")];
        let sum = hash(&[one.clone(), other.clone()]);
        assert_eq!(hash(&[other.clone(), one.clone()]), sum);
        // As `printf '["…1","verified","JED",null]\n["…2","provisional",null,null]\n' | sha256sum` says.
        assert_eq!(hex_of_bytes(&sum), "1518a8da367b5ba97094d94dabba9d1f4fbfde203860273e7efdf97eb813a905");
        for wrong in
            [family(1, None, "verified"), family(1, Some("JED"), "provisional"), family(3, Some("JED"), "verified")]
        {
            assert_ne!(hash(&[wrong, other.clone()]), sum);
        }
        assert_ne!(hash(&[one]), sum);
    }
}
