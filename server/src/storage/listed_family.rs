//! View `listed_family`: families as the console lists and counts them. One statement with one condition finds them; every number, list and
//! chart is made of the rows it answers, so they are of one moment and cannot disagree.

use sqlx::PgConnection;
use time::{Date, OffsetDateTime};
use usra_sync_protocol::id::RegionId;
use uuid::Uuid;

/// The version of what counts: of the statement [`find`], the view that it reads and the rule of standing. Published counts carry it. Raise it
/// when one of them changes what is counted; a test notices.
pub const VERSION: i32 = 1;

/// Which families are meant; what is `None` narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The governorate's code; empty for families without one.
    pub governorate: Option<String>,
    /// The sector of the main activity; empty for families without one.
    pub sector: Option<String>,
    /// The main activity's code; empty for families without one.
    pub activity: Option<String>,
    /// The status' code.
    pub status: Option<String>,
    /// `counted`, `verified`, `provisional` or `uncounted`.
    pub standing: Option<String>,
    /// Only those with an open need of this category.
    pub need: Option<String>,
    /// Only those that got a service of this type.
    pub service: Option<String>,
    /// Only those with a licence that ends on a day from the first on and before the second.
    pub licence_ends: Option<(Date, Date)>,
    /// Only those that got a service from this provider.
    pub provider: Option<String>,
    /// Only those that hold a licence of this type that is not over on the day.
    pub holds: Option<(String, Date)>,
    /// Only those that hold none of this type, or only such as are over on the day.
    pub lacks: Option<(String, Date)>,
    /// Only those registered from this moment on.
    pub from: Option<OffsetDateTime>,
    /// Only those registered before this moment.
    pub until: Option<OffsetDateTime>,
    /// Only those whose own record changed after this moment.
    pub changed_after: Option<OffsetDateTime>,
    /// Only those whose records lie in these areas.
    pub within: Option<Vec<i32>>,
    /// The survey block; empty for families without one.
    pub block: Option<String>,
    /// Only those that a visit met from the moment on, or, with `false`, that none did.
    pub visited: Option<(bool, OffsetDateTime)>,
    /// Only those that the person is to visit whose phone this is, with any phone.
    pub surveyor: Option<Uuid>,
}

/// A family that was found, with what it is counted by.
#[derive(Clone, Debug)]
pub struct FoundRow {
    /// Its record.
    pub record_id: Uuid,
    /// Its governorate's code, if given.
    pub governorate: Option<String>,
    /// The code of its main activity, if given.
    pub activity: Option<String>,
    /// Its status' code.
    pub status: String,
    /// `verified`, `provisional` or `uncounted`.
    pub standing: String,
    /// When it was registered.
    pub created_at: OffsetDateTime,
    /// When its record last changed.
    pub changed_at: OffsetDateTime,
}

/// A family in a list.
#[derive(Clone, Debug)]
pub struct ListedRow {
    /// Its record.
    pub record_id: Uuid,
    /// Its trade name.
    pub name_ar: Option<String>,
    /// Its trade name in English.
    pub name_en: Option<String>,
    /// Its governorate's code.
    pub governorate: Option<String>,
    /// Its centre's code.
    pub centre: Option<String>,
    /// Its district.
    pub district: Option<String>,
    /// The sector of its main activity.
    pub sector: Option<String>,
    /// The code of its main activity.
    pub activity: Option<String>,
    /// Its status' code.
    pub status: String,
    /// `verified`, `provisional` or `uncounted`.
    pub standing: String,
    /// Its file number.
    pub file_no: Option<String>,
    /// The day on which it was verified.
    pub verified_on: Option<Date>,
    /// When it was registered.
    pub created_at: OffsetDateTime,
    /// When its record last changed.
    pub changed_at: OffsetDateTime,
    /// How many fields of its records a person must choose between.
    pub conflicts: i64,
}

/// What a search compares.
#[derive(Clone, Debug)]
pub struct Names {
    /// The family's record.
    pub record_id: Uuid,
    /// Its trade name.
    pub name_ar: Option<String>,
    /// Its trade name in English.
    pub name_en: Option<String>,
    /// Its district.
    pub district: Option<String>,
    /// Its mobile number.
    pub mobile: Option<String>,
    /// Its file number.
    pub file_no: Option<String>,
}

/// The families in the areas that the filter means, those that changed last first.
///
/// # Errors
/// The database is away.
pub async fn find(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    filter: &Filter,
) -> Result<Vec<FoundRow>, sqlx::Error> {
    sqlx::query_file_as!(
        FoundRow,
        "src/storage/listed_family/find.sql",
        region.0,
        areas,
        filter.governorate.as_deref(),
        filter.sector.as_deref(),
        filter.activity.as_deref(),
        filter.status.as_deref(),
        filter.standing.as_deref(),
        filter.need.as_deref(),
        filter.service.as_deref(),
        filter.from,
        filter.until,
        filter.changed_after,
        filter.licence_ends.map(|(from, _)| from),
        filter.licence_ends.map(|(_, until)| until),
        filter.provider.as_deref(),
        filter.holds.as_ref().map(|(kind, _)| kind.as_str()),
        filter.holds.as_ref().map(|(_, day)| *day),
        filter.lacks.as_ref().map(|(kind, _)| kind.as_str()),
        filter.lacks.as_ref().map(|(_, day)| *day),
        filter.within.as_deref(),
        filter.block.as_deref(),
        filter.visited.map(|(visited, _)| visited),
        filter.visited.map(|(_, since)| since),
        filter.surveyor,
    )
    .fetch_all(conn)
    .await
}

/// These families as a list shows them, in the order of `ids`.
///
/// # Errors
/// The database is away.
pub async fn rows(conn: &mut PgConnection, region: RegionId, ids: &[Uuid]) -> Result<Vec<ListedRow>, sqlx::Error> {
    sqlx::query_as!(
        ListedRow,
        r#"select f.record_id as "record_id!", f.name_ar, f.name_en, f.governorate, f.centre, f.district,
             f.sector, f.primary_activity as activity, f.status as "status!", f.standing as "standing!", f.file_no,
             f.verified_on, f.created_at as "created_at!", f.changed_at as "changed_at!",
             (
                 select coalesce(sum(r.conflict_count), 0)
                 from record r
                 where r.region_id = f.region_id
                     and r.family_id = f.record_id
             ) as "conflicts!"
         from unnest($2::uuid[]) with ordinality as u(record_id, place)
         join listed_family f
             on f.region_id = $1
             and f.record_id = u.record_id
         order by u.place"#,
        region.0,
        ids,
    )
    .fetch_all(conn)
    .await
}

/// What a search compares, of every family in the areas.
///
/// # Errors
/// The database is away.
pub async fn names(conn: &mut PgConnection, region: RegionId, areas: &[i32]) -> Result<Vec<Names>, sqlx::Error> {
    sqlx::query_as!(
        Names,
        r#"select record_id as "record_id!", name_ar, name_en, district, mobile, file_no
         from listed_family
         where region_id = $1
             and area_id = any($2)
         order by record_id"#,
        region.0,
        areas,
    )
    .fetch_all(conn)
    .await
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};
    use usra_migrations::MIGRATOR;
    use usra_sync_protocol::id::hex_of_bytes;

    use super::*;

    /// The version, and the hash of what it is the version of.
    const KNOWN: (i32, &str) = (1, "89ce1251d9fc0fd9e0fa31db410536f89cc53fd8293ef9eeaa504e9cdf171ea0");

    /// The text of a source between two of its lines.
    fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
        let (_, rest) = text.split_once(from).unwrap();
        rest.split_once(to).unwrap().0
    }

    #[test]
    fn what_counts_does_not_change_without_another_version() {
        let names = ["view listed_family", "view report.family"];
        let views = MIGRATOR.iter().filter(|step| names.iter().any(|name| step.sql.as_str().contains(name)));
        let view: String = views.map(|step| step.sql.as_str().to_owned()).collect();
        let statement = between(include_str!("listed_family.rs"), "pub async fn find(", "/// These families");
        let rule = between(include_str!("../registry/standing.rs"), "const VERIFIED", "#[cfg(test)]");
        let condition = include_str!("listed_family/find.sql");
        let words: Vec<&str> =
            [&view, statement, condition, rule].into_iter().flat_map(str::split_whitespace).collect();
        let hash = hex_of_bytes(&Sha256::digest(words.join(" ")));
        assert!(
            (VERSION, hash.as_str()) == KNOWN,
            "what counts was changed: raise VERSION if other families are counted now, and write ({VERSION}, {hash:?}) here"
        );
    }
}
