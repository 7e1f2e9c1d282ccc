//! Promises of the audit, on a real PostgreSQL: whatever is done to its rows behind its back, the first bad one is named.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use serde_json::json;
use sqlx::{Acquire, AssertSqlSafe, PgPool};
use time::{Duration, OffsetDateTime};
use usra_server::keys::Keys;
use usra_server::registry::audit::head::SignedHead;
use usra_server::registry::audit::verify::{NotVerified, verify};
use usra_server::registry::audit::walk::{Bad, Fault, Source};
use usra_server::registry::audit::{Action, By, Event, day, note};
use usra_server::storage::audit;
use usra_server::testing::TestDatabase;
use usra_sync_protocol::id::{InstallId, RecordId, RegionId};
use uuid::Uuid;

const REGION: RegionId = RegionId(2);

/// Ten rows, one an hour, from noon on a day: in Riyadh that is three in the afternoon, so nine of them are of that day.
struct Bench {
    database: TestDatabase,
    keys: Keys,
}

fn noon() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::hours(12)
}

fn event(number: u8) -> Event {
    let by = match number % 4 {
        0 => By::Server,
        1 => By::Operator("clerk".to_owned()),
        2 => By::Staff(Uuid::from_bytes([number; 16])),
        _ => By::Install(InstallId::new([number; 16])),
    };
    let records = (0..number).map(|at| RecordId::new(1_000, [at; 10])).collect();
    let detail = json!({ "b": [1, "two", null], "a": { "z": true, "y": number }, "moved": 3 });
    let action = Action::ALL.into_iter().cycle().nth(usize::from(number)).unwrap();
    let install = (number != 5).then(|| InstallId::new([number; 16]));
    Event { by, action, records, install, detail }
}

impl Bench {
    async fn set() -> Self {
        let database = TestDatabase::start().await.unwrap();
        let bench = Self { database, keys: Keys::unkept([7; Keys::RANDOM]) };
        for number in 0..10 {
            bench.note(number).await;
        }
        bench
    }

    async fn note(&self, number: u8) {
        let mut transaction = self.pool().begin().await.unwrap();
        let at = noon() + Duration::hours(i64::from(number)) + Duration::microseconds(123_456);
        note(&mut transaction, REGION, &event(number), at).await.unwrap();
        transaction.commit().await.unwrap();
    }

    fn pool(&self) -> &PgPool {
        &self.database.pool
    }

    async fn sql(&self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&self.database.owner).await.unwrap();
    }

    async fn head(&self, keys: &Keys) -> SignedHead {
        let head = audit::head(&mut self.pool().acquire().await.unwrap(), REGION).await.unwrap().unwrap();
        SignedHead::sign(REGION, &head, "2026-11-24T12:00:00Z".to_owned(), &keys.signing)
    }

    async fn sign_days(&self, now: OffsetDateTime) -> usize {
        let mut conn = self.pool().acquire().await.unwrap();
        day::sign(&mut conn, REGION, &self.keys.signing, now).await.unwrap().len()
    }

    async fn bad(&self, kept: &[SignedHead]) -> Option<Bad> {
        let mut conn = self.pool().acquire().await.unwrap();
        let mut transaction = conn.begin().await.unwrap();
        let report = verify(&mut transaction, REGION, self.keys.signing.public(), kept).await.unwrap();
        transaction.rollback().await.unwrap();
        report.bad
    }

    /// The fault that is found after `sql`, which is then undone.
    async fn after(&self, sql: &str, kept: &[SignedHead]) -> Option<Bad> {
        self.sql("create schema kept; create table kept.audit as table audit; create table kept.audit_head as table audit_head; create table kept.audit_day as table audit_day").await;
        self.sql(sql).await;
        let bad = self.bad(kept).await;
        self.sql(
            "truncate audit, audit_head, audit_day; insert into audit table kept.audit;
             insert into audit_head table kept.audit_head; insert into audit_day table kept.audit_day;
             drop schema kept cascade",
        )
        .await;
        assert_eq!(self.bad(kept).await, None, "undone after: {sql}");
        bad
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it stands beside what was found, which may be nothing")]
fn bad(n: i64, fault: Fault) -> Option<Bad> {
    Some(Bad { n, fault })
}

#[tokio::test]
async fn an_audit_that_nobody_touched_is_whole() {
    let bench = Bench::set().await;
    assert_eq!(bench.bad(&[]).await, None);
    let kept = [bench.head(&bench.keys).await];
    bench.note(11).await;
    assert_eq!(bench.bad(&kept).await, None);
}

#[tokio::test]
async fn the_servers_own_role_can_only_add() {
    let bench = Bench::set().await;
    for attempt in
        ["update audit set action = 'assign'", "delete from audit", "truncate audit", "delete from audit_head"]
    {
        let refused = sqlx::raw_sql(attempt).execute(bench.pool()).await.unwrap_err();
        let code = refused.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
        assert_eq!(code.as_deref(), Some("42501"), "{attempt}");
    }
}

#[tokio::test]
async fn a_row_whose_columns_were_changed_one_by_one_is_named() {
    let bench = Bench::set().await;
    let changes = [
        "at = at + interval '1 microsecond'",
        "by_kind = 'server'",
        "by_id = gen_random_uuid()",
        "by_id = null",
        "by_name = 'someone else'",
        "action = 'assign'",
        "install_id = gen_random_uuid()",
        "install_id = null",
        "record_ids = record_ids[1:2]",
        "record_ids = record_ids[2:] || record_ids[1]",
        "detail = detail || '{\"moved\": 4}'",
        "detail = '{}'",
        "previous = sha256(previous)",
        "hash = sha256(hash)",
        "hash = previous",
    ];
    for change in changes {
        let sql = format!("update audit set {change} where n = 7");
        assert_eq!(bench.after(&sql, &[]).await, bad(7, Fault::Changed), "{change}");
    }
    let last = bench.after("update audit set action = 'assign' where n = 10", &[]).await;
    assert_eq!(last, bad(10, Fault::Changed));
    let first = bench.after("update audit set previous = sha256('') where n = 1", &[]).await;
    assert_eq!(first, bad(1, Fault::Changed));
}

#[tokio::test]
async fn a_row_taken_out_moved_or_put_in_is_named() {
    let bench = Bench::set().await;
    let faults = [
        ("delete from audit where n = 1", 1, Fault::Missing),
        ("delete from audit where n in (4, 8)", 4, Fault::Missing),
        (
            "update audit set n = 99 where n = 4; update audit set n = 4 where n = 6; update audit set n = 6 where n = 99",
            4,
            Fault::OutOfOrder,
        ),
        (
            "update audit set n = 99 where n = 4; update audit set n = 4 where n = 5; update audit set n = 5 where n = 99",
            4,
            Fault::OutOfOrder,
        ),
        (
            "delete from audit where n = 4; update audit set n = n + 100 where n > 4; update audit set n = n - 101 where n > 100; update audit_head set n = 9",
            4,
            Fault::OutOfOrder,
        ),
        (
            "insert into audit select region_id, 11, at, by_kind, by_id, by_name, action, install_id, record_ids, detail, hash, sha256(hash) from audit where n = 10",
            11,
            Fault::Changed,
        ),
        (
            "alter table audit drop constraint audit_n_check; insert into audit select region_id, 0, at, by_kind, by_id, by_name, action, install_id, record_ids, detail, hash, hash from audit where n = 10",
            0,
            Fault::OutOfOrder,
        ),
        ("update audit_head set n = 8, hash = (select hash from audit where n = 8)", 9, Fault::PastHead),
        ("delete from audit_head", 10, Fault::HeadMissing),
        ("update audit_head set hash = sha256(hash)", 10, Fault::Changed),
    ];
    for (sql, n, fault) in faults {
        assert_eq!(bench.after(sql, &[]).await, bad(n, fault), "{sql}");
    }
}

const CUT: &str = "delete from audit where n > 7";
const CUT_AND_REPAIRED: &str =
    "delete from audit where n > 7; update audit_head set n = 7, hash = (select hash from audit where n = 7)";

#[tokio::test]
async fn a_tail_that_was_cut_off_is_found_by_the_head_by_a_signed_day_and_by_a_head_kept_elsewhere() {
    let bench = Bench::set().await;
    assert_eq!(bench.after(CUT, &[]).await, bad(8, Fault::Cut(Source::Head, 10)));
    // Whoever also mends the head leaves nothing in the database to tell by, until something was signed.
    assert_eq!(bench.after(CUT_AND_REPAIRED, &[]).await, None);
    let kept = [bench.head(&bench.keys).await];
    let by_kept = Fault::Cut(Source::Kept("2026-11-24T12:00:00Z".to_owned()), 10);
    assert_eq!(bench.after(CUT_AND_REPAIRED, &kept).await, bad(8, by_kept));
    let day = day::of(noon());
    assert_eq!(bench.sign_days(noon() + Duration::hours(6)).await, 0, "the day is not over");
    assert_eq!(bench.sign_days(noon() + Duration::hours(9)).await, 1);
    assert_eq!(bench.sign_days(noon() + Duration::hours(9)).await, 0, "once is enough");
    assert_eq!(bench.after(CUT_AND_REPAIRED, &[]).await, bad(8, Fault::Cut(Source::Day(day), 9)));
    let without_days = format!("{CUT_AND_REPAIRED}; delete from audit_day");
    let by_kept = Fault::Cut(Source::Kept("2026-11-24T12:00:00Z".to_owned()), 10);
    assert_eq!(bench.after(&without_days, &kept).await, bad(8, by_kept));
}

/// Everything from row 4 on is written anew, with hashes that agree with each other.
async fn write_anew(bench: &Bench) {
    let mut conn = bench.database.owner.acquire().await.unwrap();
    let rows = audit::after(&mut conn, REGION, 3, 100).await.unwrap();
    let mut previous = rows.first().unwrap().previous.clone();
    for mut row in rows {
        (row.previous, row.action) = (std::mem::take(&mut previous), "assign".to_owned());
        row.hash = usra_server::registry::audit::chain::hash(REGION, &row).to_vec();
        previous.clone_from(&row.hash);
        sqlx::query("delete from audit where n = $1").bind(row.n).execute(&mut *conn).await.unwrap();
        audit::append(&mut conn, REGION, &row).await.unwrap();
    }
}

#[tokio::test]
async fn rows_written_anew_with_hashes_that_fit_are_found_by_what_was_signed() {
    let bench = Bench::set().await;
    let kept = [bench.head(&bench.keys).await];
    bench.sign_days(noon() + Duration::hours(9)).await;
    write_anew(&bench).await;
    let day = Source::Day(day::of(noon()));
    assert_eq!(bench.bad(&kept).await, bad(9, Fault::Rewritten(day, 1)));
    bench.sql("delete from audit_day").await;
    assert_eq!(bench.bad(&[]).await, None);
    let kept_source = Source::Kept("2026-11-24T12:00:00Z".to_owned());
    assert_eq!(bench.bad(&kept).await, bad(10, Fault::Rewritten(kept_source, 1)));
}

#[tokio::test]
async fn one_row_written_anew_with_a_hash_that_fits_is_named_by_the_row_after_it() {
    let bench = Bench::set().await;
    let mut conn = bench.database.owner.acquire().await.unwrap();
    let mut row = audit::after(&mut conn, REGION, 3, 1).await.unwrap().remove(0);
    row.action = "assign".to_owned();
    let hash = usra_server::registry::audit::chain::hash(REGION, &row).to_vec();
    sqlx::query("update audit set action = 'assign', hash = $1 where n = 4")
        .bind(hash)
        .execute(&mut *conn)
        .await
        .unwrap();
    assert_eq!(bench.bad(&[]).await, bad(4, Fault::Changed));
}

#[tokio::test]
async fn signed_days_cannot_be_forged_changed_or_taken_out_of_the_middle() {
    let bench = Bench::set().await;
    assert_eq!(bench.sign_days(noon() + Duration::days(4)).await, 4);
    let first = day::of(noon());
    let second = first.next_day().unwrap();
    let gone = format!("delete from audit_day where day = '{second}'");
    assert_eq!(bench.after(&gone, &[]).await, bad(10, Fault::DayMissing(second)));
    let changed = "update audit_day set n = 8 where n = 9";
    assert_eq!(bench.after(changed, &[]).await, bad(8, Fault::DayForged(first)));
    let other = Keys::unkept([9; Keys::RANDOM]);
    bench.sql("delete from audit_day").await;
    let mut conn = bench.pool().acquire().await.unwrap();
    day::sign(&mut conn, REGION, &other.signing, noon() + Duration::days(1)).await.unwrap();
    assert_eq!(bench.bad(&[]).await, bad(9, Fault::DayForged(first)));
}

#[tokio::test]
async fn an_audit_that_was_cut_is_not_signed() {
    let bench = Bench::set().await;
    bench.sign_days(noon() + Duration::days(2)).await;
    bench.sql(CUT_AND_REPAIRED).await;
    let mut conn = bench.pool().acquire().await.unwrap();
    let signed = day::sign(&mut conn, REGION, &bench.keys.signing, noon() + Duration::days(3)).await;
    assert!(matches!(signed, Err(day::NotSigned::Cut(10))), "{signed:?}");
}

#[tokio::test]
async fn a_kept_head_that_was_altered_or_is_of_another_region_is_no_head() {
    let bench = Bench::set().await;
    let head = bench.head(&bench.keys).await;
    for altered in [
        SignedHead { n: 9, ..head.clone() },
        SignedHead { at: "2026-11-25T12:00:00Z".to_owned(), ..head.clone() },
        SignedHead { region: RegionId(3), ..head.clone() },
        SignedHead { signature: String::new(), ..head.clone() },
    ] {
        let mut transaction = bench.pool().begin().await.unwrap();
        let verified = verify(&mut transaction, REGION, bench.keys.signing.public(), &[altered]).await;
        assert!(matches!(verified, Err(NotVerified::Kept(..))), "{verified:?}");
    }
}

/// Ten decisions, every third of which changes its mind: its number is given to another.
async fn decide(pool: &PgPool, writer: u8) {
    for number in 0..10 {
        let mut transaction = pool.begin().await.unwrap();
        note(&mut transaction, REGION, &event(number), noon()).await.unwrap();
        if (number + writer).is_multiple_of(3) {
            transaction.rollback().await.unwrap();
        } else {
            transaction.commit().await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn decisions_at_the_same_moment_keep_one_chain() {
    let bench = Bench::set().await;
    let mut writers = Vec::new();
    for writer in 0..8_u8 {
        let pool = bench.pool().clone();
        writers.push(tokio::spawn(async move { decide(&pool, writer).await }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(bench.bad(&[]).await, None);
    let rows: i64 = sqlx::query_scalar("select count(*) from audit").fetch_one(bench.pool()).await.unwrap();
    let kept =
        (0..8_u8).map(|writer| (0..10).filter(|number| !(number + writer).is_multiple_of(3)).count()).sum::<usize>();
    assert_eq!(usize::try_from(rows).unwrap(), 10 + kept);
}
