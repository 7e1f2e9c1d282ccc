//! Every phone shows what a fresh phone shows, and that is what stands in the typed tables.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use usra_client_sdk::sync::Surroundings;

use crate::clock::Here;
use crate::harness::Handset;
use crate::real::crew::Crew;
use crate::typed::{self, Shown};

/// Compares all phones of the crew with one that is enrolled for this.
pub(super) async fn agree(crew: &mut Crew) -> Result<()> {
    let mut fresh = crew.enrol().await?;
    fresh.sync_through().await?;
    let all = shown(&fresh)?;
    for (record, hash) in crew.acknowledged() {
        ensure!(all.contains_key(&record), "an acknowledged change {hash:?} is LOST to a fresh phone");
    }
    for (number, hand) in (1..).zip(&crew.hands) {
        let status = hand.handset.phone.status(Here.now_ms())?;
        ensure!(status.pending_changes == 0 && status.needs_attention == 0, "phone {number}: {status:?}");
        differences(number, &shown(&hand.handset)?, &all)?;
    }
    let differing = typed::differences(&pool(crew).await?, &all).await?;
    ensure!(differing.is_empty(), "{} cells of typed tables: {:?}", differing.len(), differing.first());
    Ok(())
}

/// Whether two phones show the same.
pub(in crate::real) fn same(one: &Handset, fresh: &Handset) -> Result<()> {
    differences(0, &shown(one)?, &shown(fresh)?)
}

fn differences(number: u32, phone: &Shown, all: &Shown) -> Result<()> {
    ensure!(phone.len() == all.len(), "phone {number} shows {} records, a fresh one {}", phone.len(), all.len());
    let differing: Vec<_> = all.iter().filter(|(id, record)| phone.get(id) != Some(record)).map(|(id, _)| id).collect();
    ensure!(differing.is_empty(), "phone {number} shows {} records otherwise than a fresh one", differing.len());
    Ok(())
}

fn shown(phone: &Handset) -> Result<Shown> {
    let mut shown = BTreeMap::new();
    for id in phone.records()? {
        if let Some(view) = phone.phone.record(id)? {
            shown.insert(id, (view.kind, view.fields));
        }
    }
    Ok(shown)
}

async fn pool(crew: &Crew) -> Result<PgPool> {
    let options = crew.eye.options();
    Ok(PgPoolOptions::new().max_connections(1).connect_with(options).await?)
}
