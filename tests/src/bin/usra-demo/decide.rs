//! What central staff and a lost phone leave behind, so that the console has something to show: most families verified, and work that is held.

use std::sync::Arc;

use anyhow::{Context, Result};
use sqlx::PgPool;
use time::OffsetDateTime;
use usra_server::registry::audit::By;
use usra_server::storage::area;
use usra_server::sync::desk::Desk;
use usra_server::sync::reach::AreaTree;
use usra_server::sync::verify::verify;
use usra_sync_protocol::id::{RecordId, RegionId};
use usra_tests::harness::Centre;

use crate::show;
use crate::work::Surveyor;

const REGION: RegionId = RegionId(2);
/// Of so many families, so many are verified.
const VERIFIED: (usize, usize) = (3, 5);
/// How many families the lost phone had edited.
const EDITED: usize = 3;

/// Where the demo's own staff decides.
pub(crate) async fn desk(pool: &PgPool) -> Result<Desk> {
    let areas = AreaTree::new(area::list(&mut *pool.acquire().await?, REGION).await?);
    Ok(Desk { pool: pool.clone(), region: REGION, areas: Arc::new(areas), by: By::Server, scope: None })
}

/// Verifies most families.
pub(crate) async fn verified(pool: &PgPool, families: &[RecordId], now: OffsetDateTime) -> Result<()> {
    let desk = desk(pool).await?;
    let bar = show::bar("verify families", families.len() as u64);
    for (place, family) in families.iter().enumerate() {
        if place % VERIFIED.1 < VERIFIED.0 {
            verify(&desk, *family, now).await?;
        }
        bar.inc(1);
    }
    bar.finish();
    Ok(())
}

/// The last phone edits without a network, is lost and revoked, and is found again: what it had not sent is held.
pub(crate) async fn lost_phone(centre: &Centre, phones: &mut [Surveyor]) -> Result<()> {
    let surveyor = phones.last_mut().context("no phone")?;
    let families: Vec<RecordId> = surveyor.registered().take(EDITED).collect();
    for family in families {
        surveyor.handset.put(family, "capacity_note", "ثلاثون علبة في الأسبوع")?;
    }
    let install = surveyor.handset.phone.identity().context("the phone is not enrolled")?.install_id;
    centre.tell(&["device", "revoke", &install.to_string()])?;
    // It delivers what it had, and is told that it is out.
    let _revoked = surveyor.handset.sync_through().await;
    Ok(())
}
