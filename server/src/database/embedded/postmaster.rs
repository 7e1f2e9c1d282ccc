//! The postmaster: found if one runs, cleared away if one died badly, started, watched, stopped.

use std::fs::{self, File, OpenOptions};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::{Instant, sleep};

use super::account::Account;
use super::binaries::Binaries;
use super::{EmbeddedError, KNOWN_MIB_MIN, cluster, folder, process, socket};

/// Recovery after a crash replays at most `max_wal_size`; on a slow disk that takes a minute.
const START_TIMEOUT: Duration = Duration::from_mins(2);
/// How long processes of a killed postmaster may take to notice that they are orphans.
const ORPHANS_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a fast stop may take (it writes a checkpoint) before it becomes an immediate one.
const STOP_TIMEOUT: Duration = Duration::from_mins(1);
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Above this the log of earlier starts is dropped at the next one.
const LOG_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Settings of a private cluster, each with its reason.
const SETTINGS: &[&str] = &[
    // Nothing listens on a network.
    "listen_addresses=",
    "unix_socket_permissions=0700",
    // A phone forgets what was acknowledged.
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    // A backup that recovers from an archive is not ready before it takes writes.
    "hot_standby=off",
    // A small machine: the tables of a region fit, and the kernel caches the rest.
    "shared_buffers=64MB",
    // The log since the last checkpoint, which a recovery needs whole, must not fill a small disk by itself; the default is 1 GB.
    "max_wal_size=256MB",
    "max_connections=100",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "cluster_name=usra",
    // Personal data must not reach the log: no statements, no parameters, no details with values in them.
    "logging_collector=off",
    "log_min_error_statement=panic",
    "log_parameter_max_length_on_error=0",
    "log_error_verbosity=terse",
];

/// A postmaster that ran when we last looked.
#[derive(Debug)]
pub(super) struct Postmaster {
    pid: u32,
    cluster: PathBuf,
    socket: Option<PathBuf>,
    /// Ours to reap; `None` when it was adopted.
    child: Option<Child>,
}

impl Postmaster {
    /// Finds the one that runs, or starts one. Call it within a turn.
    pub(super) async fn adopt_or_start(
        home: &Path,
        binaries: &Binaries,
        account: &Account,
        socket: &Path,
    ) -> Result<Self, EmbeddedError> {
        let cluster = cluster::folder(home);
        if let Some(adopted) = Self::find(&cluster) {
            return adopted.until_ready(home).await;
        }
        clear(home, &cluster, socket).await?;
        folder::has_room(home, KNOWN_MIB_MIN)?;
        Self::start(home, binaries, account, socket)?.until_ready(home).await
    }

    fn find(cluster: &Path) -> Option<Self> {
        let file = PidFile::read(cluster)?;
        let alive = process::is_of(file.pid, cluster);
        alive.then(|| Self { pid: file.pid, cluster: cluster.to_owned(), socket: file.socket, child: None })
    }

    fn start(home: &Path, binaries: &Binaries, account: &Account, socket: &Path) -> Result<Self, EmbeddedError> {
        let cluster = cluster::folder(home);
        let log = log(home).map_err(|cause| folder::broken(&home.join("postgres.log"), cause))?;
        let mut command = account.command(&binaries.postgres());
        command.arg("-D").arg(&cluster);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        let mut folder_setting = std::ffi::OsString::from("unix_socket_directories=");
        folder_setting.push(socket);
        command.arg("-c").arg(folder_setting);
        // A group of its own, so that Ctrl-C stops us and we stop it, in that order.
        let copy = log.try_clone().map_err(|cause| folder::broken(home, cause))?;
        command.process_group(0).stdout(copy).stderr(log);
        let child = command.spawn().map_err(|cause| folder::broken(&binaries.postgres(), cause))?;
        Ok(Self { pid: child.id(), cluster, socket: Some(socket.to_owned()), child: Some(child) })
    }

    /// Where its socket is, if it says so.
    pub(super) fn socket(&self) -> Option<&Path> {
        self.socket.as_deref()
    }

    async fn until_ready(mut self, home: &Path) -> Result<Self, EmbeddedError> {
        let end = Instant::now() + START_TIMEOUT;
        loop {
            let file = PidFile::read(&self.cluster).filter(|file| file.pid == self.pid);
            if let Some(ready) = file.filter(|file| file.ready) {
                self.socket = ready.socket.or(self.socket);
                return Ok(self);
            }
            if !self.is_alive() || Instant::now() >= end {
                return Err(cluster::failed("start", &last_words(home)));
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    /// Whether it still runs. Reaps it when it is our child and does not.
    pub(super) fn is_alive(&mut self) -> bool {
        match &mut self.child {
            Some(child) => matches!(child.try_wait(), Ok(None)),
            None => process::is_of(self.pid, &self.cluster),
        }
    }

    /// Stops it: fast first, at once if that takes too long.
    pub(super) async fn stop(mut self) {
        for signal in [Signal::INT, Signal::QUIT] {
            self.signal(signal);
            if self.gone_within(STOP_TIMEOUT).await {
                return;
            }
            tracing::warn!("PostgreSQL takes long to stop");
        }
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        if let Some(Err(error)) = pid.map(|pid| kill_process(pid, signal)) {
            tracing::debug!(%error, "PostgreSQL was gone before it was told to stop");
        }
    }

    async fn gone_within(&mut self, patience: Duration) -> bool {
        let end = Instant::now() + patience;
        while self.is_alive() && Instant::now() < end {
            sleep(LOOK_AGAIN).await;
        }
        !self.is_alive()
    }
}

/// Makes the way free after a death without a funeral. The pid file and the socket's lock are removed only once no process of the
/// cluster is left: PostgreSQL itself would trust any living process with that number, a zombie included, and refuse to start.
async fn clear(home: &Path, cluster: &Path, socket: &Path) -> Result<(), EmbeddedError> {
    let end = Instant::now() + ORPHANS_TIMEOUT;
    while !process::all_of(cluster).is_empty() {
        if Instant::now() >= end {
            return Err(cluster::failed("start beside processes left of an earlier one", &last_words(home)));
        }
        sleep(LOOK_AGAIN).await;
    }
    socket::LOCKS.iter().try_for_each(|lock| remove(&socket.join(lock)).map(drop))?;
    if remove(&cluster.join("postmaster.pid"))? {
        tracing::info!("PostgreSQL was not stopped properly; it will recover");
    }
    Ok(())
}

/// Whether there was such a file.
fn remove(stale: &Path) -> Result<bool, EmbeddedError> {
    match fs::remove_file(stale) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(folder::broken(stale, cause)),
    }
}

/// PostgreSQL's own note about itself.
struct PidFile {
    pid: u32,
    socket: Option<PathBuf>,
    ready: bool,
}

impl PidFile {
    fn read(cluster: &Path) -> Option<Self> {
        let text = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
        Self::parse(&text)
    }

    /// Lines: pid, folder, start, port, socket folder, address, shared memory, state.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let socket = lines.nth(3).filter(|line| !line.is_empty()).map(PathBuf::from);
        let ready = lines.nth(2).is_some_and(|state| state.trim() == "ready");
        Some(Self { pid, socket, ready })
    }
}

fn log(home: &Path) -> std::io::Result<File> {
    let path = home.join("postgres.log");
    let long = fs::metadata(&path).is_ok_and(|meta| meta.len() > LOG_BYTES_MAX);
    if long {
        fs::remove_file(&path)?;
    }
    OpenOptions::new().create(true).append(true).open(&path)
}

fn last_words(home: &Path) -> String {
    let bytes = fs::read(home.join("postgres.log")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pid_file_says_who_where_and_whether_ready() {
        let text = "42\n/data/pg\n1700000000\n5432\n/data/socket.d\n\n  5432001 7\nready   \n";
        let file = PidFile::parse(text).unwrap();
        assert_eq!((file.pid, file.socket, file.ready), (42, Some(PathBuf::from("/data/socket.d")), true));
        assert!(!PidFile::parse("42\n/data/pg\n").unwrap().ready);
        assert!(PidFile::parse("").is_none());
    }
}
