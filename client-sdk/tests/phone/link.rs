//! Phones for the tests, and a conversation without a network.

use usra_client_sdk::store::{MemoryStore, Store};
use usra_client_sdk::{NewRecord, Phone, Progress};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;

use crate::model::Server;

/// A phone of install `n` that works in `areas`.
pub(crate) fn phone(server: &mut Server, n: u8, areas: &[u32]) -> Phone<MemoryStore> {
    let mut phone = Phone::open(MemoryStore::default()).unwrap();
    phone.enrolled(server.enrol(n, areas), "http://model", 0).unwrap();
    phone
}

/// Talks until there is nothing more.
pub(crate) fn sync<S: Store>(phone: &mut Phone<S>, server: &mut Server) -> Progress {
    sync_at(phone, server, 1_000_000)
}

/// Talks at a certain time.
pub(crate) fn sync_at<S: Store>(phone: &mut Phone<S>, server: &mut Server, now_ms: u64) -> Progress {
    let install = phone.identity().unwrap().install_id;
    let mut total = Progress::default();
    for _ in 0..2_000 {
        let Some(body) = phone.next_request(now_ms).unwrap() else { return total };
        let answer = server.answer(install, &body).unwrap();
        total = total.and(phone.receive(&answer, now_ms).unwrap());
        if !total.more {
            return total;
        }
    }
    panic!("the conversation does not end");
}

pub(crate) fn fields(pairs: &[(&str, &str)]) -> Vec<(String, Scalar)> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), Scalar::from(*value))).collect()
}

/// A new family in Jeddah's first centre.
pub(crate) fn family<S: Store>(phone: &mut Phone<S>, n: u8, name: &str) -> RecordId {
    let fields = fields(&[("name_ar", name), ("governorate", "JED"), ("centre", "JED-01")]);
    let new = NewRecord { id: None, kind: Kind::Family, family: None, area: None, fields };
    phone.create(new, 1_000 + u64::from(n), [n; 10]).unwrap()
}

pub(crate) fn product<S: Store>(phone: &mut Phone<S>, family: RecordId, n: u8) -> RecordId {
    let fields = fields(&[("name_ar", "كعك")]);
    let new = NewRecord { id: None, kind: Kind::Product, family: Some(family), area: None, fields };
    phone.create(new, 2_000 + u64::from(n), [n; 10]).unwrap()
}

/// The shown text of a field.
pub(crate) fn text<S: Store>(phone: &Phone<S>, id: RecordId, key: &str) -> Option<String> {
    phone.record(id).unwrap()?.fields.get(key)?.as_text().map(str::to_owned)
}
