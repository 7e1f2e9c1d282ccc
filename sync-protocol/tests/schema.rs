//! What the schema table promises for every field and any input.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail by panicking")]

use proptest::prelude::*;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, Field, FieldFault, Slot, ValueType};
use usra_sync_protocol::sync::Reason;
use usra_sync_protocol::{arabic, code_list, limits, value};

fn all() -> Vec<&'static Field> {
    Kind::ALL.into_iter().flat_map(schema::fields).collect()
}

fn sample_key(field: &Field) -> String {
    let part = match field.slot() {
        None => return field.pattern.to_owned(),
        Some(Slot::Id) => "a1".to_owned(),
        Some(Slot::Code(list)) => code_list::list(list).unwrap().codes[0].code.clone(),
        Some(Slot::Hash) => "0f".repeat(32),
    };
    let parts = field.pattern.split('/').map(|p| if p.starts_with('<') { part.clone() } else { p.to_owned() });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn every_field_is_found_by_its_key_and_every_list_it_names_exists() {
    for field in all() {
        let key = sample_key(field);
        assert!(key.len() <= limits::KEY_BYTES);
        assert_eq!(schema::field(field.kind, &key).map(|(found, _)| found), Some(field), "{key}");
        if let ValueType::Code(list) = field.value {
            assert!(code_list::list(list).is_some(), "{list}");
        }
        if let ValueType::Text(max) = field.value {
            assert!(usize::from(max) * 4 <= limits::TEXT_BYTES);
        }
    }
}

#[test]
fn keys_that_only_resemble_a_field_are_unknown() {
    for key in
        ["", "/", "name_ar/", "member/a/name", "licence//type", "licence/A/type", "licence/a/type/x", "photo/00/alt"]
    {
        assert_eq!(schema::check(Kind::Family, key, &Scalar::Null), Err(FieldFault::Unknown), "{key}");
    }
    assert_eq!(FieldFault::Unknown.reason(), Reason::FieldUnknown);
}

#[test]
fn a_value_of_another_type_or_out_of_range_has_its_own_reason() {
    let reason = |key: &str, value: Scalar| schema::check(Kind::Family, key, &value).unwrap_err().reason();
    assert_eq!(reason("workers_family", "3".into()), Reason::ValueWrongType);
    assert_eq!(reason("name_ar", 3.into()), Reason::ValueWrongType);
    assert_eq!(reason("activity/FOOD-BAKE", 1.into()), Reason::ValueWrongType);
    assert_eq!(reason("workers_family", 101.into()), Reason::ValueInvalid);
    assert_eq!(reason("mobile", "0551234567".into()), Reason::ValueInvalid);
    assert_eq!(reason("consent/a/decision", Scalar::Null), Reason::ValueInvalid);
    assert_eq!(reason("licence/a/issued_on", "2026-02-30".into()), Reason::ValueInvalid);
    assert_eq!(reason("consent/a/at", "2026-11-24T24:00:00Z".into()), Reason::ValueInvalid);
}

/// A value of every type that is written in one form only, and one that is almost it.
#[test]
fn every_form_is_taken_and_what_almost_has_it_is_not() {
    let forms = [
        (Kind::Family, "licence/a/issued_on", "2026-02-28", "2026-02-30"),
        (Kind::Family, "consent/a/at", "2026-11-24T23:59:59Z", "2026-11-24T24:00:00Z"),
        (Kind::Family, "mobile", "+966551234567", "0551234567"),
        (Kind::Family, "short_address", "RRRD2929", "RRRD292"),
        (Kind::Household, "member/a/id_last4", "1234", "12345"),
        (Kind::Household, "service/a/need", "n1", "N1"),
        (Kind::Family, "official/duplicate_of", "00000000-03e8-7000-8000-000000000001", "00000000-03e8-7000-8000"),
    ];
    for (kind, key, good, bad) in forms {
        assert!(schema::check(kind, key, &good.into()).is_ok(), "{key} {good}");
        let refused = schema::check(kind, key, &bad.into()).map_err(FieldFault::reason);
        assert_eq!(refused, Err(Reason::ValueInvalid), "{key} {bad}");
    }
}

#[test]
fn what_is_written_once_cannot_be_cleared_and_only_yes_or_no_is_a_bool() {
    let check = |key: &str, value: Scalar| schema::check(Kind::Family, key, &value).map_err(FieldFault::reason);
    assert!(check("name_ar", Scalar::Null).is_ok());
    assert_eq!(check("consent/a/decision", Scalar::Null).map(drop), Err(Reason::ValueInvalid));
    assert!(check("activity/FOOD-BAKE", true.into()).is_ok());
    assert_eq!(check("name_ar", true.into()).map(drop), Err(Reason::ValueWrongType));
}

#[test]
fn a_hash_is_64_letters_of_hexadecimal_small_ones() {
    for (hash, good) in
        [("0f".repeat(32), true), ("0f".repeat(31), false), ("0F".repeat(32), false), ("0g".repeat(32), false)]
    {
        assert_eq!(schema::field(Kind::Product, &format!("photo/{hash}/alt")).is_some(), good, "{hash}");
    }
}

fn parsed(kind: Kind, key: &str, input: &str) -> Result<Scalar, &'static str> {
    value::parse(schema::field(kind, key).unwrap().0, input).map_err(value::ValueFault::code)
}

#[test]
fn what_people_type_becomes_the_canonical_value() {
    assert_eq!(parsed(Kind::Family, "workers_family", " ٣ "), Ok(3.into()));
    assert_eq!(parsed(Kind::Family, "activity/FOOD-BAKE", "نعم"), Ok(true.into()));
    assert_eq!(parsed(Kind::Family, "governorate", "جده"), Ok("JED".into()));
    assert_eq!(parsed(Kind::Family, "governorate", "jed"), Ok("JED".into()));
    assert_eq!(parsed(Kind::Product, "price_halalas", "١٢٫٥"), Ok(1250.into()));
    assert_eq!(parsed(Kind::Visit, "next_visit_on", "24/11/2026"), Ok("2026-11-24".into()));
    assert_eq!(parsed(Kind::Visit, "next_visit_on", "١٤/٦/١٤٤٨"), Ok("2026-11-24".into()));
    assert_eq!(parsed(Kind::Family, "name_ar", "  "), Ok(Scalar::Null));
    assert_eq!(parsed(Kind::Family, "governorate", "Riyadh"), Err("not_in_list"));
    assert_eq!(parsed(Kind::Family, "consent/a/decision", ""), Err("not_clearable"));
    assert_eq!(parsed(Kind::Family, "started_year", "99"), Err("out_of_range"));
}

#[test]
fn a_code_of_a_newer_phone_passes_the_server_and_not_the_form() {
    assert!(schema::check(Kind::Product, "unit", &"DOZEN".into()).is_ok());
    assert_eq!(parsed(Kind::Product, "unit", "DOZEN"), Err("not_in_list"));
}

#[test]
fn the_generated_document_is_the_one_in_the_repository() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/data-model.md");
    let text = schema::document::markdown();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs")).unwrap();
        std::fs::write(path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(kept == text, "docs/data-model.md is old: run the tests with UPDATE_GOLDEN=1");
    assert_eq!(schema::document::json()["fields"].as_array().unwrap().len(), all().len());
}

fn input() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9٠-٩۰-۹+ ./:TZ-]{0,24}",
        "[A-Za-z]{4}[0-9٠-٩]{4}",
        "(٠|0|00966|\\+966)?5[0-9٠-٩]{8}",
        "[a-z_/<>0-9]{0,40}",
        "[ء-ي\u{200f}\u{64b}-\u{652} ]{0,30}",
    ]
}

proptest! {
    #[test]
    fn what_parse_gives_passes_the_check_for_any_input(text in input()) {
        for field in all() {
            if let Ok(scalar) = value::parse(field, &text) {
                prop_assert_eq!(schema::check(field.kind, &sample_key(field), &scalar), Ok(field));
            }
        }
    }

    #[test]
    fn any_key_and_value_have_an_answer_and_the_pivot_takes_them(key in input(), text in input(), number in any::<i64>()) {
        for value in [Scalar::Null, Scalar::Text(text), Scalar::Int(number), Scalar::Bool(true)] {
            for kind in Kind::ALL {
                let _answer = schema::check(kind, &key, &value);
                prop_assert_eq!(schema::rows(kind, std::iter::once((key.as_str(), &value))).first().map(|row| row.table.name), Some(kind.word()));
            }
        }
    }

    #[test]
    fn folding_twice_changes_nothing_more(text in input()) {
        let folded = arabic::fold(&text);
        prop_assert_eq!(arabic::fold(&folded), folded);
    }

    #[test]
    fn terms_are_sorted_and_each_stands_once(text in input()) {
        let terms = arabic::terms(&text);
        prop_assert!(terms.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
