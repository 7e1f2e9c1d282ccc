//! The work that is measured: surveyors register families without a network, send them, a new phone takes everything.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use tokio::task::JoinSet;
use usra_client_sdk::Query;
use usra_client_sdk::sync::SyncReport;
use usra_sync_protocol::kind::Kind;
use usra_tests::harness::{Centre, Handset};
use usra_tests::people::place::{GOVERNORATES, Governorate};
use usra_tests::people::{Household, meet};

/// A family, its household, a visit and four products.
pub(crate) const RECORDS_OF_A_FAMILY: u32 = 7;
/// What a surveyor corrects on a day.
pub(crate) const EDITS: usize = 25;
const SEED: u64 = 1;
/// A number that no other phone has.
const NEWCOMER: u32 = 9_000;

/// The phones of the surveyors.
pub(crate) struct Fleet {
    pub(crate) handsets: Vec<Handset>,
}

impl Fleet {
    pub(crate) async fn enrol(centre: &Centre, folder: &Path, phones: u32) -> Result<Self> {
        let mut handsets = Vec::new();
        for number in 0..phones {
            let file = folder.join(format!("phone-{number}.sqlite"));
            handsets.push(enrol(centre, &file, (home(number).code, number)).await?);
        }
        Ok(Self { handsets })
    }

    /// Registers that many families over all phones, without a network. Answers how many records there are now.
    pub(crate) async fn register(&mut self, families: u32) -> Result<usize> {
        let count = self.handsets.len();
        let mut at_work = JoinSet::new();
        for (number, mut handset) in (0..).zip(std::mem::take(&mut self.handsets)) {
            at_work.spawn_blocking(move || {
                let mut families = (number..families).step_by(count);
                families.try_for_each(|family| visit(&mut handset, meet(SEED, family, home(number))))?;
                Ok::<_, anyhow::Error>((number, handset))
            });
        }
        let mut back = at_work.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
        back.sort_by_key(|(number, _)| *number);
        self.handsets = back.into_iter().map(|(_, handset)| handset).collect();
        Ok(families as usize * RECORDS_OF_A_FAMILY as usize)
    }

    /// One phone after the other, so that the server's peak is not that of a crowd.
    pub(crate) async fn send(&mut self) -> Result<SyncReport> {
        let mut sum = SyncReport::default();
        for handset in &mut self.handsets {
            let report = sync(handset).await?;
            sum.round_trips += report.round_trips;
            sum.bytes_up += report.bytes_up;
            sum.bytes_down += report.bytes_down;
        }
        Ok(sum)
    }
}

/// A phone that reaches every governorate.
pub(crate) async fn newcomer(centre: &Centre, folder: &Path) -> Result<Handset> {
    let codes = GOVERNORATES.map(|place| place.code).join(",");
    enrol(centre, &folder.join("newcomer.sqlite"), (&codes, NEWCOMER)).await
}

fn home(number: u32) -> Governorate {
    GOVERNORATES.get(number as usize % GOVERNORATES.len()).copied().unwrap_or_default()
}

/// Enrols a phone for areas; `number` seeds its ids.
pub(crate) async fn enrol(centre: &Centre, file: &Path, (areas, number): (&str, u32)) -> Result<Handset> {
    let invitation = centre.invite("surveyor", areas, &format!("Surveyor {}", number + 1))?;
    Handset::enrol(file, centre.address()?, &invitation, (SEED, u64::from(number))).await
}

/// Registers everything that a first visit records.
pub(crate) fn visit(handset: &mut Handset, met: Household) -> Result<()> {
    let family = handset.create(Kind::Family, None, met.family)?;
    let mut rest = vec![(Kind::Household, met.household), (Kind::Visit, met.visit)];
    rest.extend(met.products.into_iter().map(|product| (Kind::Product, product)));
    for (kind, fields) in rest {
        handset.create(kind, Some(family), fields)?;
    }
    Ok(())
}

/// Syncs until there is nothing more.
pub(crate) async fn sync(handset: &mut Handset) -> Result<SyncReport> {
    let report = handset.sync().await?;
    ensure!(report.failure.is_none(), "a sync failed: {:?}", report.failure);
    Ok(report)
}

/// Another district for the families changed last.
pub(crate) fn edit(handset: &mut Handset, count: usize) -> Result<()> {
    let families = Query { kind: Some(Kind::Family), limit: count, ..Query::default() };
    let families = handset.phone.list(&families)?;
    ensure!(families.len() == count, "too few families to edit");
    for family in families {
        handset.put(family.id, "district", "حي القياس").context("an edit")?;
    }
    Ok(())
}
