//! Schema `report`: who reads it, and the words of the codes that its views join.

use sqlx::PgConnection;
use usra_sync_protocol::id::RegionId;

/// A role as it is asked to read reports.
#[derive(Clone, Copy, Debug)]
pub struct Role {
    /// It could read everything anyway.
    pub above: bool,
}

/// A code with its words.
#[derive(Clone, Copy, Debug)]
pub struct Word<'t> {
    /// The list it is of.
    pub list: &'t str,
    /// The code.
    pub code: &'t str,
    /// The Arabic word.
    pub ar: &'t str,
    /// The English word.
    pub en: &'t str,
}

/// Writes the words of the codes, and takes away those that there are no more. As the owner.
///
/// # Errors
/// The database is away, or this role may not.
pub async fn put_words(conn: &mut PgConnection, words: &[Word<'_>]) -> Result<(), sqlx::Error> {
    let column = |of: fn(&Word<'_>) -> String| words.iter().map(of).collect::<Vec<String>>();
    let lists = column(|word| word.list.to_owned());
    let codes = column(|word| word.code.to_owned());
    let (ar, en) = (column(|word| word.ar.to_owned()), column(|word| word.en.to_owned()));
    sqlx::query!(
        "insert into report.code (list, code, ar, en)
         select u.list, u.code, u.ar, u.en
         from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as u(list, code, ar, en)
         on conflict (list, code) do update
         set ar = excluded.ar, en = excluded.en
         where (code.ar, code.en) is distinct from (excluded.ar, excluded.en)",
        &lists,
        &codes,
        &ar,
        &en,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from report.code c
         where not exists (
             select
             from unnest($1::text[], $2::text[]) as u(list, code)
             where u.list = c.list
                 and u.code = c.code
         )",
        &lists,
        &codes,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is known of a role; `None` when there is none of that name.
///
/// # Errors
/// The database is away.
pub async fn role(conn: &mut PgConnection, name: &str) -> Result<Option<Role>, sqlx::Error> {
    sqlx::query_as!(
        Role,
        r#"select r.rolsuper or r.rolbypassrls or exists (
                 select
                 from pg_class c
                 join pg_attribute a
                     on a.attrelid = c.oid
                     and a.attname = 'region_id'
                     and not a.attisdropped
                 where c.relnamespace = current_schema()::text::regnamespace
                     and c.relkind in ('r', 'p')
                     and (
                         pg_has_role(r.oid, c.relowner, 'member')
                         or has_any_column_privilege(r.oid, c.oid, 'select, insert, update')
                     )
             ) as "above!"
         from pg_roles r
         where r.rolname = $1"#,
        name,
    )
    .fetch_optional(conn)
    .await
}

/// The views of reports, and the table of words.
///
/// # Errors
/// The database is away.
pub async fn views(conn: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select c.relname::text as "name!"
         from pg_class c
         where c.relnamespace = 'report'::regnamespace
             and (c.relkind = 'v' or c.relname = 'code')
         order by 1"#,
    )
    .fetch_all(conn)
    .await
}

/// The roles that read reports, and that there still are.
///
/// # Errors
/// The database is away.
pub async fn readers(conn: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select e.role_name
         from report.reader e
         join pg_roles r
             on r.rolname = e.role_name
         order by 1",
    )
    .fetch_all(conn)
    .await
}

/// Lets a role read the reports of the region, and of no other.
///
/// # Errors
/// The database is away, or this role may not.
pub async fn put_reader(conn: &mut PgConnection, region: RegionId, role: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into report.reader (region_id, role_name)
         values ($1, $2)
         on conflict (role_name) do update
         set region_id = excluded.region_id",
        region.0,
        role,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends that; whether it did read them.
///
/// # Errors
/// The database is away, or this role may not.
pub async fn remove_reader(conn: &mut PgConnection, region: RegionId, role: &str) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("delete from report.reader where region_id = $1 and role_name = $2", region.0, role)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}
