//! What did not fit, and why, in a file that a person can open beside the export. The file is the user's own data, so it
//! holds the value; nothing of it goes to a log or to the server.

use std::io::Write;

use crate::entry::EntryFault;

use super::fault::ImportFault;
use super::table::Table;

/// What had to stay out because of a trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LeftOut {
    /// One value; the rest of the record was taken.
    Value,
    /// One member, need or other row of a repeat.
    Item,
    /// The whole record.
    Record,
}

/// Why something does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    KeyMissing,
    KeyRepeated,
    RecordRepeated,
    ParentMissing,
    FamilyLeftOut,
    RequiredMissing,
    NothingToRegister,
    AgeInvalid,
    DateInvalid,
    ChoiceUnclear,
    AreaUnknown,
    /// A refusal of the schema, the policy or the phone, with its own code and sentences.
    Refused {
        code: String,
        ar: String,
        en: String,
    },
}

impl From<EntryFault> for Trouble {
    fn from(EntryFault { code, sentence_ar: ar, sentence_en: en }: EntryFault) -> Self {
        Self::Refused { code, ar, en }
    }
}

impl Trouble {
    fn words(&self) -> (&str, &str, &str) {
        match self {
            Self::KeyMissing => ("key_missing", "لا معرّف لهذا الصف.", "This row has no key."),
            Self::KeyRepeated => (
                "key_repeated",
                "المعرّف نفسه في صف سابق؛ أُخذ الأول.",
                "An earlier row has the same key; the first was taken.",
            ),
            Self::RecordRepeated => (
                "record_repeated",
                "هذا السجل نفسه من قاعدة أخرى في المطابقة أو من صف سابق؛ أُخذ الأول.",
                "Another rule of the mapping or an earlier row already makes this record; the first was taken.",
            ),
            Self::ParentMissing => (
                "parent_missing",
                "الصف الذي يتبعه هذا الصف غير موجود في التصدير.",
                "The row that this one belongs to is not in the export.",
            ),
            Self::FamilyLeftOut => (
                "family_left_out",
                "لم تُستورد الأسرة، فلا يُستورد ما يتبعها.",
                "The family was not imported, so what belongs to it was not either.",
            ),
            Self::RequiredMissing => (
                "required_missing",
                "هذه القيمة لازمة للتسجيل وهي فارغة أو غير مقبولة.",
                "This value is needed to register and is empty or not accepted.",
            ),
            Self::NothingToRegister => {
                ("nothing_to_register", "لا قيمة صالحة في هذا الصف.", "This row has no usable value.")
            }
            Self::AgeInvalid => {
                ("age_invalid", "العمر عدد صحيح من 0 إلى 120.", "An age is a whole number from 0 to 120.")
            }
            Self::DateInvalid => ("date_invalid", "التاريخ غير مفهوم.", "The date cannot be read."),
            Self::ChoiceUnclear => {
                ("choice_unclear", "خانة الاختيار تكون 1 أو 0.", "A split choice is 1 or 0 (or true or false).")
            }
            Self::AreaUnknown => ("area_unknown", "لا منطقة بهذا الرمز.", "There is no area of this code."),
            Self::Refused { code, ar, en } => (code, ar, en),
        }
    }
}

/// One thing that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    file: String,
    line: u64,
    key: String,
    column: String,
    value: String,
    left_out: LeftOut,
    trouble: Trouble,
}

impl Reject {
    /// A row that cannot be taken.
    pub(super) fn row(table: &Table, row: usize, key: &str, trouble: Trouble) -> Self {
        Self::at(&table.file, table.line(row), key, trouble)
    }

    /// The same for a row that is known by its file and line.
    pub(super) fn at(file: &str, line: u64, key: &str, trouble: Trouble) -> Self {
        let (column, value) = (String::new(), String::new());
        Self { file: file.to_owned(), line, key: key.to_owned(), column, value, left_out: LeftOut::Record, trouble }
    }

    /// The same with the column and value that are to blame.
    pub(super) fn blaming(mut self, column: &str, value: &str) -> Self {
        column.clone_into(&mut self.column);
        value.clone_into(&mut self.value);
        self
    }

    /// The same row for another reason.
    pub(super) fn because(mut self, trouble: Trouble) -> Self {
        self.trouble = trouble;
        self
    }

    /// The same, leaving out only a part of the record.
    pub(super) fn only(mut self, left_out: LeftOut) -> Self {
        self.left_out = left_out;
        self
    }

    pub(super) fn left_out(&self) -> LeftOut {
        self.left_out
    }

    /// The stable code of the reason.
    #[must_use]
    pub fn code(&self) -> &str {
        self.trouble.words().0
    }
}

/// The file of what did not fit, written as the import goes.
pub struct RejectFile<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> RejectFile<W> {
    /// Begins the file with its header.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(mut to: W) -> Result<Self, ImportFault> {
        // Without the mark, Excel shows Arabic as noise.
        to.write_all("\u{feff}".as_bytes()).map_err(unwritable)?;
        let mut writer = csv::Writer::from_writer(to);
        let header = ["file", "line", "key", "column", "value", "left_out", "reason", "sentence_ar", "sentence_en"];
        writer.write_record(header).map_err(unwritable)?;
        Ok(Self { writer })
    }

    /// Adds one row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, reject: &Reject) -> Result<(), ImportFault> {
        let (code, ar, en) = reject.trouble.words();
        let line = reject.line.to_string();
        let left_out = match reject.left_out {
            LeftOut::Value => "value",
            LeftOut::Item => "item",
            LeftOut::Record => "record",
        };
        let row = [reject.file.as_str(), &line, &reject.key, &reject.column, &reject.value, left_out, code, ar, en];
        self.writer.write_record(row).map_err(unwritable)
    }

    /// Ends the file; what it holds is on its way to the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<(), ImportFault> {
        self.writer.flush().map_err(unwritable)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err, which gives the cause away")]
fn unwritable(cause: impl ToString) -> ImportFault {
    ImportFault::unreadable("rejects", &cause)
}
