//! A family's records laid out for a page: what stands by itself as cells, groups of rows as tables, each value with the way to its story.

use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{Concurrent, Field, Slot};

use super::value::Sight;
use super::{licence, need, record, value};
use crate::registry::family::Family;
use crate::registry::family::sheet::{Group, Line, Sheet};
use crate::words::Lang;

/// A value of a field with what it is called.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) label: String,
    /// `None` where it is masked.
    pub(super) text: Option<String>,
    /// Where its story is told.
    pub(super) story: String,
    pub(super) conflict: bool,
}

/// Rows of a group.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) heads: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// What is decided about its rows, and the word that leads there.
    pub(super) decision: Option<(&'static str, &'static str)>,
}

/// A row of a group.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) cells: Vec<Option<Cell>>,
    /// Where it is decided on, for those who may.
    pub(super) decide: Option<String>,
}

/// A record of the family.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) title: String,
    pub(super) story: String,
    pub(super) cells: Vec<Cell>,
    pub(super) tables: Vec<Table>,
}

/// The people of a family, as far as they are shown.
pub(super) fn people(lang: Lang, family: &Family, sight: Sight) -> Vec<Table> {
    let groups = family.sheets.iter().flat_map(|sheet| sheet.groups.iter().map(move |group| (sheet.record, group)));
    groups
        .filter(|(_, group)| group.name == "member")
        .map(|(record, group)| table(lang, (family.id, record), group, sight))
        .collect()
}

/// A record as somebody of that sight is shown it.
pub(super) fn part(lang: Lang, (family, sheet): (&Family, &Sheet), sight: Sight) -> Part {
    let kind = match sheet.kind {
        Kind::Family => "kind-family",
        Kind::Household => "kind-household",
        Kind::Product => "kind-product",
        Kind::Visit => "kind-visit",
    };
    let name = if sheet.kind == Kind::Product { sheet.text("name_ar") } else { None };
    let title = lang.say(kind);
    let title = name.map_or_else(|| title.clone().into_owned(), |name| format!("{title}: {name}"));
    let brought = sheet.family != family.id;
    Part {
        title: if brought { format!("{title} ({})", lang.say("from-merged")) } else { title },
        story: record::story_of(sheet.record, None),
        cells: cells(lang, sheet, sight),
        tables: sheet.groups.iter().map(|group| table(lang, (sheet.family, sheet.record), group, sight)).collect(),
    }
}

/// What stands by itself; the members of a set together in one cell.
fn cells(lang: Lang, sheet: &Sheet, sight: Sight) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    for together in sheet.lines.chunk_by(|one, next| one.field == next.field && is_member(one)) {
        match together {
            [line, ..] if is_member(line) => cells.extend(set(lang, sheet.record, together, sight)),
            lines => cells.extend(lines.iter().map(|line| cell(lang, (sheet.record, line), sight))),
        }
    }
    cells
}

fn is_member(line: &Line) -> bool {
    line.field.concurrent == Concurrent::Set && matches!(line.field.slot(), Some(Slot::Code(_)))
}

/// The members of a set by their words; no cell when all were taken out.
fn set(lang: Lang, record: RecordId, lines: &[Line], sight: Sight) -> Option<Cell> {
    let first = lines.first()?;
    let inside = lines.iter().filter(|line| line.value == Scalar::Bool(true));
    let words: Vec<String> = inside.filter_map(|line| value::member(lang, line.field, line.part.as_deref()?)).collect();
    let masked = sight.hides(first.field);
    (!words.is_empty()).then(|| Cell {
        label: lang.pick(first.field.label_ar, first.field.label_en).to_owned(),
        text: (!masked).then(|| words.join(lang.pick("، ", ", "))),
        story: record::story_of(record, Some(&first.key)),
        conflict: lines.iter().any(|line| line.conflict),
    })
}

fn cell(lang: Lang, (record, line): (RecordId, &Line), sight: Sight) -> Cell {
    Cell {
        label: value::label(lang, line.field, line.part.as_deref()),
        text: value::written(lang, line.field, &line.value, sight),
        story: record::story_of(record, Some(&line.key)),
        conflict: line.conflict,
    }
}

fn table(lang: Lang, (family, record): (RecordId, RecordId), group: &Group, sight: Sight) -> Table {
    let head = |field: &&'static Field| lang.pick(field.label_ar, field.label_en).to_owned();
    let row = |row: &Vec<Option<Line>>| Row {
        cells: row.iter().map(|line| line.as_ref().map(|line| cell(lang, (record, line), sight))).collect(),
        decide: decide(family, (group, row), sight),
    };
    let rows: Vec<Row> = group.rows.iter().map(row).collect();
    let words = if group.name == "need" {
        ("need-assign-title", "need-open")
    } else {
        ("licence-decide-title", "licence-open")
    };
    Table {
        name: lang.say(&format!("group-{}", group.name)).into_owned(),
        heads: group.columns.iter().map(head).collect(),
        decision: rows.iter().any(|row| row.decide.is_some()).then_some(words),
        rows,
    }
}

/// Where a licence is decided on or a need assigned; partners do neither.
fn decide(family: RecordId, (group, row): (&Group, &[Option<Line>]), sight: Sight) -> Option<String> {
    let id = row.iter().flatten().find_map(|line| line.part.as_deref()).filter(|_| sight != Sight::Partner)?;
    match group.name {
        "licence" => Some(licence::address(family.0, id)),
        "need" => Some(need::address(family.0, id)),
        _ => None,
    }
}
