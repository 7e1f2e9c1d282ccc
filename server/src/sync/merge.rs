//! Merge: a person of the centre says that a family is another one. The lost family becomes an alias: its records stay as they are and belong
//! to the survivor from then on, and the survivor gets those values of it that the person chose. Nothing is deleted, so it can be taken back
//! ([`super::unmerge`]); what phones still write into the lost family follows ([`super::follow`]).

use serde_json::json;
use sqlx::{Acquire, PgConnection};
use time::OffsetDateTime;
use usra_sync_protocol::id::{ChangeHash, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;

use super::desk::Desk;
use super::project;
use super::put::{self, Opened, Over, PutError, Wanted};
use super::world::RecordState;
use crate::registry::audit::Action;
use crate::storage::family_merge::{self, NewMerge};
use crate::storage::{duplicate_pair, matched};

/// The field that names the survivor.
pub const DUPLICATE_OF: &str = "official/duplicate_of";

/// What is to become one.
#[derive(Clone, Debug)]
pub struct Merging {
    /// The family that remains.
    pub survivor: RecordId,
    /// The family that it is, too.
    pub lost: RecordId,
    /// The fields whose values the survivor takes from the other.
    pub take: Vec<String>,
}

/// Why nothing was merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// Both are the same record, or one is no family.
    #[error("two families are needed")]
    NotTwo,
    /// One of them is another family already.
    #[error("one of them is merged already; take that back first, or merge with its survivor")]
    Merged,
    /// Others are merged into the one that would be lost.
    #[error("others are merged into this one; let it be the one that remains, or take those back first")]
    HasOthers,
    /// It was not written.
    #[error(transparent)]
    Put(#[from] PutError),
}

impl From<sqlx::Error> for MergeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Put(error.into())
    }
}

/// Merges the two.
///
/// # Errors
/// A [`MergeError`]; then nothing changed.
pub async fn merge(desk: &Desk, merging: &Merging, now: OffsetDateTime) -> Result<(), MergeError> {
    let Merging { survivor, lost, .. } = *merging;
    if survivor == lost {
        return Err(MergeError::NotTwo);
    }
    let mut connection = desk.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    let mut opened = put::open(&mut transaction, desk, &[survivor, lost], now).await?;
    check(&mut transaction, desk, &opened, merging).await?;
    let taken = taken(opened.state(lost)?, &merging.take);
    let given = match opened.put(survivor, &taken, now) {
        Ok(hash) => Some(hash),
        Err(PutError::Same) => None,
        Err(error) => return Err(error.into()),
    };
    let said = opened.put(lost, &alias_of(survivor), now)?;
    let change_count = opened.state(lost)?.change_count().cast_signed();
    opened.close(&mut transaction, desk, now).await.map_err(PutError::from)?;
    let new = NewMerge {
        lost: lost.0,
        survivor: survivor.0,
        lost_change: &said.0,
        survivor_change: given.as_ref().map(|hash| hash.0.as_slice()),
        change_count,
    };
    family_merge::add(&mut transaction, desk.region, new, now).await?;
    project::hand_over(&mut transaction, desk.region, (lost, survivor)).await?;
    duplicate_pair::decide(&mut transaction, desk.region, (survivor.0, lost.0), ("merged", ""), now).await?;
    // It has the people of both now.
    matched::put_due(&mut transaction, desk.region, survivor.0).await?;
    let changes: Vec<ChangeHash> = given.into_iter().chain([said]).collect();
    let keys: Vec<&str> = taken.iter().map(|one| one.key.as_str()).collect();
    let detail = json!({ "survivor": survivor.to_string(), "keys": keys });
    put::note_all(&mut transaction, desk, (&[survivor, lost], &changes), (Action::FamilyMerge, detail), now).await?;
    transaction.commit().await?;
    Ok(())
}

async fn check(conn: &mut PgConnection, desk: &Desk, opened: &Opened, merging: &Merging) -> Result<(), MergeError> {
    for family in [merging.survivor, merging.lost] {
        let state = opened.state(family)?;
        if state.kind != Kind::Family {
            return Err(MergeError::NotTwo);
        }
        if state.values.shown(DUPLICATE_OF).is_some_and(|value| !value.is_null()) {
            return Err(MergeError::Merged);
        }
    }
    let others = family_merge::of(conn, desk.region, &[merging.lost.0]).await?;
    if others.is_empty() { Ok(()) } else { Err(MergeError::HasOthers) }
}

/// What the survivor takes: what is shown of the lost family's own fields, never an official one.
fn taken(lost: &RecordState, keys: &[String]) -> Vec<Wanted> {
    let value = |key: &String| {
        let value = lost.values.shown(key).filter(|value| !value.is_null() && !key.starts_with("official/"))?;
        Some(Wanted { key: key.clone(), value: value.clone(), over: Over::All })
    };
    keys.iter().filter_map(value).collect()
}

fn alias_of(survivor: RecordId) -> Vec<Wanted> {
    let official = |key: &str, value: Scalar| Wanted { key: key.to_owned(), value, over: Over::All };
    vec![
        official("official/count_state", Scalar::from("not_counted")),
        official(DUPLICATE_OF, Scalar::from(survivor.to_string().as_str())),
        official("official/status", Scalar::from("duplicate")),
    ]
}

/// Says that two families that look alike are two, and why; whether they were a pair.
///
/// # Errors
/// [`PutError::Unknown`] when one is not in the desk's reach, and what storing fails with; then nothing changed.
pub async fn apart(
    desk: &Desk,
    pair: (RecordId, RecordId),
    reason: &str,
    now: OffsetDateTime,
) -> Result<bool, PutError> {
    let mut connection = desk.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    put::open(&mut transaction, desk, &[pair.0, pair.1], now).await?;
    let known =
        duplicate_pair::decide(&mut transaction, desk.region, (pair.0.0, pair.1.0), ("apart", reason), now).await?;
    let detail = (Action::FamilyApart, json!({}));
    put::note_all(&mut transaction, desk, (&[pair.0, pair.1], &[]), detail, now).await?;
    transaction.commit().await?;
    Ok(known)
}

/// Has both compared again: what was said of them does not hold any more.
pub(super) async fn compare_again(
    conn: &mut PgConnection,
    desk: &Desk,
    pair: (RecordId, RecordId),
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    duplicate_pair::decide(conn, desk.region, (pair.0.0, pair.1.0), ("open", ""), now).await?;
    matched::put_due(conn, desk.region, pair.0.0).await
}
