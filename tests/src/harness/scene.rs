//! The scene most promises are played on: a server and two surveyors of one governorate, who both hold one family.

use std::path::Path;

use anyhow::Result;
use tempfile::TempDir;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;

use super::{Centre, Handset};
use crate::people::place::GOVERNORATES;
use crate::people::{Household, meet};

/// A server with its folder and two phones.
pub struct Scene {
    /// The server.
    pub centre: Centre,
    /// The first phone; it registered the family.
    pub one: Handset,
    /// The second phone; it has fetched the family.
    pub two: Handset,
    /// The family that both hold.
    pub family: RecordId,
    folder: TempDir,
}

impl Scene {
    /// Sets it up: everything is synced and the links are clear.
    ///
    /// # Errors
    /// The server does not start or a phone cannot sync.
    pub async fn set(seed: u64) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let centre = Centre::start(&folder.path().join("data"))?;
        let mut one = phone(&centre, folder.path(), (seed, 1)).await?;
        let mut two = phone(&centre, folder.path(), (seed, 2)).await?;
        let family = one.create(Kind::Family, None, someone(seed).family)?;
        one.sync_through().await?;
        two.sync_through().await?;
        Ok(Self { centre, one, two, family, folder })
    }

    /// Enrols another surveyor of the same governorate.
    ///
    /// # Errors
    /// The server refuses.
    #[expect(clippy::future_not_send, reason = "a phone's store belongs to one thread at a time")]
    pub async fn another(&self, number: u64) -> Result<Handset> {
        phone(&self.centre, self.folder.path(), (0, number)).await
    }

    /// Syncs the first, the second and the first again, so that both have what both made.
    ///
    /// # Errors
    /// A phone cannot sync.
    pub async fn settle(&mut self) -> Result<()> {
        self.one.sync_through().await?;
        self.two.sync_through().await?;
        self.one.sync_through().await?;
        Ok(())
    }
}

/// A synthetic family of Jeddah.
#[must_use]
pub fn someone(seed: u64) -> Household {
    meet(seed, 1, GOVERNORATES[1])
}

async fn phone(centre: &Centre, folder: &Path, seed: (u64, u64)) -> Result<Handset> {
    let invitation = centre.invite("surveyor", "JED", &format!("Surveyor {}", seed.1))?;
    Handset::enrol(&folder.join(format!("phone-{}.sqlite", seed.1)), centre.address()?, &invitation, seed).await
}
