//! `list`: records, latest changed first, by kind, family or words.

use serde_json::{Value, json};
use usra_client_sdk::{Query, RecordSummary};

use crate::args::List;
use crate::failure::Failed;
use crate::opened;
use crate::said::Said;

/// Runs the command.
pub(crate) fn run(store: &opened::Folder, command: &List, said: Said) -> Result<(), Failed> {
    let phone = opened::phone(store)?;
    let query = Query {
        kind: command.kind,
        family: command.family,
        search: command.search.clone(),
        unsent: command.unsent,
        limit: command.limit,
        offset: command.offset,
    };
    let records = phone.list(&query)?;
    let shapes: Vec<Value> = records.iter().map(shape).collect();
    let mut lines: Vec<String> = records.iter().map(|record| line(record, said)).collect();
    if lines.is_empty() {
        lines.push(said.pick("لا سجلات.", "No records.").to_owned());
    }
    said.result(&json!({ "records": shapes }), &lines)
}

fn shape(record: &RecordSummary) -> Value {
    json!({
        "id": record.id,
        "kind": record.kind,
        "family": record.family,
        "area": record.area,
        "title": record.title,
        "state": record.state.word(),
        "changed_ms": record.changed_ms,
    })
}

fn line(record: &RecordSummary, said: Said) -> String {
    let state = said.pick(record.state.label_ar(), record.state.label_en());
    let value = |text: &str| said.lang.value(text);
    format!("{}  {}  {}  {state}", value(&record.id.to_string()), value(record.kind.word()), value(&record.title))
}
