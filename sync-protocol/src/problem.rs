//! Problems of a whole request, as `application/problem+json`: one table of code, status, whether the client may retry,
//! and the sentence in Arabic and English. The phone branches on the code, never on a sentence.
//! Problems of one change are verdicts (`sync::Reason`), not these.

use serde::{Deserialize, Serialize};

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $retry:literal, $ar:literal, $en:literal;)*) => {
        /// What is wrong with a request. Codes never change their meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Problem { $($(#[$doc])* $name,)* }

        impl Problem {
            /// Every problem.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The stable code.
            #[must_use]
            pub fn code(self) -> &'static str { match self { $(Self::$name => $code,)* } }

            /// The HTTP status.
            #[must_use]
            pub fn status(self) -> u16 { match self { $(Self::$name => $status,)* } }

            /// Whether the same request may succeed later.
            #[must_use]
            pub fn retry(self) -> bool { match self { $(Self::$name => $retry,)* } }

            /// What is wrong and what to do, in Arabic.
            #[must_use]
            pub fn sentence_ar(self) -> &'static str { match self { $(Self::$name => $ar,)* } }

            /// What is wrong and what to do, in English.
            #[must_use]
            pub fn sentence_en(self) -> &'static str { match self { $(Self::$name => $en,)* } }
        }
    };
}

// A macro so that everything about a problem stands in one row and no row can lack a column.
problems! {
    /// No token, or one that this server never gave out.
    TokenUnknown = "token_unknown", 401, false,
        "رمز الدخول غير معروف. سجّل هذا الجهاز برمز تسجيل جديد؛ ما لم يُرسل بعد يبقى محفوظًا.",
        "The access token is not known. Enrol this phone again with a new code; unsent work is kept.";
    /// The token's time is over.
    TokenExpired = "token_expired", 401, false,
        "انتهت صلاحية رمز الدخول. يجدده الجهاز بنفسه؛ وإن لم يستطع فسجّله برمز تسجيل جديد، وما لم يُرسل بعد يبقى محفوظًا.",
        "The access token has expired. The phone renews it by itself; if it cannot, enrol it again with a new code; unsent work is kept.";
    /// The refresh token was not used for a whole season.
    RefreshExpired = "refresh_expired", 401, false,
        "لم يتصل هذا الجهاز بالمركز منذ مدة طويلة. سجّله برمز تسجيل جديد؛ ما لم يُرسل بعد يبقى محفوظًا.",
        "This phone was away for too long. Enrol it again with a new code; unsent work is kept.";
    /// A refresh token came a second time: two hold the same phone's data. Neither is served any more.
    TokenReused = "token_reused", 401, false,
        "استُعملت بيانات هذا الجهاز من مكانين، ولعلها نُسخت. سجّله برمز تسجيل جديد؛ ما لم يُرسل بعد يبقى محفوظًا.",
        "This phone's data is in use in two places and may have been copied. Enrol it again with a new code; unsent work is kept.";
    /// The request of an install with a key bears no signature.
    SignatureMissing = "signature_missing", 401, false,
        "الطلب غير موقّع بمفتاح الجهاز. حدّث التطبيق.",
        "The request is not signed with the phone's key. Update the app.";
    /// The signature is not that of the install's key over this request.
    SignatureWrong = "signature_wrong", 401, false,
        "توقيع الطلب غير صحيح. أعد المحاولة، وإن تكرر فسجّل الجهاز برمز تسجيل جديد؛ ما لم يُرسل بعد يبقى محفوظًا.",
        "The request's signature is wrong. Try again; if it repeats, enrol this phone again with a new code; unsent work is kept.";
    /// This very sending was seen before.
    NonceUsed = "nonce_used", 409, true,
        "وصل هذا الإرسال من قبل. سيُعاد الإرسال بتوقيع جديد.",
        "This very sending has arrived before. It will be signed anew and sent again.";
    /// The install was revoked.
    InstallRevoked = "install_revoked", 403, false,
        "أُوقف هذا الجهاز من المركز. راجع المشرف.",
        "This phone was revoked by the centre. Speak to your supervisor.";
    /// The enrolment code does not exist.
    CodeUnknown = "code_unknown", 403, false,
        "رمز التسجيل غير صحيح. تحقق منه أو اطلب رمزًا جديدًا من المشرف.",
        "The enrolment code is wrong. Check it, or ask your supervisor for a new one.";
    /// The enrolment code was used by a phone already.
    CodeUsed = "code_used", 403, false,
        "سبق استعمال رمز التسجيل، وكل رمز لجهاز واحد. اطلب رمزًا جديدًا من المشرف، وأخبره إن لم تكن أنت من استعمله.",
        "The enrolment code was already used; each is for one phone. Ask your supervisor for a new one, and say so if it was not you who used it.";
    /// The enrolment link names another server's key.
    ServerOther = "server_other", 403, false,
        "الرابط يسمّي مفتاحًا ليس لهذا الخادم، ولم يُستعمل رمز التسجيل. تحقق من الحروف التي بعد # مع المشرف.",
        "The link names a key that is not this server's; the enrolment code was not used. Check the letters after # with your supervisor.";
    /// Too many codes that were none came from there.
    TooManyTries = "too_many_tries", 429, true,
        "محاولات كثيرة برموز غير صحيحة. انتظر قليلًا ثم أعد المحاولة.",
        "Too many tries with wrong codes. Wait a little, then try again.";
    /// The enrolment code's ten minutes are over.
    CodeExpired = "code_expired", 403, false,
        "انتهت مدة رمز التسجيل. اطلب رمزًا جديدًا من المشرف.",
        "The enrolment code has expired. Ask your supervisor for a new one.";
    /// Not a Saudi mobile number. It says nothing about whose number it is.
    MobileInvalid = "mobile_invalid", 400, false,
        "رقم الجوال غير صحيح. اكتب رقم جوال سعوديًا، مثل 05XXXXXXXX.",
        "This is not a mobile number. Give a Saudi one, such as 05XXXXXXXX.";
    /// One answer for a wrong, expired, used or never sent one-time code and for a number that no family has: it tells nothing.
    SignInCodeWrong = "sign_in_code_wrong", 403, false,
        "رمز الدخول غير صحيح أو انتهت مدته. تحقق منه أو اطلب رمزًا جديدًا بعد دقيقة؛ وإن لم يصلك رمز فراجع المشرف.",
        "The sign-in code is wrong or has expired. Check it, or ask for another after a minute; if none reaches you, speak to your supervisor.";
    /// Too many one-time codes were asked for from there, whatever the numbers.
    SmsLimit = "sms_limit", 429, true,
        "طُلبت رموز كثيرة من هذه الشبكة. انتظر قليلًا ثم أعد المحاولة.",
        "Too many codes were asked for from this network. Wait a little, then try again.";
    /// This server sends no texts at all.
    SmsUnavailable = "sms_unavailable", 503, false,
        "لا يرسل هذا الخادم رموز دخول. اطلب رمز تسجيل من المشرف.",
        "This server sends no sign-in codes. Ask your supervisor for an enrolment code.";
    /// The login, the password or the one-time code is wrong; which, is not told.
    SignInWrong = "sign_in_wrong", 401, false,
        "اسم الدخول أو كلمة المرور أو الرمز غير صحيح. تحقق منها وأدخل رمزًا جديدًا من تطبيق الرموز.",
        "The login, the password or the code is wrong. Check them, and enter a new code from your app.";
    /// Too many sign-ins with this login failed, or too many at all.
    SignInLocked = "sign_in_locked", 429, true,
        "محاولات دخول كثيرة غير ناجحة. انتظر ثم أعد المحاولة، أو اطلب من المشرف إعادة ضبط الحساب.",
        "Too many sign-ins failed. Wait, then try again, or ask an administrator to reset the account.";
    /// Nobody is signed in with this cookie, or no longer.
    SessionEnded = "session_ended", 401, false,
        "لم تسجّل الدخول أو انتهت الجلسة. سجّل الدخول من جديد.",
        "You are not signed in, or the session has ended. Sign in again.";
    /// A page of another site asked the browser to send this.
    OriginForeign = "origin_foreign", 403, false,
        "جاء هذا الطلب من موقع آخر ولم يُنفّذ. افتح لوحة المركز نفسها وأعد المحاولة.",
        "This request came from another site and was not carried out. Open the centre's own page and try again.";
    /// A protocol version that the server does not speak.
    VersionUnknown = "version_unknown", 400, false,
        "إصدار التطبيق غير مدعوم. حدّث التطبيق.",
        "This version of the protocol is not supported. Update the app.";
    /// The body is not what this address takes.
    BodyMalformed = "body_malformed", 400, false,
        "الطلب غير مفهوم. أعد المحاولة، وإن تكرر فحدّث التطبيق.",
        "The request cannot be read. Try again; if it repeats, update the app.";
    /// The body ends before it should.
    BodyTruncated = "body_truncated", 400, true,
        "وصل الطلب ناقصًا. ستُعاد المحاولة.",
        "The request arrived cut off. It will be sent again.";
    /// The body is larger than allowed, as sent or once decompressed.
    BodyTooLarge = "body_too_large", 413, false,
        "الطلب أكبر من المسموح. أرسل جزءًا أصغر.",
        "The request is larger than allowed. Send a smaller part.";
    /// The media type is not the one this address takes.
    MediaTypeUnknown = "media_type_unknown", 415, false,
        "نوع المحتوى غير مدعوم في هذا العنوان.",
        "This address does not take this content type.";
    /// No such address.
    NotFound = "not_found", 404, false,
        "لا يوجد شيء في هذا العنوان.",
        "There is nothing at this address.";
    /// The address exists, the method does not.
    MethodNotAllowed = "method_not_allowed", 405, false,
        "هذا العنوان لا يقبل هذه الطريقة.",
        "This address does not take this method.";
    /// The request did not arrive in time.
    RequestTimeout = "request_timeout", 408, true,
        "لم يصل الطلب كاملًا في الوقت المحدد. ستُعاد المحاولة.",
        "The request did not arrive in time. It will be sent again.";
    /// More work than the server takes at once.
    Overloaded = "overloaded", 503, true,
        "الخادم مشغول الآن. ستُعاد المحاولة تلقائيًا.",
        "The server is busy. It will be tried again by itself.";
    /// The database is away or full; nothing was kept.
    StorageUnavailable = "storage_unavailable", 503, true,
        "قاعدة البيانات غير متاحة الآن ولم يُحفظ شيء. ستُعاد المحاولة تلقائيًا.",
        "The database is not available and nothing was kept. It will be tried again by itself.";
    /// A fault of the server's own.
    Internal = "internal", 500, true,
        "حدث خطأ في الخادم ولم يُحفظ شيء. ستُعاد المحاولة.",
        "The server made a mistake and kept nothing. It will be tried again.";
}

/// The JSON body of a problem (RFC 9457), made from the code alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct ProblemBody {
    /// `urn:usra:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The stable code.
    pub code: String,
    /// The HTTP status, repeated for readers of saved bodies.
    pub status: u16,
    /// The Arabic sentence.
    pub title_ar: String,
    /// The English sentence.
    pub title: String,
    /// Whether the same request may succeed later.
    pub retry: bool,
    /// Names this request in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Problem {
    /// The body that says it.
    #[must_use]
    pub fn body(self, request_id: Option<String>) -> ProblemBody {
        ProblemBody {
            kind: format!("urn:usra:problem:{}", self.code()),
            code: self.code().to_owned(),
            status: self.status(),
            title_ar: self.sentence_ar().to_owned(),
            title: self.sentence_en().to_owned(),
            retry: self.retry(),
            request_id,
        }
    }

    /// The problem of a code, or `None` for one of a newer server.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|problem| problem.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_found_again_by_its_code() {
        for problem in Problem::ALL {
            assert_eq!(Problem::from_code(problem.code()), Some(*problem));
            assert!((400..600).contains(&problem.status()), "{problem:?}");
        }
    }
}
