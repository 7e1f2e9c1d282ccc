//! The reports, read as a tool reads them: with a role that may read them, of one region, and nothing else.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use usra_server::registry::report::{self, NotGranted};
use usra_sync_protocol::id::RecordId;

use crate::centre::{Centre, JEDDAH, REGION};
use crate::pen::{Pen, put};

const MOBILE: &str = "+966500000001";

/// A centre with a family that has something to hide, and a role that reads reports.
struct Scene {
    centre: Centre,
    role: String,
    reader: PgConnection,
}

async fn obey(conn: &mut PgConnection, text: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(conn).await.map(|_done| ())
}

impl Scene {
    async fn start(name: &str) -> Self {
        let centre = Centre::start().await;
        let (server, phone) = (centre.server().await, centre.phone(1, JEDDAH).await);
        let family = RecordId::new(1, [1; 10]);
        let (_, offer) = Pen::new(&phone, family, JEDDAH).write(vec![
            put("name_ar", "معمول نورة"),
            put("mobile", MOBILE),
            put("address", "شارع التحلية"),
            put("governorate", "JED"),
            put("primary_activity", "FOOD-BAKE"),
            put("licence/a/type", "HOM"),
        ]);
        centre.accept(&server, vec![offer]).await;
        let (_, offer) = Pen::of_household(&phone, family, JEDDAH).write(vec![
            put("member/a/name", "نورة العتيبي"),
            put("need/a/category", "TRNG"),
            put("need/a/detail", "فرن"),
        ]);
        centre.accept(&server, vec![offer]).await;
        let role = format!(
            "{name}_{}",
            centre.count("select oid::bigint from pg_database where datname = current_database()").await
        );
        let mut owner = centre.owner().acquire().await.unwrap();
        obey(&mut owner, &format!("create role {role} login")).await.unwrap();
        report::grant(&mut owner, REGION, &role).await.unwrap();
        let reader =
            PgConnection::connect_with(&(*centre.owner().connect_options()).clone().username(&role)).await.unwrap();
        Self { centre, role, reader }
    }

    async fn count(&mut self, view: &str) -> i64 {
        let text = format!("select count(*) from report.{view}");
        sqlx::query_scalar(AssertSqlSafe(text)).fetch_one(&mut self.reader).await.unwrap()
    }

    /// How many rows each view has.
    async fn counts(&mut self) -> Vec<i64> {
        let mut counts = Vec::new();
        for view in VIEWS {
            counts.push(self.count(view).await);
        }
        counts
    }

    /// Everything that a view tells, as one text.
    async fn text(&mut self, view: &str) -> String {
        let text = format!("select coalesce(string_agg(v::text, ' '), '') from report.{view} v");
        sqlx::query_scalar(AssertSqlSafe(text)).fetch_one(&mut self.reader).await.unwrap()
    }

    async fn end(self) {
        self.reader.close().await.unwrap();
        let mut owner = self.centre.owner().acquire().await.unwrap();
        obey(&mut owner, &format!("drop owned by {0}; drop role {0}", self.role)).await.unwrap();
    }
}

const VIEWS: [&str; 7] = ["family", "count_by_governorate", "licence", "product", "visit", "need", "service"];

#[tokio::test]
async fn a_tool_reads_families_and_counts_with_their_words_and_nothing_that_finds_a_person() {
    let mut scene = Scene::start("report_words").await;
    assert_eq!((scene.count("family").await, scene.count("need").await, scene.count("licence").await), (1, 1, 1));
    let family = scene.text("family").await;
    assert!(family.contains("Jeddah") && family.contains("جدة") && family.contains("Provisional"), "{family}");
    for view in VIEWS {
        let text = scene.text(view).await;
        for hidden in [MOBILE, "نورة", "التحلية", "فرن"] {
            assert!(!text.contains(hidden), "{view}: {text}");
        }
    }
    // What a household needs stands there without its family.
    let need = scene.text("need").await;
    assert!(!need.contains(&RecordId::new(1, [1; 10]).to_string()), "{need}");
    scene.end().await;
}

#[tokio::test]
async fn a_tool_reads_no_table_no_other_region_and_writes_nothing() {
    let mut scene = Scene::start("report_wall").await;
    for text in [
        "select * from household_member",
        "select mobile from family",
        "select record_id from family",
        "select * from listed_family",
        "select * from change",
        "select * from sealed_value",
        "select * from staff",
        "select * from audit",
        "select * from report.reader",
        "insert into report.reader values (7, session_user)",
        "delete from report.code",
        "create table report.mine (a int)",
        "create table mine (a int)",
    ] {
        let refused = obey(&mut scene.reader, text).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "42501", "{text}");
    }
    // The same family in another region, with one of everything, even as rows that name it.
    let other = "insert into record (region_id, record_id, kind, family_id, area_id, created_by, created_at, changed_at,
            change_count, conflict_count, heads, digest)
        select 7, record_id, kind, family_id, area_id, created_by, created_at, changed_at, change_count, conflict_count, heads, digest
        from record;
        insert into family (region_id, record_id, family_id) select 7, record_id, family_id from family;
        insert into licence (region_id, record_id, family_id, licence_id) select 7, record_id, family_id, 'x' from family;
        insert into need (region_id, record_id, family_id, need_id) select 7, record_id, family_id, 'x' from family;
        insert into service (region_id, record_id, family_id, service_id) select 7, record_id, family_id, 'x' from family;
        insert into product (region_id, record_id, family_id) select 7, record_id, family_id from family;
        insert into visit (region_id, record_id, family_id) select 7, record_id, family_id from family;";
    let other = other.replace("from family;", "from family where region_id = 2;");
    let before = scene.counts().await;
    obey(&mut scene.centre.owner().acquire().await.unwrap(), &other).await.unwrap();
    obey(&mut scene.reader, "set usra.region to '7'").await.unwrap();
    assert_eq!(scene.counts().await, before);
    // A condition that would tell of rows it may not see is not tried on them.
    let leak = "create temp table seen (what text); create function pg_temp.tell(text) returns boolean language plpgsql cost 0.0001
        as $$ begin insert into seen values ($1); return true; end $$";
    obey(&mut scene.reader, leak).await.unwrap();
    assert_eq!(scene.count("family where pg_temp.tell(family_id::text)").await, 1);
    let seen: i64 = sqlx::query_scalar("select count(*) from seen").fetch_one(&mut scene.reader).await.unwrap();
    assert_eq!(seen, 1);
    scene.end().await;
}

#[tokio::test]
async fn reports_are_granted_to_roles_that_read_nothing_else_and_can_be_taken_back() {
    let mut scene = Scene::start("report_role").await;
    let mut owner = scene.centre.owner().acquire().await.unwrap();
    for (role, unknown) in [("usra_server", false), ("usra", false), ("nobody\"; drop table family; --", true)] {
        let refused = report::grant(&mut owner, REGION, role).await.unwrap_err();
        let right =
            if unknown { matches!(refused, NotGranted::Unknown(_)) } else { matches!(refused, NotGranted::Above(_)) };
        assert!(right, "{role}: {refused}");
    }
    // What a later migration adds is theirs too.
    obey(&mut owner, "create view report.later as select 1 as one").await.unwrap();
    report::align(&mut owner).await.unwrap();
    assert_eq!(scene.count("later").await, 1);
    report::revoke(&mut owner, REGION, &scene.role).await.unwrap();
    assert!(obey(&mut scene.reader, "select * from report.family").await.is_err());
    assert!(matches!(report::revoke(&mut owner, REGION, &scene.role).await, Err(NotGranted::NoReader(_))));
    drop(owner);
    scene.end().await;
}
