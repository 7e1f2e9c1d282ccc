//! The scene of bad networks: thousands of requests whose connection is gone a random number of microseconds after they were sent,
//! every other fault of the link, large ones that vanish and a crawl. All of it is only a pause.

use anyhow::{Context, Result, ensure};

use super::crew::Crew;
use super::hand::Hand;
use super::oracle;
use super::tally::{Tally, progress};
use super::{Played, is_over};
use crate::dice::Dice;
use crate::link::{Fault, Weather};

/// Phones with a bad network.
const PHONES: u64 = 3;
/// Requests of a phone that are dropped between two that come through.
const DROPPED: u32 = 12;
/// The longest that a connection lives after its request was sent: longer than an answer takes.
const LIFE_US: u32 = 12_000;
/// Bytes above which everything vanishes, heads included: four packets of a usual network. The least that works are three: to compare
/// what both sides hold takes 2 KiB of digests in one request.
const LARGE: usize = 5_000;
/// A pause after each byte; a request has some thousand.
const CRAWL_US: u64 = 100;

/// Drops at least so many requests.
///
/// # Errors
/// Something is lost or doubled, a connection came back inside a transaction, or nothing comes through.
pub async fn play(seed: u64, requests: u64, end_ms: Option<u64>) -> Played {
    let mut tally = Tally::new("dropped");
    let mut crew = Crew::start(seed, PHONES).await?;
    let mut dice = Dice::new(seed, 61_000);
    while dropped(&crew) < requests && !is_over(end_ms) {
        for hand in &mut crew.hands {
            drop_some(hand, &mut dice).await?;
        }
        let news = crew.take_news();
        oracle::are_there(&mut crew.eye.connect().await?, &news).await?;
        tally.add("cycles", 1);
        if tally.count("cycles").is_multiple_of(20) {
            progress(&format!("{} requests dropped", dropped(&crew)));
        }
    }
    in_bad_weather(&mut crew).await?;
    where_large_ones_vanish(&mut crew).await?;
    tally.found(oracle::all_is_well(&mut crew).await?);
    for (what, count) in crew.hands.iter().flat_map(|hand| hand.handset.link.faults()) {
        tally.add(what, count);
    }
    Ok(tally)
}

fn dropped(crew: &Crew) -> u64 {
    let name = Fault::Abandon(0).name();
    crew.hands.iter().filter_map(|hand| hand.handset.link.faults().get(name).copied()).sum()
}

async fn drop_some(hand: &mut Hand, dice: &mut Dice) -> Result<()> {
    hand.edit()?;
    for _ in 0..DROPPED {
        hand.handset.link.set(Weather::Always(Fault::Abandon(u64::from(dice.of(0..=LIFE_US)))));
        hand.sync().await?;
    }
    hand.handset.link.set(Weather::Clear);
    ensure!(hand.sync().await?, "a request did not come through although nothing was done to it");
    Ok(())
}

async fn in_bad_weather(crew: &mut Crew) -> Result<()> {
    let seed = crew.seed;
    for (number, hand) in (1..).zip(&mut crew.hands) {
        hand.handset.link.set(Weather::bad(60, seed, number));
    }
    crew.work(8).await?;
    for hand in &mut crew.hands {
        hand.handset.link.set(Weather::Always(Fault::Crawl(CRAWL_US)));
    }
    crew.work(1).await?;
    crew.hands.iter().for_each(|hand| hand.handset.link.set(Weather::Clear));
    Ok(())
}

/// A phone with far more to send than passes in one piece, and another that has everything to fetch.
async fn where_large_ones_vanish(crew: &mut Crew) -> Result<()> {
    let mut newcomer = crew.enrol().await?;
    if let Some(hand) = crew.hands.first_mut() {
        (0..200).try_for_each(|_| hand.edit())?;
        let before = hand.handset.link.tally().requests;
        hand.handset.link.set(Weather::Always(Fault::LoseLarge(LARGE)));
        hand.handset.sync_through().await.context("what is to be sent vanishes")?;
        let sent = hand.handset.link.tally().requests - before;
        ensure!(sent > 2, "{sent} requests were enough, so nothing large was to be sent");
        hand.handset.link.set(Weather::Clear);
        hand.sync().await?;
    }
    newcomer.link.set(Weather::Always(Fault::LoseLarge(LARGE)));
    newcomer.sync_through().await.context("what is to be fetched vanishes")?;
    let vanished = newcomer.link.tally().requests;
    ensure!(vanished > 3, "{vanished} requests were enough, so nothing large was to be fetched");
    Ok(())
}
