//! A private PostgreSQL in the data folder. Whoever needs it first starts it, whoever is last stops it; a postmaster that
//! outlived a killed server is adopted.
//!
//! ```text
//! DIR/serve.lock   held by `usra serve` for its life: one server per folder
//! DIR/start.lock   held while somebody looks, starts or stops: one at a time
//! DIR/use.lock     shared by everyone who is connected; whoever gets it alone on leaving was the last, and stops
//! DIR/socket       where the socket is
//! DIR/postgres.log what PostgreSQL said
//! DIR/pg           the cluster
//! ```

mod account;
mod binaries;
mod cluster;
mod lock;
mod postmaster;
mod process;
mod socket;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use tokio::sync::Mutex;

use account::Account;
use binaries::Binaries;
use postmaster::Postmaster;

/// How long a command waits for another that is starting or stopping the same PostgreSQL.
const TURN_TIMEOUT: Duration = Duration::from_secs(90);
/// How often the supervisor looks after its PostgreSQL.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Free space below which a new PostgreSQL could not even write its first log segments.
const NEW_MIB_MIN: u64 = 64;
/// Free space below which one that is there could not end its recovery, which takes a log segment of 16 MiB and then frees many: more must
/// not be asked for, or a disk that its own log filled would never heal.
const KNOWN_MIB_MIN: u64 = 24;

/// Why our own PostgreSQL does not run. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No binaries.
    #[error(
        "no PostgreSQL found in PGBIN, /usr/lib/postgresql/*/bin or PATH. \
         Fix: apt-get install postgresql, or give DATABASE_URL"
    )]
    NoBinaries,
    /// Another server.
    #[error("another `usra serve` uses {0}. Fix: stop it, or give this one a folder of its own with --data")]
    Busy(PathBuf),
    /// Another command hangs.
    #[error(
        "another command has been starting or stopping PostgreSQL in {0} for a long time. Fix: look at it, then try again"
    )]
    TurnTimeout(PathBuf),
    /// The folder.
    #[error("{folder}: {cause}")]
    Folder {
        /// Which.
        folder: PathBuf,
        /// What is wrong.
        #[source]
        cause: io::Error,
    },
    /// PostgreSQL runs as another account, which cannot get to the folder.
    #[error(
        "PostgreSQL does not run as root, and the account {account} cannot reach {folder}. \
         Fix: use a folder whose parents it may enter, such as /var/lib/usra"
    )]
    Unreachable {
        /// The account PostgreSQL would run as.
        account: String,
        /// The folder.
        folder: PathBuf,
    },
    /// The folder belongs to somebody else.
    #[error("{0} belongs to another account. Fix: run this command as that account, or as root")]
    Foreign(PathBuf),
    /// The disk.
    #[error("the disk of {folder} has only {free_mib} MiB left, PostgreSQL needs {needs_mib}. Fix: make room")]
    DiskFull {
        /// The folder.
        folder: PathBuf,
        /// What is left.
        free_mib: u64,
        /// What is needed.
        needs_mib: u64,
    },
    /// A step of PostgreSQL's failed.
    #[error("PostgreSQL could not {step}{hint}. Its last words: {words}")]
    Failed {
        /// What it should have done.
        step: &'static str,
        /// A plain reason, where its words give one.
        hint: &'static str,
        /// The end of its log.
        words: String,
    },
}

/// A PostgreSQL of our own that runs, and our share in it.
#[derive(Debug)]
pub struct Embedded {
    home: PathBuf,
    binaries: Binaries,
    account: Account,
    socket: PathBuf,
    postmaster: Mutex<Postmaster>,
    in_use: File,
}

impl Embedded {
    /// Adopts the PostgreSQL that runs in `home`, or makes and starts one.
    ///
    /// # Errors
    /// Any of [`EmbeddedError`].
    pub async fn open(home: &Path) -> Result<Self, EmbeddedError> {
        let home = folder::make(home)?;
        let binaries = Binaries::find()?;
        let turn = lock::turn(&home, TURN_TIMEOUT).await?;
        let account = Account::choose(&home)?;
        account.can_reach(&home)?;
        cluster::make(&home, &binaries, &account).await?;
        let socket = socket::folder(&home, &account)?;
        let in_use = lock::share(&home)?;
        let postmaster = Postmaster::adopt_or_start(&home, &binaries, &account, &socket).await?;
        drop(turn);
        // The running one knows best where its socket is.
        let socket = postmaster.socket().map_or(socket, Path::to_path_buf);
        Ok(Self { home, binaries, account, socket, postmaster: Mutex::new(postmaster), in_use })
    }

    /// How to connect to it.
    #[must_use]
    pub fn options(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass().socket(&self.socket).port(socket::PORT).username(cluster::SUPERUSER)
    }

    /// Takes the folder for a server, until the returned file is dropped.
    ///
    /// # Errors
    /// Another server has it.
    pub fn reserve(home: &Path) -> Result<File, EmbeddedError> {
        lock::serve(&folder::make(home)?)
    }

    /// Looks after it for ever: starts it again whenever it died. Drop the future to stop looking.
    pub async fn supervise(&self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let mut postmaster = self.postmaster.lock().await;
            if postmaster.is_alive() {
                continue;
            }
            tracing::error!("PostgreSQL died; starting it again");
            match self.revive().await {
                Ok(new) => *postmaster = new,
                Err(error) => tracing::error!(%error, "PostgreSQL did not start; trying again"),
            }
        }
    }

    async fn revive(&self) -> Result<Postmaster, EmbeddedError> {
        let _turn = lock::turn(&self.home, TURN_TIMEOUT).await?;
        Postmaster::adopt_or_start(&self.home, &self.binaries, &self.account, &self.socket).await
    }

    /// Leaves it; stops it when nobody else is connected.
    pub async fn close(self) {
        let Ok(_turn) = lock::turn(&self.home, TURN_TIMEOUT).await else {
            tracing::warn!("left PostgreSQL running: another command holds the folder");
            return;
        };
        if lock::was_last(&self.in_use) {
            self.postmaster.into_inner().stop().await;
        }
    }
}

mod folder {
    //! The data folder itself.

    use std::path::{Path, PathBuf};

    use super::EmbeddedError;

    pub(super) fn make(home: &Path) -> Result<PathBuf, EmbeddedError> {
        std::fs::create_dir_all(home).and_then(|()| home.canonicalize()).map_err(|cause| broken(home, cause))
    }

    pub(super) fn broken(folder: &Path, cause: std::io::Error) -> EmbeddedError {
        EmbeddedError::Folder { folder: folder.to_owned(), cause }
    }

    pub(super) fn has_room(folder: &Path, needs_mib: u64) -> Result<(), EmbeddedError> {
        let disk = rustix::fs::statvfs(folder).map_err(|error| broken(folder, error.into()))?;
        let free_mib = disk.f_bavail.saturating_mul(disk.f_frsize) / (1024 * 1024);
        if free_mib >= needs_mib {
            return Ok(());
        }
        Err(EmbeddedError::DiskFull { folder: folder.to_owned(), free_mib, needs_mib })
    }
}
