//! What central staff decided about licences and needs, so that their rooms have something to show. Which family gets what follows from its
//! place; days are told from now.

use anyhow::Result;
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};
use usra_server::clock::RIYADH;
use usra_server::registry::audit::Action;
use usra_server::sync::desk::Desk;
use usra_server::sync::licence::{self, LicenceDecision, decide};
use usra_server::sync::need::assign;
use usra_server::sync::put::{Over, Wanted, put};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::scalar::Scalar;

use crate::decide::desk;
use crate::show;

/// Of so many families with a licence, the state of each one's and in how many days it ends, where that is not years away.
const LICENCES: [(Option<&str>, Option<i64>); 12] = [
    (Some("valid"), None),
    (None, None),
    (Some("valid"), Some(-10)),
    (Some("applied"), None),
    (Some("valid"), Some(20)),
    (None, Some(45)),
    (Some("rejected"), None),
    (None, None),
    (Some("valid"), Some(75)),
    (Some("suspended"), None),
    (None, Some(-40)),
    (Some("valid"), None),
];
/// Whom the need of every so many families is assigned to.
const AGENCIES: [Option<&str>; 6] = [Some("SDB"), None, Some("JCC"), None, Some("NGO"), None];
/// The need of one family in so many is served.
const SERVED: usize = 10;

/// Decides on licences, assigns needs, and serves some.
pub(crate) async fn govern(pool: &PgPool, families: &[RecordId], now: OffsetDateTime) -> Result<()> {
    let desk = desk(pool).await?;
    let bar = show::bar("licences and needs", families.len() as u64);
    for (place, family) in families.iter().enumerate() {
        licence(&desk, *family, LICENCES.get(place % LICENCES.len()).copied().unwrap_or_default(), now).await?;
        need(&desk, *family, place, now).await?;
        bar.inc(1);
    }
    bar.finish();
    Ok(())
}

async fn licence(
    desk: &Desk,
    family: RecordId,
    (state, ends): (Option<&str>, Option<i64>),
    now: OffsetDateTime,
) -> Result<()> {
    if let Some(days) = ends {
        let day = now.to_offset(RIYADH).date().saturating_add(Duration::days(days));
        write(desk, family, vec![("licence/l1/expires_on".to_owned(), day.to_string())], now).await?;
    }
    let Some(state) = state else { return Ok(()) };
    let decision = LicenceDecision {
        licence: "l1".to_owned(),
        state: state.to_owned(),
        reason: "بحسب خطاب الجهة".to_owned(),
        agency: "MOMAH".to_owned(),
        points: licence::open_points(&[]).into_iter().map(str::to_owned).collect(),
        seen: 0,
    };
    decide(desk, family, decision, now).await?;
    Ok(())
}

async fn need(desk: &Desk, family: RecordId, place: usize, now: OffsetDateTime) -> Result<()> {
    let Some(agency) = AGENCIES.get(place % AGENCIES.len()).copied().flatten() else { return Ok(()) };
    assign(desk, (family, "n1"), Some(agency), now).await?;
    if !place.is_multiple_of(SERVED) {
        return Ok(());
    }
    let service = [
        ("type", "TRN".to_owned()),
        ("provider", agency.to_owned()),
        ("need", "n1".to_owned()),
        ("date", now.to_offset(RIYADH).date().to_string()),
    ];
    let values = service.map(|(field, value)| (format!("service/s1/{field}"), value)).into();
    write(desk, RecordId::household_of(family), values, now).await
}

async fn write(desk: &Desk, record: RecordId, values: Vec<(String, String)>, now: OffsetDateTime) -> Result<()> {
    let wanted = |(key, value): (String, String)| Wanted { key, value: Scalar::from(value.as_str()), over: Over::All };
    put(desk, record, values.into_iter().map(wanted).collect(), Action::Resolve, now).await?;
    Ok(())
}
