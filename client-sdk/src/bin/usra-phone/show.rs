//! `show`: a record with everything on it. Looking at it is noted, so that what the centre changed is no longer news.

use serde_json::{Value, json};
use usra_client_sdk::{PhoneError, RecordView, entry};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::scalar::Scalar;

use crate::args::Show;
use crate::failure::Failed;
use crate::said::Said;
use crate::{conflicts, held, opened};

/// Runs the command.
pub(crate) fn run(store: &opened::Folder, command: &Show, said: Said) -> Result<(), Failed> {
    let mut phone = opened::phone(store)?;
    let record = phone.record(command.id)?.ok_or(PhoneError::RecordUnknown)?;
    phone.mark_seen(command.id)?;
    said.result(&shape(&record), &lines(&record, said))
}

/// The record as JSON.
fn shape(record: &RecordView) -> Value {
    json!({
        "id": record.id,
        "kind": record.kind,
        "family": record.family,
        "area": record.area,
        "title": record.title,
        "state": record.state.word(),
        "pending_changes": record.pending_changes,
        "changed_ms": record.changed_ms,
        "survivor": record.survivor(),
        "fields": record.fields,
        "conflicts": record.conflicts.iter().map(conflicts::shape).collect::<Vec<_>>(),
        "held": record.held.iter().map(held::shape).collect::<Vec<_>>(),
    })
}

fn lines(record: &RecordView, said: Said) -> Vec<String> {
    let state = said.pick(record.state.label_ar(), record.state.label_en());
    let title = format!("{} · {} · {state}", said.lang.value(&record.title), said.lang.value(record.id));
    let field = |(key, value): (&String, &Scalar)| {
        let (ar, en) = entry::labels(record.kind, key);
        format!("{} ({}): {}", said.pick(&ar, &en), said.lang.value(key), said.lang.value(text(value)))
    };
    let fields = record.fields.iter().map(field);
    let versions = record.conflicts.iter().flat_map(|conflict| conflicts::lines(conflict, said));
    let held = record.held.iter().flat_map(|item| held::lines(item, said));
    let one_with = |survivor: RecordId| {
        let id = said.lang.value(survivor);
        said.pick(
            &format!("دمج المركز هذه الأسرة في الأسرة {id}: اعمل على تلك. وما يكتب هنا يصل إليها."),
            &format!("The centre merged this family into {id}: work on that one. What is written here follows it."),
        )
        .to_owned()
    };
    let survivor = record.survivor().map(one_with);
    std::iter::once(title).chain(survivor).chain(fields).chain(versions).chain(held).collect()
}

/// A value as a person reads it.
pub(crate) fn text(value: &Scalar) -> String {
    match value {
        Scalar::Null => "—".to_owned(),
        Scalar::Bool(true) => "✓".to_owned(),
        Scalar::Bool(false) => "✗".to_owned(),
        Scalar::Int(number) => number.to_string(),
        Scalar::Text(text) => text.clone(),
    }
}
