//! As whom PostgreSQL runs. It refuses root, so as root it drops to the owner of the cluster, else `postgres` or `nobody`.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{EmbeddedError, cluster, folder};

/// The account of PostgreSQL's processes.
#[derive(Clone, Debug)]
pub(super) struct Account {
    name: String,
    /// User and group to drop to; `None` when we are not root and stay who we are.
    drop_to: Option<(u32, u32)>,
}

impl Account {
    pub(super) fn choose(home: &Path) -> Result<Self, EmbeddedError> {
        let me = rustix::process::geteuid().as_raw();
        let pg = cluster::folder(home);
        let owner = fs::metadata(&pg).ok().map(|pg| (pg.uid(), pg.gid()));
        match (me, owner) {
            (0, Some(owner)) if owner.0 != 0 => Ok(Self { name: format!("with id {}", owner.0), drop_to: Some(owner) }),
            (0, _) => Ok(Self::unprivileged()),
            (me, Some((uid, _))) if uid != me => Err(EmbeddedError::Foreign(pg)),
            (_, _) => Ok(Self { name: format!("with id {me}"), drop_to: None }),
        }
    }

    fn unprivileged() -> Self {
        let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let found = ["postgres", "nobody"].iter().find_map(|name| Some((*name, ids(&known, name)?)));
        // 65534 is `nobody` wherever there is no file that says so.
        let (name, ids) = found.unwrap_or(("nobody", (65_534, 65_534)));
        Self { name: name.to_owned(), drop_to: Some(ids) }
    }

    /// A command that will run as this account, knowing nothing of our environment.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C.UTF-8").env("TZ", "UTC").current_dir("/").stdin(Stdio::null());
        if let Some((uid, gid)) = self.drop_to {
            command.uid(uid).gid(gid);
        }
        command
    }

    pub(super) fn give(&self, path: &Path) -> Result<(), EmbeddedError> {
        let Some((uid, gid)) = self.drop_to else { return Ok(()) };
        chown(path, Some(uid), Some(gid)).map_err(|cause| folder::broken(path, cause))
    }

    pub(super) fn owns(&self, uid: u32) -> bool {
        uid == self.drop_to.map_or_else(|| rustix::process::geteuid().as_raw(), |(uid, _)| uid)
    }

    /// Whether it may enter the folder. Asked of the kernel by a process of that account: groups and ACLs count too.
    pub(super) fn can_reach(&self, home: &Path) -> Result<(), EmbeddedError> {
        if self.drop_to.is_none() {
            return Ok(());
        }
        let inside = home.join(".");
        let status = self.command(Path::new("/usr/bin/test")).arg("-x").arg(&inside).status();
        if status.map_err(|cause| folder::broken(home, cause))?.success() {
            return Ok(());
        }
        Err(EmbeddedError::Unreachable { account: self.name.clone(), folder: home.to_owned() })
    }
}

fn ids(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let passwd = "postgresx:x:1:2::/:\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(ids(passwd, "postgres"), Some((101, 104)));
        assert_eq!(ids(passwd, "nobody"), None);
    }
}
