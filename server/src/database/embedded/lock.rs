//! The three lock files. The kernel releases them when their holder dies, however it dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{EmbeddedError, folder};

const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Takes the folder for a server.
pub(super) fn serve(home: &Path) -> Result<File, EmbeddedError> {
    let file = file(home, "serve.lock")?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(EmbeddedError::Busy(home.to_owned())),
        Err(TryLockError::Error(cause)) => Err(folder::broken(home, cause)),
    }
}

/// Waits for its turn to look, start or stop.
pub(super) async fn turn(home: &Path, patience: Duration) -> Result<File, EmbeddedError> {
    let (file, end) = (file(home, "start.lock")?, Instant::now() + patience);
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(cause)) => return Err(folder::broken(home, cause)),
            Err(TryLockError::WouldBlock) if Instant::now() >= end => {
                return Err(EmbeddedError::TurnTimeout(home.to_owned()));
            }
            Err(TryLockError::WouldBlock) => sleep(LOOK_AGAIN).await,
        }
    }
}

/// Says that we use the PostgreSQL of the folder. Call it within a turn.
pub(super) fn share(home: &Path) -> Result<File, EmbeddedError> {
    let file = file(home, "use.lock")?;
    file.lock_shared().map_err(|cause| folder::broken(home, cause))?;
    Ok(file)
}

/// Whether nobody else uses it. Call it within a turn, on leaving: the share is given up.
pub(super) fn was_last(share: &File) -> bool {
    share.unlock().is_ok() && share.try_lock().is_ok()
}

fn file(home: &Path, name: &str) -> Result<File, EmbeddedError> {
    let path = home.join(name);
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    opened.map_err(|cause| folder::broken(&path, cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_one_out_may_stop_it() {
        let home = tempfile::tempdir().unwrap();
        let (first, second) = (share(home.path()).unwrap(), share(home.path()).unwrap());
        assert!(!was_last(&first));
        drop(first);
        assert!(was_last(&second));
    }

    #[test]
    fn one_folder_has_one_server() {
        let home = tempfile::tempdir().unwrap();
        let held = serve(home.path()).unwrap();
        assert!(matches!(serve(home.path()), Err(EmbeddedError::Busy(_))));
        drop(held);
        assert!(serve(home.path()).is_ok());
    }
}
