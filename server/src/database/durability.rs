//! Refuses a database that could lose what it acknowledged: a phone forgets a change once the server says it has it.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use crate::storage::engine;

/// A database that trades safety for speed, or one that did not say.
#[derive(Debug, thiserror::Error)]
pub enum NotDurable {
    /// Settings that must not be off.
    #[error(
        "this PostgreSQL could lose acknowledged work in a power cut: {} off. Fix: {}",
        .0.join(" and "),
        fix(.0)
    )]
    Off(Vec<String>),
    /// The database is away.
    #[error("the durability settings could not be read")]
    Storage(#[from] sqlx::Error),
}

/// Checks what this session would get.
///
/// # Errors
/// A setting is off, or the database is away.
pub async fn check(conn: &mut PgConnection) -> Result<(), NotDurable> {
    let off = off(&engine::durability(conn).await?);
    if off.is_empty() { Ok(()) } else { Err(NotDurable::Off(off)) }
}

fn off(settings: &BTreeMap<String, String>) -> Vec<String> {
    settings.iter().filter(|(_, value)| *value == "off").map(|(name, _)| name.clone()).collect()
}

fn fix(off: &[String]) -> String {
    let steps: Vec<String> = off.iter().map(|name| format!("alter system set {name} = on;")).collect();
    format!("{} select pg_reload_conf(); and look for the same setting on the role and the database", steps.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_off_is_named_with_its_fix() {
        let settings = [("fsync", "on"), ("synchronous_commit", "off")];
        let off = off(&settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        let message = NotDurable::Off(off).to_string();
        assert!(message.contains("alter system set synchronous_commit = on"), "{message}");
        assert!(!message.contains("set fsync"), "{message}");
    }
}
