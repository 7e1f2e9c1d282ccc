//! The held tray: work of this phone that the centre did not take as it was, with the reason and what to do.
//! The values stay here until a person dismisses the item or the centre releases the original.

use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sync::Reason;

/// One change, or the part of it, that was held or refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldItem {
    /// The record.
    pub record: RecordId,
    /// The original change; the centre keeps it under this name.
    pub change: ChangeHash,
    /// Why.
    pub reason: Reason,
    /// Whether it can never be released as it is.
    pub refused: bool,
    /// What was to be written.
    pub fields: Vec<HeldField>,
    /// When the verdict came, milliseconds since 1970.
    pub at_ms: u64,
    /// What the centre said when it rejected it.
    pub note: Option<String>,
}

/// One value that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HeldField {
    /// The field.
    pub key: String,
    /// The value; [`Scalar::Null`] once it has expired.
    pub value: Scalar,
    /// Whether the value went when what the phone held expired. The centre keeps it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expired: bool,
}

impl HeldField {
    /// A value that was not taken.
    #[must_use]
    pub fn new(key: String, value: Scalar) -> Self {
        Self { key, value, expired: false }
    }

    /// Lets go of the value, if there is one here.
    pub fn expire(&mut self) {
        self.expired |= self.value != Scalar::Null;
        self.value = Scalar::Null;
    }
}

impl HeldItem {
    /// What is wrong and what to do, in Arabic.
    #[must_use]
    pub fn advice_ar(&self) -> &'static str {
        advice(self.reason).0
    }

    /// What is wrong and what to do, in English.
    #[must_use]
    pub fn advice_en(&self) -> &'static str {
        advice(self.reason).1
    }
}

const REVOKED: (&str, &str) = (
    "أُلغي تسجيل هذا الجهاز. العمل محفوظ في المركز؛ راجع المشرف.",
    "This phone was revoked. The centre keeps the work; speak to your supervisor.",
);
const REJECTED: (&str, &str) = (
    "راجع المركز هذا التعديل ولم يعتمده. أدخل القيمة الصحيحة إن لزم، ثم أزل البند.",
    "The centre looked at this edit and rejected it. Enter the right value if one is needed, then dismiss the item.",
);
const ADOPTED: (&str, &str) =
    ("كتب المركز هذه القيم بنفسه. لا حاجة إلى شيء.", "The centre wrote these values itself. Nothing to do.");

const SEALING_KEY_UNKNOWN: (&str, &str) = (
    "خُتمت القيمة بمفتاح لا يملكه المركز الآن، وهي محفوظة هناك. راجع المشرف.",
    "The value was sealed to a key that the centre does not have now; it is kept there. Speak to your supervisor.",
);
const SEAL_BROKEN: (&str, &str) = (
    "تعذّر على المركز فتح القيمة المختومة. أدخلها من جديد.",
    "The centre could not open the sealed value. Enter it again.",
);
const ERASED: (&str, &str) = (
    "حُذفت بيانات هذه الأسرة من السجل نهائيًا، فلا يُقبل عنها شيء.",
    "This family was erased from the registry for good; nothing about it is taken.",
);

fn advice(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::OutOfScope => (
            "السجل ليس ضمن مناطقك. العمل محفوظ في المركز؛ راجع المشرف ليعتمده أو يضيف المنطقة إليك.",
            "The record is not in your areas. The centre keeps the work; ask your supervisor to release it or to assign the area.",
        ),
        Reason::FieldNotAllowed => (
            "لا يحق لدورك كتابة هذا الحقل. العمل محفوظ في المركز؛ راجع المشرف إن كان صحيحًا.",
            "Your role may not write this field. The centre keeps the work; tell your supervisor if it is right.",
        ),
        Reason::FieldUnknown | Reason::KindUnknown | Reason::Unknown => (
            "لا يعرف المركز هذا الحقل أو النوع بعد. حدّث التطبيق أو راجع المشرف.",
            "The centre does not know this field or kind. Update the app or speak to your supervisor.",
        ),
        Reason::ValueWrongType | Reason::ValueInvalid => (
            "القيمة غير صالحة لهذا الحقل. أدخل قيمة صحيحة ثم احفظ.",
            "The value does not fit this field. Enter a right one and save.",
        ),
        Reason::FieldWrittenOnce => (
            "هذا الحقل يُكتب مرة واحدة. سجّل التصحيح في سطر جديد.",
            "This field is written once. Record the correction as a new entry.",
        ),
        Reason::RecordTooLarge | Reason::ChangeTooLarge => (
            "السجل أو التعديل أكبر من المسموح. قسّمه أو راجع المشرف.",
            "The record or the edit is larger than allowed. Split it or speak to your supervisor.",
        ),
        Reason::NotStorable => (
            "تعذّر على المركز تخزين هذا التعديل، وهو محفوظ هناك. راجع المشرف.",
            "The centre could not store this edit; it is kept there. Speak to your supervisor.",
        ),
        Reason::RecordMismatch => (
            "السجل موجود في المركز بنوع آخر أو لأسرة أخرى. راجع المشرف.",
            "The centre has this record as another kind or of another family. Speak to your supervisor.",
        ),
        Reason::SealingKeyUnknown => SEALING_KEY_UNKNOWN,
        Reason::SealBroken => SEAL_BROKEN,
        Reason::Erased => ERASED,
        Reason::DepsMissing | Reason::FamilyMissing | Reason::RecordMissing => (
            "ينتظر وصول ما يسبقه. لا حاجة إلى شيء الآن.",
            "It waits for something that comes before it. Nothing to do now.",
        ),
        Reason::Forked | Reason::ForeignActor => (
            "يبدو أن بيانات هذا الجهاز نُسخت أو استُعيدت. سجّل الجهاز من جديد؛ ما لم يُرسل محفوظ.",
            "This phone's data seems to have been copied or restored. Enrol it again; unsent work is kept.",
        ),
        Reason::InstallRevoked => REVOKED,
        Reason::Rejected => REJECTED,
        Reason::Adopted => ADOPTED,
        Reason::AfterHeld
        | Reason::Relayed
        | Reason::ChangeMalformed
        | Reason::SeqOutOfOrder
        | Reason::CounterOutOfOrder
        | Reason::PredecessorUnknown => (
            "تعذّر على المركز ضم هذا التعديل. القيم محفوظة هنا؛ أدخلها من جديد إن كانت صحيحة.",
            "The centre could not add this edit. The values are kept here; enter them again if they are right.",
        ),
    }
}
