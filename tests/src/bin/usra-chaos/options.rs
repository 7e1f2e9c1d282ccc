//! What was asked for, as `make chaos` hands it on.

use anyhow::{Context, Result, ensure};

/// The scenes with their share of the time, in percent.
pub(crate) const SCENES: [(&str, u64); 7] = [
    ("kills", 30),
    ("batteries", 10),
    ("restores", 20),
    ("dropped", 10),
    ("servers", 10),
    ("full", 5),
    ("overload", 15),
];

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) seed: u64,
    minutes: u64,
    kills: Option<u64>,
    restores: Option<u64>,
    scene: String,
}

impl Options {
    pub(crate) fn read() -> Result<Self> {
        let scene = text("SCENE").unwrap_or_else(|| "all".to_owned());
        let known = scene == "all" || SCENES.iter().any(|(name, _)| *name == scene);
        ensure!(known, "SCENE is one of: all {}", SCENES.map(|(name, _)| name).join(" "));
        let minutes = number("MINUTES")?.unwrap_or(5);
        let (kills, restores) = (number("KILLS")?, number("RESTORES")?);
        Ok(Self { seed: number("SEED")?.unwrap_or(1), minutes, kills, restores, scene })
    }

    /// The scenes that are played, each with the milliseconds it may take.
    pub(crate) fn scenes(&self) -> Vec<(&'static str, u64)> {
        let all_ms = self.minutes * 60_000;
        if let Some((name, _)) = SCENES.into_iter().find(|(name, _)| *name == self.scene) {
            return vec![(name, all_ms)];
        }
        SCENES.into_iter().map(|(name, percent)| (name, all_ms * percent / 100)).collect()
    }

    /// How many rounds of a scene were asked for; then its time does not count.
    pub(crate) fn rounds(&self, scene: &str) -> Option<u64> {
        match scene {
            "kills" | "batteries" => self.kills,
            "restores" => self.restores,
            _ => None,
        }
    }

    /// The command that repeats this.
    pub(crate) fn command(&self) -> String {
        let counts = [("KILLS", self.kills), ("RESTORES", self.restores)];
        let counts = counts.into_iter().filter_map(|(name, count)| Some(format!(" {name}={}", count?)));
        let counts: String = counts.collect();
        format!("make chaos MINUTES={} SEED={} SCENE={}{counts}", self.minutes, self.seed, self.scene)
    }
}

fn text(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

fn number(name: &str) -> Result<Option<u64>> {
    text(name).map(|text| text.parse().with_context(|| format!("{name} is not a number"))).transpose()
}
