//! The figures of a long run, kept as a file each, from which `docs/reliability.md` is made: no figure there is typed. A run
//! writes them only when `FIGURES` names a folder, as `make sim SEEDS=20000 FIGURES=docs/figures` does.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use usra_client_sdk::sync::Surroundings;

use crate::clock::Here;

/// What a run counted.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// The run's name: its file is `NAME.json`.
    pub name: String,
    /// The command that repeats it.
    pub command: String,
    /// How long it took, in whole seconds.
    pub seconds: u64,
    /// What was counted, by what it is.
    pub counts: BTreeMap<String, u64>,
}

impl Figures {
    /// Writes them into the folder that `FIGURES` names; without it does nothing.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn keep(&self) -> Result<()> {
        let Some(folder) = std::env::var_os("FIGURES").filter(|name| !name.is_empty()).map(PathBuf::from) else {
            return Ok(());
        };
        std::fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{}.json", self.name));
        let text = serde_json::to_string_pretty(&self.to_json())?;
        std::fs::write(&file, text + "\n").with_context(|| format!("{} cannot be written", file.display()))
    }

    fn to_json(&self) -> Value {
        let counts: Map<String, Value> = self.counts.iter().map(|(what, count)| (what.clone(), json!(count))).collect();
        let ended_s = Here.now_ms() / 1_000;
        json!({ "name": self.name, "command": self.command, "ended_s": ended_s, "seconds": self.seconds, "counts": counts })
    }
}
