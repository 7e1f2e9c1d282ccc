//! Licence: a person of the centre writes down what an agency decided about a family's licence. The state goes into the record, where only
//! the server writes it, and so to the phones; the reason, the agency and the ticked points stay at the centre as the licence's history.

use serde_json::json;
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::code_list::{self, Code};
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::scalar::Scalar;

use super::desk::Desk;
use super::put::{self, Over, PutError, Wanted};
use crate::registry::audit::Action;
use crate::registry::sealed::reason_of;
use crate::storage::licence;
use crate::storage::licence_decision::{self, DecisionRow};

/// The type of licence whose points are looked at before it is approved.
pub const KITCHEN: &str = "HOM";
/// The list of those points.
pub const POINTS: &str = "kitchen_check";
/// The states that approve a licence.
const APPROVED: [&str; 2] = ["valid", "expiring"];

/// What was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LicenceDecision {
    /// The licence's id in the family's record.
    pub licence: String,
    /// The code of its state.
    pub state: String,
    /// Why, on one line of 1 to 300 characters.
    pub reason: String,
    /// The code of the agency that decided.
    pub agency: String,
    /// The codes of the points that were ticked; kept for a kitchen at home.
    pub points: Vec<String>,
    /// How many decisions about the licence the person saw.
    pub seen: i32,
}

/// Why nothing was decided. Nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum LicenceError {
    /// No such state.
    #[error("the state is no code of its list")]
    State,
    /// No such agency.
    #[error("the agency is no code of its list")]
    Agency,
    /// No reason, or none that fits one line.
    #[error("the reason must have 1 to 300 characters, on one line")]
    Reason,
    /// A kitchen is approved with all its points ticked.
    #[error("points of the kitchen are open: {}", .0.join(", "))]
    Open(Vec<&'static str>),
    /// It was not written.
    #[error(transparent)]
    Put(#[from] PutError),
}

impl From<sqlx::Error> for LicenceError {
    fn from(error: sqlx::Error) -> Self {
        Self::Put(error.into())
    }
}

/// Decides on a licence of the family.
///
/// # Errors
/// A [`LicenceError`]; then nothing changed. [`PutError::Unknown`] when the family has no such licence, [`PutError::Same`] when it is in
/// that state, [`PutError::Outdated`] when somebody decided meanwhile.
pub async fn decide(
    desk: &Desk,
    family: RecordId,
    decision: LicenceDecision,
    now: OffsetDateTime,
) -> Result<ChangeHash, LicenceError> {
    let decision = checked(decision)?;
    let key = format!("official/licence/{}/state", decision.licence);
    let wanted = [Wanted { key, value: Scalar::from(decision.state.as_str()), over: Over::All }];
    let mut connection = desk.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    let hash = put::put_in(&mut transaction, desk, (family, &wanted), now).await?;
    let row = keep(&mut transaction, desk, (family, decision), now).await?;
    let detail = json!({ "state": row.state, "agency": row.agency, "decision": row.n, "points": row.points });
    put::note(&mut transaction, desk, (family, hash, &wanted), (Action::LicenceDecide, detail), now).await?;
    transaction.commit().await?;
    Ok(hash)
}

/// The points of a kitchen at home that are not among the ticked ones.
#[must_use]
pub fn open_points(ticked: &[String]) -> Vec<&'static str> {
    points().iter().map(|point| point.code.as_str()).filter(|code| !ticked.iter().any(|one| one == code)).collect()
}

fn points() -> &'static [Code] {
    code_list::list(POINTS).map(|list| list.codes.as_slice()).unwrap_or_default()
}

fn checked(decision: LicenceDecision) -> Result<LicenceDecision, LicenceError> {
    let is_code = |list: &str, code: &str| code_list::list(list).is_some_and(|list| list.get(code).is_some());
    if !is_code("licence_status", &decision.state) {
        return Err(LicenceError::State);
    }
    if !is_code("provider", &decision.agency) {
        return Err(LicenceError::Agency);
    }
    let reason = reason_of(&decision.reason).map_err(|_unsound| LicenceError::Reason)?.to_owned();
    Ok(LicenceDecision { reason, ..decision })
}

/// Keeps the decision, under the lock that its put took: what the licence is, and who decided last, cannot change meanwhile.
async fn keep(
    conn: &mut PgConnection,
    desk: &Desk,
    (family, decision): (RecordId, LicenceDecision),
    now: OffsetDateTime,
) -> Result<DecisionRow, LicenceError> {
    let of = (family.0, decision.licence.as_str());
    let licences = licence::of_families(conn, desk.region, &[family.0]).await?;
    let found = licences.into_iter().find(|row| row.licence_id == decision.licence);
    let kind = found.ok_or(PutError::Unknown)?.kind;
    if licence_decision::last(conn, desk.region, of).await? != decision.seen {
        return Err(PutError::Outdated.into());
    }
    let row = DecisionRow {
        n: decision.seen.saturating_add(1),
        points: ticked(kind.as_deref(), &decision)?,
        state: decision.state,
        reason: decision.reason,
        agency: decision.agency,
        by_id: desk.by.id(),
        by_name: desk.by.name(),
        decided_at: now,
    };
    licence_decision::add(conn, desk.region, (family.0, &decision.licence), &row).await?;
    Ok(row)
}

/// The points that are kept with the decision: those of a kitchen, in the order of their list.
fn ticked(kind: Option<&str>, decision: &LicenceDecision) -> Result<Vec<String>, LicenceError> {
    if kind != Some(KITCHEN) {
        return Ok(Vec::new());
    }
    let open = open_points(&decision.points);
    if !open.is_empty() && APPROVED.contains(&decision.state.as_str()) {
        return Err(LicenceError::Open(open));
    }
    let codes = points().iter().map(|point| &point.code);
    Ok(codes.filter(|code| decision.points.contains(code)).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(state: &str, points: &[&str]) -> LicenceDecision {
        LicenceDecision {
            state: state.to_owned(),
            reason: "seen by an inspector".to_owned(),
            agency: "MOMAH".to_owned(),
            points: points.iter().map(|&point| point.to_owned()).collect(),
            ..LicenceDecision::default()
        }
    }

    #[test]
    fn a_kitchen_is_approved_with_every_point_and_refused_with_any() {
        let all = ["SAUDI", "RESID", "FLOOR", "STREET", "ENTRY", "HCARD", "INSP"];
        assert_eq!(ticked(Some(KITCHEN), &decision("valid", &all)).unwrap(), all);
        let open = ticked(Some(KITCHEN), &decision("valid", &["INSP", "SAUDI", "RESID", "FLOOR", "ENTRY"]));
        assert!(matches!(open, Err(LicenceError::Open(open)) if open == ["STREET", "HCARD"]));
        let refused = ticked(Some(KITCHEN), &decision("rejected", &["INSP", "SAUDI", "CHIMNEY"]));
        assert_eq!(refused.unwrap(), ["SAUDI", "INSP"]);
    }

    #[test]
    fn other_licences_have_no_points() {
        assert_eq!(ticked(Some("CRF"), &decision("valid", &["INSP"])).unwrap(), [""; 0]);
        assert_eq!(ticked(None, &decision("valid", &[])).unwrap(), [""; 0]);
    }

    #[test]
    fn a_decision_has_a_state_an_agency_and_a_reason() {
        assert!(checked(decision("valid", &[])).is_ok());
        assert!(matches!(checked(decision("fine", &[])), Err(LicenceError::State)));
        let nobody = LicenceDecision { agency: "ME".to_owned(), ..decision("valid", &[]) };
        assert!(matches!(checked(nobody), Err(LicenceError::Agency)));
        let why = LicenceDecision { reason: " \u{a0} ".to_owned(), ..decision("valid", &[]) };
        assert!(matches!(checked(why), Err(LicenceError::Reason)));
    }
}
