//! Why a value is not kept: a stable code, and sentences for people that name what is allowed and never repeat the value.

use crate::code_list;

/// Why a value is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence_en())]
pub enum ValueFault {
    /// Written once: it cannot be cleared, only corrected by a new row.
    NotClearable,
    /// Not yes or no.
    NotYesNo,
    /// Not a whole number, or not an amount in riyals with at most two decimals.
    NotNumber,
    /// A number outside its range.
    OutOfRange {
        /// The smallest allowed.
        min: i64,
        /// The greatest allowed.
        max: i64,
    },
    /// No visible text.
    Blank,
    /// Blanks at an end; the canonical form has none.
    Untrimmed,
    /// Longer than allowed.
    TooLong {
        /// Characters allowed.
        max: u16,
    },
    /// Holds a control character.
    ControlCharacter,
    /// Not a code of its list.
    NotInList {
        /// The name of the list.
        list: &'static str,
    },
    /// Not a date.
    NotDate,
    /// Not a moment.
    NotInstant,
    /// Not a Saudi mobile number.
    NotMobile,
    /// Not a short address.
    NotShortAddress,
    /// Not a national id.
    NotNationalId,
    /// Not the last four digits of an id.
    NotIdLast4,
    /// Not a record id.
    NotRecord,
    /// Not the short id of a row.
    NotPart,
    /// Not a file number.
    NotFileNo,
    /// Not a point of the Kingdom.
    NotPoint,
}

impl ValueFault {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotClearable => "not_clearable",
            Self::NotYesNo => "not_yes_no",
            Self::NotNumber => "not_number",
            Self::OutOfRange { .. } => "out_of_range",
            Self::Blank => "blank",
            Self::Untrimmed => "untrimmed",
            Self::TooLong { .. } => "too_long",
            Self::ControlCharacter => "control_character",
            Self::NotInList { .. } => "not_in_list",
            Self::NotDate => "not_date",
            Self::NotInstant => "not_instant",
            Self::NotMobile => "not_mobile",
            Self::NotShortAddress => "not_short_address",
            Self::NotNationalId => "not_national_id",
            Self::NotIdLast4 => "not_id_last4",
            Self::NotRecord => "not_record",
            Self::NotPart => "not_part",
            Self::NotFileNo => "not_file_no",
            Self::NotPoint => "not_point",
        }
    }

    /// What is allowed, in Arabic.
    #[must_use]
    pub fn sentence_ar(self) -> String {
        match self {
            Self::OutOfRange { min, max } => format!("أدخل رقما من {min} إلى {max}."),
            Self::TooLong { max } => format!("النص أطول من المسموح؛ الحد {max} حرفا."),
            Self::NotInList { list } => format!("اختر من القائمة: {}.", allowed(list, "، ", |code| &code.ar)),
            Self::NotClearable => "هذا القيد يكتب مرة واحدة ولا يمسح؛ أضف قيدا جديدا لتصحيحه.".to_owned(),
            Self::NotYesNo => "أجب بنعم أو لا.".to_owned(),
            Self::NotNumber => "أدخل رقما صحيحا؛ والمبلغ بالريال بخانتين عشريتين على الأكثر.".to_owned(),
            Self::Blank => "أدخل نصا أو اترك الحقل فارغا.".to_owned(),
            Self::Untrimmed => "أزل الفراغات من أول النص وآخره.".to_owned(),
            Self::ControlCharacter => "في النص رمز غير مرئي؛ أعد كتابته.".to_owned(),
            Self::NotDate => "أدخل تاريخا مثل 2026-11-24 أو 24/11/2026 أو هجريا مثل 14/06/1448.".to_owned(),
            Self::NotInstant => "أدخل وقتا مثل 2026-11-24T09:30:00Z.".to_owned(),
            Self::NotMobile => "أدخل رقم جوال سعودي يبدأ بـ 05 من عشرة أرقام.".to_owned(),
            Self::NotShortAddress => "أدخل العنوان المختصر: أربعة أحرف إنجليزية ثم أربعة أرقام.".to_owned(),
            Self::NotNationalId => "أدخل رقم هوية أو إقامة من عشرة أرقام يبدأ بـ 1 أو 2؛ تأكد من كل رقم.".to_owned(),
            Self::NotIdLast4 => "أدخل آخر أربعة أرقام من الهوية.".to_owned(),
            Self::NotRecord => "اختر سجلا موجودا.".to_owned(),
            Self::NotPart => "المعرف من 1 إلى 32 من الأحرف الإنجليزية الصغيرة والأرقام.".to_owned(),
            Self::NotFileNo => "رقم الملف مثل MKH-JED-00001-7.".to_owned(),
            Self::NotPoint => "أدخل خط العرض ثم خط الطول مثل 21.4858,39.1925.".to_owned(),
        }
    }

    /// What is allowed, in English.
    #[must_use]
    pub fn sentence_en(self) -> String {
        match self {
            Self::OutOfRange { min, max } => format!("Enter a number from {min} to {max}."),
            Self::TooLong { max } => format!("The text is too long; {max} characters are allowed."),
            Self::NotInList { list } => format!("Choose from the list: {}.", allowed(list, ", ", |code| &code.en)),
            Self::NotClearable => "This is written once and cannot be cleared; add a new row to correct it.".to_owned(),
            Self::NotYesNo => "Answer yes or no.".to_owned(),
            Self::NotNumber => "Enter a whole number; an amount in riyals may have two decimals.".to_owned(),
            Self::Blank => "Enter some text or leave the field empty.".to_owned(),
            Self::Untrimmed => "Remove the blanks before and after the text.".to_owned(),
            Self::ControlCharacter => "The text holds an invisible character; type it again.".to_owned(),
            Self::NotDate => "Enter a date such as 2026-11-24, 24/11/2026, or Hijri 14/06/1448.".to_owned(),
            Self::NotInstant => "Enter a moment such as 2026-11-24T09:30:00Z.".to_owned(),
            Self::NotMobile => "Enter a Saudi mobile number: ten digits that begin with 05.".to_owned(),
            Self::NotShortAddress => "Enter the short address: four letters, then four digits.".to_owned(),
            Self::NotNationalId => {
                "Enter the ten digits of the id or iqama, first 1 or 2; check every digit.".to_owned()
            }
            Self::NotIdLast4 => "Enter the last four digits of the id.".to_owned(),
            Self::NotRecord => "Choose an existing record.".to_owned(),
            Self::NotPart => "The id has 1 to 32 small letters and digits.".to_owned(),
            Self::NotFileNo => "A file number looks like MKH-JED-00001-7.".to_owned(),
            Self::NotPoint => "Enter latitude, then longitude, such as 21.4858,39.1925.".to_owned(),
        }
    }
}

/// Codes with their words; the first dozen of a long list, since a sentence of 110 places helps nobody.
fn allowed(list: &str, separator: &str, word: impl Fn(&'static code_list::Code) -> &'static str) -> String {
    let codes = code_list::list(list).map(|list| list.codes.as_slice()).unwrap_or_default();
    let shown: Vec<String> = codes.iter().take(12).map(|code| format!("{} ({})", code.code, word(code))).collect();
    let more = if codes.len() > shown.len() { " …" } else { "" };
    format!("{}{more}", shown.join(separator))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_told_by_its_first_dozen_and_whether_there_is_more() {
        let told = |list: &'static str| ValueFault::NotInList { list }.sentence_en();
        let codes = |list: &str| code_list::list(list).map_or(0, |list| list.codes.len());
        for (list, _) in code_list::all() {
            let sentence = told(list);
            assert!(sentence.matches('(').count() >= codes(list).min(12), "{list}");
            assert_eq!(sentence.ends_with(" …."), codes(list) > 12, "{list}");
        }
        assert!(told("activity").contains("FOOD-BAKE (Bakery & pastries)"));
    }
}
