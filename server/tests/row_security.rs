//! Promises of the wall between regions: the server's role sees and writes the rows of its region, in every table there is.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};
use usra_server::config::Config;
use usra_server::database::row_security::{Fault, check, faults};
use usra_server::database::{connect, migrate};
use usra_server::testing::TestDatabase;
use usra_sync_protocol::id::RegionId;

/// sqlx's own table has no region and nothing of anyone's in it.
const NO_REGION: &str = "_sqlx_migrations";

async fn names(owner: &PgPool, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(owner).await.unwrap()
}

async fn obey(owner: &PgPool, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(owner).await.unwrap();
}

async fn tables(owner: &PgPool) -> Vec<String> {
    let sql = "select relname::text from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname";
    names(owner, sql).await.into_iter().filter(|table| table != NO_REGION).collect()
}

/// Takes away whatever keeps a row of any values out, but the wall.
async fn drop_constraints(owner: &PgPool) {
    let sql = "select format('alter table %s drop constraint %I', conrelid::regclass, conname) from pg_constraint
        where connamespace = 'public'::regnamespace and contype in ('c', 'f') order by contype desc";
    for statement in names(owner, sql).await {
        obey(owner, statement).await;
    }
}

/// An insert of one row of a region, with some value of its type in every column that needs one.
async fn insert(owner: &PgPool, table: &str, region: i32) -> String {
    let sql = "select a.attname::text, format_type(a.atttypid, null) from pg_attribute a
        where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attnotnull order by a.attnum";
    let columns: Vec<(String, String)> = sqlx::query_as(sql).bind(table).fetch_all(owner).await.unwrap();
    assert!(columns.iter().any(|(name, _)| name == "region_id"), "{table} has no region_id, so it is behind no wall");
    let value = |(name, kind): &(String, String)| match (name.as_str(), kind.as_str()) {
        ("region_id", _) => region.to_string(),
        (_, kind) if kind.ends_with("[]") => "'{}'".to_owned(),
        (_, "boolean") => "true".to_owned(),
        (_, "uuid") => "'00000000-0000-4000-8000-000000000001'".to_owned(),
        (_, "bytea") => "'\\x00'".to_owned(),
        (_, "jsonb" | "json") => "'{}'".to_owned(),
        (_, "date") => "'2026-01-01'".to_owned(),
        (_, kind) if kind.starts_with("timestamp") => "'2026-01-01'".to_owned(),
        _ => "'1'".to_owned(),
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    let names: Vec<String> = columns.into_iter().map(|(name, _)| name).collect();
    format!("insert into {table} ({}) values ({})", names.join(", "), values.join(", "))
}

async fn count(conn: &mut PgConnection, table: &str) -> i64 {
    let sql = format!("select count(*) from {table} where region_id in (2, 7)");
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(conn).await.unwrap()
}

/// Every table with one row of region 7 beside what region 2 has.
async fn walled() -> (TestDatabase, Vec<String>, Vec<String>) {
    let database = TestDatabase::start().await.unwrap();
    drop_constraints(&database.owner).await;
    let tables = tables(&database.owner).await;
    let mut inserts = Vec::new();
    for table in &tables {
        let statement = insert(&database.owner, table, 7).await;
        obey(&database.owner, statement.clone()).await;
        inserts.push(statement);
    }
    (database, tables, inserts)
}

#[tokio::test]
async fn a_server_of_one_region_neither_sees_nor_changes_nor_adds_a_row_of_another_in_any_table() {
    let (database, tables, inserts) = walled().await;
    assert!(tables.len() >= 22, "{tables:?}");
    let options = (*database.pool.connect_options()).clone();
    let config = Config { region: RegionId(3), pool_size: 1, ..Config::default() };
    let stranger = connect::pool(options, &config).await.unwrap();
    let mut conn = stranger.acquire().await.unwrap();
    for (table, insert) in tables.iter().zip(&inserts) {
        assert_eq!(count(&mut conn, table).await, 0, "{table} shows a row of another region");
        for change in [format!("update {table} set region_id = 3"), format!("delete from {table}")] {
            match sqlx::raw_sql(AssertSqlSafe(change)).execute(&mut *conn).await {
                Ok(done) => assert_eq!(done.rows_affected(), 0, "{table} was changed"),
                // Not every table may be changed at all.
                Err(error) => assert_eq!(error.as_database_error().unwrap().code().unwrap(), "42501", "{table}"),
            }
        }
        let refused = sqlx::raw_sql(AssertSqlSafe(insert.clone())).execute(&mut *conn).await.unwrap_err().to_string();
        assert!(refused.contains("row-level security"), "{table}: {refused}");
    }
}

#[tokio::test]
async fn a_connection_without_a_region_sees_nothing_and_one_with_its_own_sees_its_row() {
    let (database, tables, _) = walled().await;
    let mut none = PgConnection::connect_with(&database.pool.connect_options()).await.unwrap();
    for table in &tables {
        assert_eq!(count(&mut none, table).await, 0, "{table}");
    }
    sqlx::raw_sql("begin; set local usra.region to '7'").execute(&mut none).await.unwrap();
    for table in &tables {
        assert_eq!(count(&mut none, table).await, 1, "{table}");
    }
    // A setting that ended with its transaction is empty, not absent.
    sqlx::raw_sql("commit").execute(&mut none).await.unwrap();
    assert_eq!(count(&mut none, "family").await, 0);
}

#[tokio::test]
async fn a_new_table_is_behind_the_wall_after_the_next_migration_and_the_server_does_not_start_before() {
    let database = TestDatabase::start().await.unwrap();
    obey(
        &database.owner,
        "create table booth (region_id int not null); alter table need disable row level security; \
        create policy everyone on change using (true); grant truncate, delete on change to usra_server"
            .to_owned(),
    )
    .await;
    let mut server = database.pool.acquire().await.unwrap();
    let found = faults(&mut server).await.unwrap();
    assert!(found.contains(&Fault::Open("booth".to_owned())) && found.contains(&Fault::Open("need".to_owned())));
    assert!(found.contains(&Fault::Widened("change".to_owned(), "everyone".to_owned())), "{found:?}");
    let message = check(&mut server).await.unwrap_err().to_string();
    assert!(message.contains("enable row level security") && message.contains("usra migrate"), "{message}");
    migrate::run(&mut database.owner.acquire().await.unwrap(), connect::SERVER_ROLE).await.unwrap();
    assert_eq!(faults(&mut server).await.unwrap(), []);
}

#[tokio::test]
async fn the_owner_of_the_tables_is_no_role_for_a_server_even_one_that_hides_behind_another() {
    let database = TestDatabase::start().await.unwrap();
    let mut owner = database.owner.acquire().await.unwrap();
    sqlx::raw_sql("set role usra_server").execute(&mut *owner).await.unwrap();
    let found = faults(&mut owner).await.unwrap();
    sqlx::raw_sql("reset role").execute(&mut *owner).await.unwrap();
    assert!(matches!(found.as_slice(), [Fault::Superuser(_)]), "{found:?}");
}

#[tokio::test]
async fn the_servers_role_can_neither_take_back_a_change_nor_make_itself_a_table() {
    let database = TestDatabase::start().await.unwrap();
    for statement in ["delete from change", "update change set n = 2", "truncate feed", "create table mine (a int)"] {
        let refused = sqlx::raw_sql(statement).execute(&database.pool).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "42501", "{statement}");
    }
}
