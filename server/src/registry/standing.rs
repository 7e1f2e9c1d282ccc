//! How a family counts, as one rule: the same that the view `listed_family` says in SQL. It is for families of the past, which no table
//! keeps: what they were follows from the first changes of their records.

/// The statuses of families that count and that the centre verified.
const VERIFIED: [&str; 2] = ["verified", "active"];
/// The statuses of families that do not count.
const UNCOUNTED: [&str; 4] = ["duplicate", "closed", "refused", "moved"];
/// The status of a family that has none.
pub const WITHOUT_STATUS: &str = "provisional";

/// How a family counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It counts, and a person of the centre said that it is as its record tells.
    Verified,
    /// It counts.
    Provisional,
    /// It does not.
    Uncounted,
}

impl Standing {
    /// How a family of this status counts, which is another one or not.
    #[must_use]
    pub fn of(status: Option<&str>, is_another: bool) -> Self {
        let among = |statuses: &[&str]| status.is_some_and(|status| statuses.contains(&status));
        match (is_another || among(&UNCOUNTED), among(&VERIFIED)) {
            (true, _) => Self::Uncounted,
            (false, true) => Self::Verified,
            (false, false) => Self::Provisional,
        }
    }

    /// Its word in rows and addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Provisional => "provisional",
            Self::Uncounted => "uncounted",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_counts_unless_it_is_another_or_was_taken_out() {
        for (status, is_another, standing) in [
            (None, false, Standing::Provisional),
            (Some("provisional"), false, Standing::Provisional),
            (Some("of a newer program"), false, Standing::Provisional),
            (Some("verified"), false, Standing::Verified),
            (Some("active"), false, Standing::Verified),
            (Some("active"), true, Standing::Uncounted),
            (None, true, Standing::Uncounted),
            (Some("closed"), false, Standing::Uncounted),
            (Some("moved"), false, Standing::Uncounted),
        ] {
            assert_eq!(Standing::of(status, is_another), standing, "{status:?} {is_another}");
        }
    }
}
