//! `usra-phone` as its users meet it: the built program on a folder, without a network. The phone is enrolled through the
//! library, since no server runs here; the server's side of the commands is tested end to end in `tests/`.
#![cfg(feature = "phone")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test's helpers may panic as its body may")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use usra_client_sdk::Phone;
use usra_client_sdk::store::{SqliteStore, StoreKey};
use usra_sync_protocol::enrol::EnrolAnswer;
use usra_sync_protocol::id::{AreaId, InstallId};
use usra_sync_protocol::place;
use usra_sync_protocol::role::Role;

/// Nothing listens on the discard port of this machine.
const NOBODY: &str = "http://127.0.0.1:9";

struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn enrolled() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("phone");
        std::fs::create_dir(&store).unwrap();
        std::fs::write(store.join("key"), "07".repeat(32)).unwrap();
        let key = StoreKey::new([7; 32]);
        let mut phone = Phone::open(SqliteStore::open(&store.join("phone.sqlite"), &key).unwrap()).unwrap();
        let answer = EnrolAnswer {
            install_id: InstallId::new([9; 16]),
            token: "token".to_owned(),
            token_expires_at: i64::MAX,
            token_life_s: 900,
            hold_life_s: 0,
            refresh_token: String::new(),
            role: Role::Surveyor,
            assigned: vec![AreaId(1)],
            family: None,
            areas: place::areas(),
            server: None,
        };
        phone.enrolled(answer, NOBODY, 1).unwrap();
        Self { folder }
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_usra-phone"));
        command
            .current_dir(self.folder.path())
            .env_remove("USRA_LANG")
            .env_remove("USRA_PHONE_STORE")
            .env_remove("USRA_PHONE_KEY_FILE");
        command.args(["--store", "phone"]).args(args).output().unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        let output = self.run(&[&["--json"], args].concat());
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn code(&self, args: &[&str]) -> Option<i32> {
        self.run(args).status.code()
    }

    fn family(&self) -> String {
        let made = self.json(&[
            "register",
            "family",
            "--set",
            "name_ar=حلويات أم خالد",
            "governorate=JED",
            "mobile=٠٥٠١٢٣٤٥٦٧",
        ]);
        made["id"].as_str().unwrap().to_owned()
    }
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[test]
fn a_family_is_registered_edited_found_and_shown_without_a_network() {
    let bench = Bench::enrolled();
    let id = bench.family();
    assert_eq!(bench.json(&["edit", &id, "--set", "district=الصفا"])["changed"], true);
    assert_eq!(bench.json(&["edit", &id, "--set", "district=الصفا"])["changed"], false);
    let shown = bench.json(&["show", &id]);
    assert_eq!(shown["fields"]["mobile"], "+966501234567");
    assert_eq!((&shown["fields"]["district"], &shown["state"]), (&"الصفا".into(), &"waiting_to_send".into()));
    let found = bench.json(&["list", "--kind", "family", "--search", "ام خالد"]);
    assert_eq!(found["records"][0]["id"], id.as_str());
    assert_eq!(bench.json(&["list", "--search", "غائب"])["records"].as_array().unwrap().len(), 0);
    let product = bench.json(&["register", "product", "--family", &id, "--set", "name_ar=كعك", "activity=FOOD-BAKE"]);
    let of_family = bench.json(&["list", "--family", &id]);
    assert_eq!(of_family["records"].as_array().unwrap().len(), 2, "{product}");
    bench.json(&["edit", &id, "--set", "district="]);
    assert_eq!(bench.json(&["show", &id])["fields"].get("district"), None);
    assert_eq!(bench.json(&["status"])["pending_records"], 2);
    assert_eq!(bench.json(&["conflicts"])["conflicts"], Value::Array(vec![]));
    assert_eq!(bench.json(&["held"])["held"], Value::Array(vec![]));
}

#[test]
fn what_cannot_be_done_as_written_is_misuse_and_keeps_nothing() {
    let bench = Bench::enrolled();
    let misuse: [&[&str]; 10] = [
        &["regiser", "family"],
        &["register", "shop", "--set", "name_ar=x"],
        &["register", "family", "--set", "name_ar"],
        &["register", "family", "--set", "name_ar=بلا محافظة"],
        &["register", "family", "--set", "name_ar=x", "governorate=JED", "mobile=123"],
        &["register", "family", "--set", "name_ar=x", "governorate=JED", "nickname=y"],
        &["register", "family", "--area", "ZZZ", "--set", "name_ar=x", "governorate=JED"],
        &["enrol", "no-link"],
        &["sign-in", "--server", "usra.example", "--mobile", "0501234567"],
        &["sign-in", "--server", NOBODY, "--mobile", "12345"],
    ];
    for args in misuse {
        assert_eq!(bench.code(args), Some(2), "{args:?}");
    }
    assert_eq!(bench.json(&["status"])["records"], 0);
}

#[test]
fn a_refusal_names_the_field_and_what_is_allowed_in_the_readers_language_and_never_the_value() {
    let bench = Bench::enrolled();
    let wrong = ["register", "family", "--set", "name_ar=x", "governorate=JED", "mobile=12345678"];
    let said = |lang: &str| {
        let output = bench.run(&[&["--lang", lang], &wrong[..]].concat());
        String::from_utf8(output.stderr).unwrap()
    };
    let (ar, en) = (said("ar"), said("en"));
    assert!(ar.contains("\u{2068}mobile\u{2069}") && ar.contains("05"), "{ar}");
    assert!(en.starts_with("mobile: ") && en.contains("05"), "{en}");
    assert!(!ar.contains("12345678") && !en.contains("12345678"));
}

#[test]
fn no_network_is_its_own_exit_code_and_nothing_is_lost() {
    let bench = Bench::enrolled();
    let id = bench.family();
    assert_eq!(bench.code(&["sync"]), Some(3));
    assert_eq!(bench.code(&["enrol", &format!("{NOBODY}/enrol/CODE#N1GGS1MDRTK486HQBQZ4807Y")]), Some(3));
    assert_eq!(bench.code(&["sign-in", "--server", NOBODY, "--mobile", "0501234567"]), Some(3));
    let status = bench.json(&["status"]);
    assert_eq!((&status["pending_changes"], &status["last_error"]), (&1.into(), &"unreachable".into()));
    assert_eq!(bench.json(&["show", &id])["fields"]["name_ar"], "حلويات أم خالد");
}

#[test]
fn what_is_not_there_is_a_failure_not_a_misuse() {
    let bench = Bench::enrolled();
    let nobody = "00000000-0000-7000-8000-000000000000";
    assert_eq!(bench.code(&["show", nobody]), Some(1));
    assert_eq!(bench.code(&["edit", nobody, "--set", "name_ar=x"]), Some(1));
    assert_eq!(bench.code(&["resolve", nobody, "name_ar", "x"]), Some(1));
    assert_eq!(bench.code(&["import", "--mapping", "gone.toml", "gone.zip"]), Some(1));
}

#[test]
fn an_export_is_imported_once_and_what_does_not_fit_is_in_a_file() {
    let bench = Bench::enrolled();
    let (mapping, export) = (project("examples/import/odk-central.toml"), project("examples/import/odk-central"));
    let (mapping, export) = (mapping.to_str().unwrap(), export.to_str().unwrap());
    let import = ["import", "--mapping", mapping, export, "--rejects", "rejects.csv"];
    let dry = bench.json(&[&import[..], &["--dry-run"]].concat());
    assert_eq!(bench.json(&["status"])["records"], 0);
    let first = bench.json(&import);
    assert_eq!(first["summary"]["kinds"], dry["summary"]["kinds"]);
    assert_eq!(first["summary"]["kinds"]["family"]["created"], 9);
    let rejects = std::fs::read_to_string(bench.folder.path().join("rejects.csv")).unwrap();
    let line = rejects.lines().find(|line| line.contains("age_invalid")).unwrap();
    assert!(line.starts_with("families-members.csv,5,") && line.contains(",451,value,"), "{line}");
    let pending = bench.json(&["status"])["pending_changes"].clone();
    let second = bench.json(&import);
    assert_eq!(second["summary"]["kinds"]["family"]["unchanged"], 9);
    assert_eq!(second["summary"]["kinds"]["household"]["updated"], 0);
    assert_eq!(bench.json(&["status"])["pending_changes"], pending);
    assert_eq!(bench.json(&["list", "--search", "معمول", "--kind", "product"])["records"].as_array().unwrap().len(), 1);
}

#[test]
fn the_key_is_made_at_first_use_for_its_owner_alone_and_nothing_opens_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench { folder };
    bench.json(&["status"]);
    let (key, store) = (bench.folder.path().join("phone/key"), bench.folder.path().join("phone/phone.sqlite"));
    let made = std::fs::read_to_string(&key).unwrap();
    assert_eq!(made.trim().len(), 64);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(!std::fs::read(&store).unwrap().starts_with(b"SQLite"));
    let code = |args: &[&str]| {
        let output = bench.run(&[&["--json"], args].concat());
        let said: Value = serde_json::from_slice(&output.stderr).unwrap();
        (output.status.code(), said["error"]["code"].as_str().unwrap().to_owned())
    };
    let elsewhere = bench.folder.path().join("elsewhere");
    std::fs::rename(&key, &elsewhere).unwrap();
    assert_eq!(code(&["status"]), (Some(1), "key_file_missing".to_owned()));
    assert!(!key.exists());
    bench.json(&["--key-file", "elsewhere", "status"]);
    std::fs::write(&key, "no key").unwrap();
    assert_eq!(code(&["status"]), (Some(1), "key_file_malformed".to_owned()));
    std::fs::write(&key, "07".repeat(32)).unwrap();
    assert_eq!(code(&["status"]), (Some(1), "store_key_wrong".to_owned()));
    std::fs::rename(&elsewhere, &key).unwrap();
    assert_eq!(bench.json(&["status"])["records"], 0);
}

/// `UPDATE_GOLDEN=1` writes the file anew.
#[test]
fn the_help_is_what_people_were_told() {
    let bench = Bench::enrolled();
    let commands = [
        "enrol",
        "sign-in",
        "register",
        "edit",
        "show",
        "list",
        "conflicts",
        "resolve",
        "sync",
        "status",
        "seal",
        "held",
        "import",
    ];
    let mut help = String::from_utf8(bench.run(&["--help"]).stdout).unwrap();
    for command in commands {
        let said = String::from_utf8(bench.run(&[command, "--help"]).stdout).unwrap();
        help.push_str(&["\n$ usra-phone ", command, " --help\n", &said].concat());
    }
    let golden = project("tests/golden/phone-help.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &help).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&golden).unwrap(), help, "run with UPDATE_GOLDEN=1 when the change is meant");
}
