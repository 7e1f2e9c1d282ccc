//! Which canary is in which record, where each record is, and what each phone may see: kept by the run itself, so that the
//! search does not ask the server what would be right.

use std::collections::BTreeMap;

use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy::{self, Scope};
use usra_sync_protocol::role::Role;

use super::counts::Counts;

/// How a canary begins; sixteen hexadecimal digits follow.
const MARK: &[u8] = b"cnry";
const DIGITS: usize = 16;

/// What a phone may see now.
#[derive(Clone, Debug)]
pub(super) struct Eyes {
    pub(super) role: Role,
    pub(super) scope: Scope,
}

/// Everything the run knows.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) counts: Counts,
    /// The kind and family of each record.
    pub(super) records: BTreeMap<RecordId, (Kind, RecordId)>,
    /// Where each family lives.
    pub(super) homes: BTreeMap<RecordId, AreaId>,
    /// What each phone may see; nothing once it is revoked.
    pub(super) eyes: Vec<Option<Eyes>>,
    planted: BTreeMap<Vec<u8>, RecordId>,
    leaks: Vec<String>,
}

impl Ledger {
    /// A new canary for `record`.
    pub(super) fn plant(&mut self, record: RecordId) -> String {
        self.counts.canaries += 1;
        // Spread over the digits, so that a search never meets one by chance.
        let canary = format!("cnry{:016x}", self.counts.canaries.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        self.planted.insert(canary.clone().into_bytes(), record);
        canary
    }

    /// Whether the phone may see the record now.
    pub(super) fn sees(&self, phone: usize, record: RecordId) -> bool {
        let (Some(Some(eyes)), Some((kind, family))) = (self.eyes.get(phone), self.records.get(&record)) else {
            return false;
        };
        let home = self.homes.get(family);
        policy::may_read(eyes.role, *kind) && home.is_some_and(|area| eyes.scope.holds(*area, *family))
    }

    /// Searches what reached the phone.
    pub(super) fn search(&mut self, phone: usize, what: &str, bytes: &[u8]) {
        self.counts.bytes_searched += bytes.len() as u64;
        let found: Vec<RecordId> = bytes
            .windows(MARK.len() + DIGITS)
            .filter(|window| window.starts_with(MARK))
            .filter_map(|window| self.planted.get(window).copied())
            .collect();
        for record in found {
            if self.sees(phone, record) {
                self.counts.seen_in_scope += 1;
            } else {
                let kind = self.records.get(&record).map_or("unknown", |(kind, _)| kind.word());
                let role = self.eyes.get(phone).and_then(Option::as_ref).map_or("revoked", |eyes| eyes.role.word());
                self.leaks.push(format!("phone {phone} ({role}) got a {kind} it may not see, in {what}"));
            }
        }
    }

    /// Everything that reached a phone and should not have.
    pub(super) fn leaks(&self) -> &[String] {
        &self.leaks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canary_out_of_scope_is_a_leak_and_one_in_scope_is_counted() {
        let family = RecordId::new(1, [1; 10]);
        let mut ledger = Ledger::default();
        ledger.records.insert(family, (Kind::Family, family));
        ledger.homes.insert(family, AreaId(200));
        let scope = |area| Scope { areas: [AreaId(area)].into(), family: None };
        let eyes = |area| Some(Eyes { role: Role::Surveyor, scope: scope(area) });
        ledger.eyes = vec![eyes(200), eyes(300), None];
        let answer = format!("before {} after", ledger.plant(family));
        for phone in 0..3 {
            ledger.search(phone, "a test", answer.as_bytes());
        }
        assert_eq!((ledger.counts.seen_in_scope, ledger.leaks().len()), (1, 2));
    }
}
