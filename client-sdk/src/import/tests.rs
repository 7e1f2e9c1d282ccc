//! The shipped examples end to end, without a phone: what the plan makes of every nasty case in them.

use std::path::PathBuf;

use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;

use super::plan::{Planned, Submission};
use super::{Export, Mapping, Plan, Reject};

fn example(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/import").join(name)
}

fn planned(mapping: &str, export: &str) -> (Vec<Planned>, Vec<Reject>, Vec<Submission>) {
    let mapping = Mapping::open(&example(mapping)).unwrap();
    let export = Export::open(&example(export)).unwrap();
    let plan = Plan::new(&mapping, &export).unwrap();
    let submissions: Vec<Submission> = (0..plan.submissions()).map(|row| plan.submission(row)).collect();
    let records = submissions.iter().flat_map(|made| made.records.clone()).collect();
    let rejects = submissions.iter().flat_map(|made| made.rejects.clone());
    let rejects = plan.stray_rows().iter().cloned().chain(rejects).collect();
    (records, rejects, submissions)
}

fn of(records: &[Planned], kind: Kind) -> Vec<&Planned> {
    records.iter().filter(|record| record.kind == kind).collect()
}

fn value<'r>(record: &'r Planned, key: &str) -> Option<&'r Scalar> {
    record.fields.iter().find(|(have, _)| have == key).map(|(_, value)| value)
}

fn count(rejects: &[Reject], code: &str) -> usize {
    rejects.iter().filter(|reject| reject.code() == code).count()
}

#[test]
fn an_odk_central_export_becomes_families_with_what_belongs_to_them() {
    let (records, rejects, submissions) = planned("odk-central.toml", "odk-central");
    let families = of(&records, Kind::Family);
    assert_eq!(families.len(), 9, "{rejects:#?}");
    let mobiles: Vec<_> = families.iter().filter_map(|family| value(family, "mobile")).collect();
    let expected = [1, 2, 3, 4, 5, 6, 9].map(|n| format!("+96650123450{n}"));
    let expected = expected.iter().map(String::as_str).chain(["+966501234511"]);
    assert_eq!(mobiles, expected.map(Scalar::from).collect::<Vec<_>>().iter().collect::<Vec<_>>());
    let households = of(&records, Kind::Household);
    assert!(households.iter().all(|household| families.iter().any(|family| family.id == household.family)));
    let products = of(&records, Kind::Product);
    assert_eq!(products.len(), 5, "the one without a name is not registered");
    assert_eq!(value(products[1], "price_halalas"), Some(&Scalar::from(6_000)));
    let visits = of(&records, Kind::Visit);
    assert_eq!(value(visits[0], "started_at"), Some(&Scalar::from("2026-03-01T06:40:00Z")));
    assert_eq!(submissions.iter().flat_map(|made| &made.skipped).count(), 3, "a refused consent passes over all of it");
}

#[test]
fn members_and_needs_come_with_their_household_and_the_impossible_is_named() {
    let (records, rejects, _) = planned("odk-central.toml", "odk-central");
    let household = of(&records, Kind::Household)[0];
    let ending = |end: &str| -> Vec<&Scalar> {
        household.fields.iter().filter(|(key, _)| key.ends_with(end)).map(|(_, value)| value).collect()
    };
    assert_eq!(ending("/name").len(), 3);
    for birth_date in ["1984-01-01", "1978-01-01", "2009-05-17"] {
        assert!(ending("/birth_date").contains(&&Scalar::from(birth_date)), "{birth_date}");
    }
    assert_eq!(ending("/amount"), [&Scalar::from(350_000)]);
    assert_eq!(count(&rejects, "age_invalid"), 1);
    assert_eq!(count(&rejects, "key_repeated"), 1);
    assert_eq!(count(&rejects, "parent_missing"), 1);
    assert_eq!(count(&rejects, "not_mobile"), 1);
    assert_eq!(count(&rejects, "not_in_list"), 1);
    assert_eq!(count(&rejects, "out_of_range"), 1);
    assert_eq!(count(&rejects, "not_number"), 1);
}

#[test]
fn a_kobo_export_with_labels_and_split_choices_becomes_the_same_kinds_of_record() {
    let (records, rejects, _) = planned("kobotoolbox.toml", "kobotoolbox");
    let families = of(&records, Kind::Family);
    assert_eq!(families.len(), 2, "{rejects:#?}");
    assert_eq!(value(families[0], "activity/FOOD-BAKE"), Some(&Scalar::Bool(true)));
    assert_eq!(value(families[0], "activity/FOOD-MAAM"), None);
    assert_eq!(value(families[0], "mobile"), Some(&Scalar::from("+966501234601")));
    let households = of(&records, Kind::Household);
    let members = households[0].fields.iter().filter(|(key, _)| key.ends_with("/name")).count();
    assert_eq!((households.len(), members), (2, 2));
    assert_eq!(count(&rejects, "not_in_list"), 1, "a governorate of elsewhere");
    assert_eq!(count(&rejects, "required_missing"), 1, "takes its family with it");
}

#[test]
fn the_same_export_gives_the_same_records_and_no_two_are_one() {
    let (first, ..) = planned("odk-central.toml", "odk-central");
    let (second, ..) = planned("odk-central.toml", "odk-central");
    assert_eq!(first, second);
    let ids: std::collections::BTreeSet<_> = first.iter().map(|record| record.id).collect();
    assert_eq!(ids.len(), first.len());
}

#[test]
fn a_mapping_that_names_what_is_not_there_is_refused_with_its_line() {
    let text = std::fs::read_to_string(example("odk-central.toml")).unwrap();
    let export = Export::open(&example("odk-central")).unwrap();
    let wrong = [
        ("rooms = \"rooms\"", "room = \"rooms\"", "no field `room`"),
        ("rooms = \"rooms\"", "rooms = \"home-roomz\"", "did you mean `home-rooms`"),
        ("table = \"needs\"", "table = \"wants\"", "no table `wants`"),
    ];
    for (right, wrong, said) in wrong {
        let mapping = Mapping::parse(&text.replace(right, wrong)).unwrap();
        let fault = Plan::new(&mapping, &export).err().unwrap().to_string();
        let line = 1 + text.lines().position(|line| line.starts_with(right)).unwrap();
        assert!(fault.contains(said) && fault.contains(&format!("line {line}:")), "{fault}");
    }
}

/// What becomes of a household with these rows of members, by rules that end with `more`.
fn members(more: &str, rows: &str) -> (Vec<Planned>, Vec<Reject>) {
    let group = "[[record.group]]\nname = \"member\"\ntable = \"members\"\n[record.group.fields]\nname = \"name\"\n";
    let mapping = format!(
        "source = \"s\"\ntool = \"odk-central\"\n[[record]]\nkind = \"household\"\n[record.fields]\nhousing = \"housing\"\n{group}{more}"
    );
    let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    let tables = [file("families.csv", "housing,KEY\nOWN,k1\n"), file("families-members.csv", rows)];
    let (mapping, export) = (Mapping::parse(&mapping).unwrap(), Export::read(tables.to_vec()).unwrap());
    let plan = Plan::new(&mapping, &export).unwrap();
    let made = plan.submission(0);
    let rejects = plan.stray_rows().iter().cloned().chain(made.rejects).collect();
    (made.records, rejects)
}

fn names(records: &[Planned]) -> Vec<&Scalar> {
    let fields = records.iter().flat_map(|record| &record.fields);
    fields.filter(|(key, _)| key.ends_with("/name")).map(|(_, value)| value).collect()
}

#[test]
fn a_row_of_a_repeat_whose_key_was_there_is_told_apart() {
    let (records, rejects) = members("", "name,PARENT_KEY,KEY\nنورة,k1,m1\nسعيد,k1,m1\nهند,k1,m2\n");
    assert_eq!(names(&records), [&Scalar::from("نورة"), &Scalar::from("هند")]);
    assert_eq!((rejects.len(), count(&rejects, "key_repeated")), (1, 1));
}

#[test]
fn two_rules_for_the_same_rows_give_each_row_once() {
    let again = "[[record.group]]\nname = \"member\"\ntable = \"members\"\n[record.group.fields]\nname = \"name\"\n";
    let (records, rejects) = members(again, "name,PARENT_KEY,KEY\nنورة,k1,m1\nسعيد,k1,m2\n");
    assert_eq!(names(&records), [&Scalar::from("نورة"), &Scalar::from("سعيد")]);
    assert_eq!((rejects.len(), count(&rejects, "key_repeated")), (2, 2));
}
