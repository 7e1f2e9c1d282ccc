//! One record laid out: what stands by itself, and the rows of its groups (members, licences, needs ...), both in the order of the schema.

use std::collections::{BTreeMap, BTreeSet};

use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, Field, Slot};

use crate::sync::project;
use crate::sync::world::RecordState;

/// A record, laid out.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The record.
    pub record: RecordId,
    /// The family that it was written for.
    pub family: RecordId,
    /// What it is about.
    pub kind: Kind,
    /// What stands by itself.
    pub lines: Vec<Line>,
    /// Its groups of rows that have any.
    pub groups: Vec<Group>,
}

/// A value of a field.
#[derive(Clone, Debug)]
pub struct Line {
    /// The field's key.
    pub key: String,
    /// The field.
    pub field: &'static Field,
    /// What fills the slot of the field's pattern.
    pub part: Option<String>,
    /// The shown value.
    pub value: Scalar,
    /// Whether other values are open that a person must choose between.
    pub conflict: bool,
}

/// A group of rows that have the same fields.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name, the first part of its keys: `member`.
    pub name: &'static str,
    /// The fields that any row has.
    pub columns: Vec<&'static Field>,
    /// The rows, each with what it has of every column.
    pub rows: Vec<Vec<Option<Line>>>,
}

impl Sheet {
    /// The record as it is.
    #[must_use]
    pub fn of(record: RecordId, state: &RecordState) -> Self {
        let mut lines = Vec::new();
        let mut groups: BTreeMap<usize, BTreeMap<String, Vec<Line>>> = BTreeMap::new();
        for line in shown(state) {
            match group_of(&line).and_then(|part| Some((place_of_group(state.kind, line.field)?, part))) {
                Some((place, part)) => groups.entry(place).or_default().entry(part).or_default().push(line),
                None => lines.push(line),
            }
        }
        lines.sort_by_key(|line| (place(state.kind, line.field), line.part.clone()));
        let groups = groups.into_values().filter_map(|rows| Group::of(state.kind, rows)).collect();
        Self { record, family: state.family, kind: state.kind, lines, groups }
    }

    /// The shown value of a key, if it is text.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.lines.iter().find(|line| line.key == key)?.value.as_text()
    }
}

impl Group {
    fn of(kind: Kind, rows: BTreeMap<String, Vec<Line>>) -> Option<Self> {
        let mut columns: Vec<&'static Field> = Vec::new();
        for line in rows.values().flatten() {
            if !columns.contains(&line.field) {
                columns.push(line.field);
            }
        }
        columns.sort_by_key(|field| place(kind, field));
        let name = columns.first().map(|field| name_of_group(field))?;
        let row = |lines: Vec<Line>| {
            let cell = |field: &&'static Field| lines.iter().find(|line| line.field == *field).cloned();
            columns.iter().map(cell).collect()
        };
        let rows = rows.into_values().map(row).collect();
        Some(Self { name, columns, rows })
    }
}

/// Every field that shows something, or has values to choose between.
fn shown(state: &RecordState) -> impl Iterator<Item = Line> {
    let conflicts: BTreeSet<&str> = project::conflicting(state).map(|(key, ..)| key).collect();
    state.values.iter().filter_map(move |(key, puts)| {
        let (field, parts) = schema::field(state.kind, key)?;
        let (_, last) = puts.last()?;
        let conflict = conflicts.contains(key);
        (conflict || !last.value.is_null()).then(|| Line {
            key: key.to_owned(),
            field,
            part: parts.part.map(str::to_owned),
            value: last.value.clone(),
            conflict,
        })
    })
}

/// The row that a line belongs to, if it is of a group of rows.
fn group_of(line: &Line) -> Option<String> {
    match line.field.slot()? {
        Slot::Id | Slot::Hash => line.part.clone(),
        Slot::Code(_) => None,
    }
}

/// The first part of a group's keys; what is official of a group stands with it.
fn name_of_group(field: &Field) -> &'static str {
    let pattern = field.pattern.strip_prefix("official/").unwrap_or(field.pattern);
    pattern.split('/').next().unwrap_or_default()
}

fn place(kind: Kind, field: &Field) -> usize {
    schema::fields(kind).iter().position(|other| other == field).unwrap_or(usize::MAX)
}

fn place_of_group(kind: Kind, field: &Field) -> Option<usize> {
    schema::fields(kind).iter().position(|other| name_of_group(other) == name_of_group(field))
}
