//! Fills a phone's store: somebody else registers the records, the phone takes them by syncing, and then others make 1,000 changes that
//! it does not have yet.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use usra_client_sdk::Query;
use usra_sync_protocol::kind::Kind;
use usra_tests::field_day::{self, RECORDS_OF_A_FAMILY};
use usra_tests::harness::{Centre, Handset};
use usra_tests::people::place::GOVERNORATES;

use crate::say;

/// Changes of others that the phone has not taken yet.
pub(crate) const NEW_CHANGES: u32 = 1_000;

/// The phone that was filled, and its store's file.
pub(crate) async fn fill(centre: &Centre, folder: &Path, (seed, records): (u64, u32)) -> Result<(Handset, PathBuf)> {
    let file = folder.join("store.sqlite");
    let mut maker = enrol(centre, &folder.join("maker.sqlite"), 1).await?;
    let mut phone = enrol(centre, &file, 2).await?;
    say(&format!("\n{records} records are registered and taken"));
    for number in 0..records / RECORDS_OF_A_FAMILY {
        register(&mut maker, seed, number)?;
    }
    sync(&mut maker).await?;
    sync(&mut phone).await?;
    let families = maker.phone.list(&Query { kind: Some(Kind::Family), limit: 1_000, ..Query::default() })?;
    for (turn, family) in (0..NEW_CHANGES).zip(families.iter().cycle()) {
        maker.put(family.id, "district", format!("حي {turn}").as_str())?;
    }
    sync(&mut maker).await?;
    Ok((phone, file))
}

async fn enrol(centre: &Centre, file: &Path, number: u64) -> Result<Handset> {
    let codes = GOVERNORATES.map(|place| place.code).join(",");
    let invitation = centre.invite("surveyor", &codes, &format!("Surveyor {number}"))?;
    Handset::enrol(file, centre.address()?, &invitation, (1, number)).await
}

fn register(maker: &mut Handset, seed: u64, number: u32) -> Result<()> {
    let visited = field_day::visit(seed, number, GOVERNORATES[0]);
    let id = maker.create_in(Kind::Family, None, (None, visited.family))?;
    for (product, _) in visited.products {
        maker.create(Kind::Product, Some(id), product)?;
    }
    Ok(())
}

async fn sync(handset: &mut Handset) -> Result<()> {
    let report = handset.sync().await?;
    ensure!(report.failure.is_none(), "a sync failed: {:?}", report.failure);
    Ok(())
}
