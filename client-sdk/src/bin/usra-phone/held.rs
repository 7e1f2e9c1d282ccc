//! `held`: work that the centre did not take as it was, each with its reason and what to do. The centre keeps it too.

use serde_json::{Value, json};
use usra_client_sdk::{HeldField, HeldItem};

use crate::failure::Failed;
use crate::said::Said;
use crate::{opened, show};

/// Runs the command.
pub(crate) fn run(store: &opened::Folder, said: Said) -> Result<(), Failed> {
    let phone = opened::phone(store)?;
    let items = phone.held()?;
    let shapes: Vec<Value> = items.iter().map(shape).collect();
    let mut told: Vec<String> = items.iter().flat_map(|item| lines(item, said)).collect();
    if told.is_empty() {
        told.push(said.pick("لا شيء معلّق.", "Nothing is held.").to_owned());
    }
    said.result(&json!({ "held": shapes }), &told)
}

/// A held item as JSON.
pub(crate) fn shape(item: &HeldItem) -> Value {
    json!({
        "record": item.record,
        "change": item.change.to_string(),
        "reason": item.reason.code(),
        "refused": item.refused,
        "at_ms": item.at_ms,
        "fields": item.fields,
        "note": item.note,
        "advice_ar": item.advice_ar(),
        "advice_en": item.advice_en(),
    })
}

/// A held item as a person reads it.
pub(crate) fn lines(item: &HeldItem, said: Said) -> Vec<String> {
    let advice = said.pick(item.advice_ar(), item.advice_en());
    let head = format!("{} ({}): {advice}", said.lang.value(item.record), said.lang.value(item.reason.code()));
    let field = |field: &HeldField| {
        let kept = said.pick("القيمة محفوظة في المركز", "the centre keeps the value").to_owned();
        let value = if field.expired { kept } else { show::text(&field.value) };
        format!("  {} = {}", said.lang.value(&field.key), said.lang.value(value))
    };
    let note = item
        .note
        .as_ref()
        .map(|note| format!("  {}: {}", said.pick("قال المركز", "The centre said"), said.lang.value(note)));
    std::iter::once(head).chain(note).chain(item.fields.iter().map(field)).collect()
}
