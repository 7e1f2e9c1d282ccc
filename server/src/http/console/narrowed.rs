//! A filter in words: what each of its parameters is called and what it says, for pages on which nothing can be chosen.

use usra_sync_protocol::code_list;

use super::query::{CODED, NONE, Query};
use super::value;
use crate::words::Lang;

/// What narrows, each with its label.
pub(super) fn words(lang: Lang, query: &Query) -> Vec<(String, String)> {
    let say = |message: &str| lang.say(message).into_owned();
    let given = |name: &str| query.get(name);
    let mut words = Vec::new();
    words.extend(given("q").map(|text| (say("search"), text.to_owned())));
    words.extend(given("standing").map(|standing| (say("by-standing"), say(&format!("standing-{standing}")))));
    for (name, list) in CODED {
        words.extend(given(name).map(|code| (say(&format!("by-{name}")), coded(lang, list, code))));
    }
    words.extend(given("licence").map(|ends| (say("by-licence"), say(&format!("licence-{ends}")))));
    words.extend(given("week").map(|week| (say("week-of"), week.to_owned())));
    words.extend(given("changed").map(|_fresh| (say("changed"), say("families-fresh"))));
    words
}

fn coded(lang: Lang, list: &str, code: &str) -> String {
    let known = code != NONE && code_list::list(list).is_some();
    if known { value::word(lang, list, code) } else { lang.say("not-given").into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_that_narrows_is_told_in_words() {
        let query = Query::parse(
            "q=nora&standing=verified&governorate=JED&sector=-&activity=FOOD-BAKE&status=active&need=-&service=-\
             &licence=30&week=2026-11-22&changed=fresh&page=3",
        );
        let words = words(Lang::En, &query);
        assert_eq!(words.len(), 11, "{words:?}");
        let said = |label: &str| words.iter().find(|(known, _)| known == label).map(|(_, said)| said.as_str());
        assert_eq!((said("Governorate"), said("Sector")), (Some("Jeddah"), Some("Not given")));
        assert_eq!((said("Counting"), said("Search")), (Some("Verified"), Some("nora")));
    }
}
