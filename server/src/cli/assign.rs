//! `usra assign`: where a phone works, and from when to when.

use anyhow::Context;
use clap::Args;
use serde_json::json;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, OffsetDateTime};
use usra_sync_protocol::id::{AreaId, InstallId};

use crate::cli::operator::operator;
use crate::cli::{out, place::Place};
use crate::clock::{Clock, RIYADH};
use crate::registry::device::Assign as Assigning;
use crate::registry::{area, device};

/// How a day is written.
const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// Assign a phone to areas, or end its assignments to them.
#[derive(Args, Debug)]
pub struct Assign {
    /// Its id, as `usra device list` shows it.
    id: InstallId,
    /// Codes of the areas, each with all below it; see `usra area list`.
    #[arg(long, value_name = "CODE[,CODE]", value_delimiter = ',', required = true)]
    area: Vec<String>,
    /// The first day, as 2026-12-01 in Riyadh; from now on without it.
    #[arg(long, value_name = "DATE", value_parser = day, conflicts_with = "remove")]
    from: Option<Date>,
    /// The last day, as 2026-12-31 in Riyadh; without an end without it.
    #[arg(long, value_name = "DATE", value_parser = day, conflicts_with = "remove")]
    to: Option<Date>,
    /// End these assignments instead.
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Assign {
    /// Runs it.
    ///
    /// # Errors
    /// No such device or area, the device was revoked, or the data cannot be opened.
    pub async fn run(self, clock: &Clock) -> anyhow::Result<()> {
        let now = clock.now();
        let what = self.what(now);
        let Self { id, area: codes, remove, place, json, from, to } = self;
        let areas = place.with(async |pool, region| {
            let mut conn = pool.acquire().await?;
            let areas = area::find(&mut conn, region, &codes).await?;
            let ids: Vec<AreaId> = areas.iter().map(|area| area.id).collect();
            device::assign(&mut conn, region, id, (&ids, what), (operator(), now)).await?;
            Ok(areas)
        });
        let codes: Vec<String> = areas.await?.into_iter().map(|area| area.code).collect();
        if json {
            return Ok(out::json(
                &json!({ "id": id, "areas": codes, "removed": remove, "from": written(from), "to": written(to) }),
            )?);
        }
        let done = if remove { "No longer assigned to" } else { "Assigned to" };
        let when = [("from", from), ("to", to)].map(|(word, day)| day.map(|day| format!(" {word} {day}")));
        out::line(&format!("{done} {}{}", codes.join(", "), when.into_iter().flatten().collect::<String>()));
        Ok(())
    }

    /// What is asked for. A day that has begun already begins now.
    fn what(&self, now: OffsetDateTime) -> Assigning {
        if self.remove {
            return Assigning::Remove;
        }
        let today = now.to_offset(RIYADH).date();
        let begin = |day: Date| if day == today { now } else { day.midnight().assume_offset(RIYADH) };
        let end = |day: Date| day.next_day().unwrap_or(day).midnight().assume_offset(RIYADH);
        Assigning::For(self.from.map(begin), self.to.map(end))
    }
}

fn day(text: &str) -> anyhow::Result<Date> {
    Date::parse(text.trim(), DAY).context("a day is written as 2026-12-31")
}

fn written(day: Option<Date>) -> Option<String> {
    day.map(|day| day.to_string())
}
