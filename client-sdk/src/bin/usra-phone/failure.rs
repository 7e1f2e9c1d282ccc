//! Why a command did not do what it was asked, as a code, two sentences and an exit code.

use usra_client_sdk::entry::EntryFault;
use usra_client_sdk::import::ImportFault;
use usra_client_sdk::store::StoreError;
use usra_client_sdk::{Failure, PhoneError};

/// Whose turn it is after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blame {
    /// It failed here or at the centre.
    Work,
    /// The command was not one that can be done.
    Misuse,
    /// There is no network, or no server at the end of it. Nothing is lost.
    Network,
}

/// A command that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failed {
    pub(crate) blame: Blame,
    pub(crate) code: String,
    pub(crate) ar: String,
    pub(crate) en: String,
}

impl Failed {
    pub(crate) fn exit_code(&self) -> u8 {
        match self.blame {
            Blame::Work => 1,
            Blame::Misuse => 2,
            Blame::Network => 3,
        }
    }

    /// A command that cannot be done as it was written.
    pub(crate) fn misuse(code: &str, ar: impl Into<String>, en: impl Into<String>) -> Self {
        Self { blame: Blame::Misuse, code: code.to_owned(), ar: ar.into(), en: en.into() }
    }

    /// Something that is not as it must be.
    pub(crate) fn work(code: &str, ar: impl Into<String>, en: impl Into<String>) -> Self {
        Self { blame: Blame::Work, ..Self::misuse(code, ar, en) }
    }

    /// Something that the machine would not do.
    pub(crate) fn system(what: &str, cause: &impl ToString) -> Self {
        let cause = cause.to_string();
        Self {
            blame: Blame::Work,
            code: "system".to_owned(),
            ar: format!("تعذر على الجهاز: \u{2068}{what}: {cause}\u{2069}"),
            en: format!("the machine would not: {what}: {cause}"),
        }
    }

    /// A text that is no value of the field.
    pub(crate) fn entry(key: &str, fault: EntryFault) -> Self {
        let ar = format!("\u{2068}{key}\u{2069}: {}", fault.sentence_ar);
        let en = format!("{key}: {}", fault.sentence_en);
        Self { blame: Blame::Misuse, code: fault.code, ar, en }
    }
}

impl From<PhoneError> for Failed {
    fn from(error: PhoneError) -> Self {
        let (ar, en) = (error.sentence_ar(), error.sentence_en());
        Self { blame: Blame::Work, code: error.code().to_owned(), ar, en }
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        PhoneError::from(error).into()
    }
}

impl From<ImportFault> for Failed {
    fn from(fault: ImportFault) -> Self {
        let (ar, en) = (fault.sentence_ar(), fault.sentence_en());
        Self { blame: Blame::Work, code: fault.code().to_owned(), ar, en }
    }
}

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        let code = failure.code().to_owned();
        let (blame, ar, en) = match failure {
            Failure::Unreachable => (
                Blame::Network,
                "تعذر الوصول إلى الخادم. لم يضع شيء؛ أعد المزامنة حين تتوفر الشبكة.",
                "The server cannot be reached. Nothing is lost; sync again when there is a network.",
            ),
            Failure::Timeout => (
                Blame::Network,
                "لم يرد الخادم في الوقت المحدد. لم يضع شيء؛ أعد المزامنة لاحقًا.",
                "The server did not answer in time. Nothing is lost; sync again later.",
            ),
            Failure::Garbled => (
                Blame::Network,
                "جاء رد ليس من خادم أسرة (بوابة شبكة مثلًا). لم يضع شيء؛ افتح الشبكة ثم أعد المزامنة.",
                "An answer came that is not the server's (a network's login page?). Nothing is lost; open the network and sync again.",
            ),
            Failure::Unproven => (
                Blame::Work,
                "لم يثبت الخادم أنه الخادم المذكور في الرابط، فلم يُسجَّل الجهاز ولم يُحفظ شيء. تحقق من الرابط مع المشرف أو استعمل شبكة أخرى.",
                "The server did not prove that it is the one in the link, so the phone was not enrolled and nothing was kept. Check the link with your supervisor, or use another network.",
            ),
            Failure::Problem { problem, .. } => (Blame::Work, problem.sentence_ar(), problem.sentence_en()),
        };
        Self { blame, code, ar: ar.to_owned(), en: en.to_owned() }
    }
}
