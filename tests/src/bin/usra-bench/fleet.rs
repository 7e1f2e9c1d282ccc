//! The phones of a run and what they do, each on a link of its own that counts what passes.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use tokio::task::JoinSet;
use usra_client_sdk::Query;
use usra_client_sdk::store::Store as _;
use usra_sync_protocol::kind::Kind;
use usra_tests::field_day::{self, RECORDS_OF_A_FAMILY};
use usra_tests::harness::{Centre, Handset};
use usra_tests::people::place::{GOVERNORATES, Governorate};

use crate::reference::Least;

/// Numbers that no phone of a fleet has.
const NEWCOMERS: u32 = 9_000;

/// What passed between phones and server as TCP payload, heads included.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Traffic {
    pub(crate) requests: u64,
    pub(crate) bytes_up: u64,
    pub(crate) bytes_down: u64,
    /// The longest sealed bodies of one request and of one answer.
    pub(crate) body_up: u64,
    pub(crate) body_down: u64,
}

/// The phones of the surveyors.
pub(crate) struct Fleet {
    seed: u64,
    handsets: Vec<Handset>,
}

impl Fleet {
    pub(crate) async fn enrol(centre: &Centre, folder: &Path, (seed, phones): (u64, u32)) -> Result<Self> {
        let mut handsets = Vec::new();
        for number in 0..phones {
            let file = folder.join(format!("phone-{number}.sqlite"));
            handsets.push(enrol(centre, &file, (home(number).code, number)).await?);
        }
        Ok(Self { seed, handsets })
    }

    /// Registers and corrects so many records over all phones, without a network.
    pub(crate) async fn register(&mut self, records: u32) -> Result<()> {
        let (seed, families, count) = (self.seed, records / RECORDS_OF_A_FAMILY, self.handsets.len());
        self.each(move |number, mut handset| async move {
            let work = tokio::task::spawn_blocking(move || {
                (number..families).step_by(count).try_for_each(|family| visit(&mut handset, seed, (family, number)))?;
                Ok(handset)
            });
            work.await?
        })
        .await
    }

    /// All send at once.
    pub(crate) async fn send(&mut self) -> Result<Traffic> {
        let before: Vec<_> = self.handsets.iter().map(|handset| handset.link.tally()).collect();
        self.each(|_number, mut handset| async move {
            sync(&mut handset).await?;
            Ok(handset)
        })
        .await?;
        let mut sum = Traffic::default();
        for (before, handset) in before.into_iter().zip(&self.handsets) {
            let now = handset.link.tally();
            sum.requests += now.requests - before.requests;
            sum.bytes_up += now.bytes_up - before.bytes_up;
            sum.bytes_down += now.bytes_down - before.bytes_down;
        }
        Ok(sum)
    }

    async fn each<F: Future<Output = Result<Handset>> + Send + 'static>(
        &mut self,
        work: impl Fn(u32, Handset) -> F,
    ) -> Result<()> {
        let mut at_work = JoinSet::new();
        for (number, handset) in (0..).zip(std::mem::take(&mut self.handsets)) {
            let work = work(number, handset);
            at_work.spawn(async move { Ok::<_, anyhow::Error>((number, work.await?)) });
        }
        let mut back = at_work.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
        back.sort_by_key(|(number, _)| *number);
        self.handsets = back.into_iter().map(|(_, handset)| handset).collect();
        Ok(())
    }
}

/// A new phone that reaches every governorate.
pub(crate) async fn newcomer(centre: &Centre, folder: &Path, number: u32) -> Result<Handset> {
    let codes = GOVERNORATES.map(|place| place.code).join(",");
    enrol(centre, &folder.join(format!("newcomer-{number}.sqlite")), (&codes, NEWCOMERS + number)).await
}

/// Syncs until there is nothing more.
pub(crate) async fn sync(handset: &mut Handset) -> Result<Traffic> {
    let before = handset.link.tally();
    let report = handset.sync().await?;
    ensure!(report.failure.is_none(), "a sync failed: {:?}", report.failure);
    let now = handset.link.tally();
    Ok(Traffic {
        requests: now.requests - before.requests,
        bytes_up: now.bytes_up - before.bytes_up,
        bytes_down: now.bytes_down - before.bytes_down,
        body_up: report.bytes_up,
        body_down: report.bytes_down,
    })
}

/// Corrects so many families; the least that the changes take.
pub(crate) fn correct(handset: &mut Handset, seed: u64, count: u32) -> Result<Least> {
    let families = Query { kind: Some(Kind::Family), limit: count as usize, ..Query::default() };
    let families = handset.phone.list(&families)?;
    ensure!(families.len() == count as usize, "too few families to correct");
    for (turn, family) in (0..).zip(families) {
        let note = handset.shown(family.id, "capacity_note")?.context("a family without a note")?;
        let fields = field_day::correction(seed, turn, note.as_text().unwrap_or_default());
        handset.edit(family.id, fields)?;
    }
    let store = handset.phone.store();
    let mut changes = Vec::new();
    for row in store.outgoing(0, usize::MAX)? {
        changes.extend(store.bytes(row.record, row.hash)?.context("a change without bytes")?);
    }
    Least::of_bytes(&changes)
}

fn home(number: u32) -> Governorate {
    GOVERNORATES.get(number as usize % GOVERNORATES.len()).copied().unwrap_or_default()
}

async fn enrol(centre: &Centre, file: &Path, (areas, number): (&str, u32)) -> Result<Handset> {
    let invitation = centre.invite("surveyor", areas, &format!("Surveyor {}", number + 1))?;
    Handset::enrol(file, centre.address()?, &invitation, (1, u64::from(number))).await
}

/// Registers a family with its products, and corrects all of it.
fn visit(handset: &mut Handset, seed: u64, (family, phone): (u32, u32)) -> Result<()> {
    let visited = field_day::visit(seed, family, home(phone));
    let id = handset.create(Kind::Family, None, visited.family)?;
    for fields in visited.corrections {
        handset.edit(id, fields)?;
    }
    for (registered, corrected) in visited.products {
        let product = handset.create(Kind::Product, Some(id), registered)?;
        handset.edit(product, corrected)?;
    }
    Ok(())
}
