//! The phones: each with a store on disk, in one of the region's centres, with a family of its own making.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use usra_client_sdk::transport::http::EnrolLink;
use usra_sync_protocol::area::Area;
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::place;
use usra_tests::dice::Dice;
use usra_tests::harness::{Centre, Handset};
use usra_tests::people::{self, place::GOVERNORATES};

/// Phones that enrol at once.
const AT_ONCE: usize = 8;

/// A phone with its owner's habits.
pub(crate) struct Owner {
    pub(crate) handset: Handset,
    /// What it registered: a family first.
    pub(crate) records: Vec<RecordId>,
    pub(crate) dice: Dice,
}

/// All phones.
pub(crate) struct Fleet {
    pub(crate) owners: Vec<Owner>,
}

impl Fleet {
    /// Enrols so many phones; each registers a family with two products and takes what its centre has.
    pub(crate) async fn enrol(centre: &Centre, folder: &Path, (phones, seed): (u32, u64)) -> Result<Self> {
        let centres = centres();
        let (places, mut at_work) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new());
        for number in 0..phones {
            let place = Arc::clone(&places).acquire_owned().await?;
            let area = centres.get(number as usize % centres.len()).context("no centre")?;
            let invitation = centre.invite("surveyor", &area.code, &format!("Surveyor {}", number + 1))?;
            let (file, server) = (folder.join(format!("phone-{number}.sqlite")), centre.address()?);
            let area = area.id;
            at_work.spawn(async move {
                let enrolled = enrol((&file, server, &invitation), area, (number, seed)).await;
                drop(place);
                enrolled
            });
        }
        let owners = at_work.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
        Ok(Self { owners })
    }
}

/// The areas below the governorates.
fn centres() -> Vec<Area> {
    let areas = place::areas();
    let governorates: Vec<AreaId> =
        areas.iter().filter(|area| area.parent == Some(AreaId(1))).map(|area| area.id).collect();
    areas.into_iter().filter(|area| area.parent.is_some_and(|parent| governorates.contains(&parent))).collect()
}

async fn enrol(
    (file, server, invitation): (&Path, SocketAddr, &EnrolLink),
    area: AreaId,
    (number, seed): (u32, u64),
) -> Result<Owner> {
    let mut handset = Handset::enrol(file, server, invitation, (seed, u64::from(number))).await?;
    let met = people::meet(seed, number, GOVERNORATES[0]);
    let family = handset.create_in(Kind::Family, None, (Some(area), met.family))?;
    let mut records = vec![family];
    for product in met.products.into_iter().take(2) {
        records.push(handset.create(Kind::Product, Some(family), product)?);
    }
    let report = handset.sync().await?;
    ensure!(report.failure.is_none(), "a first sync failed: {:?}", report.failure);
    Ok(Owner { handset, records, dice: Dice::new(seed, 7_000_000 + u64::from(number)) })
}
