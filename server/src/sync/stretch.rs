//! Which stretch of an area's feed makes a bundle, and what the bundle says of it. Pure, so that the simulation packs the same.

use std::collections::BTreeSet;
use std::io;

use serde_json::json;
use usra_sync_protocol::sync::{Delivery, encode_deliveries, pack};
use uuid::Uuid;

use super::page::Runs;
use super::reading::Shown;
use crate::storage::bundle::{BundleRow, Tail};
use crate::storage::feed::{Entry, FeedRow};

/// How large bundles are, in bytes of changes.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// A tail of fewer bytes is no bundle yet: phones get its rows.
    pub least: i64,
    /// A bundle that has as much is not made anew with what follows it.
    pub full: i32,
    /// As much is in one bundle.
    pub most: usize,
}

/// As the server has them: the most is half of what a phone asks for, so that its pages are full.
pub const SIZES: Sizes = Sizes { least: 16 * 1024, full: 256 * 1024, most: 512 * 1024 };

impl Sizes {
    /// Whether the tail is enough for a bundle; where a bundle is made anew with it, for so large a one.
    #[must_use]
    pub fn is_due(&self, tail: &Tail) -> bool {
        let enough = if self.is_small(tail) { tail.size_bytes / 2 } else { 0 };
        tail.tail_bytes >= self.least.max(enough.into())
    }

    /// After which number the next bundle may begin: with the last bundle, where that is small; or behind it, where the two are too
    /// much for one.
    pub fn beginnings(&self, tail: &Tail) -> impl Iterator<Item = i64> {
        self.is_small(tail).then_some(tail.after_seq).into_iter().chain([tail.last_seq])
    }

    /// Whether the last bundle is to be made anew with its tail.
    fn is_small(&self, tail: &Tail) -> bool {
        tail.size_bytes < self.full
    }
}

/// Feed rows of one area that make a bundle.
#[derive(Debug, Default)]
pub struct Stretch {
    /// Its changes.
    pub runs: Runs,
    after_seq: i64,
    last_seq: i64,
    size_bytes: usize,
    installs: BTreeSet<Uuid>,
    departed: BTreeSet<Uuid>,
}

impl Stretch {
    /// As many of the rows after a beginning as a bundle holds; `None` when that is not more than the last bundle has.
    #[must_use]
    pub fn of((after, rows): (i64, &[FeedRow]), tail: &Tail, sizes: &Sizes) -> Option<Self> {
        let mut stretch = Self { after_seq: after, ..Self::default() };
        for row in rows {
            if stretch.size_bytes + row.size() > sizes.most && stretch.last_seq > 0 {
                break;
            }
            stretch.take(row);
        }
        (stretch.last_seq > tail.last_seq).then_some(stretch)
    }

    /// What has left the area since is not in it.
    fn take(&mut self, row: &FeedRow) {
        self.last_seq = row.seq;
        match row.what() {
            Entry::Leave => drop(self.departed.insert(row.record_id)),
            Entry::Change | Entry::Join if row.home_area_id == row.area_id => {
                self.size_bytes += row.size();
                self.installs.insert(row.install_id);
                self.runs.add(row);
            }
            Entry::Change | Entry::Join => {}
        }
    }

    /// The bundle of it, with its changes as they are delivered.
    ///
    /// # Errors
    /// No memory is left for packing.
    pub fn bundle(self, area: i32, deliveries: &[Delivery]) -> io::Result<BundleRow> {
        let shown = Shown::of(deliveries);
        Ok(BundleRow {
            area_id: area,
            after_seq: self.after_seq,
            last_seq: self.last_seq,
            size_bytes: i32::try_from(self.size_bytes).unwrap_or(i32::MAX),
            frames: pack(&encode_deliveries(deliveries))?,
            installs: self.installs.into_iter().collect(),
            departed: self.departed.into_iter().collect(),
            shown: shown.records.iter().map(|record| record.0).collect(),
            shown_kinds: json!(shown.kinds),
        })
    }
}
