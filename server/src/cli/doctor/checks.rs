//! The checks themselves: each turns what was found into a state and a fix.

use std::path::Path;

use sqlx::PgPool;

use super::{Check, State};
use crate::clock::Clock;
use crate::database::{durability, migrate, row_security};
use crate::storage::engine::{self, Facts};

const MIB: u64 = 1024 * 1024;
/// PostgreSQL cannot work in less.
const DISK_FAIL_MIB: u64 = 64;
/// A year of a region's field work takes less.
const DISK_WARN_MIB: u64 = 1024;
/// The oldest version the schema is tried on.
const VERSION_MIN: i32 = 150_000;
/// Beyond this the order of receipts and the ends of tokens stop agreeing with people's watches.
const SKEW_WARN: time::Duration = time::Duration::seconds(2);

pub(super) fn away(error: &anyhow::Error) -> Check {
    let fix = "see the message; a private PostgreSQL also writes postgres.log in its folder";
    check("database", State::Fail, format!("{error:#}"), Some(fix))
}

pub(super) fn disk(folder: &Path) -> Check {
    // The folder may not be there yet; its nearest parent lies on the same disk.
    let there = folder.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    let Ok(disk) = rustix::fs::statvfs(there) else {
        return check("disk", State::Fail, "the folder cannot be read".to_owned(), Some("look at its owner and mode"));
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize) / MIB;
    let state = match free {
        0..DISK_FAIL_MIB => State::Fail,
        DISK_FAIL_MIB..DISK_WARN_MIB => State::Warn,
        _ => State::Ok,
    };
    check("disk", state, format!("{free} MiB free"), (state != State::Ok).then_some("make room on this disk"))
}

pub(super) async fn database(pool: &PgPool, clock: &Clock) -> Vec<Check> {
    match look(pool, clock).await {
        Ok(checks) => checks,
        Err(error) => vec![away(&error.into())],
    }
}

async fn look(pool: &PgPool, clock: &Clock) -> Result<Vec<Check>, sqlx::Error> {
    let mut conn = pool.acquire().await?;
    let before = clock.now();
    let facts = engine::facts(&mut conn).await?;
    let skew = skew(before, facts.now, clock.now());
    let durable = durability::check(&mut conn).await;
    let migrations = migrations(pool).await;
    let wall = wall(&row_security::faults(&mut conn).await?);
    drop(conn);
    let found = check("database", State::Ok, "it answers".to_owned(), None);
    Ok(vec![found, version(&facts), ctype(&facts), durability(durable), skew, migrations, wall])
}

fn version(facts: &Facts) -> Check {
    let found = format!("PostgreSQL {}.{}", facts.version / 10_000, facts.version % 10_000);
    if facts.version >= VERSION_MIN {
        return check("version", State::Ok, found, None);
    }
    check("version", State::Warn, found, Some("use PostgreSQL 15 or newer; older ones are not tried"))
}

fn ctype(facts: &Facts) -> Check {
    let utf8 = facts.encoding == "UTF8" && !matches!(facts.ctype.as_str(), "C" | "POSIX");
    let found = format!("{} with {}", facts.encoding, facts.ctype);
    if utf8 {
        return check("ctype", State::Ok, found, None);
    }
    let fix =
        "Arabic search finds nothing here; create database … encoding 'UTF8' lc_ctype 'C.UTF-8' template template0";
    check("ctype", State::Fail, found, Some(fix))
}

fn durability(durable: Result<(), durability::NotDurable>) -> Check {
    match durable {
        Ok(()) => check("durability", State::Ok, "fsync, full_page_writes, synchronous_commit are on".to_owned(), None),
        Err(error) => check("durability", State::Fail, error.to_string(), Some("see the message; then look again")),
    }
}

/// The database's clock must lie between our two looks at ours, give or take.
fn skew(before: time::OffsetDateTime, theirs: time::OffsetDateTime, after: time::OffsetDateTime) -> Check {
    let off = (before - theirs).max(theirs - after).max(time::Duration::ZERO);
    let found = format!("database and server differ by {:.1} s", off.as_seconds_f64());
    if off <= SKEW_WARN {
        return check("clock", State::Ok, found, None);
    }
    check("clock", State::Warn, found, Some("run a time service (systemd-timesyncd, chrony) on both machines"))
}

fn wall(faults: &[row_security::Fault]) -> Check {
    if faults.is_empty() {
        let found = "the server's role owns nothing and sees one region".to_owned();
        return check("wall", State::Ok, found, None);
    }
    let found: Vec<String> = faults.iter().map(row_security::Fault::what).collect();
    let fix: Vec<String> = faults.iter().map(row_security::Fault::fix).collect();
    check("wall", State::Fail, found.join("; "), Some(&fix.join(" ")))
}

async fn is_migrated(pool: &PgPool) -> Result<(), migrate::NotMigrated> {
    let mut conn = pool.acquire().await?;
    migrate::is_current(&mut conn).await?;
    migrate::is_aligned(&mut conn).await
}

async fn migrations(pool: &PgPool) -> Check {
    match is_migrated(pool).await {
        Ok(()) => check("migrations", State::Ok, "the schema is this program's".to_owned(), None),
        Err(error) => {
            let fix = "run `usra migrate` of the newest version; it brings the schema up to date";
            check("migrations", State::Fail, error.to_string(), Some(fix))
        }
    }
}

fn check(name: &'static str, state: State, found: String, fix: Option<&str>) -> Check {
    Check { name, state, found, fix: fix.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::{Duration, OffsetDateTime};

    #[test]
    fn a_clock_that_is_off_is_a_warning_with_its_fix() {
        let at = |seconds| OffsetDateTime::UNIX_EPOCH + Duration::seconds(seconds);
        assert_eq!(skew(at(0), at(1), at(2)).state, State::Ok);
        assert_eq!(skew(at(0), at(9), at(1)).state, State::Warn);
        assert_eq!(skew(at(9), at(0), at(9)).state, State::Warn);
    }

    #[test]
    fn a_c_ctype_fails_because_arabic_search_would() {
        let facts = |ctype: &str| Facts {
            version: 150_013,
            ctype: ctype.to_owned(),
            encoding: "UTF8".to_owned(),
            now: OffsetDateTime::UNIX_EPOCH,
        };
        assert_eq!(ctype(&facts("C")).state, State::Fail);
        assert_eq!(ctype(&facts("C.UTF-8")).state, State::Ok);
        assert_eq!(version(&facts("C")).found, "PostgreSQL 15.13");
    }
}
