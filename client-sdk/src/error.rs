//! What can go wrong on a phone, each cause with its stable code and a sentence in Arabic and English that names what to do.
//! No sentence contains a value that a person typed.

use usra_sync_protocol::change::ChangeFault;
use usra_sync_protocol::sync::WireFault;

use crate::store::StoreError;

/// Why the engine did not do what it was asked. Nothing was half done.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// The store could not keep or give what it should.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// This needs an enrolled phone.
    #[error("the phone is not enrolled")]
    NotEnrolled,
    /// What the phone held was not renewed in time: it is not shown before the next sync.
    #[error("what the phone held has expired")]
    Expired,
    /// No record has this id here.
    #[error("no such record on this phone")]
    RecordUnknown,
    /// The record is no longer in this phone's scope, and goes once its unsent work has verdicts.
    #[error("the record left this phone's scope")]
    RecordLeft,
    /// A record with this id exists already.
    #[error("the record exists already")]
    RecordExists,
    /// A record of this kind belongs to a family and none was named.
    #[error("no family named")]
    FamilyNeeded,
    /// The named family is not on this phone.
    #[error("no such family on this phone")]
    FamilyUnknown,
    /// Several areas are possible and neither the place nor an area was given.
    #[error("no area can be told for the record")]
    AreaNeeded,
    /// The area is not one of this phone's.
    #[error("the area is not one of this phone's")]
    AreaOutOfScope,
    /// The schema has no such field for this kind.
    #[error("unknown field {key}")]
    FieldUnknown {
        /// The field.
        key: String,
    },
    /// This role may not write the field.
    #[error("field {key} may not be written by this role")]
    FieldNotAllowed {
        /// The field.
        key: String,
        /// What to do, in Arabic.
        sentence_ar: &'static str,
        /// What to do, in English.
        sentence_en: &'static str,
    },
    /// The value does not fit the field.
    #[error("field {key}: {code}")]
    ValueInvalid {
        /// The field.
        key: String,
        /// Why, as a stable code.
        code: &'static str,
        /// What is allowed, in Arabic.
        sentence_ar: String,
        /// What is allowed, in English.
        sentence_en: String,
    },
    /// The phone does not know what to seal to.
    #[error("no sealing key")]
    SealingKeyMissing,
    /// A new record without any value.
    #[error("a record needs at least one field")]
    FieldsNeeded,
    /// The record would have more fields, or one value more bytes, than allowed.
    #[error("the record or a value is too large")]
    TooLarge,
    /// A change of ours could not be made or read back.
    #[error("change: {0}")]
    Change(#[from] ChangeFault),
    /// The server's answer cannot be read.
    #[error("answer: {0}")]
    Answer(#[from] WireFault),
    /// The server's answer does not fit what was asked.
    #[error("the answer does not fit the request")]
    AnswerUnexpected,
}

impl PhoneError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(fault) => fault.code(),
            Self::NotEnrolled => "not_enrolled",
            Self::Expired => "expired",
            Self::RecordUnknown => "record_unknown",
            Self::RecordLeft => "record_left",
            Self::RecordExists => "record_exists",
            Self::FamilyNeeded => "family_needed",
            Self::FamilyUnknown => "family_unknown",
            Self::AreaNeeded => "area_needed",
            Self::AreaOutOfScope => "area_out_of_scope",
            Self::FieldUnknown { .. } => "field_unknown",
            Self::FieldNotAllowed { .. } => "field_not_allowed",
            Self::ValueInvalid { code, .. } => code,
            Self::SealingKeyMissing => "sealing_key_missing",
            Self::FieldsNeeded => "fields_needed",
            Self::TooLarge => "too_large",
            Self::Change(_) => "change_faulty",
            Self::Answer(_) => "answer_malformed",
            Self::AnswerUnexpected => "answer_unexpected",
        }
    }

    /// The field at fault, where there is one.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::FieldUnknown { key } | Self::FieldNotAllowed { key, .. } | Self::ValueInvalid { key, .. } => {
                Some(key)
            }
            Self::Store(_)
            | Self::NotEnrolled
            | Self::Expired
            | Self::RecordUnknown
            | Self::RecordLeft
            | Self::RecordExists
            | Self::FamilyNeeded
            | Self::FamilyUnknown
            | Self::AreaNeeded
            | Self::AreaOutOfScope
            | Self::SealingKeyMissing
            | Self::FieldsNeeded
            | Self::TooLarge
            | Self::Change(_)
            | Self::Answer(_)
            | Self::AnswerUnexpected => None,
        }
    }

    /// What is wrong and what to do, in Arabic.
    #[must_use]
    pub fn sentence_ar(&self) -> String {
        self.sentences().0
    }

    /// What is wrong and what to do, in English.
    #[must_use]
    pub fn sentence_en(&self) -> String {
        self.sentences().1
    }

    fn sentences(&self) -> (String, String) {
        let (ar, en) = match self {
            Self::Store(fault) => fault.sentences(),
            Self::NotEnrolled => (
                "هذا الجهاز غير مسجّل. سجّله برمز من المشرف؛ ما أُدخل محفوظ.",
                "This phone is not enrolled. Enrol it with a code from your supervisor; what was entered is kept.",
            ),
            Self::Expired => (
                "مضى وقت طويل دون مزامنة فانتهت مدة ما في الجهاز. زامن ليعود؛ ما لم يُرسل محفوظ.",
                "What this phone held has expired, as it did not sync for long. Sync to get it back; unsent work is kept.",
            ),
            Self::RecordUnknown => ("لا يوجد سجل بهذا الرقم في الجهاز.", "There is no such record on this phone."),
            Self::RecordLeft => (
                "لم يعد السجل ضمن مناطقك. ما أُدخل قبل ذلك يُرسل؛ راجع المشرف لأي تعديل آخر.",
                "The record is no longer in your areas. What was entered before is sent; ask your supervisor for anything else.",
            ),
            Self::RecordExists => {
                ("السجل موجود من قبل. عدّله بدل إنشائه.", "The record exists already. Edit it instead.")
            }
            Self::FamilyNeeded => ("حدّد الأسرة التي يتبعها السجل.", "Name the family that the record belongs to."),
            Self::FamilyUnknown => (
                "الأسرة غير موجودة في هذا الجهاز. زامن أولًا أو تحقق من رقمها.",
                "The family is not on this phone. Sync first, or check its id.",
            ),
            Self::AreaNeeded => (
                "لا يمكن معرفة منطقة السجل. أدخل المحافظة أو المركز، أو حدّد المنطقة.",
                "The record's area cannot be told. Give the governorate or centre, or name the area.",
            ),
            Self::AreaOutOfScope => (
                "المنطقة ليست ضمن مناطق هذا الجهاز. اختر منطقة من مناطقك أو راجع المشرف.",
                "The area is not one of this phone's. Choose one of yours or speak to your supervisor.",
            ),
            Self::FieldUnknown { key } => return of_field(key, "حقل غير معروف.", "there is no such field."),
            Self::FieldNotAllowed { key, sentence_ar, sentence_en } => return of_field(key, sentence_ar, sentence_en),
            Self::ValueInvalid { key, sentence_ar, sentence_en, .. } => return of_field(key, sentence_ar, sentence_en),
            Self::SealingKeyMissing => (
                "ليس في الجهاز مفتاح المركز لختم هذه القيمة. سجّل الجهاز من جديد برمز من المشرف ثم أدخلها.",
                "This phone does not have the centre's key to seal the value. Enrol it again with a new code, then enter it.",
            ),
            Self::FieldsNeeded => ("أدخل حقلًا واحدًا على الأقل.", "Give at least one field."),
            Self::TooLarge => ("القيمة أو السجل أكبر من المسموح.", "The value or the record is larger than allowed."),
            Self::Change(_) | Self::Answer(_) | Self::AnswerUnexpected => (
                "وصل ما لا يمكن قراءته ولم يُحفظ منه شيء. أعد المحاولة، وإن تكرر فحدّث التطبيق.",
                "Something could not be read and nothing of it was kept. Try again; if it repeats, update the app.",
            ),
        };
        (ar.to_owned(), en.to_owned())
    }
}

fn of_field(key: &str, ar: &str, en: &str) -> (String, String) {
    (format!("{key}: {ar}"), format!("{key}: {en}"))
}
