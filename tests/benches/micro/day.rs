//! What the small benchmarks work on: a field day's families with their products, written by a phone in memory, and an answer that
//! carries all of it to another.

use std::sync::LazyLock;

use anyhow::{Context, Result};
use usra_client_sdk::store::MemoryStore;
use usra_client_sdk::{NewRecord, Phone};
use usra_sync_protocol::id::Epoch;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::sync::{
    Cursor, Delivery, SyncRequest, SyncResponse, decode_request, encode_response, open, seal,
};
use usra_tests::field_day;
use usra_tests::lone::{AREA, NOW_MS, phone};
use usra_tests::people::Fields;
use usra_tests::people::place::GOVERNORATES;

/// Families of the day; with four products and all corrections 12 changes each.
const FAMILIES: u32 = 40;

/// The day.
pub(crate) struct Day {
    /// Every change, in order.
    pub(crate) changes: Vec<Vec<u8>>,
    /// The frames of the answer.
    pub(crate) frames: Vec<u8>,
    /// The answer as sent.
    pub(crate) body: Vec<u8>,
    /// The answer.
    pub(crate) answer: SyncResponse,
}

/// The day, made once.
#[expect(clippy::expect_used, reason = "a benchmark without its data says where it stopped")]
pub(crate) static DAY: LazyLock<Day> = LazyLock::new(|| day().expect("the day"));

/// Asks, so that the phone takes the day's answer.
pub(crate) fn asking(number: u8) -> Result<Phone<MemoryStore>> {
    let mut phone = phone(number)?;
    phone.next_request(NOW_MS)?.context("no request")?;
    Ok(phone)
}

/// Registers a family of the day.
pub(crate) fn register(phone: &mut Phone<MemoryStore>, number: u32) -> Result<()> {
    let visited = field_day::visit(1, number, GOVERNORATES[0]);
    let mut turn = 0;
    let mut random = || {
        turn += 1;
        let [a, b, c, d] = number.to_le_bytes();
        [0, 0, 0, 0, a, b, c, d, turn, 0]
    };
    let mut create = |phone: &mut Phone<MemoryStore>, kind, family, fields: Fields| {
        phone.create(NewRecord { id: None, kind, family, area: Some(AREA), fields }, NOW_MS, random())
    };
    let family = create(phone, Kind::Family, None, visited.family)?;
    for correction in visited.corrections {
        phone.edit(family, correction, NOW_MS)?;
    }
    for (product, correction) in visited.products {
        let product = create(phone, Kind::Product, Some(family), product)?;
        phone.edit(product, correction, NOW_MS)?;
    }
    Ok(())
}

fn day() -> Result<Day> {
    let mut maker = phone(1)?;
    (0..FAMILIES).try_for_each(|number| register(&mut maker, number))?;
    let SyncRequest { pushes, .. } = decode_request(&open(&maker.next_request(NOW_MS)?.context("no request")?)?)?;
    let changes = pushes.iter().flat_map(|push| push.changes.clone()).collect();
    let deliver = |push: usra_sync_protocol::sync::Push| Delivery {
        record: push.record,
        kind: Kind::from_number(push.kind).unwrap_or(Kind::Family),
        area: push.area,
        family: push.family,
        changes: push.changes,
    };
    let cursor = Some(Cursor { epoch: Epoch(1), areas: [(AREA, 1)].into() });
    let deliveries = pushes.into_iter().map(deliver).collect();
    let answer = SyncResponse { deliveries, cursor, ..SyncResponse::default() };
    let frames = encode_response(&answer);
    Ok(Day { changes, body: seal(&frames), frames, answer })
}
