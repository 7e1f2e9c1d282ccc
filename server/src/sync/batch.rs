//! One transaction for many offers: load under locks, decide in memory, write, number, commit. What the database will never
//! take is found record by record and held, so that one record can neither block the others nor its phone for ever.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sqlx::{Acquire, PgPool, Postgres, Transaction};
use time::OffsetDateTime;
use usra_sync_protocol::id::{RecordId, RegionId};
use usra_sync_protocol::sync::{Reason, Verdict};

use super::ingest::IngestError;
use super::load::{self, Loaded};
use super::offer::{self, Offer};
use super::reach::AreaTree;
use super::settle::{Case, Settling};
use super::write;
use crate::fail_point::FailPoint;
use crate::mutiny::Fault;

/// How often a transaction is tried again when the database says that trying again may help.
pub(super) const TRIES: u32 = 4;

/// Writes batches of one region.
#[derive(Clone, Debug)]
pub(super) struct Batches {
    pub(super) pool: PgPool,
    pub(super) region: RegionId,
    pub(super) areas: Arc<AreaTree>,
}

impl Batches {
    /// Everything in one transaction; a verdict for each offer, in order.
    ///
    /// # Errors
    /// Nothing was written.
    pub(super) async fn write(&self, offers: &[&Offer], now: OffsetDateTime) -> Result<Vec<Verdict>, IngestError> {
        let mut tries = 1;
        loop {
            match self.try_write(offers, now).await {
                Err(IngestError::Database(error)) if tries < TRIES && may_help_to_retry(&error) => tries += 1,
                result => return result,
            }
        }
    }

    /// A transaction for each record, in the order in which the request names them.
    ///
    /// # Errors
    /// The database is away; what was written so far stays, and is a duplicate when the request comes again.
    pub(super) async fn write_apart(&self, offers: &[Offer], now: OffsetDateTime) -> Result<Vec<Verdict>, IngestError> {
        let mut verdicts: BTreeMap<usize, Verdict> = BTreeMap::new();
        for places in records_in_order(offers) {
            let of_record: Vec<&Offer> = places.iter().filter_map(|place| offers.get(*place)).collect();
            let decided = match self.write(&of_record, now).await {
                Err(error) if error.is_lasting() => self.set_aside(&of_record, &error, now).await?,
                decided => decided?,
            };
            verdicts.extend(places.into_iter().zip(decided));
        }
        Ok(verdicts.into_values().collect())
    }

    async fn try_write(&self, offers: &[&Offer], now: OffsetDateTime) -> Result<Vec<Verdict>, IngestError> {
        let mut transaction = self.pool.begin().await?;
        let Loaded { world, waiting } = load::load(&mut transaction, self.region, &self.areas, offers, now).await?;
        let mut settling = Settling::new(world, offers.iter().copied().chain(&waiting));
        while let Some(needs) = settling.run() {
            load::load_keys(&mut transaction, self.region, &mut settling.world, &needs).await?;
        }
        FailPoint::BeforeInsert.reach();
        write::write(&mut transaction, self.region, &settling, now).await?;
        FailPoint::AfterInsert.reach();
        if Fault::AnswerBeforeCommit.is_on() {
            tokio::spawn(commit_late(transaction));
        } else {
            commit(transaction).await?;
        }
        let verdicts = settling.cases().iter().filter_map(|case| case.verdict.clone());
        Ok(verdicts.take(offers.len()).collect())
    }

    /// Keeps the bytes of what cannot be stored as a record, held for a person.
    async fn set_aside(
        &self,
        offers: &[&Offer],
        error: &IngestError,
        now: OffsetDateTime,
    ) -> Result<Vec<Verdict>, IngestError> {
        tracing::error!(%error, changes = offers.len(), "a record cannot be stored; its changes are held");
        let verdict = Verdict::Held { reason: Reason::NotStorable, fields: Vec::new() };
        let case = |offer| Case {
            offer,
            verdict: Some(verdict.clone()),
            hash: offer::read(offer).ok().map(|change| change.hash()),
            admitted: None,
        };
        let cases: Vec<Case<'_>> = offers.iter().copied().map(case).collect();
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        write::keep(&mut transaction, self.region, &cases, now).await?;
        transaction.commit().await?;
        Ok(vec![verdict; offers.len()])
    }
}

async fn commit(transaction: Transaction<'static, Postgres>) -> Result<(), sqlx::Error> {
    FailPoint::BeforeCommit.reach();
    transaction.commit().await?;
    FailPoint::AfterCommit.reach();
    Ok(())
}

/// A fault on purpose: the verdicts are on their way already. A disk may well take this long.
async fn commit_late(transaction: Transaction<'static, Postgres>) -> Result<(), sqlx::Error> {
    tokio::time::sleep(Duration::from_millis(50)).await;
    commit(transaction).await
}

/// The places of each record's offers, records in order of their first one.
fn records_in_order(offers: &[Offer]) -> Vec<Vec<usize>> {
    let mut at: BTreeMap<RecordId, usize> = BTreeMap::new();
    let mut records: Vec<Vec<usize>> = Vec::new();
    for (place, offer) in offers.iter().enumerate() {
        let record = *at.entry(offer.record).or_insert(records.len());
        match records.get_mut(record) {
            Some(places) => places.push(place),
            None => records.push(vec![place]),
        }
    }
    records
}

/// Whether the same transaction may succeed when tried again: a closed circle of locks, a serialisation, another server that
/// was faster with the same record, or a connection that broke.
pub(super) fn may_help_to_retry(error: &sqlx::Error) -> bool {
    let Some(database) = error.as_database_error() else { return matches!(error, sqlx::Error::Io(_)) };
    let code = database.code().unwrap_or_default();
    code.starts_with("08") || matches!(code.as_ref(), "40001" | "40P01" | "23505" | "57P01")
}
