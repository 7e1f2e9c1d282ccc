//! Visits by day and outcome, and a page of them, of one moment.

use std::collections::BTreeMap;

use sqlx::{Acquire, PgConnection};
use time::Date;
use usra_sync_protocol::id::RegionId;

use crate::storage::connection;
use crate::storage::visit::{self, Filter, VisitRow};

/// The visits that a filter means.
#[derive(Clone, Debug)]
pub struct Visits {
    /// How many.
    pub total: i64,
    /// How many on each day with each outcome; its code is empty where none is given.
    pub days: BTreeMap<Date, BTreeMap<String, i64>>,
    /// Which page of them it is, from 1: the last one where one behind it was asked for.
    pub page: i64,
    /// How many pages there are.
    pub pages: i64,
    /// Those of the page, the last first.
    pub rows: Vec<VisitRow>,
}

/// The visits, with a page of them; `page` counts from 1.
///
/// # Errors
/// The database is away.
pub async fn visits(
    conn: &mut PgConnection,
    region: RegionId,
    filter: &Filter,
    (page, size): (i64, i64),
) -> Result<Visits, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let counted = visit::by_day(&mut transaction, region, filter).await?;
    let total: i64 = counted.iter().map(|row| row.visits).sum();
    let pages = (total.saturating_add(size - 1)).checked_div(size).unwrap_or_default().max(1);
    let page = page.clamp(1, pages);
    let rows = visit::list(&mut transaction, region, filter, ((page - 1).saturating_mul(size), size)).await?;
    transaction.commit().await?;
    let mut days: BTreeMap<Date, BTreeMap<String, i64>> = BTreeMap::new();
    for row in counted {
        days.entry(row.day).or_default().insert(row.outcome, row.visits);
    }
    Ok(Visits { total, days, page, pages, rows })
}
