//! The tree of areas in memory, and who reaches what: assignments spread to everything below them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sqlx::PgConnection;
use time::OffsetDateTime;
use usra_sync_protocol::area::{self, Area};
use usra_sync_protocol::id::{AreaId, InstallId, RecordId, RegionId};
use usra_sync_protocol::role::Role;
use uuid::Uuid;

use super::author::{Author, Scope};
use super::grace::Grace;
use crate::storage::install::{self, Term};

/// The areas of the region, read when the server starts.
#[derive(Clone, Debug, Default)]
pub struct AreaTree {
    areas: Vec<Area>,
}

impl AreaTree {
    /// The tree of these areas.
    #[must_use]
    pub fn new(areas: Vec<Area>) -> Self {
        Self { areas }
    }

    /// Every area.
    #[must_use]
    pub fn ids(&self) -> BTreeSet<AreaId> {
        self.areas.iter().map(|area| area.id).collect()
    }

    /// The area of that id.
    #[must_use]
    pub fn get(&self, id: AreaId) -> Option<&Area> {
        self.areas.iter().find(|area| area.id == id)
    }

    /// What an install reaches that is assigned to these areas. A family's phone has one, where its family lives, and nothing
    /// below it.
    #[must_use]
    pub fn scope(&self, assigned: &[AreaId], family: Option<RecordId>) -> Scope {
        let areas = match family {
            Some(_) => assigned.iter().copied().collect(),
            None => assigned.iter().flat_map(|root| area::below(&self.areas, *root)).collect(),
        };
        Scope { areas, family }
    }

    /// What an install reaches by its present terms, and what it could not know to be over by its lapsed ones.
    #[must_use]
    pub fn spread(&self, terms: &[Term], family: Option<RecordId>) -> (Scope, Grace) {
        let present: Vec<AreaId> = terms.iter().filter(|term| !term.over).map(|term| term.area).collect();
        let scope = self.scope(&present, family);
        let mut grace = Grace::default();
        for term in terms {
            let below = area::below(&self.areas, term.area);
            for area in &below {
                let from = grace.from.entry(*area).or_insert(term.from);
                *from = term.from.min(*from);
            }
            if term.over {
                let lost: BTreeSet<AreaId> = below.into_iter().filter(|area| !scope.areas.contains(area)).collect();
                grace.lapsed.extend(&lost);
                grace.ends.entry(term.area).or_default().extend(lost);
            }
        }
        (scope, grace)
    }
}

/// The installs as authors, with what they reach today; a revoked one reaches nothing.
///
/// # Errors
/// The database is away.
pub async fn authors(
    conn: &mut PgConnection,
    region: RegionId,
    tree: &AreaTree,
    installs: &[Uuid],
    now: OffsetDateTime,
) -> Result<BTreeMap<InstallId, Arc<Author>>, sqlx::Error> {
    if installs.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = install::by_ids(conn, region, installs, now).await?;
    let author_of = |row: install::Assigned| {
        let role: Role = row.role.parse().ok()?;
        let scope = if row.revoked { Scope::default() } else { tree.scope(&row.areas, row.family) };
        Some((row.install, Arc::new(Author { revoked: row.revoked, ..Author::new(row.install, role, scope) })))
    };
    Ok(rows.into_iter().filter_map(author_of).collect())
}
