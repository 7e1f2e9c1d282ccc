//! One run: a field day's work is sent by all phones at once (W1), the server packs it in bundles, a new phone takes everything (W2), asks again (W3), 25 families are
//! corrected (W4), and after a restart of the server another new phone takes everything (`W2cold`).

use anyhow::Result;
use usra_tests::harness::Centre;

use crate::bundles;
use crate::fleet::{self, Fleet};
use crate::gauge::Gauge;
use crate::reference::{self, Least};
use crate::report::{Row, say};

/// Phones that send the day, and corrections of the newcomer.
const PHONES: u32 = 20;
const CORRECTIONS: u32 = 25;

/// Measures every step once with so many records.
pub(crate) async fn run(seed: u64, records: u32) -> Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let centre = Centre::start(&data)?;
    let gauge = Gauge::of(&centre)?;
    let mut fleet = Fleet::enrol(&centre, folder.path(), (seed, PHONES)).await?;
    say("  the phones register families, offline");
    fleet.register(records).await?;

    say("  W1");
    let sent = gauge.measure(fleet.send()).await?;
    drop(fleet);
    say("  bundles");
    let bundled = gauge.measure(bundles::ready(&centre)).await?;
    let (to_write, to_read) = reference::of(&centre, &gauge).await?;
    say("  W2, W3, W4");
    let mut newcomer = fleet::newcomer(&centre, folder.path(), 1).await?;
    let taken = gauge.measure(fleet::sync(&mut newcomer)).await?;
    let nothing = gauge.measure(fleet::sync(&mut newcomer)).await?;
    let corrections = fleet::correct(&mut newcomer, seed, CORRECTIONS)?;
    let corrected = gauge.measure(fleet::sync(&mut newcomer)).await?;
    drop(newcomer);

    say("  W2cold");
    let centre = centre.kill_and_restart()?;
    let gauge = Gauge::of(&centre)?;
    let mut second = fleet::newcomer(&centre, folder.path(), 2).await?;
    let cold = gauge.measure(fleet::sync(&mut second)).await?;
    Ok(vec![
        Row { step: "W1", records, least: to_write, cost: sent },
        Row { step: "bundles", records, least: Least::default(), cost: bundled },
        Row { step: "W2", records, least: to_read, cost: taken },
        Row { step: "W3", records, least: Least::default(), cost: nothing },
        Row { step: "W4", records, least: corrections, cost: corrected },
        Row { step: "W2cold", records, least: to_read, cost: cold },
    ])
}
