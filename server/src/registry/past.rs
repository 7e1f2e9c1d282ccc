//! Families as they were: what their records showed after the changes that the centre had by then, and how they counted by that.

use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::change;
use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::open_values::OpenValues;
use usra_sync_protocol::scalar::Scalar;

use super::counts::{By, Tally};
use super::overview::{self, Part};
use super::standing::{Standing, WITHOUT_STATUS};
use crate::storage::history::PastRow;
use crate::storage::listed_family::{Filter, FoundRow};
use crate::storage::{connection, history};

/// Records whose changes are read at a time.
pub(super) const AT_A_TIME: usize = 1_000;

/// A family as it was.
#[derive(Clone, Debug)]
pub struct Then {
    /// What it was counted by.
    pub found: FoundRow,
    /// Its trade name.
    pub name_ar: Option<String>,
    /// Its trade name in English.
    pub name_en: Option<String>,
    /// How many changes made it so.
    pub change_count: i32,
}

/// The numbers of a moment.
#[derive(Clone, Debug)]
pub struct PastOverview {
    /// Families that counted.
    pub total: Tally,
    /// By governorate.
    pub by_governorate: Vec<Part>,
    /// By sector.
    pub by_sector: Vec<Part>,
    /// By main activity.
    pub by_activity: Vec<Part>,
}

impl PastOverview {
    /// The numbers of these families.
    #[must_use]
    pub fn of(families: &[Then]) -> Self {
        let found: Vec<FoundRow> = families.iter().map(|family| family.found.clone()).collect();
        Self {
            total: Tally::of(&found),
            by_governorate: overview::parts(&found, By::Governorate),
            by_sector: overview::parts(&found, By::Sector),
            by_activity: overview::parts(&found, By::Activity),
        }
    }
}

/// The families that are in the areas now, as the centre knew them at a moment, and as the filter narrows them by governorate, sector,
/// activity, status and standing; those that had changed last first. An erased family has no past.
///
/// # Errors
/// The database is away.
pub async fn families(
    conn: &mut PgConnection,
    region: RegionId,
    areas: &[i32],
    (filter, moment): (&Filter, OffsetDateTime),
) -> Result<Vec<Then>, sqlx::Error> {
    let mut transaction = conn.begin().await?;
    connection::snapshot(&mut transaction).await?;
    let mut found = Vec::new();
    let ids = history::families(&mut transaction, region, areas, moment).await?;
    for some in ids.chunks(AT_A_TIME) {
        let rows = history::until(&mut transaction, region, some, moment).await?;
        found.extend(of_rows(&rows).filter(|family| means(filter, &family.found)));
    }
    transaction.commit().await?;
    found.sort_by_key(|family| (std::cmp::Reverse(family.found.changed_at), family.found.record_id));
    Ok(found)
}

/// The families of these changes, which stand in order.
pub(super) fn of_rows(rows: &[PastRow]) -> impl Iterator<Item = Then> {
    rows.chunk_by(|one, next| one.record_id == next.record_id).filter_map(then)
}

/// The family of a record's changes: of those that follow one another from the first, as far as they can be read.
fn then(rows: &[PastRow]) -> Option<Then> {
    let mut values: OpenValues<()> = OpenValues::default();
    let mut last = None;
    for (row, n) in rows.iter().zip(1..) {
        let Some(change) = (row.n == n).then(|| change::read(&row.bytes).ok()).flatten() else { break };
        values.apply(&change, &());
        last = Some(row);
    }
    Some(of_values(&values, rows.first()?, last?))
}

fn of_values(values: &OpenValues, first: &PastRow, last: &PastRow) -> Then {
    let text = |key: &str| values.shown(key).and_then(Scalar::as_text).map(str::to_owned);
    let status = text("official/status");
    let standing = Standing::of(status.as_deref(), text("official/duplicate_of").is_some());
    Then {
        found: FoundRow {
            record_id: first.record_id,
            governorate: text("governorate"),
            activity: text("primary_activity"),
            status: status.unwrap_or_else(|| WITHOUT_STATUS.to_owned()),
            standing: standing.word().to_owned(),
            created_at: first.received_at,
            changed_at: last.received_at,
        },
        name_ar: text("name_ar"),
        name_en: text("name_en"),
        change_count: last.n,
    }
}

/// Whether the filter means the family: the same conditions as those of `listed_family::find`, of the fields that a family of the past has.
pub(super) fn means(filter: &Filter, family: &FoundRow) -> bool {
    let is = |wanted: &Option<String>, has: Option<&str>| {
        wanted.as_deref().is_none_or(|wanted| wanted == has.unwrap_or_default())
    };
    let sector = By::Sector.code(family);
    is(&filter.governorate, family.governorate.as_deref())
        && is(&filter.sector, sector.as_deref())
        && is(&filter.activity, family.activity.as_deref())
        && is(&filter.status, Some(&family.status))
        && stands(filter.standing.as_deref(), &family.standing)
}

fn stands(wanted: Option<&str>, standing: &str) -> bool {
    match wanted {
        None => true,
        Some("counted") => standing != Standing::Uncounted.word(),
        Some(wanted) => standing == wanted,
    }
}

#[cfg(test)]
mod tests {
    use usra_sync_protocol::change::{Draft, Put};
    use usra_sync_protocol::id::{Actor, ChangeHash, InstallId};
    use uuid::Uuid;

    use super::*;

    fn change(seq: u64, deps: Vec<ChangeHash>, puts: &[(&str, &str)]) -> (ChangeHash, Vec<u8>) {
        let put = |(key, value): &(&str, &str)| Put {
            key: (*key).to_owned(),
            value: Scalar::from(*value),
            replaces: Vec::new(),
        };
        let actor = Actor::new(InstallId::new([1; 16]), 0);
        let puts = puts.iter().map(put).collect();
        let (change, bytes) = change::write(Draft { actor, seq, start_op: seq * 10, time: 0, deps, puts }).unwrap();
        (change.hash(), bytes)
    }

    fn row(n: i32, bytes: Vec<u8>) -> PastRow {
        PastRow { record_id: Uuid::from_u128(1), n, received_at: OffsetDateTime::UNIX_EPOCH, bytes }
    }

    #[test]
    fn a_family_is_what_its_first_changes_say_and_nothing_after_a_gap() {
        let (first, begun) = change(1, Vec::new(), &[("governorate", "JED"), ("primary_activity", "FOOD-BAKE")]);
        let (second, verified) = change(2, vec![first], &[("official/status", "verified")]);
        let (_, closed) = change(3, vec![second], &[("official/status", "closed")]);
        let rows = [row(1, begun), row(2, verified), row(3, closed)];
        let standing =
            |rows: &[PastRow]| of_rows(rows).map(|family| (family.found.standing, family.change_count)).next();
        assert_eq!(standing(&rows[..1]), Some(("provisional".to_owned(), 1)));
        assert_eq!(standing(&rows[..2]), Some(("verified".to_owned(), 2)));
        assert_eq!(standing(&rows), Some(("uncounted".to_owned(), 3)));
        assert_eq!(standing(&[rows[0].clone(), rows[2].clone()]), Some(("provisional".to_owned(), 1)));
        assert_eq!(standing(&rows[1..]), None);
    }

    #[test]
    fn a_filter_means_the_same_of_the_past() {
        let (_, begun) = change(1, Vec::new(), &[("governorate", "JED"), ("primary_activity", "FOOD-BAKE")]);
        let family = of_rows(&[row(1, begun)]).next().unwrap().found;
        let some = |text: &str| Some(text.to_owned());
        let of = |filter: Filter| means(&filter, &family);
        assert!(of(Filter { sector: some("FOOD"), standing: some("counted"), ..Filter::default() }));
        assert!(of(Filter { status: some("provisional"), governorate: some("JED"), ..Filter::default() }));
        assert!(!of(Filter { activity: some(""), ..Filter::default() }));
        assert!(!of(Filter { standing: some("uncounted"), ..Filter::default() }));
    }
}
