//! A phone's store is copied, and both go on: it is noticed, told, and nothing that either entered is lost.

#![expect(clippy::unwrap_used, clippy::future_not_send, reason = "what cannot be set up fails the test")]

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use usra_client_sdk::store::SqliteStore;
use usra_client_sdk::sync::{Surroundings, SyncReport, sync_once};
use usra_client_sdk::transport::http::HttpTransport;
use usra_client_sdk::{KeyPair, NewRecord, Phone};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::signing::Nonce;
use usra_tests::clock::Here;
use usra_tests::harness::{Centre, someone, store_key};

/// A server, a phone, and a copy of that phone's folder made when all was synced.
struct Twins {
    centre: Centre,
    original: Phone<SqliteStore>,
    copy: Phone<SqliteStore>,
    family: RecordId,
    _folder: TempDir,
}

impl Twins {
    async fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let centre = Centre::start(&folder.path().join("data")).unwrap();
        let (first, second) = (folder.path().join("phone"), folder.path().join("copy"));
        std::fs::create_dir_all(&first).unwrap();
        let mut phone = open(&first);
        enrol(&centre, &mut phone).await;
        let fields = someone(41).family;
        let new = NewRecord { id: None, kind: Kind::Family, family: None, area: None, fields };
        let family = phone.create(new, Here.now_ms(), [4; 10]).unwrap();
        assert_eq!(sync(&mut phone).await.total.accepted, 1);
        drop(phone);
        copy_folder(&first, &second);
        Self { centre, original: open(&first), copy: open(&second), family, _folder: folder }
    }

    /// The districts that stand at the centre.
    async fn districts(&self) -> i64 {
        let database = self.centre.database().await.unwrap();
        let count = sqlx::query_scalar("select count(*) from open_value where record_id = $1 and key = 'district'");
        let count = count.bind(self.family.0).fetch_one(&database.pool).await.unwrap();
        database.close().await;
        count
    }

    async fn end_access_tokens(&self) {
        let database = self.centre.database().await.unwrap();
        sqlx::raw_sql("update install set token_expires_at = enrolled_at").execute(&database.pool).await.unwrap();
        database.close().await;
    }
}

fn open(folder: &Path) -> Phone<SqliteStore> {
    Phone::open(SqliteStore::open(&folder.join("phone.sqlite"), &store_key()).unwrap()).unwrap()
}

fn copy_folder(from: &Path, to: &PathBuf) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

async fn enrol(centre: &Centre, phone: &mut Phone<SqliteStore>) {
    let link = centre.invite("surveyor", "JED", "Surveyor").unwrap();
    let (transport, keys) = (HttpTransport::new().unwrap(), KeyPair::from_random(Here.secret()));
    let enrolment = transport.enrol(&link, keys, Nonce(Here.nonce())).await.unwrap();
    phone.enrolled(enrolment, &link.server_url, Here.now_ms()).unwrap();
}

async fn sync(phone: &mut Phone<SqliteStore>) -> SyncReport {
    phone.retry_now();
    sync_once(phone, &HttpTransport::new().unwrap(), &Here, |_| ()).await.unwrap()
}

fn edit(phone: &mut Phone<SqliteStore>, family: RecordId, district: &str) {
    phone.edit(family, vec![("district".to_owned(), district.into())], Here.now_ms()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_phone_is_told_enrolled_again_under_a_new_name_and_its_unsent_work_arrives() {
    let mut twins = Twins::set().await;
    edit(&mut twins.original, twins.family, "حي الأصل");
    edit(&mut twins.copy, twins.family, "حي النسخة");
    assert_eq!(sync(&mut twins.original).await.total.accepted, 1);
    sync(&mut twins.copy).await;
    let status = twins.copy.status(Here.now_ms()).unwrap();
    assert!(status.needs_enrolment && status.pending_changes == 1);
    let old = twins.copy.identity().unwrap().install_id;
    enrol(&twins.centre, &mut twins.copy).await;
    assert_ne!(twins.copy.identity().unwrap().install_id, old);
    sync(&mut twins.copy).await;
    let status = twins.copy.status(Here.now_ms()).unwrap();
    assert!(!status.needs_enrolment && status.pending_changes == 0);
    assert_eq!(twins.districts().await, 2);
    assert!(sync(&mut twins.original).await.failure.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_share_one_refresh_token_are_both_told_and_their_unsent_work_is_kept() {
    let mut twins = Twins::set().await;
    twins.end_access_tokens().await;
    assert!(sync(&mut twins.copy).await.failure.is_none());
    assert!(sync(&mut twins.original).await.failure.is_none());
    edit(&mut twins.copy, twins.family, "حي النسخة");
    for phone in [&mut twins.copy, &mut twins.original] {
        assert_eq!(sync(phone).await.failure.unwrap().code(), "token_reused");
        assert!(phone.status(Here.now_ms()).unwrap().needs_enrolment);
    }
    assert_eq!(twins.copy.status(Here.now_ms()).unwrap().pending_changes, 1);
    enrol(&twins.centre, &mut twins.copy).await;
    assert!(sync(&mut twins.copy).await.failure.is_none());
    assert_eq!(twins.copy.status(Here.now_ms()).unwrap().pending_changes, 0);
}
