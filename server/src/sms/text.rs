//! The one text there is: a sign-in code, Arabic first, with its minutes and without any name.

use time::OffsetDateTime;

/// A code on its way to a number.
#[derive(Clone)]
pub struct Text {
    /// Names this text, the same when it is handed over a second time.
    pub id: String,
    /// The number, E.164.
    pub to: String,
    /// The code.
    pub code: String,
    /// When it was made.
    pub at: OffsetDateTime,
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Text")
    }
}

impl Text {
    /// What it says in Arabic.
    #[must_use]
    pub fn ar(&self) -> String {
        format!("رمز الدخول إلى أسرة: {}\nصالح لخمس دقائق. لا تعطه لأحد.", self.code)
    }

    /// What it says in English.
    #[must_use]
    pub fn en(&self) -> String {
        format!("Your Usra sign-in code: {}\nGood for five minutes. Give it to nobody.", self.code)
    }
}

#[cfg(test)]
mod tests {
    use usra_sync_protocol::sign_in::CODE_LIFE_S;

    use super::*;

    #[test]
    fn the_text_carries_the_code_and_its_minutes_and_is_never_printed() {
        let (id, to, code) = ("1".to_owned(), "+966500000001".to_owned(), "042917".to_owned());
        let text = Text { id, to, code, at: OffsetDateTime::UNIX_EPOCH };
        assert!(text.ar().contains("042917") && text.en().contains("042917"));
        assert_eq!(CODE_LIFE_S, 5 * 60, "both sentences say five minutes");
        assert_eq!(format!("{text:?}"), "Text");
    }
}
