//! The values a field can hold in a record. Automerge knows more; a change that uses one of the others is refused.

use serde::{Deserialize, Serialize};

/// A flat value. `Null` removes what was there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// No value: the field was cleared.
    Null,
    /// Yes or no; a member of a set.
    Bool(bool),
    /// A whole number: counts, years, halalas.
    Int(i64),
    /// Text, a code, a date (`2026-11-24`) or an instant (`2026-11-24T09:30:00Z`).
    Text(String),
}

impl Scalar {
    /// The text, when it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null | Self::Bool(_) | Self::Int(_) => None,
        }
    }

    /// Whether it says that there is no value.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Scalar {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Scalar {
    fn from(yes: bool) -> Self {
        Self::Bool(yes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_null_is_null() {
        assert!(Scalar::Null.is_null());
        assert!(!Scalar::Bool(false).is_null() && !Scalar::Text(String::new()).is_null() && !Scalar::Int(0).is_null());
    }
}
