//! Calls go downwards only: `http` to `sync`, `registry`, `catalogue`, to `storage`; and `sync-protocol` touches no file,
//! socket, clock or dice. This reads the sources.

#![expect(clippy::expect_used, reason = "a test that cannot read the sources must fail")]

use std::path::{Path, PathBuf};

/// The floors of the server from the top. Rooms of one floor may call each other.
const FLOORS: [&[&str]; 4] = [&["cli"], &["http"], &["sync", "registry", "catalogue"], &["storage"]];

/// What a pure crate has no business with.
const IMPURE: [&str; 10] = [
    "std::fs",
    "std::net",
    "std::io::stdin",
    "std::env",
    "std::process",
    "SystemTime",
    "Instant::now",
    "tokio",
    "sqlx",
    "rand::",
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").to_owned()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The code of a file without its tests and comments.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a readable source");
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&room))
}

#[test]
fn no_import_of_the_server_goes_up() {
    let root = workspace().join("server/src");
    let mut looked_at = 0;
    let mut upwards = Vec::new();
    for path in sources(&root) {
        let inside = path.strip_prefix(&root).expect("below the root").with_extension("");
        let ground = inside.components().next().expect("a room").as_os_str().to_string_lossy().into_owned();
        let Some(floor) = floor_of(&ground) else { continue };
        looked_at += 1;
        let code = code(&path);
        for above in FLOORS.iter().take(floor).copied().flatten() {
            if code.contains(&format!("crate::{above}::")) || code.contains(&format!("crate::{above};")) {
                upwards.push(format!("{} calls up to {above}", inside.display()));
            }
        }
    }
    assert!(looked_at > 20, "only {looked_at} files were looked at");
    assert!(upwards.is_empty(), "{upwards:#?}");
}

#[test]
fn what_both_sides_share_touches_no_file_no_socket_no_clock_and_no_dice() {
    let files = sources(&workspace().join("sync-protocol/src"));
    assert!(files.len() > 20);
    for path in files {
        let code = code(&path);
        let found: Vec<_> = IMPURE.iter().filter(|word| code.contains(**word)).collect();
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
}

#[test]
fn sql_is_spoken_in_storage_only() {
    let root = workspace().join("server/src");
    // The floor below the floors: it opens, checks and migrates the database.
    let speaks = |inside: &Path| {
        inside.starts_with("storage") || inside.starts_with("database") || inside.starts_with("testing.rs")
    };
    for path in sources(&root) {
        let inside = path.strip_prefix(&root).expect("below the root");
        let code = code(&path);
        let queries = code.contains("sqlx::query") || code.contains("query_as!") || code.contains("query!");
        assert!(!queries || speaks(inside), "{} speaks SQL", inside.display());
    }
}
