//! Records as a person sees them: what is shown of one, a line of a list, the states, and what creating and editing take and give.

use std::collections::BTreeMap;

use usra_sync_protocol::id::{AreaId, ChangeHash, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;

use crate::conflict::Conflict;
use crate::held::HeldItem;

/// What a new record is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecord {
    /// Its id when it must be a certain one (an import); otherwise it is made from the time and the randomness given.
    pub id: Option<RecordId>,
    /// Its kind.
    pub kind: Kind,
    /// The family it belongs to; not needed for a family, nor on a family's own phone.
    pub family: Option<RecordId>,
    /// Its home area where the place in `fields` does not tell it.
    pub area: Option<AreaId>,
    /// Its first values, in canonical form.
    pub fields: Vec<(String, Scalar)>,
}

/// What an edit came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    /// Every value was there already.
    Nothing,
    /// Durable on this phone; the last change that holds it.
    Saved(ChangeHash),
}

/// A record with everything shown of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordView {
    /// Its id.
    pub id: RecordId,
    /// Its kind.
    pub kind: Kind,
    /// The family it belongs to; its own id for a family.
    pub family: RecordId,
    /// Its home area.
    pub area: AreaId,
    /// What to call it in a list.
    pub title: String,
    /// What a person should know of it.
    pub state: RecordState,
    /// The shown value of every field that has one, in key order.
    pub fields: BTreeMap<String, Scalar>,
    /// Fields with several versions that a person must decide between.
    pub conflicts: Vec<Conflict>,
    /// Work on it that the centre did not take as it was.
    pub held: Vec<HeldItem>,
    /// Changes without a verdict yet.
    pub pending_changes: u32,
    /// When it last changed on this phone, milliseconds since 1970.
    pub changed_ms: u64,
}

impl RecordView {
    /// The family that this one is, when the centre merged the two: work on that one. What is written here follows it.
    #[must_use]
    pub fn survivor(&self) -> Option<RecordId> {
        self.fields.get("official/duplicate_of")?.as_text()?.parse().ok()
    }
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordSummary {
    /// Its id.
    pub id: RecordId,
    /// Its kind.
    pub kind: Kind,
    /// The family it belongs to; its own id for a family.
    pub family: RecordId,
    /// Its home area.
    pub area: AreaId,
    /// What to call it.
    pub title: String,
    /// What a person should know of it.
    pub state: RecordState,
    /// When it last changed on this phone, milliseconds since 1970.
    pub changed_ms: u64,
}

/// Which records a list shows; latest changed first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only this family's records, itself included.
    pub family: Option<RecordId>,
    /// Words that all must occur, the beginning of a word is enough; Arabic spelling variants are one.
    pub search: Option<String>,
    /// Only records that the centre has nothing of yet.
    pub unsent: bool,
    /// At most so many.
    pub limit: usize,
    /// Leaving out so many first.
    pub offset: usize,
}

impl Default for Query {
    fn default() -> Self {
        Self { kind: None, family: None, search: None, unsent: false, limit: 50, offset: 0 }
    }
}

/// What a person sees a record to be; the first that applies from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordState {
    /// The centre did not take some of it as it was, or it waits for something else.
    NeedsAttention,
    /// Two people wrote different values; someone must choose.
    TwoVersions,
    /// Kept on this phone, which is not enrolled yet.
    DraftOnPhone,
    /// In a request that has no answer yet.
    Sending,
    /// Kept on this phone and sent with the next sync.
    WaitingToSend,
    /// The centre changed it since it was last looked at.
    ChangedByCentre,
    /// The centre has all of it.
    Received,
}

impl RecordState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::NeedsAttention,
        Self::TwoVersions,
        Self::DraftOnPhone,
        Self::Sending,
        Self::WaitingToSend,
        Self::ChangedByCentre,
        Self::Received,
    ];

    /// The stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.row().0
    }

    /// What it is called in Arabic.
    #[must_use]
    pub fn label_ar(self) -> &'static str {
        self.row().1
    }

    /// What it is called in English.
    #[must_use]
    pub fn label_en(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::NeedsAttention => ("needs_attention", "يحتاج إلى انتباه", "Needs attention"),
            Self::TwoVersions => ("two_versions", "نسختان مختلفتان", "Two versions"),
            Self::DraftOnPhone => ("draft_on_phone", "مسودة على الجهاز", "Draft on this phone"),
            Self::Sending => ("sending", "جارٍ الإرسال", "Sending"),
            Self::WaitingToSend => ("waiting_to_send", "بانتظار الإرسال", "Waiting to send"),
            Self::ChangedByCentre => ("changed_by_centre", "عدّله المركز", "Changed by the centre"),
            Self::Received => ("received", "وصل إلى المركز", "Received"),
        }
    }
}
