//! What the fuzzer left: its corpus and every input that once did harm pass the very checks that the fuzzer runs.
//! `USRA_WRITE=1` writes the hostile inputs anew.
#![expect(clippy::expect_used, reason = "a test that cannot read what is kept must fail")]

use std::path::{Path, PathBuf};

use usra_checks::Target;
use usra_checks::hostile::{self, Hostile};
use usra_sync_protocol::change::read;
use usra_sync_protocol::sync::{decode_request, decode_response, open};

fn kept(folder: &str, target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder).join(target)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

fn pass(folder: &str) {
    let mut count = 0;
    for target in Target::ALL {
        for file in files(&kept(folder, target.name)) {
            eprintln!("{}", file.display());
            (target.check)(&std::fs::read(&file).expect("a readable file"));
            count += 1;
        }
    }
    assert!(count > 10, "only {count} inputs are kept in {folder}");
}

#[test]
fn every_input_of_the_corpus_passes_its_check() {
    pass("corpus");
}

#[test]
fn every_input_that_once_did_harm_passes_its_check() {
    pass("crashers");
}

#[test]
fn the_hostile_inputs_are_kept_as_they_are_made() {
    for Hostile { target, name, bytes } in hostile::all() {
        let file = kept("crashers", target).join(&name);
        if std::env::var_os("USRA_WRITE").is_some() {
            std::fs::create_dir_all(kept("crashers", target)).expect("a folder");
            std::fs::write(&file, &bytes).expect("a file");
        }
        let there = std::fs::read(&file).expect("a readable file");
        // Another version of zstd may pack the same frames in other bytes.
        let same = there == bytes || (target == "envelope" && open(&there) == open(&bytes));
        assert!(same, "{target}/{name}");
    }
}

#[test]
fn the_hostile_inputs_are_refused() {
    for Hostile { target, name, bytes } in hostile::all() {
        let refused = match target {
            "change" => read(&bytes).is_err(),
            "request" => decode_request(&bytes).is_err(),
            "response" => decode_response(&bytes).is_err(),
            "envelope" => {
                let frames = open(&bytes);
                frames.is_err()
                    || frames.is_ok_and(|frames| decode_request(&frames).is_err() || decode_response(&frames).is_err())
            }
            "differential" => hostile::last_is_refused(&bytes),
            // Of an export only what does not fit is left out.
            _ => true,
        };
        assert!(refused, "{target}/{name}");
    }
}
