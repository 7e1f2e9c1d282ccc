//! What a phone remembers of its conversations: in the store what must survive, in memory what a crash may forget.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use usra_sync_protocol::id::{AreaId, ChangeHash, Epoch, RecordId};
use usra_sync_protocol::sealed::{CommandId, SealedCommand};
use usra_sync_protocol::sync::Cursor;

use super::answer::CHECK_NOW;
use super::hold::Hold;

/// Kept in the store, in the same commit as what it speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SyncState {
    /// The generation that new records are written with; it grows whenever a record is built anew or leaves, so that no
    /// (record, actor, seq) is ever used twice.
    pub(super) generation: u32,
    pub(super) cursor: Option<StoredCursor>,
    /// Whether the cursor names the areas of the present identity: one of an earlier enrolment names that one's.
    #[serde(default)]
    pub(super) areas_told: bool,
    pub(super) repair: Option<Repair>,
    /// How far the repair under way has come; a newer field.
    #[serde(default)]
    pub(super) stage: Stage,
    /// Conversations that ended well since both sides' digests were last compared.
    pub(super) since_check: u32,
    pub(super) last_success_ms: Option<u64>,
    pub(super) last_error: Option<String>,
    /// Failures in a row.
    pub(super) attempts: u32,
    /// How often in a row no answer of the server's came: requests and pages shrink with it, since a network may lose large ones
    /// and pass small ones. A newer field, absent in stores from before.
    #[serde(default)]
    pub(super) cuts: u32,
    pub(super) next_attempt_ms: Option<u64>,
    pub(super) blocked: Option<Blocked>,
    pub(super) unreadable: u64,
    /// How long what is here may stay.
    #[serde(default)]
    pub(super) hold: Hold,
    /// The number of the last decision about held work that was heard; a newer field, absent in stores from before.
    #[serde(default)]
    pub(super) heard: u64,
}

/// Why nothing is sent until the phone is enrolled again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Blocked {
    /// The server does not take the token.
    Token,
    /// The server has other changes under this phone's name.
    Forked,
}

/// How far each area's feed was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredCursor {
    epoch: Epoch,
    areas: BTreeMap<AreaId, u64>,
}

impl StoredCursor {
    pub(super) fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The areas that it stands in.
    pub(super) fn areas(&self) -> impl Iterator<Item = AreaId> {
        self.areas.keys().copied()
    }

    /// Whether an area is here that `before` does not have.
    pub(super) fn has_more_areas_than(&self, before: &Self) -> bool {
        self.areas.keys().any(|area| !before.areas.contains_key(area))
    }
}

impl From<Cursor> for StoredCursor {
    fn from(cursor: Cursor) -> Self {
        Self { epoch: cursor.epoch, areas: cursor.areas }
    }
}

impl From<StoredCursor> for Cursor {
    fn from(cursor: StoredCursor) -> Self {
        Self { epoch: cursor.epoch, areas: cursor.areas }
    }
}

/// A repair under way. It ends when nothing is wanted and nothing is left to offer again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Repair {
    /// A digest is to be sent.
    Compare,
    /// The differences are known.
    Exchange {
        /// Where the phone stands in the feeds once it is done.
        cursor: StoredCursor,
        /// Records to fetch whole.
        wanted: BTreeSet<RecordId>,
        /// What follows; a newer field.
        #[serde(default)]
        then: Then,
    },
}

/// How far a repair has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    /// Nothing was offered yet.
    #[default]
    First,
    /// The server said unasked that a repair is needed: it lost something.
    Demanded,
    /// Everything that the server may lack was offered and has its verdict: from now on the server's word counts.
    Offered,
}

impl SyncState {
    /// Something may be here that is not this phone's to keep: both sides compare, also where an exchange is under way that began before.
    pub(super) fn doubt(&mut self) {
        self.since_check = CHECK_NOW;
        if let Some(Repair::Exchange { then, .. }) = &mut self.repair {
            *then = Then::Compare;
        }
    }
}

/// What follows an exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Then {
    /// The repair is done.
    #[default]
    Done,
    /// Both sides compare once more, to see what the server does not take.
    Compare,
    /// The repair is done, and a record that comes whole stands as the server has it.
    Yield,
}

/// The request that is out. A crash forgets it, and everything in it is sent again.
#[derive(Clone, Debug, Default)]
pub(super) struct InFlight {
    /// Every pushed change in the request's order.
    pub(super) pushed: Vec<(RecordId, ChangeHash)>,
    pub(super) wanted: Vec<RecordId>,
    pub(super) compares: bool,
    /// Every sealed command in the request's order.
    pub(super) sealed: Vec<SealedCommand>,
    /// Whether what the phone held expired since it was asked: a page or a comparison for what was there means nothing any more.
    pub(super) outdated: bool,
}

/// The conversation under way: requests until there is nothing more.
#[derive(Clone, Debug, Default)]
pub(super) struct Conversation {
    /// Changes that were pending when it began.
    pub(super) total: u64,
    /// Changes of it that have their verdict.
    pub(super) done: u64,
    /// Changes that wait for something else: offered once in a conversation.
    pub(super) waiting: BTreeSet<(RecordId, ChangeHash)>,
    /// Whether both sides' digests were compared in it: while something waits, once in a conversation.
    pub(super) compared: bool,
    /// Sealed commands that were sent in it: each is sent once in a conversation.
    pub(super) asked: BTreeSet<CommandId>,
}
