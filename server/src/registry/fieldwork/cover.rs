//! How far visits reached some families.

use time::OffsetDateTime;

use crate::storage::fieldwork::PlanRow;

/// How many families there are and how many of them were visited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cover {
    /// Families that count.
    pub families: i64,
    /// Those of them that were visited lately.
    pub visited: i64,
    /// When a visit last met one of them.
    pub last_at: Option<OffsetDateTime>,
}

impl Cover {
    /// The cover of these families, visited since a moment.
    pub fn of<'p>(plans: impl IntoIterator<Item = &'p PlanRow>, since: OffsetDateTime) -> Self {
        plans.into_iter().fold(Self::default(), |cover, plan| cover.and(plan, since))
    }

    /// The same with another family.
    #[must_use]
    pub fn and(self, plan: &PlanRow, since: OffsetDateTime) -> Self {
        let visited = plan.met_at.is_some_and(|met_at| met_at >= since);
        Self {
            families: self.families + 1,
            visited: self.visited + i64::from(visited),
            last_at: self.last_at.max(plan.met_at),
        }
    }

    /// The families that were not visited lately.
    #[must_use]
    pub fn missed(self) -> i64 {
        self.families - self.visited
    }
}
