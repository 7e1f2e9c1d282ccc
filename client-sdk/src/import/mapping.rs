//! The mapping file: which columns of an export become which fields. Read strictly, since a mistyped word here would
//! silently lose a column of every household. `docs/import.md` explains it to the person who writes one.

mod rule;

use std::fs;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::fault::ImportFault;
use super::tool::Tool;
pub(super) use rule::{Condition, FieldRule, Fields, GroupRule, Reading, RecordRule, Split, Titles};

/// A mapping as it was written, with the lines of its parts for messages.
#[derive(Clone, Debug)]
pub struct Mapping {
    pub(super) body: Body,
    line_starts: Vec<usize>,
}

/// What the file says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    /// The survey's lasting name, kept in `origin/system` and part of every id. Never change it between two imports.
    pub(super) source: String,
    #[serde(default)]
    pub(super) tool: Tool,
    /// The table of submissions, where it is not plain.
    pub(super) main: Option<Spanned<String>>,
    /// Column that names a row for good, instead of the tool's own.
    pub(super) key: Option<Spanned<Titles>>,
    /// Column by which a repeat's row names its parent, instead of the tool's own.
    pub(super) parent: Option<Spanned<Titles>>,
    /// Column that says when a submission arrived, instead of the tool's own.
    pub(super) submitted: Option<Spanned<Titles>>,
    /// Cells that mean "no value", besides the empty one.
    #[serde(default)]
    pub(super) null: Vec<String>,
    /// Code of the area of families whose own place decides none.
    pub(super) area: Option<String>,
    /// What each row becomes.
    pub(super) record: Vec<RecordRule>,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// When it cannot be read, or with the line of the first thing that it cannot say.
    pub fn open(path: &Path) -> Result<Self, ImportFault> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let text = fs::read_to_string(path).map_err(|cause| ImportFault::unreadable(&name, &cause))?;
        Self::parse(&text)
    }

    /// Reads a mapping from its text.
    ///
    /// # Errors
    /// With the line of the first thing that it cannot say.
    pub fn parse(text: &str) -> Result<Self, ImportFault> {
        let line_starts: Vec<usize> =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let line = |at: usize| line_of(&line_starts, at);
        let unreadable = |cause: toml::de::Error| ImportFault::Mapping {
            line: line(cause.span().map_or(0, |span| span.start)),
            what: cause.message().to_owned(),
        };
        let body: Body = toml::from_str(text).map_err(unreadable)?;
        let mapping = Self { body, line_starts };
        if mapping.body.source.trim().is_empty() {
            return Err(mapping.fault(0, "`source` names the survey and must not be empty"));
        }
        Ok(mapping)
    }

    /// The name under which the survey's records are known.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.body.source
    }

    /// A fault at a place of the file.
    pub(super) fn fault(&self, at: usize, what: impl Into<String>) -> ImportFault {
        ImportFault::Mapping { line: line_of(&self.line_starts, at), what: what.into() }
    }
}

fn line_of(line_starts: &[usize], at: usize) -> usize {
    line_starts.partition_point(|start| *start <= at).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (usize, String) {
        match Mapping::parse(text) {
            Err(ImportFault::Mapping { line, what }) => (line, what),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_mistyped_word_is_named_with_its_line() {
        let text = "source = \"s\"\n[[record]]\nkind = \"family\"\n[record.fields]\nname_ar = { colum = \"n\" }\n";
        let (line, what) = fault(text);
        assert_eq!(line, 5, "{what}");
        assert!(what.contains("colum") && what.contains("`column`"), "{what}");
        let (line, what) = fault("source = \"s\"\ntol = \"csv\"\nrecord = []\n");
        assert!(line == 2 && what.contains("tol"), "{line}: {what}");
        let (line, what) = fault("source = \"s\"\n[[record]]\nkind = \"famly\"\n");
        assert!(line == 3 && what.contains("household"), "{line}: {what}");
    }

    #[test]
    fn a_rule_is_a_title_or_a_table_and_nothing_else() {
        let rule = |value: &str| {
            format!("source = \"s\"\n[[record]]\nkind = \"family\"\n[record.fields]\nname_ar = {value}\n")
        };
        let mapping = Mapping::parse(&rule("[\"اسم الأسرة\", \"name\"]")).unwrap();
        let (_, field) = mapping.body.record[0].fields.first_key_value().unwrap();
        assert_eq!(field.column.0, ["اسم الأسرة", "name"]);
        assert_eq!(fault(&rule("7")).0, 5);
        assert_eq!(fault(&rule("{ constant = \"a\", column = \"b\" }")).0, 5);
    }
}
