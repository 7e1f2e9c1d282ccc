//! What an import did, counted; never what it read.

use std::collections::BTreeMap;

use serde::Serialize;
use usra_sync_protocol::kind::Kind;

use super::reject::{LeftOut, Reject};

/// The counts of an import or of a dry run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows of the export's tables.
    pub rows: usize,
    /// Submissions among them.
    pub submissions: usize,
    /// What became of the records, by kind.
    pub kinds: BTreeMap<Kind, KindCount>,
    /// Rows that belong to nothing: no key, a repeated key, no parent.
    pub rows_rejected: usize,
    /// Members, needs and the like that were left out.
    pub items_left_out: usize,
    /// Single values that were left out.
    pub values_left_out: usize,
    /// Values that the export changed but a person had changed too; the person's stand.
    pub values_kept: usize,
    /// How often each reason was given.
    pub reasons: BTreeMap<String, usize>,
    /// Whether nothing was written.
    pub dry_run: bool,
}

/// The counts of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct KindCount {
    /// New on this phone.
    pub created: usize,
    /// Changed, since the export says something new.
    pub updated: usize,
    /// Already as the export says.
    pub unchanged: usize,
    /// Passed over by a condition of the mapping.
    pub skipped: usize,
    /// Left out because something needed is missing or wrong.
    pub rejected: usize,
}

impl Summary {
    /// The counts of a kind, to be added to.
    pub(super) fn of(&mut self, kind: Kind) -> &mut KindCount {
        self.kinds.entry(kind).or_default()
    }

    /// Counts one reject. A record's own is counted by kind where it happens.
    pub(super) fn count(&mut self, reject: &Reject) {
        *self.reasons.entry(reject.code().to_owned()).or_default() += 1;
        match reject.left_out() {
            LeftOut::Value => self.values_left_out += 1,
            LeftOut::Item => self.items_left_out += 1,
            LeftOut::Record => {}
        }
    }
}
