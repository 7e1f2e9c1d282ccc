//! Why an import cannot begin: the export or the mapping as a whole is unusable. What is wrong with single rows is in `reject`.

/// A fault that ends the import before anything was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportFault {
    /// A file or folder cannot be opened or read.
    #[error("cannot read {file}: {cause}")]
    Unreadable {
        /// The file's name, without its folder.
        file: String,
        /// The system's reason.
        cause: String,
    },
    /// A table's bytes are in no encoding that we read.
    #[error("{file} is not UTF-8 or UTF-16 text; save it as \"CSV UTF-8\" and try again")]
    Encoding {
        /// The file's name.
        file: String,
    },
    /// The tables up to this one are larger than an import may hold in memory.
    #[error("the export's tables are larger than {limit_mb} MB (at {file})")]
    TooLarge {
        /// The file's name.
        file: String,
        /// The limit, in megabytes.
        limit_mb: u64,
    },
    /// Two columns or tables of one name, or rows that no CSV reader can separate.
    #[error("{file}: {cause}")]
    Table {
        /// The file's name.
        file: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The export holds no table.
    #[error("there is no CSV file in the export")]
    Empty,
    /// The table of submissions cannot be told from the others.
    #[error("cannot tell which table holds the submissions; name it as `main` in the mapping (there are: {have})")]
    MainUnclear {
        /// The tables there are.
        have: String,
    },
    /// The mapping file says something that it cannot say.
    #[error("the mapping, line {line}: {what}")]
    Mapping {
        /// Its line, from 1.
        line: usize,
        /// What is wrong and what would be right.
        what: String,
    },
}

impl ImportFault {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "file_unreadable",
            Self::Encoding { .. } => "encoding_unknown",
            Self::TooLarge { .. } => "table_too_large",
            Self::Table { .. } => "table_malformed",
            Self::Empty => "export_empty",
            Self::MainUnclear { .. } => "main_table_unclear",
            Self::Mapping { .. } => "mapping_invalid",
        }
    }

    /// What is wrong and what to do, in English.
    #[must_use]
    pub fn sentence_en(&self) -> String {
        self.to_string()
    }

    /// What is wrong and what to do, in Arabic; names and technical details stay as they are.
    #[must_use]
    pub fn sentence_ar(&self) -> String {
        match self {
            Self::Unreadable { file, cause } => format!("تعذرت قراءة {file}: {cause}"),
            Self::Encoding { file } => {
                format!("ترميز {file} ليس UTF-8 ولا UTF-16؛ احفظه بصيغة «CSV UTF-8» ثم أعد المحاولة")
            }
            Self::TooLarge { file, limit_mb } => format!("حجم جداول التصدير أكبر من {limit_mb} ميجابايت (عند {file})"),
            Self::Table { file, cause } => format!("الجدول {file} غير سليم: {cause}"),
            Self::Empty => "لا يوجد ملف CSV في التصدير".to_owned(),
            Self::MainUnclear { have } => {
                format!("لم يُعرف جدول الاستمارات؛ سمِّه في ملف المطابقة بالمفتاح main (الموجود: {have})")
            }
            Self::Mapping { line, what } => format!("ملف المطابقة، السطر {line}: {what}"),
        }
    }

    /// A file that the system would not give.
    pub(super) fn unreadable(file: &str, cause: &impl ToString) -> Self {
        Self::Unreadable { file: file.to_owned(), cause: cause.to_string() }
    }

    /// A table that is not what it should be.
    pub(super) fn table(file: &str, cause: &impl ToString) -> Self {
        Self::Table { file: file.to_owned(), cause: cause.to_string() }
    }
}
