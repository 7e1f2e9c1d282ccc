//! Who may do what, as one golden table: every address of the router, asked by everyone, in and out of scope. An address
//! without a request here fails, and so does an answer that is not the golden one.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot go on says where")]

mod ask;
mod desk;
mod mixed;
mod page;
mod scene;

use std::fmt::Write as _;

use ask::{Scope, ask, scopes};
use scene::{Scene, WHO};
use usra_server::http::endpoint;

/// The table. Addresses in order of their paths, so that asking for new tokens comes after using the old ones.
async fn table() -> String {
    let scene = Scene::set().await;
    let mut endpoints = endpoint::all();
    endpoints.sort_by_key(|one| (one.path, one.method));
    let mut text = String::from("# address, who asks, of a record in or out of their scope, what happens\n");
    for one in endpoints {
        for who in WHO {
            for scope in scopes(one.path) {
                let what = ask(&scene, (one.method, one.path), who, *scope).await;
                let scope = match scope {
                    Scope::In => "in",
                    Scope::Out => "out",
                    Scope::None => "-",
                };
                writeln!(text, "{:<6} {:<32}  {:<10}  {scope:<3}  {what}", one.method, one.path, who.word()).unwrap();
            }
        }
    }
    text
}

#[tokio::test]
async fn every_address_answers_everyone_as_the_golden_table_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/access.txt");
    let table = table().await;
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    assert_eq!(table, std::fs::read_to_string(path).unwrap());
}
