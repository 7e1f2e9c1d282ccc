//! The centre packs bundles, as its task does beside everything else: what it read and packed is put later, when something may have come between.

use std::collections::BTreeMap;

use usra_server::storage::bundle::{BundleRow, Tail};
use usra_server::storage::feed::Entry;
use usra_server::sync::stretch::{Sizes, Stretch};

use super::answer::deliver;
use super::play::Play;
use super::tables::Tables;
use super::violation::{Holds, Violation};
use crate::dice::Dice;

/// Some records make a bundle, a few more a full one.
const SIZES: Sizes = Sizes { least: 300, full: 2_000, most: 4_000 };

/// A bundle that is not put yet, and where the feed stood before its rows were read.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    row: BundleRow,
    seen: i64,
}

impl Play {
    /// The centre packs what is due, or puts what it packed before.
    pub(super) fn pack(&mut self, dice: &mut Dice) -> Holds {
        if self.centre.packed.is_empty() {
            self.centre.packed = self.centre.tables.pack()?;
        }
        let ready = if dice.chance(60) { std::mem::take(&mut self.centre.packed) } else { Vec::new() };
        for packed in ready {
            let put = self.centre.tables.put_bundle(packed);
            let what = if put { "bundles made" } else { "bundles made in vain" };
            self.count(what);
            self.tell(format!("The centre goes on: {what}."));
        }
        Ok(())
    }
}

impl Tables {
    fn pack(&self) -> Holds<Vec<Packed>> {
        let due = self.feeds.keys().map(|area| self.tail(*area)).filter(|tail| SIZES.is_due(tail));
        due.filter_map(|tail| self.pack_one(&tail).transpose()).collect()
    }

    fn pack_one(&self, tail: &Tail) -> Holds<Option<Packed>> {
        let area = tail.area_id;
        let of = |after| Stretch::of((after, &self.after(&[(area, after)].into(), None, usize::MAX)), tail, &SIZES);
        let Some(mut stretch) = SIZES.beginnings(tail).find_map(of) else { return Ok(None) };
        let deliveries = deliver(self, std::mem::take(&mut stretch.runs.wanted))?;
        let row = stretch.bundle(area, &deliveries).map_err(Violation::broken)?;
        Ok(Some(Packed { row, seen: self.feeds.get(&area).map_or(0, |feed| number(feed.len())) }))
    }

    /// As `bundle::tails`.
    fn tail(&self, area: i32) -> Tail {
        let last = self.bundles.get(&area).and_then(|bundles| bundles.last());
        let (after_seq, last_seq, size_bytes) =
            last.map_or((0, 0, 0), |last| (last.after_seq, last.last_seq, last.size_bytes));
        let rows = self.after(&[(area, last_seq)].into(), None, usize::MAX);
        let tail_bytes = rows.iter().map(|row| i64::from(row.size_bytes)).sum();
        Tail { area_id: area, after_seq, last_seq, size_bytes, tail_bytes }
    }

    /// As `bundle::put`.
    fn put_bundle(&mut self, Packed { row, seen }: Packed) -> bool {
        let feed = self.feeds.get(&row.area_id).map(Vec::as_slice).unwrap_or_default();
        let left = (1..).zip(feed).any(|(seq, entry)| seq > seen && entry.entry == Entry::Leave);
        let bundles = self.bundles.entry(row.area_id).or_default();
        bundles.retain(|bundle| bundle.after_seq < row.after_seq);
        let follows = row.after_seq == bundles.last().map_or(0, |last| last.last_seq);
        if !left && follows {
            bundles.push(row);
        }
        !left && follows
    }

    /// As `bundle::after`.
    pub(super) fn bundles_after(&self, positions: &BTreeMap<i32, i64>, room: usize) -> Vec<BundleRow> {
        let mut so_far = 0;
        let mut found = Vec::new();
        for (area, seq) in positions {
            let bundles = self.bundles.get(area).map(Vec::as_slice).unwrap_or_default();
            let from = bundles.iter().position(|bundle| bundle.after_seq == *seq).unwrap_or(bundles.len());
            found.extend(bundles.iter().skip(from).cloned());
        }
        found.retain(|bundle| {
            so_far += usize::try_from(bundle.size_bytes).unwrap_or_default();
            so_far <= room
        });
        found
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
