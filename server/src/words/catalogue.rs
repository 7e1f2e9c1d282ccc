//! The catalogues, read once.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::Lang;
use super::figures;

type Catalogue = FluentBundle<FluentResource>;

static AR: LazyLock<Catalogue> = LazyLock::new(|| read(Lang::Ar, include_str!("../../words/ar.ftl")));
static EN: LazyLock<Catalogue> = LazyLock::new(|| read(Lang::En, include_str!("../../words/en.ftl")));

/// A message; its own name where there is none, so that a page is still served and the gap is seen.
pub(super) fn said(lang: Lang, message: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
    let catalogue: &'static Catalogue = match lang {
        Lang::Ar => &AR,
        Lang::En => &EN,
    };
    let pattern = catalogue.get_message(message).and_then(|found| found.value());
    let Some(pattern) = pattern else { return Cow::Owned(message.to_owned()) };
    // A message that lacks a value still tells the rest; a test formats every one of them.
    let mut faults = Vec::new();
    Cow::Owned(catalogue.format_pattern(pattern, args, &mut faults).into_owned())
}

fn read(lang: Lang, text: &str) -> Catalogue {
    let language: LanguageIdentifier = lang.code().parse().unwrap_or_default();
    let mut catalogue = Catalogue::new_concurrent(vec![language]);
    let written = match lang {
        Lang::Ar => |value: &FluentValue<'_>, _: &_| number(Lang::Ar, value),
        Lang::En => |value: &FluentValue<'_>, _: &_| number(Lang::En, value),
    };
    catalogue.set_formatter(Some(written));
    // A line that cannot be read is left out; a test finds that it is missing.
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(read, _faults)| read);
    catalogue.add_resource_overriding(resource);
    catalogue
}

fn number(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    #[expect(clippy::cast_possible_truncation, reason = "what is counted here fits, and a count has no fractions")]
    Some(figures::number(lang, number.value as i64))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use fluent_bundle::FluentResource;

    use super::*;

    const TEXTS: [(Lang, &str); 2] =
        [(Lang::Ar, include_str!("../../words/ar.ftl")), (Lang::En, include_str!("../../words/en.ftl"))];

    /// The names that a catalogue's lines begin with.
    fn names(text: &str) -> Vec<&str> {
        let own = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        own.filter_map(|line| line.split_once(" =").map(|(name, _)| name)).collect()
    }

    #[test]
    fn both_catalogues_are_sound_and_have_the_same_messages_once() {
        let [ar, en] = TEXTS.map(|(lang, text)| {
            assert!(FluentResource::try_new(text.to_owned()).is_ok(), "{lang:?}");
            let all = names(text);
            let once: BTreeSet<&str> = all.iter().copied().collect();
            assert_eq!(all.len(), once.len(), "{lang:?} has a message twice");
            once
        });
        assert_eq!(ar, en);
    }

    #[test]
    fn every_message_can_be_said_with_a_number_and_a_word() {
        let args: FluentArgs<'_> =
            [("n", FluentValue::from(3)), ("what", FluentValue::from("x"))].into_iter().collect();
        for (lang, text) in TEXTS {
            for name in names(text) {
                let said = said(lang, name, Some(&args));
                assert!(!said.is_empty() && said != name && !said.contains('{'), "{lang:?} {name}: {said}");
            }
        }
    }

    /// Every message that a page or a room names.
    fn named(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                named(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for call in ["say(\"", "say_n(\"", "say_what(\""] {
                let after = text.split(call).skip(1).filter_map(|rest| rest.split_once('"'));
                found.extend(after.map(|(name, _)| name.to_owned()));
            }
        }
    }

    #[test]
    fn every_message_that_a_page_names_is_there() {
        let mut found = BTreeSet::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        named(&root.join("templates"), &mut found);
        named(&root.join("src/http/console"), &mut found);
        assert!(found.len() > 50, "only {} messages are named", found.len());
        let known = names(TEXTS[0].1);
        let lost: Vec<&String> = found.iter().filter(|name| !known.contains(&name.as_str())).collect();
        assert!(lost.is_empty(), "{lost:?}");
    }

    #[test]
    fn arabic_has_its_six_plural_forms() {
        let said = |n: i64| Lang::Ar.say_n("families-n", n).replace(['\u{2068}', '\u{2069}'], "");
        assert_eq!(said(0), "لا أسر");
        assert_eq!(said(1), "أسرة واحدة");
        assert_eq!(said(2), "أسرتان");
        assert_eq!(said(5), "5 أسر");
        assert_eq!(said(4_512), "4,512 أسرة");
        assert_eq!(said(100), "100 أسرة");
    }
}
