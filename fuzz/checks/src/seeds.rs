//! What the fuzzer begins with: honest bytes of every target.

use std::path::PathBuf;

use usra_sync_protocol::digest::{BUCKETS, Digest};
use usra_sync_protocol::id::{AreaId, ChangeHash, Epoch, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::sealed::{public_of, seal as seal_value};
use usra_sync_protocol::sync::{
    BucketRecord, Cursor, Decision, Delivery, Leave, Outcome, Push, Reason, RepairAnswer, SyncRequest, SyncResponse,
    Told, Verdict, encode_request, encode_response, pack, seal, seal_with,
};

use crate::Target;
use crate::agree::join;
use crate::dice::Dice;
use crate::import::SEPARATOR;
use crate::judge::Stage;
use crate::phones;
use crate::sealed::{SECRET, command};

/// Writes the honest bytes of every target into the folder that `SEEDS_INTO` names, and ends; without it does nothing.
///
/// # Panics
/// When the folder cannot be written to.
pub fn write_if_asked() {
    let Some(folder) = std::env::var_os("SEEDS_INTO").map(PathBuf::from) else { return };
    for target in Target::names() {
        let place = folder.join(target);
        std::fs::create_dir_all(&place).unwrap();
        for (number, bytes) in of(target).iter().enumerate() {
            std::fs::write(place.join(format!("seed-{number}")), bytes).unwrap();
        }
    }
    std::process::exit(0);
}

/// Honest bytes of a target.
fn of(target: &str) -> Vec<Vec<u8>> {
    match target {
        "change" => history(1, 12),
        "differential" => (1..8).map(|seed| join(&history(seed, 6))).collect(),
        "request" => vec![encode_request(&request())],
        "response" => vec![encode_response(&response())],
        "envelope" => vec![
            seal(&encode_request(&request())),
            seal(&encode_response(&response())),
            seal_with(&[pack(&encode_response(&response())).unwrap_or_default()], &[]).unwrap_or_default(),
            seal(&[1, 2, 3, 4]),
        ],
        "sealed" => (0..3).map(boxed).collect(),
        "token" => words(include_str!("seeds/token.txt")),
        "enrol" => words(include_str!("seeds/enrol.txt")),
        "link" => words(include_str!("seeds/link.txt")),
        "value" => words(include_str!("seeds/value.txt")),
        "import" => imports(),
        _ => Vec::new(),
    }
}

/// A history on which automerge and we agree.
fn history(seed: u64, count: usize) -> Vec<Vec<u8>> {
    let commits = phones::history(&mut Dice::new(seed), 3, count);
    let _agreed = Stage::all(&commits);
    commits.into_iter().map(|commit| commit.bytes).collect()
}

/// One seed a line; `\n` inside stands for a line's end.
fn words(lines: &str) -> Vec<Vec<u8>> {
    lines.lines().map(|line| line.replace("\\n", "\n").into_bytes()).collect()
}

fn boxed(choice: u8) -> Vec<u8> {
    let value: &[u8] = if choice == 0 { b"9000000001" } else { b"21.4858,39.1925" };
    let (_, there) = command(choice, &[]);
    let sealed = seal_value((1, &public_of(&SECRET)), &there.place(), value, [choice; 32]).unwrap();
    [vec![choice], sealed].concat()
}

fn cursor() -> Cursor {
    Cursor { epoch: Epoch(7), areas: [(AreaId(400), 9), (AreaId(402), 90_000)].into() }
}

fn request() -> SyncRequest {
    let (one, two) = (RecordId::new(1, [1; 10]), RecordId::new(1, [2; 10]));
    let push = |record, kind, changes| Push { record, kind, area: AreaId(400), family: one, changes };
    SyncRequest {
        schema_version: 1,
        want_bytes: 1 << 20,
        cursor: Some(cursor()),
        pushes: vec![push(one, 1, history(3, 2)), push(two, 2, history(4, 1))],
        digest: Some(Box::new([Digest([1; 8]); BUCKETS])),
        wanted: vec![one, two],
        sealed: vec![command(0, &boxed(0)[1..]).1],
        heard: 3,
        told: Some(Told { version: "1.2.3".to_owned(), unsent: 300 }),
    }
}

fn response() -> SyncResponse {
    let (one, two) = (RecordId::new(1, [1; 10]), RecordId::new(1, [2; 10]));
    let held = Verdict::Held { reason: Reason::FieldNotAllowed, fields: vec!["name_ar".to_owned()] };
    let family = |record, kind| Delivery { record, kind, area: AreaId(400), family: one, changes: history(5, 2) };
    let buckets = [(3, vec![BucketRecord { record: one, digest: Digest([4; 8]) }])].into();
    SyncResponse {
        verdicts: vec![Verdict::Accepted, Verdict::Waiting(Reason::DepsMissing), held, Verdict::Duplicate],
        deliveries: vec![family(one, Kind::Family), family(two, Kind::Household)],
        leaves: vec![Leave::Record(two), Leave::Area(AreaId(7))],
        cursor: Some(cursor()),
        more: true,
        repair: Some(RepairAnswer { epoch: Epoch(8), buckets, compared: true, cursor: cursor() }),
        sealed: vec![Verdict::Refused(Reason::SealBroken)],
        decisions: vec![Decision {
            number: 4,
            record: one,
            change: ChangeHash([6; 32]),
            outcome: Outcome::Rejected,
            note: InstallId::new([1; 16]).0.to_string(),
        }],
    }
}

fn imports() -> Vec<Vec<u8>> {
    macro_rules! example {
        ($file:literal) => {
            include_bytes!(concat!("../../../examples/import/", $file)).as_slice()
        };
    }
    let survey: [&[u8]; 5] = [
        example!("kobotoolbox.toml"),
        b"survey.csv",
        example!("kobotoolbox/survey.csv"),
        b"survey-members.csv",
        example!("kobotoolbox/survey-members.csv"),
    ];
    let families: [&[u8]; 9] = [
        example!("odk-central.toml"),
        b"families.csv",
        example!("odk-central/families.csv"),
        b"families-members.csv",
        example!("odk-central/families-members.csv"),
        b"families-needs.csv",
        example!("odk-central/families-needs.csv"),
        b"families-products.csv",
        example!("odk-central/families-products.csv"),
    ];
    let small: [&[u8]; 3] = [include_bytes!("seeds/import.toml"), b"f.csv", include_bytes!("seeds/import.csv")];
    vec![survey.join(&SEPARATOR), families.join(&SEPARATOR), small.join(&SEPARATOR)]
}
