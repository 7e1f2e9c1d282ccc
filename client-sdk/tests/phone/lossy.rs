//! Many phones on a bad network end up with what the server has, nothing lost and nothing twice.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use usra_client_sdk::store::Store as _;
use usra_client_sdk::sync::{Surroundings, sync_once};
use usra_client_sdk::transport::lossy::{Lossy, Odds};

use crate::link::{family, fields, phone, product};
use crate::model::{Server, Wire};

/// A clock that a step of an hour moves, so that every pause is over at the next try.
struct Hours(AtomicU64);

impl Surroundings for Hours {
    fn now_ms(&self) -> u64 {
        self.0.fetch_add(3_600_000, Ordering::Relaxed)
    }

    fn jitter(&self) -> u32 {
        7
    }

    fn nonce(&self) -> [u8; 16] {
        [7; 16]
    }
}

fn live_through(seed: u64) {
    let mut server = Server::new();
    let mut phones: Vec<_> = (1..=4).map(|n| phone(&mut server, n, &[101])).collect();
    let wire = Wire(Mutex::new(server));
    let lossy = Lossy::new(&wire, Odds::BAD, seed);
    let hours = Hours(AtomicU64::new(0));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let shared = family(&mut phones[0], 1, "خبز");
    for round in 0..30_u8 {
        for (n, phone) in (0_u8..).zip(&mut phones) {
            let own = family(phone, 10 + round * 4 + n, "تمر");
            product(phone, own, 10 + round * 4 + n);
            // Hours pass: what a phone holds expires between two bad days, and is not shown until it is back.
            if let Ok(Some(_shown)) = phone.record(shared) {
                phone.edit(shared, fields(&[("district", &format!("حي {round} {n}"))]), 9).unwrap();
            }
            runtime.block_on(sync_once(phone, &lossy, &hours, |_| ())).unwrap();
        }
    }
    for _ in 0..2 {
        for phone in &mut phones {
            let clean = runtime.block_on(sync_once(phone, &&wire, &hours, |_| ())).unwrap();
            assert_eq!((clean.failure, clean.total.held, clean.total.refused), (None, 0, 0), "seed {seed}");
        }
    }
    let faults = lossy.tally().faults;
    let server = wire.0.into_inner().unwrap();
    assert_eq!(server.records.len(), 1 + 30 * 4 * 2, "seed {seed}");
    assert!(faults > 20);
    for phone in &phones {
        assert_eq!(phone.status(0).unwrap().pending_changes, 0, "seed {seed}");
        for (id, kept) in &server.records {
            let mut held: Vec<_> = phone.store().changes(*id).unwrap().iter().map(|row| row.hash).collect();
            let mut made: Vec<_> = kept.changes.iter().map(|(change, _)| change.hash()).collect();
            held.sort_unstable();
            made.sort_unstable();
            assert_eq!(held, made, "seed {seed}");
        }
        assert_eq!(
            phone.record(shared).unwrap().unwrap().fields.get("district").cloned(),
            server.shown(shared, "district")
        );
    }
}

#[test]
fn on_a_bad_network_nothing_is_lost_and_nothing_comes_twice() {
    (1..=6).for_each(live_through);
}
