//! The benchmarks. What is called `reference` is what the same bytes cost at least, or what they cost with another's code.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use sha2::{Digest as _, Sha256};
use usra_sync_protocol::arabic;
use usra_sync_protocol::change::{self, Change};
use usra_sync_protocol::open_values::OpenValues;
use usra_sync_protocol::sync::{decode_response, encode_response, open, seal};
use usra_tests::lone::{NOW_MS, phone};

use crate::day::{self, DAY};

fn read_all() -> Vec<Change> {
    DAY.changes.iter().filter_map(|bytes| change::read(bytes).ok()).collect()
}

/// Every change of the day through our reader; at least its hash must be taken.
#[divan::bench_group]
mod reader {
    use super::*;

    fn bytes() -> (BytesCount, ItemsCount) {
        (BytesCount::new(DAY.changes.iter().map(Vec::len).sum::<usize>()), ItemsCount::new(DAY.changes.len()))
    }

    #[divan::bench]
    fn ours(bencher: Bencher<'_, '_>) {
        bencher.counter(bytes().0).counter(bytes().1).bench(|| black_box(read_all().len()));
    }

    #[divan::bench]
    fn reference_sha256(bencher: Bencher<'_, '_>) {
        bencher
            .counter(bytes().0)
            .counter(bytes().1)
            .bench(|| DAY.changes.iter().map(|bytes| Sha256::digest(bytes).len()).sum::<usize>());
    }

    #[divan::bench]
    fn reference_automerge(bencher: Bencher<'_, '_>) {
        let read =
            |bytes: &Vec<u8>| automerge::Change::from_bytes(bytes.clone()).is_ok_and(|change| !change.is_empty());
        bencher.counter(bytes().0).counter(bytes().1).bench(|| DAY.changes.iter().filter(|bytes| read(bytes)).count());
    }
}

/// The day's answer to bytes and back.
#[divan::bench_group]
mod codec {
    use super::*;

    #[divan::bench]
    fn encode(bencher: Bencher<'_, '_>) {
        bencher.counter(BytesCount::new(DAY.frames.len())).bench(|| encode_response(&DAY.answer));
    }

    #[divan::bench]
    fn decode(bencher: Bencher<'_, '_>) {
        bencher.counter(BytesCount::new(DAY.frames.len())).bench(|| decode_response(&DAY.frames));
    }

    #[divan::bench]
    fn seal_it(bencher: Bencher<'_, '_>) {
        bencher.counter(BytesCount::new(DAY.frames.len())).bench(|| seal(&DAY.frames));
    }

    #[divan::bench]
    fn open_it(bencher: Bencher<'_, '_>) {
        bencher.counter(BytesCount::new(DAY.frames.len())).bench(|| open(&DAY.body));
    }

    #[divan::bench]
    fn reference_copy(bencher: Bencher<'_, '_>) {
        bencher.counter(BytesCount::new(DAY.frames.len())).bench(|| DAY.frames.clone());
    }

    #[divan::bench]
    fn reference_zstd_3(bencher: Bencher<'_, '_>) {
        bencher.counter(BytesCount::new(DAY.frames.len())).bench(|| zstd::bulk::compress(&DAY.frames, 3));
    }
}

/// The changes of each record merged into its open values; automerge loads them into documents.
#[divan::bench_group]
mod merge {
    use super::*;

    fn merged(changes: &[Change]) -> usize {
        let mut values = OpenValues::default();
        for change in changes {
            values.apply(change, &0_u32);
        }
        values.key_count()
    }

    #[divan::bench]
    fn ours(bencher: Bencher<'_, '_>) {
        let records: Vec<Vec<Change>> = DAY.answer.deliveries.iter().map(|one| read(&one.changes)).collect();
        let all = || records.iter().map(|changes| merged(changes)).sum::<usize>();
        bencher.counter(ItemsCount::new(DAY.changes.len())).bench(all);
    }

    #[divan::bench]
    fn reference_automerge(bencher: Bencher<'_, '_>) {
        let read = |bytes: &Vec<u8>| automerge::Change::from_bytes(bytes.clone()).ok();
        let records: Vec<Vec<automerge::Change>> =
            DAY.answer.deliveries.iter().map(|one| one.changes.iter().filter_map(read).collect()).collect();
        bencher.counter(ItemsCount::new(DAY.changes.len())).bench(|| {
            let merged = records.iter().map(|changes| {
                let mut document = automerge::Automerge::new();
                document.apply_changes(changes.iter().cloned()).is_ok()
            });
            merged.filter(|fine| *fine).count()
        });
    }

    fn read(changes: &[Vec<u8>]) -> Vec<Change> {
        changes.iter().filter_map(|bytes| change::read(bytes).ok()).collect()
    }
}

/// The phone's engine on a store in memory: what it takes without a disk.
#[divan::bench_group]
mod engine {
    use super::*;

    #[divan::bench]
    fn takes_the_day(bencher: Bencher<'_, '_>) {
        bencher.counter(ItemsCount::new(DAY.changes.len())).with_inputs(|| day::asking(2).ok()).bench_values(|phone| {
            let mut phone = phone?;
            phone.receive(&DAY.body, NOW_MS).ok()
        });
    }

    #[divan::bench]
    fn registers_a_family_with_products(bencher: Bencher<'_, '_>) {
        bencher.with_inputs(|| phone(3).ok()).bench_values(|phone| day::register(&mut phone?, 1).ok());
    }

    #[divan::bench]
    fn folds_an_address(bencher: Bencher<'_, '_>) {
        let address = "حيّ السَّلامة، شارع قُريش، خلف المسجد، الدّور الثاني";
        bencher.counter(BytesCount::of_str(address)).bench(|| arabic::fold(black_box(address)));
    }

    #[divan::bench]
    fn reference_lowercase_of_it(bencher: Bencher<'_, '_>) {
        let address = "حيّ السَّلامة، شارع قُريش، خلف المسجد، الدّور الثاني";
        bencher.counter(BytesCount::of_str(address)).bench(|| black_box(address).to_lowercase());
    }
}
