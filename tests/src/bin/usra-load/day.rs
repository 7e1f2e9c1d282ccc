//! A day of all phones: a look in the morning, for half of them one at noon, edits offline, and the sending in the evening.

use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use usra_tests::harness::Centre;
use usra_tests::link::{Fault, Weather};
use usra_tests::process;

use crate::fleet::{Fleet, Owner};
use crate::report::Day;

/// Bytes a second of the links: from a poor cell to a good one.
const RATES: [u32; 4] = [16_000, 64_000, 256_000, 1_000_000];
/// Edits of a day.
const EDITS: std::ops::RangeInclusive<u32> = 1..=6;

/// What came of one sync.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Synced {
    pub(crate) took: Duration,
    pub(crate) failed: bool,
}

/// Plays a day of this length.
pub(crate) async fn play(centre: &Centre, fleet: &mut Fleet, length: Duration) -> Result<Day> {
    let server = centre.process();
    process::forget_peak(server)?;
    let (cpu_s, began) = (process::cpu_s(server)?, Instant::now());
    let mut at_work = JoinSet::new();
    for owner in fleet.owners.drain(..) {
        at_work.spawn(live(owner, began, length));
    }
    let (mut synced, mut owners) = (Vec::new(), Vec::new());
    while let Some(lived) = at_work.join_next().await {
        let (owner, own) = lived??;
        owners.push(owner);
        synced.extend(own);
    }
    fleet.owners = owners;
    let (took, server_s) = (began.elapsed(), process::cpu_s(server)? - cpu_s);
    Ok(Day::new(length, took, synced, (server_s, process::peak_kib(server)?)))
}

async fn live(mut owner: Owner, began: Instant, length: Duration) -> Result<(Owner, Vec<Synced>)> {
    let rate = owner.dice.pick(&RATES);
    owner.handset.link.set(Weather::Always(Fault::Slow(rate)));
    let (mut synced, noon) = (Vec::new(), owner.dice.chance(50));
    let mut times = vec![owner.dice.of(0..=250)];
    times.extend(noon.then(|| owner.dice.of(350..=550)));
    times.push(owner.dice.of(600..=980));
    let last = times.len() - 1;
    for (turn, thousandth) in times.into_iter().enumerate() {
        sleep_until(began + length * thousandth / 1_000).await;
        if turn == last {
            edit(&mut owner)?;
        }
        let asked = Instant::now();
        let report = owner.handset.sync().await?;
        synced.push(Synced { took: asked.elapsed(), failed: report.failure.is_some() });
    }
    Ok((owner, synced))
}

fn edit(owner: &mut Owner) -> Result<()> {
    for turn in 0..owner.dice.of(EDITS) {
        let at = owner.dice.of(0..=2) as usize;
        let Some(record) = owner.records.get(at).copied() else { continue };
        let key = if at == 0 { "district" } else { "description_ar" };
        owner.handset.put(record, key, format!("تصحيح {turn} من {}", owner.dice.any()).as_str())?;
    }
    Ok(())
}
