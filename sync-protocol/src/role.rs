//! Who a person is to the registry. What each may write is in `policy`, read from the schema.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The role an install was enrolled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Visits homes in its areas.
    Surveyor,
    /// Looks after surveyors of several areas; settles conflicts.
    Supervisor,
    /// Keeps its own family's records.
    Family,
    /// Central staff of a governorate or the region.
    Staff,
    /// A partner agency: agreed fields and its own services.
    Partner,
    /// Runs the registry.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] =
        [Self::Surveyor, Self::Supervisor, Self::Family, Self::Staff, Self::Partner, Self::Admin];

    /// The word used in commands, tables and messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Surveyor => "surveyor",
            Self::Supervisor => "supervisor",
            Self::Family => "family",
            Self::Staff => "staff",
            Self::Partner => "partner",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.word() == word).ok_or(UnknownRole)
    }
}

/// A word that names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a role; the roles are surveyor, supervisor, family, staff, partner and admin")]
pub struct UnknownRole;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_read_from_its_own_word_alone() {
        assert!(Role::ALL.into_iter().all(|role| role.word().parse() == Ok(role)));
        assert_eq!("boss".parse::<Role>(), Err(UnknownRole));
    }
}
