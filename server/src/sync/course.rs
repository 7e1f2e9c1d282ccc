//! The course of one request, decided without IO so that the simulation takes the same: whether what the phone says of itself
//! counts, whether a repair comes first, and which page it gets.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use usra_sync_protocol::digest::{BUCKETS, Digest};
use usra_sync_protocol::id::{AreaId, Epoch, RecordId};
use usra_sync_protocol::sync::Cursor;

use super::author::Author;
use super::grace::{Claim, Grace};
use super::repair;

/// What a request wants to hear.
#[derive(Clone, Debug)]
pub struct Asked {
    /// How far it has come.
    pub cursor: Cursor,
    /// What it holds, if it compares.
    pub digest: Option<Box<[Digest; BUCKETS]>>,
    /// Records that it wants whole.
    pub wanted: Vec<RecordId>,
    /// Bytes of changes that it wants; none for 0.
    pub want_bytes: u32,
}

/// Which page a request gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    /// Records whole, as it asked.
    Whole,
    /// What is new after its cursor.
    New,
    /// None.
    None,
}

/// What comes of a request's questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// Whether its cursor is of another life of the data, and tells nothing.
    pub must_repair: bool,
    /// Whether it hears of a repair: one that must be, or one that it asked for.
    pub repairs: bool,
    /// Which page it gets.
    pub pages: Pages,
}

impl Asked {
    /// The course, in this epoch, with the areas' feeds standing at `heads`.
    #[must_use]
    pub fn course(&self, epoch: Epoch, heads: &BTreeMap<AreaId, u64>) -> Course {
        let must_repair = repair::is_needed(&self.cursor, epoch, heads);
        let repairs = must_repair || self.digest.is_some();
        let pages = match () {
            () if !self.wanted.is_empty() => Pages::Whole,
            () if repairs || self.want_bytes == 0 => Pages::None,
            () => Pages::New,
        };
        Course { must_repair, repairs, pages }
    }
}

/// Whether the cursor is of another life of the data than this epoch's. Then its phone may pass on what others made.
#[must_use]
pub fn is_of_another_life(cursor: Option<&Cursor>, epoch: Epoch) -> bool {
    cursor.is_some_and(|cursor| cursor.epoch != epoch)
}

/// The author with what its cursor says of itself; departures from before `since` count for nobody.
#[must_use]
pub fn claiming(author: Author, cursor: Option<Cursor>, epoch: Epoch, since: OffsetDateTime) -> Author {
    if author.revoked || is_of_another_life(cursor.as_ref(), epoch) {
        return author;
    }
    let claim = Some(Claim { cursor, since });
    Author { grace: Grace { claim, ..author.grace }, ..author }
}
