//! One program for all targets: `TARGET` names the decoder, libFuzzer's own options follow. As a child with `USRA_WORKER` set it
//! is the process in which automerge may abort or hang; with `SEEDS_INTO` it writes the bytes that a run starts from.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use usra_checks::{Target, seeds, worker};

static TARGET: OnceLock<&'static Target> = OnceLock::new();

fn target() -> &'static Target {
    TARGET.get_or_init(|| {
        let name = std::env::var("TARGET").unwrap_or_default();
        Target::named(&name).unwrap_or_else(|| panic!("TARGET is one of {:?}", Target::names()))
    })
}

fuzz_target!(init: { worker::serve_if_asked(); seeds::write_if_asked() }, |bytes: &[u8]| {
    (target().fuzz)(bytes);
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut plain = |bytes: &mut Vec<u8>, room: usize| {
        let size = bytes.len();
        let room = room.max(size).max(1);
        bytes.resize(room, 0);
        let new_size = fuzzer_mutate(bytes, size, room);
        bytes.truncate(new_size);
    };
    let mutant = (target().mutate)(&data[..size], u64::from(seed), max_size, &mut plain);
    let size = mutant.len().min(max_size);
    data[..size].copy_from_slice(&mutant[..size]);
    size
});
