//! What the tools that surveys are taken with call things in their exports. A mapping names the tool and may override each.

use serde::Deserialize;

/// The tool that wrote the export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Tool {
    /// ODK Central: groups joined with `-`, repeats in tables of their own with `KEY` and `PARENT_KEY`.
    OdkCentral,
    /// KoboToolbox: groups joined with `/`, repeats with `_index`, `_parent_index` and `_parent_table_name`.
    KoboToolbox,
    /// Any other table: nothing is assumed.
    #[default]
    Csv,
}

impl Tool {
    /// What joins a group's name and a question's.
    pub(super) fn separator(self) -> char {
        match self {
            Self::OdkCentral => '-',
            Self::KoboToolbox | Self::Csv => '/',
        }
    }

    /// Columns that name a submission or a repeat's row for good, best first.
    pub(super) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::OdkCentral => &["KEY", "meta-instanceID"],
            Self::KoboToolbox => &["_uuid", "meta/instanceID", "_id"],
            Self::Csv => &[],
        }
    }

    /// The column by which other tables point at a row of this one.
    pub(super) fn index(self) -> Option<&'static str> {
        match self {
            Self::OdkCentral => Some("KEY"),
            Self::KoboToolbox => Some("_index"),
            Self::Csv => None,
        }
    }

    /// The column by which a repeat's row points at its parent.
    pub(super) fn parent(self) -> Option<&'static str> {
        match self {
            Self::OdkCentral => Some("PARENT_KEY"),
            Self::KoboToolbox => Some("_parent_index"),
            Self::Csv => None,
        }
    }

    /// The column that names the parent's table, where the tool writes one.
    pub(super) fn parent_table(self) -> Option<&'static str> {
        match self {
            Self::KoboToolbox => Some("_parent_table_name"),
            Self::OdkCentral | Self::Csv => None,
        }
    }

    /// Whether a repeat's row has a name that outlives the next export. Kobo counts its rows anew in each export.
    pub(super) fn rows_are_named(self) -> bool {
        self == Self::OdkCentral
    }

    /// The column that says when a submission arrived.
    pub(super) fn submitted(self) -> Option<&'static str> {
        match self {
            Self::OdkCentral => Some("SubmissionDate"),
            Self::KoboToolbox => Some("_submission_time"),
            Self::Csv => None,
        }
    }
}
