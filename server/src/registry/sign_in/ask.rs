//! A number asks for a code. Whether a family has the number decides only what leaves by text, after the answer: the
//! statements, their order and the answer are the same for every number.

use serde_json::json;
use sqlx::{Connection, PgConnection, PgPool};
use time::macros::offset;
use time::{Duration, OffsetDateTime};
use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::sign_in::CODE_LIFE_S;

use crate::registry::audit::{self, Action, By, Event};
use crate::registry::sign_in::{limit, one_time};
use crate::storage::sign_in_code::NewCode;
use crate::storage::sms_day::SmsDay;
use crate::storage::{mobile, sign_in_code, sms_day};

/// What asking needs from outside.
#[derive(Clone)]
pub struct Ask {
    /// The number, E.164.
    pub mobile: String,
    /// Texts a day at most.
    pub texts_a_day: u32,
    /// For the code.
    pub code: [u8; 8],
    /// For its hash.
    pub salt: [u8; 16],
    /// The time now.
    pub now: OffsetDateTime,
}

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ask").field("texts_a_day", &self.texts_a_day).finish_non_exhaustive()
    }
}

/// Makes the number's next code, unless it had too many, and gives it back when it is to be sent: when a family has the number
/// and the day's texts are not used up.
///
/// # Errors
/// The database is away.
pub async fn ask(pool: &PgPool, region: RegionId, ask: &Ask) -> Result<Option<String>, sqlx::Error> {
    let mut conn = pool.acquire().await?;
    sign_in_code::forget(&mut conn, region, ask.now - limit::DAY).await?;
    let mut transaction = conn.begin().await?;
    let (code, is_first_stop) = make(&mut transaction, region, ask).await?;
    if is_first_stop {
        audit::note(&mut transaction, region, &stopped(ask.texts_a_day), ask.now).await?;
    }
    transaction.commit().await?;
    if is_first_stop {
        tracing::error!(
            texts_a_day = ask.texts_a_day,
            "the day's texts are used up: no sign-in codes are sent until midnight; see --sms-per-day"
        );
    }
    Ok(code)
}

/// The code to send, and whether this was the first that the day's limit stopped.
async fn make(conn: &mut PgConnection, region: RegionId, ask: &Ask) -> Result<(Option<String>, bool), sqlx::Error> {
    let number = one_time::number_hash(region, &ask.mobile);
    let code = one_time::code(ask.code);
    let new = NewCode {
        salt: ask.salt,
        code_hash: one_time::code_hash(&ask.salt, &code),
        expires_at: ask.now + Duration::seconds(i64::from(CODE_LIFE_S)),
    };
    let asked_at = sign_in_code::open(conn, region, &number, &new, ask.now).await?;
    let is_known = !mobile::holders(conn, region, &ask.mobile).await?.is_empty();
    let day = ask.now.to_offset(offset!(+3)).date();
    let so_far = sms_day::open(conn, region, day).await?;
    let is_new = limit::may_ask(&asked_at, ask.now);
    let mut asked_at = limit::of_late(asked_at, ask.now);
    asked_at.extend(is_new.then_some(ask.now));
    sign_in_code::renew(conn, region, &number, (&new, is_new, &asked_at), ask.now).await?;
    let more = texts(is_known && is_new, so_far, ask.texts_a_day);
    sms_day::count(conn, region, day, more).await?;
    Ok(((more.sent > 0).then_some(code), more.stopped > 0 && so_far.stopped == 0))
}

fn stopped(texts_a_day: u32) -> Event {
    let detail = json!({ "texts_a_day": texts_a_day });
    Event { by: By::Server, action: Action::SmsStopped, records: Vec::new(), install: None, detail }
}

/// What one text adds to its day.
fn texts(is_wanted: bool, so_far: SmsDay, texts_a_day: u32) -> SmsDay {
    let has_room = u32::try_from(so_far.sent).unwrap_or(u32::MAX) < texts_a_day;
    SmsDay { sent: i32::from(is_wanted && has_room), stopped: i32::from(is_wanted && !has_room) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_sends_up_to_its_limit_and_counts_what_it_stopped() {
        let day = |sent, stopped| SmsDay { sent, stopped };
        assert_eq!(texts(true, day(1, 0), 2), day(1, 0));
        assert_eq!(texts(true, day(2, 0), 2), day(0, 1));
        assert_eq!(texts(false, day(0, 0), 2), day(0, 0));
        assert_eq!(texts(false, day(2, 5), 2), day(0, 0));
    }
}
