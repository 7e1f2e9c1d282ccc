//! The scene of two servers on one PostgreSQL: phones push to both at once while another only pulls. Whatever it was told its cursor
//! has passed, it has: a number never becomes visible after a later one. Now and then one of the two is killed.

use std::cell::Cell;

use anyhow::{Context, Result};
use futures_util::future::try_join_all;

use super::crew::Crew;
use super::hand::Hand;
use super::oracle::{self, replicas};
use super::tally::{Tally, progress};
use super::{Played, is_over};
use crate::harness::{Centre, Handset};

/// Phones at each of the two.
const PHONES: u64 = 2;
/// Edits of each phone in a round.
const TURNS: u32 = 6;
/// Pulls in a round at most. A phone that pulled twenty times compares digests, which would repair what a cursor skipped.
const PULLS: u32 = 14;
/// Rounds after which the second server is killed.
const KILL_EVERY: u64 = 3;

/// Plays so many rounds.
///
/// # Errors
/// A cursor skipped something, or another promise is broken.
pub async fn play(seed: u64, rounds: u64, end_ms: Option<u64>) -> Played {
    let mut tally = Tally::new("two-servers");
    let mut crew = Crew::start(seed, PHONES).await?;
    let mut second = beside(&crew, "127.0.0.1:0")?;
    for _ in 0..PHONES {
        let handset = crew.enrol_through(second.address()?).await?;
        let number = crew.enrolled();
        crew.hands.push(Hand::new(handset, (seed, number)));
    }
    crew.work(2).await?;
    for round in 0..rounds {
        if is_over(end_ms) {
            break;
        }
        let pulls = push_and_pull(&mut crew).await.with_context(|| format!("round {round}"))?;
        tally.add("pulls while others pushed", pulls.into());
        tally.add("cycles", 1);
        if round % KILL_EVERY == KILL_EVERY - 1 {
            let address = second.address()?.to_string();
            second.kill()?;
            crew.work_until_dead(1).await?;
            second = beside(&crew, &address)?;
            tally.add("server killed beside another", 1);
            progress(&format!("{} rounds", round + 1));
        }
    }
    tally.found(oracle::all_is_well(&mut crew).await?);
    drop(second);
    Ok(tally)
}

/// A second server on the same PostgreSQL, with the same keys.
fn beside(crew: &Crew, address: &str) -> Result<Centre> {
    let socket = crew.eye.socket().display().to_string().replace('/', "%2F");
    let (url, keys) = (format!("postgres://usra_server@{socket}/usra"), crew.data().join("keys").display().to_string());
    let surroundings = [("DATABASE_URL", url.as_str()), ("USRA_KEYS", &keys)];
    Centre::listen_in(&crew.folder().join("second"), address, &surroundings)
}

/// A new phone pulls while all others push; at the end it has everything. How often it pulled.
async fn push_and_pull(crew: &mut Crew) -> Result<u32> {
    let mut puller = crew.enrol().await?;
    puller.sync_through().await?;
    let (turns, at_work) = (Cell::new(0), Cell::new(crew.hands.len()));
    let pushes = try_join_all(crew.hands.iter_mut().map(|hand| push(hand, &turns, &at_work)));
    let (done, pulls) = futures_util::future::join(pushes, pull(&mut puller, &turns, &at_work)).await;
    done?;
    let pulls = pulls?;
    puller.sync_through().await?;
    let mut fresh = crew.enrol().await?;
    fresh.sync_through().await?;
    replicas::same(&puller, &fresh).context("the cursor skipped something")?;
    Ok(pulls)
}

async fn push(hand: &mut Hand, turns: &Cell<u32>, at_work: &Cell<usize>) -> Result<()> {
    for _ in 0..TURNS {
        hand.edit()?;
        hand.sync().await?;
        turns.set(turns.get() + 1);
    }
    at_work.set(at_work.get() - 1);
    Ok(())
}

/// Pulls whenever somebody has pushed.
async fn pull(puller: &mut Handset, turns: &Cell<u32>, at_work: &Cell<usize>) -> Result<u32> {
    let (mut pulls, mut seen) = (0, 0);
    while at_work.get() > 0 && pulls < PULLS {
        if turns.get() == seen {
            tokio::task::yield_now().await;
            continue;
        }
        seen = turns.get();
        puller.sync().await?;
        pulls += 1;
    }
    Ok(pulls)
}
