//! The scene of flat batteries: a phone is a process of its own (`usra-phone`) that dies at each named point and at random, while it saves
//! and while it syncs. What it said was saved is there when it starts again, whole, and reaches the centre once.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use usra_client_sdk::fail_point::FailPoint;

use super::crew::Crew;
use super::oracle;
use super::tally::{Tally, progress};
use super::{Played, is_over};
use crate::dice::Dice;
use crate::harness::binary;

/// Records that are edited in turn.
const RECORDS: usize = 6;

/// A phone in a folder, used by one process after another.
struct Battery {
    folder: PathBuf,
    /// What it said was saved: the last value of each record's district.
    saved: BTreeMap<String, String>,
    /// What was being saved when it died: it may be there or not, but nothing else.
    unsaid: Option<(String, String)>,
}

/// Kills a phone so many times.
///
/// # Errors
/// Something that was saved is not there, or the centre has something lost or doubled.
pub async fn play(seed: u64, kills: u64, end_ms: Option<u64>) -> Played {
    let mut tally = Tally::new("batteries");
    let mut crew = Crew::start(seed, 1).await?;
    let mut phone = Battery::enrol(&crew)?;
    let mut dice = Dice::new(seed, 62_000);
    for (kill, point) in (0..kills).zip(FailPoint::ALL.into_iter().map(Some).chain([None]).cycle()) {
        if is_over(end_ms) {
            break;
        }
        tally.add(phone.live(kill, point, &mut dice).with_context(|| format!("kill {kill} at {point:?}"))?, 1);
        tally.add("cycles", 1);
        if kill % 50 == 49 {
            progress(&format!("{} phones killed", kill + 1));
        }
    }
    phone.run(&["sync"], None)?;
    ensure!(phone.run(&["sync"], None)?.is_some(), "the phone does not sync");
    tally.found(oracle::all_is_well(&mut crew).await?);
    phone.is_at(&crew).await?;
    Ok(tally)
}

impl Battery {
    fn enrol(crew: &Crew) -> Result<Self> {
        let folder = crew.folder().join("battery");
        let phone = Self { folder, saved: BTreeMap::new(), unsaid: None };
        let link = crew.centre.invite("surveyor", "JED", "Surveyor with a flat battery")?.to_string();
        phone.run(&["enrol", &link], None)?.context("the phone was not enrolled")?;
        Ok(phone)
    }

    /// One life: an edit and a sync, one of which it does not survive; then it is charged and looked at.
    fn live(&mut self, kill: u64, point: Option<FailPoint>, dice: &mut Dice) -> Result<String> {
        let value = format!("حي {kill}");
        let id = self.saved.keys().nth(dice.of(0..=5) as usize % RECORDS.max(1)).cloned();
        let id = id.filter(|_| self.saved.len() >= RECORDS);
        let name = point.map_or("random", FailPoint::name);
        // A sync commits several times: it dies at any of them.
        let death = point.map(|point| format!("{}={}*off->return", point.name(), dice.of(0..=2)));
        let while_saving = point.is_some_and(|point| matches!(point, FailPoint::BeforeCommit | FailPoint::AfterCommit));
        let in_edit = while_saving && dice.chance(50);
        let first = if in_edit { Some(format!("{name}=return")) } else { None };
        self.edit(id, &value, first.as_deref())?;
        let died = match (&death, in_edit) {
            (_, true) => true,
            (Some(death), false) => self.run(&["sync"], Some(death))?.is_none(),
            (None, false) => self.run_briefly(&["sync"], u64::from(dice.of(0..=60)))?,
        };
        self.look()?;
        Ok(if died { format!("phone killed at {name}") } else { format!("phone outran {name}") })
    }

    /// Registers or edits; what came of it is remembered.
    fn edit(&mut self, id: Option<String>, value: &str, death: Option<&str>) -> Result<()> {
        let set = format!("district={value}");
        let arguments: Vec<&str> = match &id {
            Some(id) => vec!["edit", id, "--set", &set],
            None => {
                vec!["register", "family", "--set", "name_ar=أسرة البطارية", "governorate=JED", "centre=JED-01", &set]
            }
        };
        match (self.run(&arguments, death)?, id) {
            (Some(said), id) => {
                let id = id.or(said.get("id").and_then(Value::as_str).map(str::to_owned)).context("no id")?;
                self.saved.insert(id, value.to_owned());
            }
            (None, Some(id)) => self.unsaid = Some((id, value.to_owned())),
            (None, None) => {}
        }
        Ok(())
    }

    /// Everything that was said to be saved is shown.
    fn look(&mut self) -> Result<()> {
        let ids: Vec<String> = self.saved.keys().cloned().collect();
        for id in ids {
            let shown = self.district(&id)?;
            let saved = self.saved.get(&id).cloned().unwrap_or_default();
            let unsaid = self.unsaid.take_if(|(of, value)| *of == id && *value == shown);
            ensure!(shown == saved || unsaid.is_some(), "a saved edit is LOST: {saved} was saved, {shown} is shown");
            self.saved.insert(id, shown);
        }
        self.unsaid = None;
        Ok(())
    }

    fn district(&self, id: &str) -> Result<String> {
        let shown = self.run(&["show", id], None)?.context("a record cannot be shown")?;
        Ok(shown.pointer("/fields/district").and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    /// Everything that it saved stands in the typed table.
    async fn is_at(&self, crew: &Crew) -> Result<()> {
        let mut conn = crew.eye.connect().await?;
        for (id, value) in &self.saved {
            let sql = "select district from family where record_id = $1::uuid";
            let found: Option<String> = sqlx::query_scalar(sql).bind(id).fetch_optional(&mut conn).await?.flatten();
            ensure!(
                found.as_deref() == Some(value),
                "an edit is LOST on its way: {found:?} at the centre, {value} saved"
            );
        }
        Ok(())
    }

    /// Runs a command; what it said, or `None` when it died.
    fn run(&self, arguments: &[&str], death: Option<&str>) -> Result<Option<Value>> {
        let output = self.command(arguments, death)?.output()?;
        // Who was killed has no exit code.
        let Some(code) = output.status.code() else { return Ok(None) };
        ensure!(code == 0, "usra-phone {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(Some(serde_json::from_slice(&output.stdout)?))
    }

    /// Runs a command for some milliseconds; whether it was killed then.
    fn run_briefly(&self, arguments: &[&str], after_ms: u64) -> Result<bool> {
        let mut child = self.command(arguments, None)?.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        std::thread::sleep(Duration::from_millis(after_ms));
        child.kill()?;
        Ok(child.wait()?.code().is_none())
    }

    fn command(&self, arguments: &[&str], death: Option<&str>) -> Result<Command> {
        let mut command = Command::new(binary("usra-phone")?);
        command.arg("--json").arg("--store").arg(&self.folder).args(arguments);
        command.envs(death.map(|death| ("FAILPOINTS", death)));
        Ok(command)
    }
}
