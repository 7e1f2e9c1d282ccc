//! The typed tables (`family`, `household_member`, `product` ...). Their names and columns are those of the schema table, so
//! these are the only statements put together at run time; every name in them is a constant of ours, every value a parameter
//! (docs/decisions/0004).

use sqlx::{AssertSqlSafe, PgConnection};
use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::schema::{self, Table};
use uuid::Uuid;

/// Held by whoever aligns the tables, so that many servers may start at once; a number of our own choosing.
const ALIGN_LOCK: i64 = 0x5573_7261;

/// Creates typed tables and columns that the schema has and the database lacks. Call it in a transaction of its own: it waits
/// for others who do the same, and lets go at the end of the transaction.
///
/// # Errors
/// The database is away.
pub async fn align(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock($1)", ALIGN_LOCK).fetch_one(&mut *conn).await?;
    for table in schema::tables() {
        sqlx::raw_sql(AssertSqlSafe(create(table))).execute(&mut *conn).await?;
        let have = columns(conn, table.name).await?;
        for column in table.columns.iter().filter(|column| !have.contains(&column.name)) {
            let add = format!("alter table {} add column {} {}", table.name, column.name, column.sql_type.sql());
            sqlx::raw_sql(AssertSqlSafe(add)).execute(&mut *conn).await?;
        }
    }
    Ok(())
}

/// A table that lacks a column of the schema table, if there is one.
///
/// # Errors
/// The database is away.
pub async fn lacking(conn: &mut PgConnection) -> Result<Option<&'static str>, sqlx::Error> {
    for table in schema::tables() {
        let have = columns(conn, table.name).await?;
        if !table.columns.iter().all(|column| have.contains(&column.name)) {
            return Ok(Some(table.name));
        }
    }
    Ok(None)
}

fn create(table: &Table) -> String {
    let name = table.name;
    let row_column = table.id_column.as_ref().map(|id| format!("{id} text not null, ")).unwrap_or_default();
    let row_primary = table.id_column.as_ref().map(|id| format!(", {id}")).unwrap_or_default();
    format!(
        "create table if not exists {name} (region_id int not null, record_id uuid not null, family_id uuid not null, \
         {row_column}constraint {name}_pkey primary key (region_id, record_id{row_primary}));
         create index if not exists {name}_family_idx on {name} (region_id, family_id)"
    )
}

async fn columns(conn: &mut PgConnection, table: &str) -> Result<Vec<String>, sqlx::Error> {
    let names = sqlx::query_scalar!(
        "select column_name::text as \"name!\"
         from information_schema.columns
         where table_schema = current_schema()
             and table_name = $1
         order by ordinal_position",
        table,
    );
    names.fetch_all(conn).await
}

/// Removes the rows of the records.
///
/// # Errors
/// The database is away.
pub async fn delete(
    conn: &mut PgConnection,
    region: RegionId,
    table: &'static str,
    records: &[Uuid],
) -> Result<(), sqlx::Error> {
    let sql = format!("delete from {table} where region_id = $1 and record_id = any($2)");
    sqlx::query(AssertSqlSafe(sql)).bind(region.0).bind(records).execute(conn).await?;
    Ok(())
}

/// Adds rows given as a JSON list of objects whose keys are column names.
///
/// # Errors
/// The database is away.
pub async fn insert(conn: &mut PgConnection, table: &'static str, rows: String) -> Result<(), sqlx::Error> {
    let sql = format!("insert into {table} select t.* from json_populate_recordset(null::{table}, $1::text::json) t");
    sqlx::query(AssertSqlSafe(sql)).bind(rows).execute(conn).await?;
    Ok(())
}
