//! Values in words: a code by its list, a day by its calendar, an amount in riyals. What is sensitive is masked unless it was revealed.

use time::macros::format_description;
use time::{Date, PrimitiveDateTime};
use usra_sync_protocol::code_list;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{Field, Privacy, Slot, ValueType};

use crate::registry::author::Author;
use crate::words::Lang;

/// The word of a code in a list; the code itself where the list does not know it.
pub(super) fn word(lang: Lang, list: &str, code: &str) -> String {
    let entry = code_list::list(list).and_then(|list| list.get(code));
    entry.map_or(code, |entry| lang.pick(&entry.ar, &entry.en)).to_owned()
}

/// The codes of a list with their words, for a field to choose from.
pub(super) fn options(lang: Lang, list: &str) -> Vec<(String, String)> {
    let codes = code_list::list(list).map(|list| list.codes.as_slice()).unwrap_or_default();
    codes.iter().map(|code| (code.code.clone(), lang.pick(&code.ar, &code.en).to_owned())).collect()
}

/// The word of a member of a set.
pub(super) fn member(lang: Lang, field: &Field, part: &str) -> Option<String> {
    if let Some(Slot::Code(list)) = field.slot() { Some(word(lang, list, part)) } else { None }
}

/// What a field is called, with what fills its slot where that is a code.
pub(super) fn label(lang: Lang, field: &Field, part: Option<&str>) -> String {
    let label = lang.pick(field.label_ar, field.label_en);
    match (field.slot(), part) {
        (Some(Slot::Code(list)), Some(part)) => format!("{label}: {}", word(lang, list, part)),
        _ => label.to_owned(),
    }
}

/// How much of a record somebody is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// Nothing sensitive, and no ways to reach a family: those are public with its consent, and a partner is the public here.
    Partner,
    /// Nothing sensitive.
    Masked,
    /// Everything, for a reason.
    Revealed,
}

impl Sight {
    /// Whether what a field holds is hidden from it.
    pub(super) fn hides(self, field: &Field) -> bool {
        match field.privacy {
            Privacy::Sensitive => self != Self::Revealed,
            Privacy::PublicWithConsent => self == Self::Partner,
            Privacy::Public | Privacy::PublicAfterApproval | Privacy::Internal => false,
        }
    }
}

/// A value as a person reads it; `None` where it is masked.
pub(super) fn written(lang: Lang, field: &Field, value: &Scalar, sight: Sight) -> Option<String> {
    (!sight.hides(field) || value.is_null()).then(|| plain(lang, field, value))
}

fn plain(lang: Lang, field: &Field, value: &Scalar) -> String {
    match (value, field.value) {
        (Scalar::Null, _) => "—".to_owned(),
        (Scalar::Bool(true), _) => lang.say("yes").into_owned(),
        (Scalar::Bool(false), _) => lang.say("no").into_owned(),
        (Scalar::Int(halalas), ValueType::Halalas) => riyals(lang, *halalas),
        (Scalar::Int(year), ValueType::Year) => year.to_string(),
        (Scalar::Int(number), _) => lang.number(*number),
        (Scalar::Text(code), ValueType::Code(list)) => word(lang, list, code),
        (Scalar::Text(text), ValueType::Date) => date(text).map_or_else(|| text.clone(), |day| lang.both(day)),
        (Scalar::Text(text), ValueType::Instant) => instant(lang, text).unwrap_or_else(|| text.clone()),
        (Scalar::Text(text), _) => text.clone(),
    }
}

fn riyals(lang: Lang, halalas: i64) -> String {
    let (riyals, rest) = (halalas / 100, halalas % 100);
    let number = if rest == 0 { lang.number(riyals) } else { format!("{}.{rest:02}", lang.number(riyals)) };
    format!("{number} {}", lang.say("riyal"))
}

fn date(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
}

fn instant(lang: Lang, text: &str) -> Option<String> {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    PrimitiveDateTime::parse(text, format).ok().map(|moment| lang.moment(moment.assume_utc()))
}

/// Who wrote or decided something; the name stands in an isolate, so that it turns nothing around.
pub(super) fn who(lang: Lang, author: &Author) -> String {
    match author {
        Author::Person(person) => {
            let role = person
                .role
                .parse()
                .map(super::page::role)
                .map_or_else(|_newer| person.role.clone(), |role| lang.say(role).into_owned());
            format!("\u{2068}{}\u{2069} ({role})", person.name)
        }
        Author::Operator(name) => format!("{} (\u{2068}{name}\u{2069})", lang.say("author-operator")),
        Author::Centre => lang.say("author-centre").into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use usra_sync_protocol::kind::Kind;
    use usra_sync_protocol::schema;

    use super::*;

    fn told(kind: Kind, key: &str, value: impl Into<Scalar>, sight: Sight) -> Option<String> {
        written(Lang::En, schema::field(kind, key).unwrap().0, &value.into(), sight)
    }

    #[test]
    fn values_are_told_in_words() {
        assert_eq!(told(Kind::Family, "governorate", "JED", Sight::Masked).as_deref(), Some("Jeddah"));
        assert_eq!(told(Kind::Family, "started_year", 2_019, Sight::Masked).as_deref(), Some("2019"));
        assert_eq!(told(Kind::Product, "price_halalas", 125_050, Sight::Masked).as_deref(), Some("1,250.50 SAR"));
        assert_eq!(
            told(Kind::Family, "licence/a/expires_on", "2026-11-29", Sight::Masked).as_deref(),
            Some("29 November 2026 · 19 Jumada II 1448 AH")
        );
        let given = told(Kind::Family, "consent/a/at", "2026-11-29T21:30:00Z", Sight::Masked);
        assert_eq!(given.as_deref(), Some("30 November 2026 00:30"));
    }

    #[test]
    fn what_is_sensitive_is_masked_until_it_is_revealed() {
        assert_eq!(told(Kind::Family, "mobile", "+966500000001", Sight::Masked), None);
        assert_eq!(told(Kind::Family, "mobile", "+966500000001", Sight::Revealed).as_deref(), Some("+966500000001"));
        assert_eq!(told(Kind::Family, "contact/whatsapp", "+966500000001", Sight::Partner), None);
        assert!(told(Kind::Family, "contact/whatsapp", "+966500000001", Sight::Masked).is_some());
        assert_eq!(told(Kind::Family, "mobile", Scalar::Null, Sight::Masked).as_deref(), Some("—"));
    }
}
