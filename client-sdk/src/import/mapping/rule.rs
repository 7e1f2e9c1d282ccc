//! The parts of a mapping: what a row becomes, and where a field's value comes from.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use usra_sync_protocol::kind::Kind;

/// Field keys with their rules, in the order of the keys.
pub(in crate::import) type Fields = BTreeMap<Spanned<String>, FieldRule>;

/// Each row of a table that passes the conditions becomes one record.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::import) struct RecordRule {
    pub(in crate::import) kind: Kind,
    /// The table, the submissions when absent.
    pub(in crate::import) table: Option<Spanned<String>>,
    /// The area's code, from a column.
    pub(in crate::import) area: Option<Spanned<FieldRule>>,
    /// A row that meets any of these is passed over.
    #[serde(default)]
    pub(in crate::import) skip: Vec<Condition>,
    /// A row must meet all of these.
    #[serde(default)]
    pub(in crate::import) only: Vec<Condition>,
    #[serde(default)]
    pub(in crate::import) fields: Fields,
    #[serde(default)]
    pub(in crate::import) group: Vec<GroupRule>,
}

/// Each row of a repeat becomes one `<name>/<id>/…` inside the record it belongs to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::import) struct GroupRule {
    /// `member`, `need`, `income`, `licence` and so on.
    pub(in crate::import) name: Spanned<String>,
    /// The repeat's table; when absent, the record's own row makes one.
    pub(in crate::import) table: Option<Spanned<String>>,
    #[serde(default)]
    pub(in crate::import) skip: Vec<Condition>,
    #[serde(default)]
    pub(in crate::import) only: Vec<Condition>,
    #[serde(default)]
    pub(in crate::import) fields: Fields,
}

/// A column whose cell is one of some values; `""` is the empty cell.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::import) struct Condition {
    pub(in crate::import) column: Spanned<Titles>,
    pub(in crate::import) is: Vec<String>,
}

/// Titles of one column in the order of preference: its name, its label in each language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::import) struct Titles(pub(in crate::import) Vec<String>);

/// Where a field's value comes from.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    column: Titles,
    #[serde(default)]
    age: Titles,
    constant: Option<String>,
    text: Option<String>,
    default: Option<String>,
    #[serde(default)]
    values: BTreeMap<String, String>,
    split: Option<Split>,
    #[serde(default, rename = "as")]
    reading: Reading,
    #[serde(default)]
    optional: bool,
}

/// Where a field's value comes from; one of column, constant and text is given, or an age.
#[derive(Clone, Debug, Default)]
pub(in crate::import) struct FieldRule {
    pub(in crate::import) column: Titles,
    /// Whole years of age when the submission arrived; gives a birth year where `column` gives no date.
    pub(in crate::import) age: Titles,
    /// The same value for every row.
    pub(in crate::import) constant: Option<String>,
    /// A sentence with `{column}` in it.
    pub(in crate::import) text: Option<String>,
    /// The value of an empty cell.
    pub(in crate::import) default: Option<String>,
    /// The survey's words to ours; a word that is not here is taken as it stands, `""` means no value.
    pub(in crate::import) values: BTreeMap<String, String>,
    pub(in crate::import) split: Option<Split>,
    pub(in crate::import) reading: Reading,
    /// Whether the export may lack the column.
    pub(in crate::import) optional: bool,
}

/// How a select-multiple becomes a set: one column with words between, or a column for each word.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "`split` is true (words between spaces) or what stands between, such as \",\"")]
pub(in crate::import) enum Split {
    Spaces(bool),
    By(String),
}

/// What a cell says when it is not the value itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::import) enum Reading {
    /// The value.
    #[default]
    Value,
    /// A day as a spreadsheet counts it (45000 is 2023-03-15).
    ExcelDate,
}

impl TryFrom<Written> for FieldRule {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, &'static str> {
        let Written { column, age, constant, text, default, values, split, reading, optional } = written;
        let sources = usize::from(!column.0.is_empty()) + usize::from(constant.is_some()) + usize::from(text.is_some());
        if sources != 1 && (sources != 0 || age.0.is_empty()) {
            return Err("give exactly one of `column`, `constant` and `text`; a birth date may have `age`");
        }
        let split = split.filter(|split| *split != Split::Spaces(false));
        Ok(Self { column, age, constant, text, default, values, split, reading, optional })
    }
}

impl<'de> Deserialize<'de> for Titles {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TitleOrRule).map(|rule| rule.column)
    }
}

impl<'de> Deserialize<'de> for FieldRule {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TitleOrRule)
    }
}

/// Reads `"title"`, `["title", "label"]` or `{ column = … }`; by hand, since serde's untagged enums hide which word is wrong.
struct TitleOrRule;

impl<'de> Visitor<'de> for TitleOrRule {
    type Value = FieldRule;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column's title, a list of titles, or { column = … }")
    }

    fn visit_str<E: Error>(self, title: &str) -> Result<FieldRule, E> {
        Ok(FieldRule { column: Titles(vec![title.to_owned()]), ..FieldRule::default() })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut titles: A) -> Result<FieldRule, A::Error> {
        let mut column = Vec::new();
        while let Some(title) = titles.next_element()? {
            column.push(title);
        }
        Ok(FieldRule { column: Titles(column), ..FieldRule::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FieldRule, A::Error> {
        let written = Written::deserialize(MapAccessDeserializer::new(map))?;
        FieldRule::try_from(written).map_err(A::Error::custom)
    }
}
