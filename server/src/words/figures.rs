//! Numbers and dates in words. Latin digits in both languages, both calendars named; the day is that of Makkah.

use icu_calendar::{Date as IcuDate, Iso};
use icu_datetime::DateTimeFormatter;
use icu_datetime::fieldsets::YMD;
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::{Locale, locale};
use time::Date;

use super::Lang;

pub(super) fn number(lang: Lang, number: i64) -> String {
    let locale = match lang {
        Lang::Ar => locale!("ar-u-nu-latn"),
        Lang::En => locale!("en-u-nu-latn"),
    };
    let formatter = DecimalFormatter::try_new(locale.into(), icu_decimal::options::DecimalFormatterOptions::default());
    formatter
        .map_or_else(|_lacking| number.to_string(), |formatter| formatter.format(&Decimal::from(number)).to_string())
}

pub(super) fn day(lang: Lang, day: Date) -> String {
    let locale = match lang {
        Lang::Ar => "ar-SA-u-ca-gregory-nu-latn",
        Lang::En => "en-GB-u-ca-gregory-nu-latn",
    };
    written(locale, day)
}

pub(super) fn hijri(lang: Lang, day: Date) -> String {
    let locale = match lang {
        Lang::Ar => "ar-SA-u-ca-islamic-umalqura-nu-latn",
        Lang::En => "en-GB-u-ca-islamic-umalqura-nu-latn",
    };
    written(locale, day)
}

/// The day in words; as `2026-11-29` where ICU cannot tell it.
fn written(locale: &str, day: Date) -> String {
    let plain = || day.to_string();
    let Ok(locale) = locale.parse::<Locale>() else { return plain() };
    let Ok(iso) = IcuDate::<Iso>::try_new_iso(day.year(), day.month().into(), day.day()) else { return plain() };
    let formatter = DateTimeFormatter::try_new(locale.into(), YMD::long());
    // ICU puts marks of direction beside numbers, which the page's own isolation makes unnecessary.
    formatter.map_or_else(
        |_lacking| plain(),
        |formatter| formatter.format(&iso).to_string().replace(['\u{200F}', '\u{200E}'], ""),
    )
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_day_is_told_by_both_calendars_in_both_languages() {
        let day_of = date!(2026 - 11 - 29);
        assert_eq!(day(Lang::Ar, day_of), "29 نوفمبر 2026");
        assert_eq!(day(Lang::En, day_of), "29 November 2026");
        assert!(hijri(Lang::Ar, day_of).contains("1448"), "{}", hijri(Lang::Ar, day_of));
        assert!(hijri(Lang::En, day_of).contains("1448"), "{}", hijri(Lang::En, day_of));
    }

    #[test]
    fn numbers_have_latin_digits_and_their_thousands_apart() {
        assert_eq!(number(Lang::Ar, 1_234_567), "1,234,567");
        assert_eq!(number(Lang::En, -4_512), "-4,512");
    }
}
