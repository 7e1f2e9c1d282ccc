//! The vectors that phone and server must both agree with, every one of `data/test_vectors.json`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail by panicking")]

use serde_json::Value;
use usra_sync_protocol::arabic::{fold, name, stem};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::{schema, value};

fn vectors(name: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("../data/test_vectors.json")).unwrap();
    let found = all[name].clone();
    assert!(!found.is_null(), "{name}");
    found
}

fn words(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

fn pairs(name: &str) -> Vec<(String, Value)> {
    let list = vectors(name).as_array().unwrap().clone();
    list.into_iter().map(|pair| (pair[0].as_str().unwrap().to_owned(), pair[1].clone())).collect()
}

#[test]
fn national_ids_are_told_from_numbers_that_are_none() {
    let list = vectors("national_id");
    for id in words(&list["valid"]) {
        assert!(value::national_id(&id, false).is_ok(), "{id}");
    }
    for id in words(&list["invalid"]) {
        assert!(value::national_id(&id, false).is_err(), "{id}");
    }
}

#[test]
fn mobile_numbers_in_every_written_form_become_one() {
    for (written, canonical) in pairs("mobile") {
        assert_eq!(value::mobile(&written).ok().as_deref(), canonical.as_str(), "{written}");
    }
}

#[test]
fn short_addresses_have_four_letters_and_four_digits() {
    let list = vectors("short_address");
    let field = schema::field(Kind::Family, "short_address").unwrap().0;
    for text in words(&list["valid"]) {
        assert_eq!(value::parse(field, &text), Ok(Scalar::Text(text.clone())));
    }
    for text in words(&list["invalid"]) {
        assert!(value::parse(field, &text).is_err(), "{text}");
    }
}

#[test]
fn hijri_dates_are_those_of_umm_al_qura_both_ways() {
    let field = schema::field(Kind::Visit, "next_visit_on").unwrap().0;
    for (gregorian, hijri) in pairs("hijri") {
        let hijri = hijri.as_str().unwrap();
        assert_eq!(value::hijri::of(&gregorian).as_deref(), Some(hijri));
        assert_eq!(value::parse(field, hijri), Ok(Scalar::Text(gregorian)));
    }
}

#[test]
fn words_that_look_alike_fold_to_one() {
    for (written, folded) in pairs("fold") {
        assert_eq!(fold(&written), folded.as_str().unwrap());
    }
}

#[test]
fn a_word_and_its_plural_or_definite_form_share_a_stem() {
    for (one, other) in pairs("stem_pairs") {
        assert_eq!(stem(&one), stem(other.as_str().unwrap()), "{one}");
    }
}

#[test]
fn one_person_written_two_ways_is_recognised() {
    for (one, other) in pairs("same_person") {
        assert!(
            name::same_person(&one, other.as_str().unwrap()),
            "{one} {:?} {other} {:?}",
            name::parts(&one),
            name::parts(other.as_str().unwrap())
        );
    }
}

#[test]
fn alike_names_of_different_people_stay_apart() {
    for (one, other) in pairs("different_person") {
        assert!(!name::same_person(&one, other.as_str().unwrap()), "{one} {other}");
    }
}
