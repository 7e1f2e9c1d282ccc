//! The typed tables (`family`, `household_member`, `product` ...). Their names and columns are those of the schema table, so
//! these are the only statements put together at run time; every name in them is a constant of ours, every value a parameter
//! (docs/decisions/0004).

use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, PgConnection, Postgres};
use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, Cell, Column, Row, SqlType, Table};
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

/// Gives the rows of a family to another.
///
/// # Errors
/// The database is away.
pub async fn hand_over(
    conn: &mut PgConnection,
    region: RegionId,
    table: &'static str,
    (from, to): (Uuid, Uuid),
) -> Result<(), sqlx::Error> {
    let sql = format!("update {table} set family_id = $3 where region_id = $1 and family_id = $2");
    sqlx::query(AssertSqlSafe(sql)).bind(region.0).bind(from).bind(to).execute(conn).await?;
    Ok(())
}

/// Gives the rows of a family's records back to it.
///
/// # Errors
/// The database is away.
pub async fn hand_back(
    conn: &mut PgConnection,
    region: RegionId,
    table: &'static str,
    family: Uuid,
) -> Result<(), sqlx::Error> {
    let sql = format!(
        "update {table} t set family_id = $2 from record r
         where t.region_id = $1 and r.region_id = $1 and r.record_id = t.record_id and r.family_id = $2"
    );
    sqlx::query(AssertSqlSafe(sql)).bind(region.0).bind(family).execute(conn).await?;
    Ok(())
}

/// A row of a typed table to write.
#[derive(Clone, Debug)]
pub struct TypedWrite<'v> {
    /// The record.
    pub record_id: Uuid,
    /// Its family; the survivor where that was merged.
    pub family_id: Uuid,
    /// The row's id inside the record, in a table that has such rows, and its cells.
    pub row: Row<'v>,
}

/// Adds rows.
///
/// # Errors
/// The database is away.
pub async fn insert(
    conn: &mut PgConnection,
    region: RegionId,
    table: &Table,
    rows: &[TypedWrite<'_>],
) -> Result<(), sqlx::Error> {
    let records: Vec<Uuid> = rows.iter().map(|row| row.record_id).collect();
    let families: Vec<Uuid> = rows.iter().map(|row| row.family_id).collect();
    let mut query = sqlx::query(AssertSqlSafe(insert_sql(table))).bind(region.0).bind(records).bind(families);
    if table.id_column.is_some() {
        query = query.bind(rows.iter().map(|row| row.row.row_id.unwrap_or_default()).collect::<Vec<&str>>());
    }
    for (place, column) in table.columns.iter().enumerate() {
        let cells = rows.iter().map(|row| row.row.cells.get(place)?.as_ref());
        query = bind(query, column, cells);
    }
    query.execute(conn).await?;
    Ok(())
}

/// A parameter for each column, all its cells in one array; dates, instants, sets and contacts as text that PostgreSQL reads.
fn insert_sql(table: &Table) -> String {
    let ids = ["record_id", "family_id"].map(|name| (name, "uuid", "uuid"));
    let row_id = table.id_column.iter().map(|id| (id.as_str(), "text", "text"));
    let cells =
        table.columns.iter().map(|column| (column.name.as_str(), column.sql_type.sql(), sent_as(column.sql_type)));
    let (mut names, mut values, mut arrays) = (Vec::new(), Vec::new(), Vec::new());
    for (at, (name, kept, sent)) in ids.into_iter().chain(row_id).chain(cells).enumerate() {
        names.push(name);
        values.push(if kept == sent { format!("u.{name}") } else { format!("u.{name}::{kept}") });
        arrays.push(format!("${}::{sent}[]", at + 2));
    }
    let (table, names, values, arrays) = (table.name, names.join(", "), values.join(", "), arrays.join(", "));
    format!(
        "insert into {table} (region_id, {names}) select r.region_id, {values} from region r \
         cross join unnest({arrays}) as u({names}) where r.region_id = $1"
    )
}

fn sent_as(sql_type: SqlType) -> &'static str {
    match sql_type {
        SqlType::Text | SqlType::Integer | SqlType::Bigint | SqlType::Boolean => sql_type.sql(),
        SqlType::Date | SqlType::Timestamptz | SqlType::TextArray | SqlType::Jsonb => "text",
    }
}

type Typed<'q> = Query<'q, Postgres, PgArguments>;

fn bind<'q, 'r, 'v: 'r>(
    query: Typed<'q>,
    column: &Column,
    cells: impl Iterator<Item = Option<&'r Cell<'v>>>,
) -> Typed<'q> {
    match column.sql_type {
        SqlType::Text | SqlType::Date | SqlType::Timestamptz => {
            query.bind(cells.map(|cell| cell?.value()?.as_text()).collect::<Vec<Option<&str>>>())
        }
        SqlType::Integer => query.bind(cells.map(|cell| i32::try_from(int(cell)?).ok()).collect::<Vec<Option<i32>>>()),
        SqlType::Bigint => query.bind(cells.map(int).collect::<Vec<Option<i64>>>()),
        SqlType::Boolean => query.bind(cells.map(yes).collect::<Vec<Option<bool>>>()),
        SqlType::TextArray | SqlType::Jsonb => query.bind(cells.map(written).collect::<Vec<Option<String>>>()),
    }
}

fn int(cell: Option<&Cell<'_>>) -> Option<i64> {
    match cell?.value()? {
        Scalar::Int(number) => Some(*number),
        Scalar::Null | Scalar::Bool(_) | Scalar::Text(_) => None,
    }
}

fn yes(cell: Option<&Cell<'_>>) -> Option<bool> {
    match cell?.value()? {
        Scalar::Bool(yes) => Some(*yes),
        Scalar::Null | Scalar::Int(_) | Scalar::Text(_) => None,
    }
}

/// A set as an array's literal, contacts as JSON.
fn written(cell: Option<&Cell<'_>>) -> Option<String> {
    match cell? {
        Cell::Value(_) => None,
        // A code has no quotes and no backslashes.
        Cell::Codes(codes) if codes.is_empty() => Some("{}".to_owned()),
        Cell::Codes(codes) => Some(format!("{{\"{}\"}}", codes.join("\",\""))),
        Cell::Contacts(contacts) => serde_json::to_string(contacts).ok(),
    }
}
