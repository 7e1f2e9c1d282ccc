//! Sealed values end to end: a national id that a real phone takes offline reaches the centre, and stands nowhere in between.

#![expect(clippy::unwrap_used, clippy::future_not_send, reason = "what cannot be set up fails the test")]

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;
use usra_client_sdk::store::{SqliteStore, Store, Write};
use usra_client_sdk::sync::Surroundings;
use usra_client_sdk::transport::http::{EnrolLink, HttpTransport};
use usra_client_sdk::{Failure, KeyPair, Phone, PhoneError};
use usra_sync_protocol::fingerprint::Fingerprint;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::sealed::SealedCommand;
use usra_sync_protocol::signing::Nonce;
use usra_sync_protocol::sync::open;
use usra_tests::clock::Here;
use usra_tests::harness::{Centre, Handset, someone, store_key};

/// A test person's id, as it is typed and as bytes that must be nowhere.
const CANARY: &str = "9876543217";
const KEY: &str = "member/m1/national_id";

struct Stage {
    centre: Centre,
    handset: Handset,
    family: RecordId,
    household: RecordId,
    folder: TempDir,
}

impl Stage {
    /// A phone with a family and its household, nothing of it sent yet.
    async fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let centre = Centre::start(&folder.path().join("data")).unwrap();
        let mut handset = phone(&centre, folder.path(), "surveyor", 1).await;
        let (family, household) = register(&mut handset, 1);
        Self { centre, handset, family, household, folder }
    }

    fn seal(&mut self, value: &str) {
        seal(&mut self.handset, self.household, value).unwrap();
    }

    fn shown(&self) -> Value {
        let record = self.household.to_string();
        self.centre.run(&["sealed", "show", &record, KEY, "--reason", "a test", "--json"]).unwrap()
    }

    async fn ask(&self, sql: &'static str) -> i64 {
        let database = self.centre.database().await.unwrap();
        let count = sqlx::query_scalar(sql).fetch_one(&database.pool).await.unwrap();
        database.close().await;
        count
    }

    async fn change(&self, sql: &'static str) {
        let database = self.centre.database().await.unwrap();
        sqlx::raw_sql(sql).execute(&database.pool).await.unwrap();
        database.close().await;
    }
}

async fn phone(centre: &Centre, folder: &Path, role: &str, number: u64) -> Handset {
    let invitation = centre.invite(role, "JED", "Phone").unwrap();
    let file = folder.join(format!("phone-{number}.sqlite"));
    Handset::enrol(&file, centre.address().unwrap(), &invitation, (51, number)).await.unwrap()
}

fn register(handset: &mut Handset, seed: u64) -> (RecordId, RecordId) {
    let family = handset.create(Kind::Family, None, someone(seed).family).unwrap();
    let fields = vec![("member/m1/name".to_owned(), "نورة".into())];
    (family, handset.create(Kind::Household, Some(family), fields).unwrap())
}

fn seal(handset: &mut Handset, household: RecordId, value: &str) -> Result<(), PhoneError> {
    handset.phone.seal((household, KEY), value, Here.now_ms(), Here.secret()).map(|_id| ())
}

/// Every file under a folder that holds the bytes.
fn files_with(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_with(&path, bytes));
        } else if std::fs::read(&path).is_ok_and(|text| holds(&text, bytes)) {
            found.push(path.display().to_string());
        }
    }
    found
}

fn holds(text: &[u8], bytes: &[u8]) -> bool {
    text.windows(bytes.len()).any(|window| window == bytes)
}

fn find(centre: &Centre, folder: &Path, id: &str) -> Value {
    let mut command = std::process::Command::new(usra_tests::harness::binary("usra").unwrap());
    command.env_remove("DATABASE_URL").env("USRA_DATA", folder.join("data"));
    command.args(["sealed", "find", "--national-id", "--reason", "a test", "--json"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(id.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && !centre.url.is_empty());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_national_id_taken_offline_arrives_and_stands_nowhere_on_its_way() {
    let mut stage = Stage::set().await;
    stage.seal(" ٩٨٧٦٥٤٣٢١٧ ");
    assert_eq!(stage.handset.shown(stage.household, "member/m1/id_last4").unwrap(), Some("3217".into()));
    assert_eq!(stage.handset.phone.status(Here.now_ms()).unwrap().pending_sealed, 1);
    let body = stage.handset.phone.next_request(Here.now_ms()).unwrap().unwrap();
    assert!(!holds(&open(&body).unwrap(), CANARY.as_bytes()));
    stage.handset.phone.failed(Failure::Unreachable, Here.now_ms(), 0).unwrap();
    let report = stage.handset.sync_through().await.unwrap();
    assert_eq!((report.total.held, report.total.refused, report.total.waiting), (0, 0, 0));
    assert_eq!(stage.handset.phone.store().sealed().unwrap(), []);
    let shown = stage.shown();
    assert_eq!((shown["value"].as_str(), shown["last4"].as_str()), (Some(CANARY), Some("3217")));
    assert_eq!(stage.ask("select count(*) from open_value where value::text like '%9876543217%'").await, 0);
    // What PostgreSQL, the server's log and the phone wrote, to the last byte.
    assert_eq!(files_with(stage.folder.path(), CANARY.as_bytes()), Vec::<String>::new());
    let listed = stage.centre.run(&["sealed", "list", "--family", &stage.family.to_string(), "--json"]).unwrap();
    assert!(listed[0]["last4"] == "3217" && !listed.to_string().contains(CANARY));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_command_counts_once_and_a_correction_is_the_value_that_counts() {
    let mut stage = Stage::set().await;
    stage.seal(CANARY);
    let copy = stage.handset.phone.store().sealed().unwrap();
    stage.handset.sync_through().await.unwrap();
    slip_in(&stage.folder, &mut stage.handset, copy[0].clone());
    stage.handset.sync_through().await.unwrap();
    assert_eq!(stage.ask("select count(*) from sealed_value").await, 1);
    stage.seal("9000000001");
    stage.handset.sync_through().await.unwrap();
    assert_eq!(stage.shown()["value"], "9000000001");
    assert_eq!(stage.ask("select count(*) from sealed_value").await, 2);
    assert_eq!(find(&stage.centre, stage.folder.path(), CANARY), serde_json::json!([]));
}

/// Puts a command into the phone's outbox that the phone itself would not.
fn slip_in(folder: &TempDir, handset: &mut Handset, command: SealedCommand) {
    let aside = SqliteStore::open(&folder.path().join("aside.sqlite"), &store_key()).unwrap();
    let phone = std::mem::replace(&mut handset.phone, Phone::open(aside).unwrap());
    let mut store = phone.into_store();
    store.commit(vec![Write::Seal(command)]).unwrap();
    handset.phone = Phone::open(store).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_id_in_two_families_is_found_in_both_also_after_a_rotation() {
    let mut stage = Stage::set().await;
    stage.seal(CANARY);
    let (_family, household) = register(&mut stage.handset, 2);
    seal(&mut stage.handset, household, CANARY).unwrap();
    stage.handset.sync_through().await.unwrap();
    assert_eq!(find(&stage.centre, stage.folder.path(), CANARY).as_array().unwrap().len(), 2);
    let rotated = stage.centre.run(&["keys", "rotate", "--json"]).unwrap();
    assert_eq!((&rotated["version"], &rotated["families"], &rotated["values"]), (&2.into(), &2.into(), &2.into()));
    assert_eq!(stage.ask("select count(*) from family_key where ring_version = 2").await, 2);
    assert_eq!(stage.shown()["value"], CANARY);
    assert_eq!(find(&stage.centre, stage.folder.path(), CANARY).as_array().unwrap().len(), 2);
    // The phone still seals to the key it knows; the running server has it among its older ones.
    stage.seal("9000000001");
    stage.handset.sync_through().await.unwrap();
    assert_eq!(stage.shown()["value"], "9000000001");
    let again = stage.centre.run(&["keys", "rotate", "--resume", "--json"]).unwrap();
    assert_eq!((&again["version"], &again["families"]), (&2.into(), &0.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_value_that_was_changed_or_moved_does_not_open() {
    let mut stage = Stage::set().await;
    stage.seal(CANARY);
    stage.handset.sync_through().await.unwrap();
    let refused = |stage: &Stage| {
        let record = stage.household.to_string();
        stage.centre.run(&["sealed", "show", &record, KEY, "--reason", "a test", "--json"]).unwrap_err().to_string()
    };
    stage.change("update sealed_value set n = 2").await;
    assert!(refused(&stage).contains("does not open"));
    stage.change("update sealed_value set n = 1").await;
    assert_eq!(stage.shown()["value"], CANARY);
    stage.change("update sealed_value set ciphertext = set_byte(ciphertext, 0, get_byte(ciphertext, 0) # 1)").await;
    assert!(refused(&stage).contains("does not open"));
    let record = stage.household.to_string();
    assert!(stage.centre.run(&["sealed", "show", &record, KEY, "--reason", " "]).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_role_may_not_seal_is_refused_on_the_phone_and_held_at_the_centre() {
    let mut stage = Stage::set().await;
    assert!(matches!(
        stage.handset.phone.seal((stage.household, KEY), "9876543211", Here.now_ms(), [1; 32]),
        Err(PhoneError::ValueInvalid { code: "not_national_id", .. })
    ));
    stage.seal(CANARY);
    let taken = stage.handset.phone.store().sealed().unwrap();
    stage.handset.sync_through().await.unwrap();
    let mut partner = phone(&stage.centre, stage.folder.path(), "partner", 2).await;
    partner.sync_through().await.unwrap();
    let refused = partner.phone.seal((stage.family, "home_point"), "21.5 39.2", Here.now_ms(), [2; 32]);
    assert!(matches!(refused, Err(PhoneError::FieldNotAllowed { .. })));
    // A phone that does not keep to the rules sends it all the same.
    let forged = SealedCommand { key: "member/m2/national_id".to_owned(), ..taken[0].clone() };
    slip_in(&stage.folder, &mut partner, forged);
    let report = partner.sync_through().await.unwrap();
    assert_eq!((report.total.accepted, report.total.held), (0, 1));
    assert_eq!(partner.phone.held().unwrap().len(), 1);
    assert_eq!(stage.ask("select count(*) from sealed_command where state = 'held'").await, 1);
    assert_eq!(stage.ask("select count(*) from sealed_value").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_names_another_server_is_refused_and_its_code_stays_good_for_the_right_link() {
    let folder = tempfile::tempdir().unwrap();
    let centre = Centre::start(&folder.path().join("data")).unwrap();
    let link = centre.invite("surveyor", "JED", "Phone").unwrap();
    let other = EnrolLink { fingerprint: Fingerprint::of(&[1; 32]), ..link.clone() };
    let (transport, keys) = (HttpTransport::new().unwrap(), KeyPair::from_random(Here.secret()));
    let refused = transport.enrol(&other, keys.clone(), Nonce(Here.nonce())).await.unwrap_err();
    assert!(matches!(refused, Failure::Problem { problem: Problem::ServerOther, .. }), "{refused:?}");
    assert!(transport.enrol(&link, keys, Nonce(Here.nonce())).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sealed_before_another_enrolment_arrives_after_it() {
    let mut stage = Stage::set().await;
    stage.seal(CANARY);
    let link = stage.centre.invite("surveyor", "JED", "Phone").unwrap();
    let keys = KeyPair::from_random(Here.secret());
    let enrolment = HttpTransport::new().unwrap().enrol(&link, keys, Nonce(Here.nonce())).await.unwrap();
    stage.handset.phone.enrolled(enrolment, &link.server_url, Here.now_ms()).unwrap();
    stage.handset.sync_through().await.unwrap();
    assert_eq!(stage.shown()["value"], CANARY);
    let distinct = "select count(*) from sealed_value where install_id <> sealed_by";
    assert_eq!(stage.ask(distinct).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_other_keys_than_its_data_does_not_start() {
    let mut stage = Stage::set().await;
    stage.seal(CANARY);
    stage.handset.sync_through().await.unwrap();
    let folder = stage.folder.path().join("data");
    let Stage { centre, handset, folder: kept, .. } = stage;
    drop(handset);
    drop(centre);
    std::fs::rename(folder.join("keys"), folder.join("keys-away")).unwrap();
    let refused = Centre::start(&folder);
    assert!(refused.is_err());
    let log = std::fs::read_to_string(folder.join("serve.log")).unwrap();
    assert!(log.contains("are not those of this data"), "{log}");
    std::fs::remove_dir_all(folder.join("keys")).unwrap();
    std::fs::rename(folder.join("keys-away"), folder.join("keys")).unwrap();
    assert!(Centre::start(&folder).is_ok());
    drop(kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_family_is_gone_everywhere_and_no_phone_brings_it_back() {
    let mut stage = Stage::set().await;
    stage.seal(CANARY);
    stage.handset.sync_through().await.unwrap();
    let mut other = phone(&stage.centre, stage.folder.path(), "surveyor", 2).await;
    other.sync_through().await.unwrap();
    // The other phone has unsent work on the family, a further product and a sealed value when it is erased.
    other.put(stage.family, "district", "الحمراء").unwrap();
    other.create(Kind::Product, Some(stage.family), vec![("name_ar".to_owned(), "معمول".into())]).unwrap();
    seal(&mut other, stage.household, CANARY).unwrap();
    let id = stage.family.to_string();
    let exported = stage.centre.run(&["family", "export", &id, "--reason", "a test"]).unwrap();
    assert_eq!(exported["sealed"][0]["value"], CANARY);
    assert_eq!(exported["records"].as_array().unwrap().len(), 2);
    stage.centre.run(&["family", "erase", &id, "--reason", "a test", "--json"]).unwrap();
    for sql in [
        "select count(*) from change",
        "select count(*) from open_value",
        "select count(*) from sealed_value",
        "select count(*) from family_key",
        "select count(*) from family",
        "select count(*) from household_member",
    ] {
        assert_eq!(stage.ask(sql).await, 0, "{sql}");
    }
    stage.handset.sync_through().await.unwrap();
    assert!(stage.handset.phone.record(stage.family).unwrap().is_none());
    assert!(stage.handset.phone.record(stage.household).unwrap().is_none());
    other.sync_through().await.unwrap();
    let status = other.phone.status(Here.now_ms()).unwrap();
    assert_eq!((status.records, status.pending_changes, status.pending_sealed), (0, 0, 0));
    assert_eq!(other.phone.held().unwrap(), []);
    assert_eq!(stage.ask("select count(*) from change").await, 0);
    assert_eq!(stage.ask("select count(*) from kept_change").await, 0);
    assert_eq!(stage.ask("select count(*) from sealed_command").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_that_a_backup_brings_back_is_erased_again_at_the_next_start() {
    let mut stage = Stage::set().await;
    stage.handset.sync_through().await.unwrap();
    let folder = stage.folder.path().join("data");
    let line = format!("2 {}\n", stage.family);
    let Stage { centre, folder: kept, handset, family, .. } = stage;
    drop(handset);
    drop(centre);
    // As if it had been erased after the backup that this data is.
    std::fs::write(folder.join("keys/erased"), line).unwrap();
    let centre = Centre::start(&folder).unwrap();
    let refused = centre.run(&["family", "export", &family.to_string(), "--reason", "a test"]).unwrap();
    assert_eq!(refused["records"][0]["fields"], serde_json::json!({}));
    drop(centre);
    drop(kept);
}
