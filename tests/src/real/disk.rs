//! A small disk of its own: a tmpfs that is filled and emptied again. Mounting needs root; where it is impossible, a scene says so.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

/// What is written at a time while the disk is filled.
const BLOCK: usize = 16 * 1024;

/// A mounted disk; unmounted when dropped.
pub(super) struct Disk {
    path: PathBuf,
}

impl Disk {
    /// Mounts one of so many MiB.
    pub(super) fn mount(path: &Path, size_mib: u32) -> Result<Self> {
        fs::create_dir_all(path)?;
        let options = format!("size={size_mib}m,mode=0755");
        let output = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "usra-chaos"]).arg(path).output();
        let output = output.map_err(|error| anyhow::anyhow!("mount: {error}"))?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(Self { path: path.to_owned() })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Fills it to the last byte.
    pub(super) fn fill(&self) -> Result<()> {
        let mut file = File::options().create(true).append(true).open(self.filler())?;
        let mut size = BLOCK;
        while size > 0 {
            if file.write_all(&vec![0; size]).is_err() {
                size /= 2;
            }
        }
        Ok(())
    }

    /// Makes room again.
    pub(super) fn empty(&self) -> Result<()> {
        Ok(fs::remove_file(self.filler())?)
    }

    /// What lies on it, for whoever looks for the reason of something.
    pub(super) fn state(&self) -> String {
        let free = rustix::fs::statvfs(&self.path).map_or(0, |disk| disk.f_bavail * disk.f_frsize / 1_048_576);
        let used = Command::new("du").args(["-m", "--max-depth=3"]).arg(&self.path).output();
        let used = used.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        let log = fs::read_to_string(self.path.join("data/postgres.log")).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(8).collect();
        format!("{free} MiB free; {used}; {last:#?}")
    }

    fn filler(&self) -> PathBuf {
        self.path.join("filler")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _left = Command::new("umount").arg("-l").arg(&self.path).status();
    }
}
