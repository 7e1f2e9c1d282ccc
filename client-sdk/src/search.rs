//! What a record is called in a list and by which words it is found. Spelling variants are folded by the protocol's Arabic rules.

use std::collections::BTreeSet;

use usra_sync_protocol::arabic;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::open_values::OpenValues;
use usra_sync_protocol::scalar::Scalar;

/// Words of a search that count; more would only cost.
const WORDS_MAX: usize = 8;
/// Fields nobody searches by: codes and facts that stand in many records alike.
const NOT_SEARCHED: [&str; 4] = ["consent/", "income/", "origin/", "official/status"];

/// What to call a record; empty when nothing is known of it.
pub(crate) fn title(kind: Kind, open: &OpenValues<i64>) -> String {
    let text = |key: &str| open.shown(key).and_then(Scalar::as_text).map(str::to_owned);
    let found = match kind {
        Kind::Family | Kind::Product => text("name_ar").or_else(|| text("name_en")),
        Kind::Household => first_member(open),
        Kind::Visit => text("started_at").or_else(|| text("type")),
    };
    found.unwrap_or_default()
}

fn first_member(open: &OpenValues<i64>) -> Option<String> {
    let mut names = open.all_shown().filter(|(key, _)| key.starts_with("member/") && key.ends_with("/name"));
    names.next().and_then(|(_, name)| name.as_text()).map(str::to_owned)
}

/// The terms by which a record is found.
pub(crate) fn terms_of(open: &OpenValues<i64>) -> BTreeSet<String> {
    let searched = open.all_shown().filter(|(key, _)| !NOT_SEARCHED.iter().any(|start| key.starts_with(start)));
    searched.filter_map(|(_, value)| value.as_text()).flat_map(arabic::terms).collect()
}

/// The terms of what a person typed.
pub(crate) fn terms_sought(text: &str) -> Vec<String> {
    text.split_whitespace().flat_map(sought).filter(|term| !term.is_empty()).take(WORDS_MAX).collect()
}

/// The beginnings that must all occur: of each word its stem, which every form of it has too.
fn sought(word: &str) -> Vec<String> {
    let folded = arabic::fold(word).to_lowercase();
    folded.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).map(arabic::stem).collect()
}
