//! All numbers agree: the overview, `usra counts`, the list, what is taken out, the reports of a tool with a role of its own, and a statement
//! written from the definition, compared in one snapshot after another while phones register, people verify and merge.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, Row};
use uuid::Uuid;

use usra_server::registry::audit::By;
use usra_server::registry::counts::{self, By as Of, Tally};
use usra_server::registry::families::{self, Asked};
use usra_server::registry::overview::{self, Part};
use usra_server::registry::published::reproduce::{Outcome, reproduce};
use usra_server::registry::published::{self, Publishing};
use usra_server::registry::standing::Standing;
use usra_server::registry::{past, report};
use usra_server::storage::listed_family::{self, Filter, FoundRow};
use usra_server::storage::{connection, taken_family};
use usra_server::sync::author::Author;
use usra_server::sync::desk::Desk;
use usra_server::sync::merge::{Merging, merge};
use usra_server::sync::verify::verify;
use usra_sync_protocol::change::{Change, Put};
use usra_sync_protocol::id::RecordId;

use crate::centre::{Centre, JEDDAH, REGION, TAIF, now};
use crate::pen::{Pen, instead, put};

/// Families that each phone registers.
const FAMILIES: u64 = 24;
/// Comparisons at least.
const COMPARISONS: usize = 40;
/// What a family counts by the definition, written anew: it lives in the areas, is no other one, and was not taken out.
const DEFINITION: &str = "select count(*) from family f
    join record r on r.region_id = f.region_id and r.record_id = f.record_id
    where r.region_id = 2 and r.kind = 1 and r.area_id = any($1) and f.duplicate_of is null
        and (f.status is null or f.status not in ('duplicate', 'refused', 'closed', 'moved'))";

/// A number that is another for every place and looks drawn.
fn drawn(place: u64) -> u64 {
    (place.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407)) >> 33
}

fn one_of<'a>(of: &[&'a str], place: u64) -> &'a str {
    of.get(usize::try_from(drawn(place)).unwrap() % of.len()).unwrap()
}

fn family(phone: u8, number: u64) -> RecordId {
    RecordId::new(number, [phone; 10])
}

fn begun(place: u64) -> Vec<Put> {
    let mut puts = vec![put("name_ar", "معمول")];
    if !drawn(place).is_multiple_of(7) {
        puts.push(put("governorate", one_of(&["JED", "TIF", "RAB"], place)));
    }
    if !drawn(place + 1).is_multiple_of(5) {
        puts.push(put("primary_activity", one_of(&["FOOD-BAKE", "FOOD-SWET", "CRFT-EMBR"], place)));
    }
    puts
}

/// Another governorate or activity than the change says.
fn changed(change: &Change, place: u64) -> Vec<Put> {
    vec![
        instead(change, "governorate", one_of(&["JED", "TIF", "LIT"], place + 3)),
        instead(change, "primary_activity", one_of(&["FOOD-BAKE", "CRFT-EMBR"], place + 5)),
    ]
}

/// A family's status and survivor, how it stands by the one view and by the other, and whether they agree on the rest.
type Said = (Option<String>, Option<String>, String, String, bool);

struct Scene {
    centre: Centre,
    areas: Vec<i32>,
    role: String,
    done: AtomicBool,
}

impl Scene {
    async fn start() -> Self {
        let centre = Centre::start().await;
        let areas = centre.areas().await.ids().into_iter().map(|area| area.0.cast_signed()).collect();
        let role = format!(
            "reader_{}",
            Uuid::from_u128(
                centre
                    .count("select oid::bigint from pg_database where datname = current_database()")
                    .await
                    .cast_unsigned()
                    .into()
            )
            .simple()
        );
        let mut owner = centre.owner().acquire().await.unwrap();
        obey(&mut owner, format!("create role {role} login")).await;
        report::grant(&mut owner, REGION, &role).await.unwrap();
        Self { centre, areas, role, done: AtomicBool::new(false) }
    }

    async fn reader(&self) -> PgConnection {
        PgConnection::connect_with(&(*self.centre.owner().connect_options()).clone().username(&self.role))
            .await
            .unwrap()
    }

    async fn desk(&self) -> Desk {
        let (pool, areas) = (self.centre.pool(), Arc::new(self.centre.areas().await));
        Desk { pool, region: REGION, areas, by: By::Staff(Uuid::from_u128(7)), scope: None }
    }

    /// A phone registers families and changes every second one.
    async fn registers(&self, phone: u8, author: Arc<Author>) {
        let server = self.centre.server().await;
        let area = if phone.is_multiple_of(2) { JEDDAH } else { TAIF };
        for number in 0..FAMILIES {
            let place = number * 100 + u64::from(phone);
            let mut pen = Pen::new(&author, family(phone, number), area);
            let (change, offer) = pen.write(begun(place));
            self.centre.accept(&server, vec![offer]).await;
            if number % 2 == 0 {
                let (_, offer) = pen.write(changed(&change, place));
                self.centre.accept(&server, vec![offer]).await;
            }
        }
    }

    /// People verify what is there, and find families to be others, until everything is there.
    async fn decides(&self) {
        let desk = self.desk().await;
        for number in 0..FAMILIES {
            while self
                .centre
                .count(&format!("select count(*) from record where record_id = '{}'", family(1, number)))
                .await
                == 0
            {
                tokio::task::yield_now().await;
            }
            verify(&desk, family(1, number), now()).await.unwrap();
            if number % 3 == 1 {
                let take = vec!["primary_activity".to_owned()];
                let merging = Merging { survivor: family(1, number - 1), lost: family(1, number), take };
                merge(&desk, &merging, now()).await.unwrap();
            }
        }
    }

    /// Compares all numbers in one snapshot, and says how many families there are.
    async fn compare(&self) -> i64 {
        let mut conn = self.centre.pool().acquire().await.unwrap();
        let mut snapshot = conn.begin().await.unwrap();
        connection::snapshot(&mut snapshot).await.unwrap();
        let name: String = sqlx::query_scalar("select pg_export_snapshot()").fetch_one(&mut *snapshot).await.unwrap();
        let all = Filter::default();
        let overview = overview::overview_within(&mut snapshot, REGION, &self.areas, &all, now()).await.unwrap();
        let by = [Of::Governorate];
        let counted = counts::count_within(&mut snapshot, REGION, &self.areas, &by, now()).await.unwrap();
        let asked = Asked { filter: Filter { standing: Some("counted".to_owned()), ..all }, ..Asked::default() };
        let listed = families::list_within(&mut snapshot, REGION, &self.areas, &asked, (0, 10)).await.unwrap();
        let all = families::list_within(&mut snapshot, REGION, &self.areas, &asked, (0, usize::MAX)).await.unwrap();
        let ids: Vec<Uuid> = all.rows.iter().map(|row| row.record_id).collect();
        let taken = taken_family::rows(&mut snapshot, REGION, &ids).await.unwrap();
        let defined: i64 = sqlx::query_scalar(DEFINITION).bind(&self.areas).fetch_one(&mut *snapshot).await.unwrap();
        let reported = self.reported(&name).await;
        snapshot.commit().await.unwrap();
        let total = overview.total;
        for parts in [&overview.by_governorate, &overview.by_sector, &overview.by_activity] {
            assert_eq!(sum(parts), total);
        }
        assert_eq!((counted.families, counted.verified), (total.families, total.verified));
        assert_eq!(counted.rows.iter().map(|row| row.tally.families).sum::<i64>(), total.families);
        assert_eq!(counted.not_known_yet, overview.not_known_yet);
        assert_eq!(i64::try_from(listed.total).unwrap(), total.families);
        assert_eq!(i64::try_from(taken.len()).unwrap(), total.families);
        assert_eq!(defined, total.families);
        let mut parts: Vec<Part> = overview.by_governorate;
        parts.sort_by(|one, other| one.code.cmp(&other.code));
        assert_eq!(reported, parts);
        total.families
    }

    /// The report by governorate, as a tool reads it in that snapshot.
    async fn reported(&self, snapshot: &str) -> Vec<Part> {
        let mut reader = self.reader().await;
        obey(&mut reader, format!("begin isolation level repeatable read; set transaction snapshot '{snapshot}'"))
            .await;
        let text =
            "select governorate, families, verified from report.count_by_governorate order by governorate nulls first";
        let rows = sqlx::query(text).fetch_all(&mut reader).await.unwrap();
        reader.close().await.unwrap();
        let part = |row: &sqlx::postgres::PgRow| Part {
            code: row.get(0),
            tally: Tally { families: row.get(1), verified: row.get(2) },
        };
        rows.iter().map(part).collect()
    }

    async fn publish(&self, number: u128) -> Uuid {
        let (id, roots) = (Uuid::from_u128(number), vec![1]);
        let (areas, filter, written) = (self.areas.clone(), Filter::default(), String::new());
        let publishing = Publishing { id, staff: Uuid::from_u128(7), roots, areas, filter, written, seen: None };
        published::publish(&mut self.centre.pool().acquire().await.unwrap(), REGION, &publishing, now()).await.unwrap();
        id
    }

    /// Compares and publishes now and then, until all work is done and it was compared often enough.
    async fn watches(&self) -> (Vec<i64>, Vec<Uuid>) {
        let (mut seen, mut counts) = (Vec::new(), Vec::new());
        while !self.done.load(Ordering::SeqCst) || seen.len() < COMPARISONS {
            seen.push(self.compare().await);
            if seen.len().is_multiple_of(5) {
                counts.push(self.publish(u128::try_from(seen.len()).unwrap()).await);
            }
        }
        (seen, counts)
    }

    async fn works(&self, phones: &[Arc<Author>; 3]) {
        let [one, other, third] = phones;
        let pushes = async {
            tokio::join!(
                self.registers(1, one.clone()),
                self.registers(2, other.clone()),
                self.registers(3, third.clone())
            )
        };
        tokio::join!(pushes, self.decides());
        self.done.store(true, Ordering::SeqCst);
    }
}

async fn obey(conn: &mut PgConnection, text: String) {
    sqlx::raw_sql(AssertSqlSafe(text)).execute(conn).await.unwrap();
}

fn sum(parts: &[Part]) -> Tally {
    let and = |sum: Tally, part: &Part| Tally {
        families: sum.families + part.tally.families,
        verified: sum.verified + part.tally.verified,
    };
    parts.iter().fold(Tally::default(), and)
}

/// Everything that a family is counted by.
fn facts(found: &FoundRow) -> (Uuid, Option<String>, Option<String>, String, String) {
    (found.record_id, found.governorate.clone(), found.activity.clone(), found.status.clone(), found.standing.clone())
}

async fn drop_role(pool: &PgPool, role: &str) {
    obey(&mut pool.acquire().await.unwrap(), format!("drop owned by {role}; drop role {role}")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_number_is_that_of_the_rows_in_each_moment_while_families_arrive_are_verified_and_merged() {
    let scene = Scene::start().await;
    let phones =
        [scene.centre.phone(1, TAIF).await, scene.centre.phone(2, JEDDAH).await, scene.centre.phone(3, TAIF).await];
    let ((seen, counts), ()) = tokio::join!(scene.watches(), scene.works(&phones));
    assert!(seen.len() >= COMPARISONS && seen.first() < seen.last(), "{seen:?}");
    let moments: BTreeSet<i64> = seen.iter().copied().collect();
    assert!(moments.len() > 8, "it was compared while nothing arrived: {seen:?}");
    let merged = i64::try_from(FAMILIES / 3).unwrap();
    assert_eq!(seen.last(), Some(&(i64::try_from(FAMILIES).unwrap() * 3 - merged)));
    // What the histories say is what the tables say, and what was published meanwhile comes out again.
    let mut conn = scene.centre.pool().acquire().await.unwrap();
    let then = past::families(&mut conn, REGION, &scene.areas, (&Filter::default(), now())).await.unwrap();
    let mut then: Vec<_> = then.iter().map(|family| facts(&family.found)).collect();
    let found = listed_family::find(&mut conn, REGION, &scene.areas, &Filter::default()).await.unwrap();
    let mut found: Vec<_> = found.iter().map(facts).collect();
    then.sort();
    found.sort();
    assert_eq!(then, found);
    assert!(counts.len() >= 8);
    for id in counts {
        let count = published::find(&mut conn, REGION, id, None).await.unwrap().unwrap();
        let made = reproduce(&mut conn, REGION, &count).await.unwrap();
        assert_eq!((made.outcome, made.hash), (Outcome::Same, count.hash));
    }
    drop_role(&scene.centre.owner(), &scene.role).await;
}

#[tokio::test]
async fn the_rule_of_standing_and_both_views_say_the_same_of_any_family() {
    let centre = Centre::start().await;
    let mut owner = centre.owner().acquire().await.unwrap();
    let statuses = ["", "provisional", "verified", "active", "paused", "duplicate", "closed", "refused", "moved", "x"];
    for place in 0..300_u64 {
        let status = one_of(&statuses, place);
        let other = drawn(place + 9).is_multiple_of(3).then(|| Uuid::from_u128(1).to_string());
        let sql = "with there as (insert into record (region_id, record_id, kind, family_id, area_id, created_by, created_at, changed_at,
                change_count, conflict_count, heads, digest)
                values (2, $1, 1, $1, 200, $1, $4, $4, 1, 0, '', '\\x0000000000000000'))
            insert into family (region_id, record_id, family_id, status, duplicate_of) values (2, $1, $1, nullif($2, ''), $3)";
        let id = Uuid::from_u128(u128::from(place) + 1);
        sqlx::query(sql).bind(id).bind(status).bind(other).bind(now()).execute(&mut *owner).await.unwrap();
    }
    obey(&mut owner, "insert into report.reader values (2, session_user)".to_owned()).await;
    let rows: Vec<Said> = sqlx::query_as(
        "select f.status, f.duplicate_of, l.standing, e.standing, (l.status, l.sector) is not distinct from (e.status, e.sector)
         from family f
         join listed_family l using (region_id, record_id)
         join report.family e on e.family_id = l.record_id",
    )
    .fetch_all(&mut *owner)
    .await
    .unwrap();
    assert_eq!(rows.len(), 300);
    for (status, other, listed, reported, same) in rows {
        let standing = Standing::of(status.as_deref(), other.is_some()).word();
        assert_eq!((standing, standing, true), (listed.as_str(), reported.as_str(), same), "{status:?} {other:?}");
    }
}
