//! What an import does to a phone that has been imported into before.

use usra_sync_protocol::enrol::EnrolAnswer;
use usra_sync_protocol::id::{AreaId, InstallId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::place;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;

use super::*;
use crate::import::{Export, Mapping};
use crate::record::Query;
use crate::store::MemoryStore;

const MAPPING: &str = "source = \"s\"\ntool = \"odk-central\"\n[[record]]\nkind = \"family\"\n[record.fields]\n\
    name_ar = \"name\"\ngovernorate = { constant = \"JED\" }\nmobile = \"mobile\"\ndistrict = \"district\"\n\
    [[record]]\nkind = \"visit\"\n[record.fields]\ntype = { constant = \"ENROL\" }\nstarted_at = \"SubmissionDate\"\nnote = \"note\"\n";

struct Desk {
    phone: Phone<MemoryStore>,
    ledger: Ledger,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new(role: Role) -> Self {
        let mut phone = Phone::open(MemoryStore::default()).unwrap();
        let answer = EnrolAnswer {
            install_id: InstallId::new([7; 16]),
            token: "t".to_owned(),
            token_expires_at: i64::MAX,
            token_life_s: 900,
            hold_life_s: 0,
            refresh_token: String::new(),
            role,
            assigned: vec![AreaId(1)],
            family: None,
            areas: place::areas(),
            server: None,
        };
        phone.enrolled(answer, "http://server", 1).unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self { phone, ledger: Ledger::open(folder.path(), "s", [5; 32]).unwrap(), folder }
    }

    fn import(&mut self, rows: &str, dry_run: bool) -> (Summary, Vec<String>) {
        self.import_by(MAPPING, rows, dry_run)
    }

    fn import_by(&mut self, mapping: &str, rows: &str, dry_run: bool) -> (Summary, Vec<String>) {
        let file = self.folder.path().join("families.csv");
        std::fs::write(&file, format!("SubmissionDate,name,mobile,district,note,KEY\n{rows}")).unwrap();
        let (mapping, export) = (Mapping::parse(mapping).unwrap(), Export::open(&file).unwrap());
        let plan = Plan::new(&mapping, &export).unwrap();
        let mut codes = Vec::new();
        let mut importer = Importer { phone: &mut self.phone, ledger: &mut self.ledger, dry_run };
        let summary = importer.run(&plan, 1_000, |reject| codes.push(reject.code().to_owned()), || ()).unwrap();
        self.ledger.save().unwrap();
        self.ledger = Ledger::open(self.folder.path(), "s", [5; 32]).unwrap();
        (summary, codes)
    }

    fn family(&self) -> RecordView {
        let query = Query { kind: Some(Kind::Family), ..Query::default() };
        let only = self.phone.list(&query).unwrap().remove(0);
        self.phone.record(only.id).unwrap().unwrap()
    }
}

const ROW: &str = "2026-03-01T10:00:00Z,بيت الكعك,0501234567,ثول,ملاحظة,k1\n";

#[test]
fn a_second_import_of_the_same_export_changes_nothing() {
    let mut desk = Desk::new(Role::Surveyor);
    let (first, rejects) = desk.import(ROW, false);
    assert_eq!((first.kinds[&Kind::Family].created, first.kinds[&Kind::Visit].created), (1, 1), "{rejects:?}");
    let pending = desk.phone.status(1_000).unwrap().pending_changes;
    let (second, _) = desk.import(ROW, false);
    assert_eq!((second.kinds[&Kind::Family].unchanged, second.kinds[&Kind::Visit].unchanged), (1, 1));
    assert_eq!((second.kinds[&Kind::Family].updated, second.kinds[&Kind::Family].created), (0, 0));
    assert_eq!(desk.phone.status(1_000).unwrap().pending_changes, pending);
    assert_eq!(desk.family().fields["origin/key"], Scalar::from("k1"));
}

#[test]
fn two_rules_for_one_record_do_not_take_turns() {
    let rule =
        "[[record]]\nkind = \"family\"\n[record.fields]\nname_ar = \"note\"\ngovernorate = { constant = \"JED\" }\n";
    let mapping = format!("{MAPPING}{rule}");
    let mut desk = Desk::new(Role::Surveyor);
    for (created, unchanged) in [(1, 0), (0, 1), (0, 1)] {
        let (summary, rejects) = desk.import_by(&mapping, ROW, false);
        let family = &summary.kinds[&Kind::Family];
        assert_eq!((family.created, family.unchanged, family.updated, family.rejected), (created, unchanged, 0, 1));
        assert_eq!(rejects, ["record_repeated"]);
    }
    assert_eq!(desk.family().fields["name_ar"], Scalar::from("بيت الكعك"));
}

#[test]
fn a_dry_run_says_what_the_import_will_do_and_writes_nothing() {
    let mut desk = Desk::new(Role::Surveyor);
    let (dry, _) = desk.import(ROW, true);
    assert_eq!(desk.phone.status(1_000).unwrap().records, 0);
    let (wet, _) = desk.import(ROW, false);
    assert_eq!(dry.kinds, wet.kinds);
}

#[test]
fn what_a_person_changed_since_stands_and_what_the_survey_corrected_is_taken() {
    let mut desk = Desk::new(Role::Surveyor);
    desk.import(ROW, false);
    let id = desk.family().id;
    desk.phone.edit(id, vec![("mobile".to_owned(), Scalar::from("+966509999999"))], 2_000).unwrap();
    let (same, _) = desk.import(ROW, false);
    assert_eq!((same.kinds[&Kind::Family].unchanged, same.values_kept), (1, 0));
    let corrected = ROW.replace("0501234567", "0507654321").replace("ثول", "ذهبان");
    let (summary, _) = desk.import(&corrected, false);
    assert_eq!((summary.kinds[&Kind::Family].updated, summary.values_kept), (1, 1));
    let fields = desk.family().fields;
    assert_eq!((&fields["mobile"], &fields["district"]), (&Scalar::from("+966509999999"), &Scalar::from("ذهبان")));
}

#[test]
fn what_is_written_once_is_not_written_again() {
    let mut desk = Desk::new(Role::Surveyor);
    desk.import(ROW, false);
    let (summary, rejects) = desk.import(&ROW.replace("ملاحظة", "غيرها"), false);
    assert_eq!((summary.kinds[&Kind::Visit].unchanged, summary.values_kept), (1, 1), "{rejects:?}");
}

#[test]
fn a_phone_without_the_ledger_overwrites_nothing() {
    let mut desk = Desk::new(Role::Surveyor);
    desk.import(ROW, false);
    desk.ledger = Ledger::open(&desk.folder.path().join("elsewhere"), "s", [5; 32]).unwrap();
    let (summary, _) = desk.import(&ROW.replace("ثول", "ذهبان"), false);
    assert_eq!((summary.kinds[&Kind::Family].unchanged, summary.values_kept), (1, 1));
    assert_eq!(desk.family().fields["district"], Scalar::from("ثول"));
}

#[test]
fn what_a_role_may_not_write_is_left_out_and_named() {
    let mut desk = Desk::new(Role::Staff);
    let (summary, rejects) = desk.import(ROW, false);
    assert_eq!(summary.kinds[&Kind::Family].created, 1);
    assert!(rejects.iter().any(|code| code == "field_not_allowed"), "only surveyors write visits: {rejects:?}");
}
