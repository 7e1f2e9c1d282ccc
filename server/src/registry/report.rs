//! Reports for tools that speak SQL: the words of the codes in the database, and the roles that may read the views of schema `report` and
//! nothing else. All of it is the owner's work.

use sqlx::{Acquire, PgConnection};
use usra_sync_protocol::code_list;
use usra_sync_protocol::id::RegionId;

use crate::storage::report::{self, Word};
use crate::storage::row_security;

/// How families stand, in words.
const STANDINGS: [Word<'static>; 3] = [
    Word { list: "standing", code: "verified", ar: "متحقق منها", en: "Verified" },
    Word { list: "standing", code: "provisional", ar: "مبدئية", en: "Provisional" },
    Word { list: "standing", code: "uncounted", ar: "غير محتسبة", en: "Not counted" },
];

/// Why a role does not read reports.
#[derive(Debug, thiserror::Error)]
pub enum NotGranted {
    /// There is no such role.
    #[error(
        "there is no role {0} in this PostgreSQL. Fix: create role {0} login password '(choose one)'; then ask again"
    )]
    Unknown(String),
    /// It reads more than reports.
    #[error(
        "{0} can read tables of the registry. Give the tool a role of its own: create role usra_report login password '(choose one)'"
    )]
    Above(String),
    /// It reads none.
    #[error("{0} does not read the reports of this region")]
    NoReader(String),
    /// The database is away.
    #[error("the database did not take it")]
    Storage(#[from] sqlx::Error),
}

/// Brings the words of the codes up to date, and gives who reads reports the views that are new. After every migration.
///
/// # Errors
/// The database is away.
pub async fn align(owner: &mut PgConnection) -> Result<(), sqlx::Error> {
    let mut transaction = owner.begin().await?;
    let of_lists = code_list::all().flat_map(|(list, all)| {
        all.codes.iter().map(move |code| Word { list, code: &code.code, ar: &code.ar, en: &code.en })
    });
    let words: Vec<Word<'_>> = of_lists.chain(STANDINGS).collect();
    report::put_words(&mut transaction, &words).await?;
    for role in report::readers(&mut transaction).await? {
        let statements = statements(&report::views(&mut transaction).await?, &role, ("grant", "to"));
        row_security::obey(&mut transaction, &statements).await?;
    }
    transaction.commit().await
}

/// Lets a role read the reports of the region.
///
/// # Errors
/// A [`NotGranted`]; then nothing changed.
pub async fn grant(owner: &mut PgConnection, region: RegionId, role: &str) -> Result<(), NotGranted> {
    let mut transaction = owner.begin().await?;
    let known = report::role(&mut transaction, role).await?.ok_or_else(|| NotGranted::Unknown(role.to_owned()))?;
    if known.above {
        return Err(NotGranted::Above(role.to_owned()));
    }
    let statements = statements(&report::views(&mut transaction).await?, role, ("grant", "to"));
    row_security::obey(&mut transaction, &statements).await?;
    report::put_reader(&mut transaction, region, role).await?;
    Ok(transaction.commit().await?)
}

/// Ends that.
///
/// # Errors
/// A [`NotGranted`]; then nothing changed.
pub async fn revoke(owner: &mut PgConnection, region: RegionId, role: &str) -> Result<(), NotGranted> {
    let mut transaction = owner.begin().await?;
    if !report::remove_reader(&mut transaction, region, role).await? {
        return Err(NotGranted::NoReader(role.to_owned()));
    }
    if report::role(&mut transaction, role).await?.is_some() {
        let statements = statements(&report::views(&mut transaction).await?, role, ("revoke", "from"));
        row_security::obey(&mut transaction, &statements).await?;
    }
    Ok(transaction.commit().await?)
}

/// The statements that give a role the views, or take them from it.
fn statements(views: &[String], role: &str, (does, whom): (&str, &str)) -> Vec<String> {
    let role = row_security::quoted(role);
    let of_view = |view: &String| format!("{does} select on report.{} {whom} {role};", row_security::quoted(view));
    std::iter::once(format!("{does} usage on schema report {whom} {role};")).chain(views.iter().map(of_view)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_a_name_in_a_statement() {
        let views = ["family".to_owned()];
        assert_eq!(
            statements(&views, "bi\"; drop table family", ("grant", "to")),
            [
                "grant usage on schema report to \"bi\"\"; drop table family\";",
                "grant select on report.\"family\" to \"bi\"\"; drop table family\";",
            ]
        );
    }
}
