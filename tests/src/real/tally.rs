//! What a scene counted, and how it is told: a line on the screen and a file of figures.

use std::collections::BTreeMap;
use std::io::Write as _;

use anyhow::Result;
use usra_client_sdk::sync::Surroundings;

use super::oracle::Found;
use crate::clock::Here;
use crate::figures::Figures;

/// The counts of one scene.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The scene.
    pub name: &'static str,
    /// Why it was not played; `None` when it was.
    pub skipped: Option<String>,
    /// What was counted, by what it is.
    pub counts: BTreeMap<String, u64>,
    began_ms: u64,
}

impl Tally {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, skipped: None, counts: BTreeMap::new(), began_ms: Here.now_ms() }
    }

    pub(super) fn skipped(name: &'static str, why: String) -> Self {
        Self { skipped: Some(why), ..Self::new(name) }
    }

    pub(super) fn add(&mut self, what: impl Into<String>, count: u64) {
        *self.counts.entry(what.into()).or_default() += count;
    }

    pub(super) fn set(&mut self, what: &str, count: u64) {
        self.counts.insert(what.to_owned(), count);
    }

    /// Adds what the oracle found. It found nothing lost and nothing doubled, or there would be an error in its place.
    pub(super) fn found(&mut self, found: Found) {
        self.add("changes", found.changes);
        self.add("acknowledged", found.acknowledged);
        self.add("lost", 0);
        self.add("doubled", 0);
    }

    pub(super) fn count(&self, what: &str) -> u64 {
        self.counts.get(what).copied().unwrap_or_default()
    }

    /// How long the scene takes so far.
    pub(super) fn seconds(&self) -> u64 {
        Here.now_ms().saturating_sub(self.began_ms) / 1_000
    }

    /// The line that tells it.
    #[must_use]
    pub fn line(&self) -> String {
        if let Some(why) = &self.skipped {
            return format!("{}: skipped: {why}", self.name);
        }
        let counts: Vec<String> = self.counts.iter().map(|(what, count)| format!("{what} {count}")).collect();
        format!("{}: {} s; {}", self.name, self.seconds(), counts.join(", "))
    }

    /// Prints the line.
    pub fn print(&self) {
        progress(&self.line());
    }

    /// Keeps the figures of a scene that was played.
    ///
    /// # Errors
    /// The folder that `FIGURES` names cannot be written to.
    pub fn keep(&self, command: &str) -> Result<()> {
        if self.skipped.is_some() {
            return Ok(());
        }
        let (name, command) = (self.name.to_owned(), command.to_owned());
        Figures { name, command, seconds: self.seconds(), counts: self.counts.clone() }.keep()
    }
}

/// Tells how far a scene is. A closed pipe is the reader's choice, not a fault.
pub(super) fn progress(text: &str) {
    let _closed = writeln!(std::io::stderr().lock(), "  {text}");
}
