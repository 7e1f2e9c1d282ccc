//! Signing in: a family's phone shows the one-time code that was sent to the family's number and becomes an install. Every
//! showing is counted under the lock of the number's row, so that guesses at once are counted one after another. Known and
//! unknown numbers take the same statements and get the same answer.

pub mod ask;
pub mod limit;
pub mod one_time;

use serde_json::json;
use sqlx::{Connection, PgConnection, PgPool};
use time::OffsetDateTime;
use usra_sync_protocol::enrol::EnrolAnswer;
use usra_sync_protocol::id::{InstallId, RecordId, RegionId};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::sign_in::{CODE_TRIES, FamilyChoice, SignInAnswer};

use crate::keys::Keys;
use crate::registry::audit::{self, Action, By, Event};
use crate::registry::enrol::{self, Fresh, NotEnrolled};
use crate::registry::proof::{Proof, Unproven};
use crate::storage::enrolment_code::EnrolmentCode;
use crate::storage::mobile::{self, Holder};
use crate::storage::sign_in_code::{self, CodeRow};

/// How an install is listed that no supervisor named.
const NAME: &str = "sign-in";

/// What a phone shows.
#[derive(Clone)]
pub struct Shown {
    /// The number, E.164.
    pub mobile: String,
    /// The code as it was typed.
    pub code: String,
    /// Which family, where several share the number.
    pub family: Option<RecordId>,
    /// The key that the phone made for itself.
    pub public_key: [u8; 32],
    /// That it has the key.
    pub proof: Proof,
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shown").field("family", &self.family).finish_non_exhaustive()
    }
}

/// Why a phone was not signed in.
#[derive(Debug, thiserror::Error)]
pub enum NotSignedIn {
    /// Wrong, expired, used up, never sent, or a number or family that is not known: nobody learns which.
    #[error("the sign-in code was not taken")]
    CodeWrong,
    /// The phone did not show that the key is its own.
    #[error("the key was not proven")]
    Unproven(#[from] Unproven),
    /// The database is away.
    #[error("the sign-in was not stored")]
    Storage(#[from] sqlx::Error),
}

/// Counts the try, and with the right code makes the install or lists the families to choose from.
///
/// # Errors
/// A [`NotSignedIn`]; then only the try was counted.
pub async fn sign_in(
    pool: &PgPool,
    region: RegionId,
    shown: &Shown,
    fresh: Fresh,
    keys: &Keys,
) -> Result<SignInAnswer, NotSignedIn> {
    let stamp = shown.proof.by(&shown.public_key)?;
    let number = one_time::number_hash(region, &shown.mobile);
    let mut conn = pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    let code = sign_in_code::lock(&mut transaction, region, &number).await?;
    sign_in_code::count_try(&mut transaction, region, &number, CODE_TRIES.cast_signed()).await?;
    let holders = mobile::holders(&mut transaction, region, &shown.mobile).await?;
    let right = code.is_some_and(|code| is_right(&code, &shown.code, fresh.now));
    let answer = match choose(right, holders, shown.family) {
        Chosen::Nobody => Err(NotSignedIn::CodeWrong),
        Chosen::Several(families) => Ok(SignInAnswer::Choose(families)),
        Chosen::One(family) => {
            sign_in_code::end(&mut transaction, region, &number, fresh.now).await?;
            Ok(admit(&mut transaction, region, (family, shown.public_key), &fresh).await?)
        }
    };
    transaction.commit().await?;
    Ok(match answer? {
        SignInAnswer::Enrolled(answer) => {
            let proof = keys.prove(&answer, fresh.demo, (&shown.public_key, stamp.nonce));
            SignInAnswer::Enrolled(Box::new(EnrolAnswer { server: Some(proof), ..*answer }))
        }
        choose @ SignInAnswer::Choose(_) => choose,
    })
}

/// Whether `typed` is the code of the row and the row's code is still good. `tries` are those before this one.
fn is_right(code: &CodeRow, typed: &str, now: OffsetDateTime) -> bool {
    let same = one_time::is_same(&code.code_hash, &one_time::code_hash(&code.salt, &one_time::normalise(typed)));
    same && code.tries < CODE_TRIES.cast_signed() && now < code.expires_at
}

/// For whom the phone is.
enum Chosen {
    Nobody,
    One(RecordId),
    Several(Vec<FamilyChoice>),
}

fn choose(right: bool, holders: Vec<Holder>, named: Option<RecordId>) -> Chosen {
    if !right {
        return Chosen::Nobody;
    }
    let held = |family: &RecordId| holders.iter().any(|holder| holder.family_id == family.0);
    match (named, holders.as_slice()) {
        (Some(family), _) => Some(family).filter(held).map_or(Chosen::Nobody, Chosen::One),
        (None, []) => Chosen::Nobody,
        (None, [only]) => Chosen::One(RecordId(only.family_id)),
        (None, _) => Chosen::Several(holders.into_iter().map(choice).collect()),
    }
}

fn choice(holder: Holder) -> FamilyChoice {
    FamilyChoice { family: RecordId(holder.family_id), name: holder.name }
}

async fn admit(
    conn: &mut PgConnection,
    region: RegionId,
    (family, public_key): (RecordId, [u8; 32]),
    fresh: &Fresh,
) -> Result<SignInAnswer, NotSignedIn> {
    let place = EnrolmentCode {
        role: Role::Family.word().to_owned(),
        name: NAME.to_owned(),
        family: Some(family),
        areas: Vec::new(),
        expires_at: fresh.now,
    };
    let answer = enrol::settle(conn, region, (place, public_key), fresh).await.map_err(|error| match error {
        NotEnrolled::Storage(error) => NotSignedIn::Storage(error),
        NotEnrolled::Unproven(unproven) => NotSignedIn::Unproven(unproven),
        NotEnrolled::CodeUnknown | NotEnrolled::CodeUsed | NotEnrolled::CodeExpired | NotEnrolled::ServerOther => {
            NotSignedIn::CodeWrong
        }
    })?;
    let id = InstallId::new(fresh.install);
    let signed_in = Event {
        by: By::Install(id),
        action: Action::SignIn,
        records: vec![family],
        install: Some(id),
        detail: json!({ "role": answer.role.word(), "areas": answer.assigned }),
    };
    audit::note(conn, region, &signed_in, fresh.now).await?;
    Ok(SignInAnswer::Enrolled(Box::new(answer)))
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn row(tries: i32) -> CodeRow {
        let (salt, code_hash) = (vec![1; 16], one_time::code_hash(&[1; 16], "042917").to_vec());
        CodeRow { salt, code_hash, tries, expires_at: NOW + Duration::minutes(5) }
    }

    #[test]
    fn a_code_is_right_five_times_within_its_minutes_and_in_any_digits() {
        assert!(is_right(&row(0), "042917", NOW) && is_right(&row(4), " ٠٤٢ ٩١٧", NOW));
        assert!(!is_right(&row(5), "042917", NOW) && !is_right(&row(0), "042918", NOW));
        assert!(is_right(&row(0), "042917", NOW + Duration::minutes(5) - Duration::SECOND));
        assert!(!is_right(&row(0), "042917", NOW + Duration::minutes(5)));
    }

    #[test]
    fn only_a_family_of_the_number_is_chosen_and_only_with_the_right_code() {
        let [one, two, other] = [1, 2, 3].map(|n| RecordId::new(1, [n; 10]));
        let holders = |ids: &[RecordId]| -> Vec<Holder> {
            ids.iter().map(|id| Holder { family_id: id.0, name: String::new() }).collect()
        };
        let picks = |right, ids: &[RecordId], named| match choose(right, holders(ids), named) {
            Chosen::Nobody => Err(0),
            Chosen::One(family) => Ok(family),
            Chosen::Several(list) => Err(list.len()),
        };
        assert_eq!(picks(true, &[one], None), Ok(one));
        assert_eq!(picks(true, &[one, two], None), Err(2));
        assert_eq!(picks(true, &[one, two], Some(two)), Ok(two));
        assert_eq!(picks(true, &[one, two], Some(other)), Err(0));
        assert_eq!(picks(true, &[], None), Err(0));
        assert_eq!(picks(false, &[one, two], Some(two)), Err(0));
    }
}
