//! `conflicts`: fields for which two people wrote different values. Both are kept until someone chooses.

use serde_json::{Value, json};
use usra_client_sdk::{Conflict, ConflictValue};

use crate::args::Conflicts;
use crate::failure::Failed;
use crate::said::Said;
use crate::{opened, show};

/// Runs the command.
pub(crate) fn run(store: &opened::Folder, command: &Conflicts, said: Said) -> Result<(), Failed> {
    let phone = opened::phone(store)?;
    let conflicts = phone.conflicts(command.id)?;
    let shapes: Vec<Value> = conflicts.iter().map(shape).collect();
    let mut told: Vec<String> = conflicts.iter().flat_map(|conflict| lines(conflict, said)).collect();
    if told.is_empty() {
        told.push(said.pick("لا تعارض.", "No conflicts.").to_owned());
    }
    said.result(&json!({ "conflicts": shapes }), &told)
}

/// A conflict as JSON.
pub(crate) fn shape(conflict: &Conflict) -> Value {
    let version = |version: &ConflictValue| {
        json!({
            "value": version.value,
            "author": version.author,
            "written_at": version.written_at,
            "shown": version.shown,
        })
    };
    json!({
        "record": conflict.record,
        "key": conflict.key,
        "values": conflict.values.iter().map(version).collect::<Vec<_>>(),
    })
}

/// A conflict as a person reads it, with the command that settles it.
pub(crate) fn lines(conflict: &Conflict, said: Said) -> Vec<String> {
    let value = |text: &str| said.lang.value(text);
    let id = conflict.record.to_string();
    let head = format!("{}: {} {}", said.pick("نسختان مختلفتان", "Two versions"), value(&id), value(&conflict.key));
    let version = |version: &ConflictValue| {
        let shown = if version.shown { said.pick(" (المعروضة)", " (shown)") } else { "" };
        format!("  {}{shown}", value(&show::text(&version.value)))
    };
    std::iter::once(head).chain(conflict.values.iter().map(version)).collect()
}
