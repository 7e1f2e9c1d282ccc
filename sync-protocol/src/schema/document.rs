//! The schema table as a document: Markdown for people (`docs/data-model.md` is this), JSON for tools. The same text every time.

use std::fmt::Write;

use serde_json::{Value, json};

use super::field::{Field, ValueType};
use super::tables::home;
use super::{SCHEMA_VERSION, fields, range, tables};
use crate::code_list;
use crate::kind::Kind;

const HEAD: &str = "# Data model\n\nGenerated from the schema table by `usra schema --format markdown`; edit the table, not this file.\n\n\
Writers: S surveyor and supervisor, F family, C central staff, P partner, X the server alone. An asterisk marks what a record \
(or a row of a group) cannot be registered without.\n";

const COLUMNS: &str =
    "| key | Arabic | English | type | writers | concurrent | privacy | column |\n|---|---|---|---|---|---|---|---|\n";

/// The whole table in Markdown, with the typed tables and the code lists.
#[must_use]
pub fn markdown() -> String {
    let mut text = format!("{HEAD}\nSchema version {SCHEMA_VERSION}.\n");
    for kind in Kind::ALL {
        let _infallible = write!(text, "\n## {kind}\n\n{COLUMNS}");
        text.extend(fields(kind).iter().map(line));
    }
    text.push_str("\n## Typed tables\n");
    text.extend(tables().iter().map(|table| {
        let id = table.id_column.iter().map(|name| format!("`{name}` text"));
        let columns = table.columns.iter().map(|column| format!("`{}` {}", column.name, column.sql_type.sql()));
        format!("\n* **{}**: {}", table.name, id.chain(columns).collect::<Vec<_>>().join(", "))
    }));
    text.push_str("\n\n## Code lists\n");
    text.extend(code_list::all().map(|(name, list)| {
        let codes: Vec<String> =
            list.codes.iter().map(|code| format!("`{}` {} / {}", code.code, code.ar, code.en)).collect();
        format!("\n### {name}\n\nSource: {}\n\n{}\n", list.source, codes.join("; "))
    }));
    text
}

fn line(field: &Field) -> String {
    let mark = if field.required { " *" } else { "" };
    let letters: Vec<String> = field.writers.letters().chars().map(String::from).collect();
    let (concurrent, privacy) = (field.concurrent.word(), field.privacy.word());
    format!(
        "| `{}`{mark} | {} | {} | {} | {} | {concurrent} | {privacy} | `{}` |\n",
        field.pattern,
        field.label_ar,
        field.label_en,
        type_words(field.value),
        letters.join(" "),
        column(field),
    )
}

fn column(field: &Field) -> String {
    home(field).map(|home| format!("{}.{}", home.table.name, home.column.name)).unwrap_or_default()
}

fn type_words(value: ValueType) -> String {
    match (value, range(value)) {
        (ValueType::Halalas, Some((min, max))) => format!("halalas {min} to {max}"),
        (ValueType::Year, Some((min, max))) => format!("year {min} to {max}"),
        (_, Some((min, max))) => format!("whole number {min} to {max}"),
        (ValueType::Text(max), _) => format!("text, at most {max} characters"),
        (ValueType::Code(list), _) => format!("code of [{list}](#{list})"),
        (ValueType::Bool, _) => "yes or no".to_owned(),
        (ValueType::Date, _) => "date".to_owned(),
        (ValueType::Instant, _) => "moment (UTC, to the second)".to_owned(),
        (ValueType::Mobile, _) => "mobile `+9665XXXXXXXX`".to_owned(),
        (ValueType::ShortAddress, _) => "short address `AAAA9999`".to_owned(),
        (ValueType::IdLast4, _) => "four digits".to_owned(),
        (ValueType::RecordRef, _) => "record id".to_owned(),
        (ValueType::PartRef, _) => "row id".to_owned(),
        (ValueType::FileNo, _) => "file number `MKH-JED-00001-7`".to_owned(),
        (ValueType::Int(..) | ValueType::Halalas | ValueType::Year, None) => String::new(),
    }
}

/// The whole table as JSON.
#[must_use]
pub fn json() -> Value {
    let all: Vec<Value> = Kind::ALL.into_iter().flat_map(fields).map(entry).collect();
    json!({ "schema_version": SCHEMA_VERSION, "fields": all })
}

fn entry(field: &Field) -> Value {
    let list = if let ValueType::Code(list) = field.value { Some(list) } else { None };
    let range = range(field.value).map(|(min, max)| json!({ "min": min, "max": max }));
    json!({
        "kind": field.kind.word(),
        "key": field.pattern,
        "label_ar": field.label_ar,
        "label_en": field.label_en,
        "type": type_words(field.value),
        "list": list,
        "range": range,
        "writers": field.writers.letters(),
        "concurrent": field.concurrent.word(),
        "privacy": field.privacy.word(),
        "required": field.required,
        "column": column(field),
    })
}
