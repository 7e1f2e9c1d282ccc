//! Where people of the centre decide: which data, who sits there and how far they may reach, and how what they decided is written.

use std::sync::Arc;

use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use usra_sync_protocol::id::{AreaId, RecordId, RegionId};
use usra_sync_protocol::policy::Scope;
use uuid::Uuid;

use super::ingest::IngestError;
use super::load;
use super::offer::Offer;
use super::reach::AreaTree;
use super::settle::Settling;
use super::world::World;
use crate::registry::audit::By;

/// The desk.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The database.
    pub pool: PgPool,
    /// The region.
    pub region: RegionId,
    /// Its areas.
    pub areas: Arc<AreaTree>,
    /// Who sits at it.
    pub by: By,
    /// How far they may reach; everywhere without it, as who runs the server does.
    pub scope: Option<Scope>,
}

impl Desk {
    /// Whether a record of this area and family lies in reach. One that does not is as good as none.
    #[must_use]
    pub fn holds(&self, area: AreaId, family: RecordId) -> bool {
        self.scope.as_ref().is_none_or(|scope| scope.holds(area, family))
    }

    /// The same of the ids that a row has.
    pub(super) fn reaches(&self, area: i32, family: Uuid) -> bool {
        self.holds(AreaId(area.cast_unsigned()), RecordId(family))
    }

    /// Writes what a decision made of the records, with what can go on now that waited for it. The caller commits.
    pub(super) async fn write(
        &self,
        conn: &mut PgConnection,
        (world, waiting): (World, &[Offer]),
        now: OffsetDateTime,
    ) -> Result<(), IngestError> {
        let mut settling = Settling::new(world, waiting);
        while let Some(needs) = settling.run() {
            load::load_keys(conn, self.region, &mut settling.world, &needs).await?;
        }
        super::write::write(conn, self.region, &settling, now).await
    }
}
