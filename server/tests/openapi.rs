//! The description of every address: what is served is the golden one, and it holds nothing that cannot be resolved.

use std::collections::BTreeSet;

use serde_json::Value;
use usra_server::clock::Clock;
use usra_server::config::Config;
use usra_server::http::{endpoint, openapi};
use usra_server::testing::TestServer;

/// Every `$ref` in a description.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|inner| references(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_description_is_the_golden_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/openapi.json");
    let text = serde_json::to_string_pretty(&openapi::description()).unwrap() + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(path).unwrap());
}

#[test]
fn every_address_and_every_type_that_is_named_is_described() {
    let description = openapi::description();
    for one in endpoint::all() {
        let operation = description["paths"][one.path].get(one.method.to_lowercase());
        assert!(operation.is_some_and(|told| told["summary"].is_string()), "{} {}", one.method, one.path);
    }
    let mut named = BTreeSet::new();
    references(&description, &mut named);
    assert!(!named.is_empty());
    for name in named {
        assert!(description.pointer(name.trim_start_matches('#')).is_some(), "{name}");
    }
}

#[tokio::test]
async fn the_server_serves_its_description() {
    let server = TestServer::start(Config::default(), Clock::system()).await.unwrap();
    let answer = reqwest::get(format!("{}{}", server.url, openapi::PATH)).await.unwrap();
    let answered: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(answered, openapi::description());
    server.stop().await;
}
