//! The course of a run: seeded dice choose who does what, one step after another, so that it is known at every answer what its
//! phone may see.

use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, ensure};
use usra_server::clock::Clock;
use usra_server::config::Config;
use usra_server::storage::{late_change, region};
use usra_server::testing::TestServer;
use usra_sync_protocol::id::{AreaId, Epoch, RecordId};
use usra_sync_protocol::role::Role;

use super::act::AREAS;
use super::cast::{Part, Player, REGION};
use super::counts::Counts;
use super::ledger::Ledger;
use super::tap::lock;
use crate::dice::Dice;

/// Exchanges in a hundred that are lost or cut.
const BAD_PERCENT: u32 = 20;

/// How large a run is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// What the dice are seeded with.
    pub seed: u64,
    /// Families registered at the start.
    pub families: u32,
    /// Steps after that.
    pub steps: u32,
}

/// A run under way.
pub(super) struct Play {
    pub(super) server: TestServer,
    pub(super) ledger: Arc<Mutex<Ledger>>,
    pub(super) players: Vec<Player>,
    pub(super) families: Vec<RecordId>,
    pub(super) dice: Dice,
    seed: u64,
    turns: u64,
}

/// Plays a run to its end.
///
/// # Errors
/// Something reached a phone that may not see it, something never happened (the run is void then), or it could not go on.
pub async fn run(size: Size) -> Result<Counts> {
    let server = TestServer::start(Config::default(), Clock::system()).await?;
    let dice = Dice::new(size.seed, 700_000);
    let (players, families) = (Vec::new(), Vec::new());
    let mut play = Play { server, ledger: Arc::default(), players, families, dice, seed: size.seed, turns: 0 };
    play.open(size.families).await?;
    for _ in 0..size.steps {
        play.step().await?;
    }
    let late = late_change::list(&mut *play.server.database.pool.acquire().await?, REGION).await?.len();
    let mut ledger = lock(&play.ledger);
    ledger.counts.late = u64::try_from(late)?;
    let (counts, leaks) = (ledger.counts, ledger.leaks());
    ensure!(
        leaks.is_empty(),
        "seed {}: {} leaks, the first: {}",
        size.seed,
        leaks.len(),
        leaks.iter().take(5).cloned().collect::<Vec<_>>().join("\n")
    );
    ensure!(counts.missing().is_empty(), "seed {}: the run is void, never happened: {:?}", size.seed, counts.missing());
    Ok(counts)
}

impl Play {
    /// A number that never came before.
    pub(super) fn turn(&mut self) -> u64 {
        self.turns += 1;
        self.turns
    }

    /// The present life of the data.
    pub(super) async fn epoch(&self) -> Result<Epoch> {
        Ok(region::epoch(&mut *self.server.database.pool.acquire().await?, REGION).await?)
    }

    /// Another phone.
    pub(super) async fn join(&mut self, part: Part) -> Result<()> {
        let dice = Dice::new(self.seed, 710_000 + self.turn());
        let player = Player::enrol(&self.server, &self.ledger, part, (dice, BAD_PERCENT)).await?;
        self.players.push(player);
        Ok(())
    }

    /// A surveyor of everywhere registers the families, then the other phones come.
    async fn open(&mut self, families: u32) -> Result<()> {
        let part =
            |role, areas: &[u32]| Part { role, areas: areas.iter().copied().map(AreaId).collect(), family: None };
        self.join(part(Role::Surveyor, &[1])).await?;
        for _ in 0..families {
            let area = self.dice.pick_of(&AREAS).context("an area")?;
            self.register(0, area)?;
        }
        for _ in 0..20 {
            self.players.get_mut(0).context("a phone")?.sync().await?;
        }
        for one in [
            part(Role::Surveyor, &[200]),
            part(Role::Surveyor, &[301]),
            part(Role::Supervisor, &[200, 302]),
            part(Role::Partner, &[200]),
            part(Role::Partner, &[300]),
            part(Role::Staff, &[300]),
            part(Role::Admin, &[1]),
        ] {
            self.join(one).await?;
        }
        for family in self.families.iter().copied().take(3).collect::<Vec<_>>() {
            let area = lock(&self.ledger).homes.get(&family).copied().context("a home")?;
            self.join(Part { role: Role::Family, areas: vec![area], family: Some(family) }).await?;
        }
        Ok(())
    }

    async fn step(&mut self) -> Result<()> {
        let last = u32::try_from(self.players.len())?.saturating_sub(1);
        let player = self.dice.of(0..=last) as usize;
        match self.dice.of(1..=100) {
            1..=40 => self.players.get_mut(player).context("a phone")?.sync().await,
            41..=62 => self.edit(player),
            63..=67 => {
                let area = self.dice.pick_of(&AREAS).context("an area")?;
                self.register(player, area)
            }
            68..=77 => self.relocate().await,
            78..=84 => self.reassign(player).await,
            85..=86 => self.revoke(player).await,
            87..=98 => self.probe(player).await,
            _ => self.restore().await,
        }
    }
}
