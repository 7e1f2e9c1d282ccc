//! The audit: who did what, when, on which records and from which install. Every decision and every reading of sensitive values
//! is noted in the transaction that carries it out, so neither exists without the other. Rows are only ever added, and each
//! carries the hash of the one before it.
//!
//! Lock order: records, areas, and last of all the head of the audit.

pub mod action;
pub mod chain;
pub mod day;
pub mod head;
pub mod scribe;
pub mod verify;
pub mod walk;

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::id::{InstallId, RecordId, RegionId};
use uuid::Uuid;

pub use action::Action;

use crate::storage::audit::{self, AuditRow, Head};

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Someone at the server's own command line, by the name of their account on that machine.
    Operator(String),
    /// A staff account.
    Staff(Uuid),
    /// An install.
    Install(InstallId),
    /// The server by itself.
    Server,
}

impl By {
    fn kind(&self) -> &'static str {
        match self {
            Self::Operator(_) => "operator",
            Self::Staff(_) => "staff",
            Self::Install(_) => "install",
            Self::Server => "server",
        }
    }

    /// The account or the install.
    pub(crate) fn id(&self) -> Option<Uuid> {
        match self {
            Self::Staff(id) | Self::Install(InstallId(id)) => Some(*id),
            Self::Operator(_) | Self::Server => None,
        }
    }

    /// The operator's name.
    pub(crate) fn name(&self) -> Option<String> {
        if let Self::Operator(name) = self { Some(name.clone()) } else { None }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Who did it.
    pub by: By,
    /// What was done.
    pub action: Action,
    /// On which records.
    pub records: Vec<RecordId>,
    /// From which install, or about which.
    pub install: Option<InstallId>,
    /// An object of codes and whole numbers. Never a name, a number of a person or anything else that was typed.
    pub detail: Value,
}

/// The head before the first row.
fn empty() -> Head {
    Head { n: 0, hash: vec![0; 32] }
}

/// Begins a region's audit unless it has one.
///
/// # Errors
/// The database is away.
pub async fn begin(conn: &mut PgConnection, region: RegionId) -> Result<(), sqlx::Error> {
    audit::begin(conn, region, &empty()).await
}

/// Notes one event. Call it as the last write of the transaction of what it notes: nobody else can note anything until that ends.
///
/// # Errors
/// The database did not take it; then what it notes must not happen either.
pub async fn note(
    conn: &mut PgConnection,
    region: RegionId,
    event: &Event,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let head = audit::lock(conn, region).await?;
    audit::append(conn, region, &row(region, &head, event, now)).await
}

/// Notes several events, in order, each with its time; as [`note`].
///
/// # Errors
/// The database did not take one of them; then none may be taken.
pub async fn note_all(
    conn: &mut PgConnection,
    region: RegionId,
    events: impl IntoIterator<Item = (Event, OffsetDateTime)> + Send,
) -> Result<(), sqlx::Error> {
    let events: Vec<_> = events.into_iter().collect();
    let mut head = audit::lock(conn, region).await?;
    for (event, now) in &events {
        let row = row(region, &head, event, *now);
        audit::append(conn, region, &row).await?;
        head = Head { n: row.n, hash: row.hash };
    }
    Ok(())
}

/// The event as the row after `head`.
fn row(region: RegionId, head: &Head, event: &Event, now: OffsetDateTime) -> AuditRow {
    let row = AuditRow {
        n: head.n + 1,
        at: now,
        by_kind: event.by.kind().to_owned(),
        by_id: event.by.id(),
        by_name: event.by.name(),
        action: event.action.word().to_owned(),
        install_id: event.install.map(|install| install.0),
        record_ids: event.records.iter().map(|record| record.0).collect(),
        detail: event.detail.clone(),
        previous: head.hash.clone(),
        hash: Vec::new(),
    };
    AuditRow { hash: chain::hash(region, &row).to_vec(), ..row }
}
