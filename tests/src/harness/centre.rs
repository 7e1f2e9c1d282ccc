//! The server as a person runs it: `usra serve` on a free port, and the other commands beside it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use usra_client_sdk::transport::http::EnrolLink;
use usra_server::config::Config;
use usra_server::database::{Database, Source};

/// What `usra serve` prints before its address.
const READY: &str = "Usra is ready at ";
/// What `usra serve --sms console` prints before a number and its code.
const CODE: &str = "Sign-in code for ";
/// How long a code may take to be printed.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running server.
#[derive(Debug)]
pub struct Centre {
    /// Its address, `http://127.0.0.1:PORT`.
    pub url: String,
    folder: PathBuf,
    child: Child,
    /// What it prints after it is ready.
    printed: Mutex<Receiver<String>>,
    /// Whether dropping stops it.
    leave_running: bool,
}

impl Centre {
    /// Starts `usra serve` on `folder` and waits until it says that it is ready.
    ///
    /// # Errors
    /// The binary is not built, or it did not get ready; its log is in `folder/serve.log`.
    pub fn start(folder: &Path) -> Result<Self> {
        Self::listen(folder, "127.0.0.1:0")
    }

    /// Starts it so that families' sign-in codes are printed.
    ///
    /// # Errors
    /// As [`Centre::start`].
    pub fn start_with_console(folder: &Path) -> Result<Self> {
        Self::serve(folder, &["--listen", "127.0.0.1:0", "--sms", "console"])
    }

    /// Starts it on a certain address.
    ///
    /// # Errors
    /// As [`Centre::start`].
    pub fn listen(folder: &Path, address: &str) -> Result<Self> {
        Self::serve(folder, &["--listen", address])
    }

    /// Starts it on a certain address with more in its surroundings: `FAILPOINTS`, `USRA_MUTINY`, another `DATABASE_URL`.
    ///
    /// # Errors
    /// As [`Centre::start`].
    pub fn listen_in(folder: &Path, address: &str, surroundings: &[(&str, &str)]) -> Result<Self> {
        Self::serve_in(folder, &["--listen", address], surroundings)
    }

    fn serve(folder: &Path, arguments: &[&str]) -> Result<Self> {
        Self::serve_in(folder, arguments, &[])
    }

    fn serve_in(folder: &Path, arguments: &[&str], surroundings: &[(&str, &str)]) -> Result<Self> {
        let mut child = spawn(folder, arguments, surroundings)?;
        let stdout = child.stdout.take().context("no stdout")?;
        let printed = print(stdout);
        let Some(url) = printed.iter().find_map(|line| line.strip_prefix(READY).map(str::to_owned)) else {
            let ended = child.wait()?;
            // The folder goes with the test, and its log with it.
            let log = std::fs::read_to_string(folder.join("serve.log")).unwrap_or_default();
            let last: Vec<&str> = log.lines().rev().take(5).collect();
            bail!("usra serve ended with {ended} before it was ready; its last words, newest first: {last:#?}")
        };
        Ok(Self { url, folder: folder.to_owned(), child, printed: Mutex::new(printed), leave_running: false })
    }

    /// Its address as a socket's.
    ///
    /// # Errors
    /// What it printed is no address.
    pub fn address(&self) -> Result<SocketAddr> {
        Ok(self.url.trim_start_matches("http://").parse()?)
    }

    /// A fresh enrolment link for a phone of `role` in `areas`.
    ///
    /// # Errors
    /// The command failed.
    pub fn invite(&self, role: &str, areas: &str, name: &str) -> Result<EnrolLink> {
        let made = self.run(&["enrol", "--role", role, "--area", areas, "--name", name, "--json"])?;
        let url = made.get("url").and_then(Value::as_str).context("no url")?;
        EnrolLink::parse(url).context("not an enrolment link")
    }

    /// The next sign-in code that it prints.
    ///
    /// # Errors
    /// None came.
    pub fn sign_in_code(&self) -> Result<String> {
        let printed = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let line = printed.recv_timeout(PATIENCE).context("no code was printed")?;
            if let Some((_number, code)) = line.strip_prefix(CODE).and_then(|told| told.split_once(": ")) {
                return Ok(code.to_owned());
            }
        }
    }

    /// Runs another command of `usra` on the same data and reads its JSON.
    ///
    /// # Errors
    /// It failed, or printed no JSON.
    pub fn run(&self, arguments: &[&str]) -> Result<Value> {
        let output = usra(&self.folder)?.args(arguments).output()?;
        ensure!(output.status.success(), "usra {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Runs another command of `usra` on the same data, for what it does and not for what it prints.
    ///
    /// # Errors
    /// It failed.
    pub fn tell(&self, arguments: &[&str]) -> Result<()> {
        let output = usra(&self.folder)?.args(arguments).output()?;
        ensure!(output.status.success(), "usra {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Connections to its database, for looking at what it keeps. To be closed before the server stops.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn database(&self) -> Result<Database> {
        Ok(Database::connect(&Source::Folder(self.folder.clone()), &Config::default()).await?)
    }

    /// Kills the server as a power cut would; its PostgreSQL lives on. Starts it again on the same address.
    ///
    /// # Errors
    /// It did not come back.
    pub fn kill_and_restart(mut self) -> Result<Self> {
        self.child.kill()?;
        self.child.wait()?;
        self.leave_running = true;
        Self::listen(&self.folder.clone(), self.url.trim_start_matches("http://"))
    }

    /// Kills it as a power cut would and waits until it is gone; its PostgreSQL lives on.
    ///
    /// # Errors
    /// It cannot be killed.
    pub fn kill(&mut self) -> Result<()> {
        self.leave_running = true;
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Whether it died, which then is no fault when it is dropped.
    pub fn is_dead(&mut self) -> bool {
        let dead = !matches!(self.child.try_wait(), Ok(None));
        self.leave_running |= dead;
        dead
    }

    /// Its data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The id of its process.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Lets it run on after this program.
    pub fn leave_running(&mut self) {
        self.leave_running = true;
    }

    fn stop(&mut self) -> Result<()> {
        let told = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status()?;
        ensure!(told.success(), "the server was gone before it was told to stop");
        let ended = self.child.wait()?;
        ensure!(ended.success(), "the server ended with {ended}");
        let left = self.folder.join("pg/postmaster.pid");
        if left.exists() {
            bail!("PostgreSQL was left running: {}", left.display());
        }
        Ok(())
    }
}

impl Drop for Centre {
    #[expect(clippy::panic, reason = "a test that leaves a process behind must fail")]
    fn drop(&mut self) {
        if self.leave_running {
            return;
        }
        let stopped = self.stop();
        if let Err(error) = stopped
            && !std::thread::panicking()
        {
            panic!("{error:#}");
        }
    }
}

/// Reads what it prints for as long as it prints, whether anybody listens or not.
fn print(stdout: ChildStdout) -> Receiver<String> {
    let (tell, printed) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let _nobody_listens = tell.send(line);
        }
    });
    printed
}

/// Starts `usra serve` and does not wait for it. Its log is in `folder/serve.log`.
///
/// # Errors
/// The binary is not built, or the folder cannot be made.
pub fn spawn(folder: &Path, arguments: &[&str], surroundings: &[(&str, &str)]) -> Result<Child> {
    std::fs::create_dir_all(folder)?;
    let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("serve.log"))?;
    let mut command = usra(folder)?;
    command.args(["serve", "--demo"]).args(arguments).envs(surroundings.iter().copied());
    Ok(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn()?)
}

fn usra(folder: &Path) -> Result<Command> {
    let mut command = Command::new(binary("usra")?);
    command.env_remove("DATABASE_URL").env("USRA_DATA", folder);
    Ok(command)
}

/// A binary of this build: beside this program, or one folder up from a test.
///
/// # Errors
/// It is not built.
pub fn binary(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let found = own.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|path| path.is_file());
    found.with_context(|| format!("{name} is not built; run: cargo build --workspace --bins"))
}
