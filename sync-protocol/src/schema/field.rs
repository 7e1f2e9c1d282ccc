//! One row of the schema table and the words it is made of.

use crate::kind::Kind;
use crate::role::Role;

/// One field of a kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The kind of record it belongs to.
    pub kind: Kind,
    /// Its key; at most one part is a slot in angle brackets: `member/<id>/name`.
    pub pattern: &'static str,
    /// What it may hold.
    pub value: ValueType,
    /// Who may write it.
    pub writers: Writers,
    /// What happens to concurrent different values.
    pub concurrent: Concurrent,
    /// Who may see it.
    pub privacy: Privacy,
    /// Whether a record (or a row of its group) cannot be registered without it.
    pub required: bool,
    /// Its Arabic label.
    pub label_ar: &'static str,
    /// Its English label.
    pub label_en: &'static str,
}

/// What a field may hold, in canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// Text without control characters (line breaks aside), at most that many characters, not blank at its ends.
    Text(u16),
    /// A whole number from the first to the second, both included.
    Int(i64, i64),
    /// An amount of money in halalas (a hundredth of a riyal), never negative.
    Halalas,
    /// A Gregorian year.
    Year,
    /// Yes or no; in a set, whether the code of the key is in it.
    Bool,
    /// A code of the list of that name.
    Code(&'static str),
    /// A Gregorian date, `2026-11-24`.
    Date,
    /// A moment in UTC to the second, `2026-11-24T09:30:00Z`.
    Instant,
    /// A Saudi mobile number, `+9665XXXXXXXX`.
    Mobile,
    /// A Saudi short address, `AAAA9999`.
    ShortAddress,
    /// The last four digits of a national id; the id itself is in no record.
    IdLast4,
    /// The id of a record.
    RecordRef,
    /// The short id of a row of the same record.
    PartRef,
    /// A file number with its check digit, `MKH-JED-00001-7`.
    FileNo,
}

/// Greatest amount in halalas: a thousand million riyals, far above any price or income here.
pub(crate) const HALALAS_MAX: i64 = 100_000_000_000;
/// First and last year that a field of type year takes.
pub(crate) const YEARS: (i64, i64) = (1900, 2100);

/// A group of roles that write alike, or the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Writer {
    /// Surveyors and supervisors.
    Surveyor,
    /// The family.
    Family,
    /// Central staff and admins.
    Centre,
    /// Partner agencies.
    Partner,
    /// The server alone, after a decision.
    Server,
}

impl Writer {
    /// Every writer, in the order of the domain's letters.
    pub const ALL: [Self; 5] = [Self::Surveyor, Self::Family, Self::Centre, Self::Partner, Self::Server];

    /// The group of a role.
    #[must_use]
    pub fn of(role: Role) -> Self {
        match role {
            Role::Surveyor | Role::Supervisor => Self::Surveyor,
            Role::Family => Self::Family,
            Role::Staff | Role::Admin => Self::Centre,
            Role::Partner => Self::Partner,
        }
    }

    /// The letter that stands for it in the table: S, F, C, P or X.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Surveyor => 'S',
            Self::Family => 'F',
            Self::Centre => 'C',
            Self::Partner => 'P',
            Self::Server => 'X',
        }
    }
}

/// Who may write a field, as the letters of the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writers(pub(super) &'static str);

impl Writers {
    /// These letters.
    pub(crate) const fn of(letters: &'static str) -> Self {
        Self(letters)
    }

    /// Whether that writer is among them.
    #[must_use]
    pub fn has(self, writer: Writer) -> bool {
        self.0.contains(writer.letter())
    }

    /// The letters: `SFC`.
    #[must_use]
    pub fn letters(self) -> &'static str {
        self.0
    }
}

/// What happens to concurrent different values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concurrent {
    /// Both are kept and a person decides.
    Review,
    /// As [`Concurrent::Review`] when the rule says so, else as [`Concurrent::Latest`].
    ReviewWhen(Rule),
    /// The merge's winner is shown, the others stay in history.
    Latest,
    /// One yes or no for each member of a set; concurrent ones are the merge's winner.
    Set,
    /// Written once; a correction is a new row.
    Log,
    /// Only the server writes, so there are none.
    ServerOrder,
}

/// When concurrent values need a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The places lie in different governorates.
    GovernorateDiffers,
    /// The priorities differ by two or more.
    PriorityDiffersByTwo,
}

/// Who may see a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Privacy {
    /// Part of the public page of a family that agreed to one and was approved.
    Public,
    /// Public only with the family's consent to this use.
    PublicWithConsent,
    /// Public only after a person approved the content.
    PublicAfterApproval,
    /// For those in whose areas the record lies.
    Internal,
    /// Masked by default; every read is audited.
    Sensitive,
}

impl Concurrent {
    /// The word used in documents and tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::ReviewWhen(Rule::GovernorateDiffers) => "review when the governorate differs",
            Self::ReviewWhen(Rule::PriorityDiffersByTwo) => "review when the priority differs by 2 or more",
            Self::Latest => "latest",
            Self::Set => "set",
            Self::Log => "log",
            Self::ServerOrder => "server order",
        }
    }
}

impl Privacy {
    /// The word used in documents and tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::PublicWithConsent => "public with consent",
            Self::PublicAfterApproval => "public after approval",
            Self::Internal => "internal",
            Self::Sensitive => "sensitive",
        }
    }
}

/// Builds the table of a kind. A macro, so that a field is one line of plain words: a function would take eight arguments.
macro_rules! fields {
    ($kind:ident: $($pattern:literal, $value:expr, $writers:ident, $concurrent:expr, $privacy:ident, $ar:literal, $en:literal $(, $required:ident)?;)*) => {
        pub(super) const FIELDS: &[Field] = &[$(Field {
            kind: Kind::$kind,
            pattern: $pattern,
            value: $value,
            writers: Writers(stringify!($writers)),
            concurrent: $concurrent,
            privacy: Privacy::$privacy,
            required: fields!(@required $($required)?),
            label_ar: $ar,
            label_en: $en,
        }),*];
    };
    (@required) => { false };
    (@required required) => { true };
}
pub(super) use fields;
