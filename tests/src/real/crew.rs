//! A centre in a folder of its own and several phones that work on the same families at once.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use tempfile::TempDir;

use super::eye::Eye;
use super::hand::{Hand, Made};
use crate::harness::{Centre, Handset};

/// Syncs of all phones that may be needed until everybody has everything: one for its own, one for the others', and some.
const ROUNDS: usize = 8;

/// The phones, and the centre they speak to. Something may kill it at any time.
pub(super) struct Crew {
    pub(super) centre: Centre,
    pub(super) hands: Vec<Hand>,
    pub(super) eye: Eye,
    pub(super) seed: u64,
    folder: TempDir,
    enrolled: u64,
}

impl Crew {
    /// A fresh centre with so many surveyors of one governorate.
    pub(super) async fn start(seed: u64, phones: u64) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        Self::at(folder, &data, (seed, phones)).await
    }

    /// The same with its data in another folder.
    pub(super) async fn at(folder: TempDir, data: &Path, (seed, phones): (u64, u64)) -> Result<Self> {
        let (centre, eye) = (Centre::start(data)?, Eye::on(data));
        let mut crew = Self { centre, hands: Vec::new(), eye, seed, folder, enrolled: 0 };
        for _ in 0..phones {
            let handset = crew.enrol().await?;
            crew.hands.push(Hand::new(handset, (seed, crew.enrolled)));
        }
        Ok(crew)
    }

    /// Another phone of the governorate.
    pub(super) async fn enrol(&mut self) -> Result<Handset> {
        let file = self.folder.path().join(format!("phone-{}.sqlite", self.enrolled + 1));
        self.enrol_on(&file).await
    }

    /// Another phone whose store is this file.
    pub(super) async fn enrol_on(&mut self, file: &Path) -> Result<Handset> {
        let server = self.centre.address()?;
        self.enrol_at(file, server).await
    }

    /// Another phone that speaks to another server of the same data.
    pub(super) async fn enrol_through(&mut self, server: SocketAddr) -> Result<Handset> {
        let file = self.folder.path().join(format!("phone-{}.sqlite", self.enrolled + 1));
        self.enrol_at(&file, server).await
    }

    async fn enrol_at(&mut self, file: &Path, server: SocketAddr) -> Result<Handset> {
        self.enrolled += 1;
        let number = self.enrolled;
        let invitation = self.centre.invite("surveyor", "JED", &format!("Surveyor {number}"))?;
        Handset::enrol(file, server, &invitation, (self.seed, number)).await
    }

    /// How many phones were enrolled so far.
    pub(super) fn enrolled(&self) -> u64 {
        self.enrolled
    }

    /// Where everything of this crew lies.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The data folder.
    pub(super) fn data(&self) -> PathBuf {
        self.centre.folder().to_owned()
    }

    /// Starts the centre again on its address, once it is dead or stopped.
    pub(super) fn restart(&mut self, surroundings: &[(&str, &str)]) -> Result<()> {
        let (data, address) = (self.data(), self.centre.address()?.to_string());
        self.centre = Centre::listen_in(&data, &address, surroundings)?;
        Ok(())
    }

    /// All phones work at once until the centre is dead, each at most so many turns. Whether it is.
    pub(super) async fn work_until_dead(&mut self, turns: usize) -> Result<bool> {
        let centre = std::cell::RefCell::new(&mut self.centre);
        let dead = || centre.borrow_mut().is_dead();
        try_join_all(self.hands.iter_mut().map(|hand| toil(hand, turns, &dead))).await?;
        Ok(self.centre.is_dead())
    }

    /// All phones work at once, so many turns each that come through.
    pub(super) async fn work(&mut self, turns: usize) -> Result<()> {
        try_join_all(self.hands.iter_mut().map(|hand| work_through(hand, turns))).await.map(drop)
    }

    /// Syncs until every phone has word of everything that it made, and everything that the others made.
    pub(super) async fn settle(&mut self) -> Result<()> {
        for round in 0..ROUNDS {
            for hand in &mut self.hands {
                hand.handset.sync_through().await?;
                hand.sync().await?;
            }
            if round > 0 && self.hands.iter().all(Hand::is_settled) {
                return Ok(());
            }
        }
        anyhow::bail!("a phone has no word of something that it made")
    }

    /// What was acknowledged since this was last asked.
    pub(super) fn take_news(&mut self) -> Vec<Made> {
        self.hands.iter_mut().flat_map(Hand::take_news).collect()
    }

    /// Everything that was ever acknowledged.
    pub(super) fn acknowledged(&self) -> std::collections::BTreeSet<Made> {
        self.hands.iter().flat_map(|hand| hand.acknowledged.iter().copied()).collect()
    }
}

impl Drop for Crew {
    /// A centre that died tells its own story; it is not to be told to stop.
    fn drop(&mut self) {
        let _dead = self.centre.is_dead();
    }
}

async fn toil(hand: &mut Hand, turns: usize, dead: &impl Fn() -> bool) -> Result<()> {
    for _ in 0..turns {
        if dead() {
            return Ok(());
        }
        hand.edit()?;
        hand.sync().await?;
    }
    Ok(())
}

/// A conversation that fails is followed by another; some hundred fail while PostgreSQL recovers.
async fn work_through(hand: &mut Hand, turns: usize) -> Result<()> {
    let (mut through, mut tries) = (0, 0);
    while through < turns {
        if tries == 0 {
            hand.edit()?;
        }
        let came_through = hand.sync().await?;
        through += usize::from(came_through);
        tries = if came_through { 0 } else { tries + 1 };
        if tries > 0 {
            ensure!(tries < 2_000, "the centre did not come back");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
    Ok(())
}
