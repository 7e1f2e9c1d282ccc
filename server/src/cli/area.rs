//! `usra area list`: the codes that other commands take.

use clap::{Args, Subcommand};
use serde::Serialize;
use usra_sync_protocol::area;

use crate::cli::{out, place::Place};
use crate::registry::area::level;
use crate::storage;

/// The areas of the region.
#[derive(Debug, Subcommand)]
pub enum Area {
    /// List them.
    List(List),
}

/// List the areas.
#[derive(Args, Debug)]
pub struct List {
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// One area, as printed.
#[derive(Debug, Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    area: &'a area::Area,
    level: &'static str,
}

impl Area {
    /// Runs it.
    ///
    /// # Errors
    /// The data cannot be opened.
    pub async fn run(self) -> anyhow::Result<()> {
        let Self::List(list) = self;
        let areas = list
            .place
            .with(async |pool, region| Ok(storage::area::list(&mut *pool.acquire().await?, region).await?))
            .await?;
        if list.json {
            let rows: Vec<Row<'_>> = areas.iter().map(|area| Row { area, level: level(area, &areas) }).collect();
            return Ok(out::json(&rows)?);
        }
        for area in &areas {
            let depth = ["region", "governorate", "centre"].iter().position(|word| *word == level(area, &areas));
            let indent = "  ".repeat(depth.unwrap_or_default());
            out::line(&format!("{indent}{:8}  {}  {}", area.code, area.name_ar, area.name_en.as_deref().unwrap_or("")));
        }
        Ok(())
    }
}
