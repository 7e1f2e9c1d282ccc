//! What the history of one record takes on its way to a phone, as it grows: its changes one after another, the same in our frames, where
//! a change lacks the hash of the one before it, and automerge's own save of the document, undeflated, which holds the whole history too. All are
//! packed as bundles are. `make bench-history` prints the table; docs/decisions/0016 says what follows from it.

use std::io::Write;

use anyhow::{Context, Result};
use automerge::{Automerge, Change};
use usra_client_sdk::{Edited, NewRecord};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sync::{Delivery, decode_request, encode_deliveries, open, pack};
use usra_tests::dice::Dice;
use usra_tests::field_day;
use usra_tests::lone::{AREA, NOW_MS, phone};
use usra_tests::people::place::GOVERNORATES;

/// How many changes a record has.
const LENGTHS: [usize; 5] = [2, 5, 20, 100, 1_000];
/// Between two edits lie a minute to three days.
const BETWEEN_MINUTES: std::ops::RangeInclusive<u32> = 1..=4_320;
const SEED: u64 = 1;

fn main() -> Result<()> {
    say("| changes | bytes | packed | in frames | automerge's save, packed |\n|---|---|---|---|---|")?;
    for length in LENGTHS {
        let changes = history(length)?;
        let raw = changes.concat();
        let (packed, frames, saved) = (pack(&raw)?.len(), in_frames(&changes)?, saved(&changes)?);
        say(&format!("| {length} | {} | {packed} | {frames} | {saved} |", raw.len()))?;
    }
    Ok(())
}

fn say(line: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{line}")?)
}

fn in_frames(changes: &[Vec<u8>]) -> Result<usize> {
    let family = RecordId::new(1, [1; 10]);
    let delivery = Delivery { record: family, kind: Kind::Product, area: AREA, family, changes: changes.to_vec() };
    Ok(pack(&encode_deliveries(&[delivery]))?.len())
}

fn saved(changes: &[Vec<u8>]) -> Result<usize> {
    let mut document = Automerge::new();
    let changes = changes.iter().map(|bytes| Change::from_bytes(bytes.clone())).collect::<Result<Vec<_>, _>>()?;
    document.apply_changes(changes)?;
    Ok(pack(&document.save_nocompress())?.len())
}

/// A product that is registered and then changes its price, and now and then its smallest order.
fn history(length: usize) -> Result<Vec<Vec<u8>>> {
    let mut phone = phone(9)?;
    let family = RecordId::new(NOW_MS, [7; 10]);
    let visited = field_day::visit(1, 1, GOVERNORATES[0]);
    let new =
        NewRecord { id: Some(family), kind: Kind::Family, family: None, area: Some(AREA), fields: visited.family };
    phone.create(new, NOW_MS, [1; 10])?;
    let (fields, _correction) = visited.products.into_iter().next().context("a product")?;
    let new = NewRecord { id: None, kind: Kind::Product, family: Some(family), area: Some(AREA), fields };
    let product = phone.create(new, NOW_MS, [2; 10])?;
    let (mut dice, mut now_ms) = (Dice::new(SEED, 1), NOW_MS);
    let mut made = 1;
    while made < length {
        now_ms += u64::from(dice.of(BETWEEN_MINUTES)) * 60_000 + u64::from(dice.of(0..=59_999));
        // What is there already is no change.
        made += usize::from(phone.edit(product, [edit(&mut dice)].into(), now_ms)? != Edited::Nothing);
    }
    let request = decode_request(&open(&phone.next_request(NOW_MS)?.context("a request")?)?)?;
    let push = request.pushes.into_iter().find(|push| push.record == product).context("the product")?;
    anyhow::ensure!(push.changes.len() == length, "the request holds {} changes", push.changes.len());
    Ok(push.changes)
}

fn edit(dice: &mut Dice) -> (String, Scalar) {
    if dice.chance(30) {
        ("min_quantity".to_owned(), Scalar::Int(dice.of(1..=30).into()))
    } else {
        ("price_halalas".to_owned(), Scalar::Int(i64::from(dice.of(10..=400)) * 50))
    }
}
