//! `docs/reliability.md` is what its table and the figures say, and every test and run that it names is there.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use std::path::Path;

use usra_tests::reliability::promises::PROMISES;
use usra_tests::reliability::render;
use usra_tests::reliability::runs::RUNS;

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[test]
fn the_page_is_what_its_table_and_the_figures_say() {
    let path = workspace().join("docs/reliability.md");
    let page = render(&workspace().join("docs/figures")).unwrap();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert!(page == std::fs::read_to_string(&path).unwrap(), "docs/reliability.md is old: run make reliability");
}

#[test]
fn every_promise_has_a_proof_and_every_proof_exists() {
    for promise in PROMISES {
        assert!(!promise.tests.is_empty(), "promise {} has no test", promise.number);
        for (file, name) in promise.tests {
            let source = std::fs::read_to_string(workspace().join(file)).unwrap();
            assert!(source.contains(&format!("fn {name}()")), "{file} has no test {name}");
        }
        for run in promise.runs {
            assert!(RUNS.iter().any(|one| one.name == *run), "no run {run}");
        }
    }
}
