//! What varies, read from the environment as `make demo NAME=value` sets it.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

/// A real export to bring in instead of synthetic families.
#[derive(Clone, Debug)]
pub(crate) struct Export {
    pub(crate) path: PathBuf,
    pub(crate) mapping: PathBuf,
}

/// What varies.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) seed: u64,
    pub(crate) families: u32,
    pub(crate) phones: u32,
    pub(crate) exit: bool,
    pub(crate) export: Option<Export>,
    pub(crate) data: PathBuf,
}

impl Options {
    pub(crate) fn read() -> Result<Self> {
        let options = Self {
            seed: number("SEED", 1)?,
            families: u32::try_from(number("FAMILIES", 500)?)?,
            phones: u32::try_from(number("PHONES", 20)?)?,
            exit: word("EXIT").is_some_and(|exit| exit != "0"),
            export: export()?,
            data: data()?,
        };
        ensure!((2..=200).contains(&options.phones), "PHONES is 2 to 200: two are needed to disagree");
        ensure!((1..=9_999).contains(&options.families), "FAMILIES is 1 to 9999");
        Ok(options)
    }

    /// What this run does.
    pub(crate) fn task(&self) -> String {
        match &self.export {
            Some(export) => format!("the export {}", export.path.display()),
            None => format!("{} families, {} phones, seed {}", self.families, self.phones, self.seed),
        }
    }
}

fn word(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|word| !word.is_empty())
}

fn number(name: &str, default: u64) -> Result<u64> {
    word(name).map_or(Ok(default), |word| word.parse().with_context(|| format!("{name} is not a number")))
}

fn export() -> Result<Option<Export>> {
    let Some(path) = word("EXPORT") else { return Ok(None) };
    let mapping = word("MAPPING").context("EXPORT needs MAPPING=file.toml; docs/import.md tells how to write one")?;
    Ok(Some(Export { path: path.into(), mapping: mapping.into() }))
}

/// A folder of this run alone, so that an earlier demo can go on running.
fn data() -> Result<PathBuf> {
    if let Some(folder) = word("DATA") {
        return Ok(folder.into());
    }
    // Not below the clone: root's PostgreSQL runs as another user, who may not enter root's home.
    Ok(tempfile::Builder::new().prefix("usra-demo-").tempdir_in("/var/tmp")?.keep())
}
