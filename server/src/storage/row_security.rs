//! Row security as PostgreSQL's catalogue tells it: what the server's role is, and what each table lets it see and do. No
//! table of ours by name: every table that has a `region_id` is meant (docs/decisions/0010).

use sqlx::{AssertSqlSafe, PgConnection};

/// The role of this session and what would let it walk around the wall.
#[derive(Clone, Debug, Default)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// A superuser sees everything.
    pub superuser: bool,
    /// So does one that bypasses row security.
    pub bypass: bool,
    /// Roles with either right that it can become.
    pub above: Vec<String>,
    /// Tables and views that it owns, itself or through a role it can become.
    pub owns: Vec<String>,
    /// Whether it may create tables beside ours.
    pub creates: bool,
}

/// A table with a `region_id`, as it stands.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Whether row security is enabled.
    pub enabled: bool,
    /// Whether the policy of ours is there, for everyone and every command.
    pub policy: bool,
    /// Other policies that let rows through.
    pub others: Vec<String>,
    /// What the server's role may do with it.
    pub granted: Vec<String>,
}

/// The role that this session logged in as; what it may have set itself to later does not matter, since it can go back.
///
/// # Errors
/// The database is away.
pub async fn role(conn: &mut PgConnection) -> Result<Role, sqlx::Error> {
    sqlx::query_as!(
        Role,
        r#"select r.rolname::text as "name!", r.rolsuper as "superuser!", r.rolbypassrls as "bypass!",
             array(
                 select o.rolname::text
                 from pg_roles o
                 where o.oid <> r.oid
                     and (o.rolsuper or o.rolbypassrls)
                     and pg_has_role(r.oid, o.oid, 'member')
                 order by 1
             ) as "above!",
             array(
                 select c.relname::text
                 from pg_class c
                 where c.relnamespace = current_schema()::text::regnamespace
                     and c.relkind in ('r', 'p', 'v', 'm')
                     and pg_has_role(r.oid, c.relowner, 'member')
                 order by 1
             ) as "owns!",
             has_schema_privilege(r.oid, current_schema()::text, 'create') as "creates!"
         from pg_roles r
         where r.rolname = session_user"#,
    )
    .fetch_one(conn)
    .await
}

/// Every table with a `region_id`, and what `role` may do with it.
///
/// # Errors
/// The database is away, or there is no such role.
pub async fn tables(conn: &mut PgConnection, role: &str) -> Result<Vec<Table>, sqlx::Error> {
    sqlx::query_as!(
        Table,
        r#"select c.relname::text as "name!", c.relrowsecurity as "enabled!",
             exists (
                 select
                 from pg_policy p
                 where p.polrelid = c.oid
                     and p.polname = 'one_region'
                     and p.polpermissive
                     and p.polcmd = '*'
                     and p.polroles = array[0::oid]
                     and p.polwithcheck is null
                     and pg_get_expr(p.polqual, p.polrelid) like '(region_id = %''usra.region''%'
             ) as "policy!",
             array(
                 select p.polname::text
                 from pg_policy p
                 where p.polrelid = c.oid
                     and p.polpermissive
                     and p.polname <> 'one_region'
                 order by 1
             ) as "others!",
             array(
                 select w.word
                 from unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) w(word)
                 where has_table_privilege($1::text, c.oid, w.word)
             ) as "granted!"
         from pg_class c
         join pg_attribute a
             on a.attrelid = c.oid
             and a.attname = 'region_id'
             and not a.attisdropped
         where c.relnamespace = current_schema()::text::regnamespace
             and c.relkind in ('r', 'p')
         order by c.relname"#,
        role,
    )
    .fetch_all(conn)
    .await
}

/// Held by whoever raises the wall, so that many may start at once; a number of our own choosing.
const LOCK: i64 = 0x5573_7262;

/// Waits until nobody else raises the wall. Until [`unlock`], or the end of the connection.
///
/// # Errors
/// The database is away.
pub async fn lock(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_lock($1)", LOCK).fetch_one(conn).await?;
    Ok(())
}

/// Lets the next one.
///
/// # Errors
/// The database is away.
pub async fn unlock(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_unlock($1)", LOCK).fetch_one(conn).await?;
    Ok(())
}

/// Obeys statements that [`crate::database::row_security`] made from names of the catalogue, all of them or none.
///
/// # Errors
/// The database is away, or this role may not.
pub async fn obey(conn: &mut PgConnection, statements: &[String]) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statements.join(" "))).execute(conn).await?;
    Ok(())
}

/// A name as it stands in a statement, whatever it consists of.
#[must_use]
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
