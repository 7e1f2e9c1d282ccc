//! `status`: how this phone stands.

use serde_json::json;
use time::OffsetDateTime;
use time::macros::{format_description, offset};
use usra_client_sdk::Status;

use crate::failure::Failed;
use crate::said::Said;
use crate::{clock, opened};

/// Runs the command.
pub(crate) fn run(store: &opened::Folder, said: Said) -> Result<(), Failed> {
    let phone = opened::phone(store)?;
    let status = phone.status(clock::now_ms())?;
    said.result(&json!(status), &lines(&status, said))
}

fn lines(status: &Status, said: Said) -> Vec<String> {
    let enrolment = match (status.enrolled, status.needs_enrolment) {
        (false, _) => said.pick("الجهاز غير مسجّل.", "This phone is not enrolled."),
        (true, true) => said.pick(
            "يلزم تسجيل الجهاز من جديد؛ ما لم يُرسل محفوظ.",
            "This phone must be enrolled again; unsent work is kept.",
        ),
        (true, false) => said.pick("الجهاز مسجّل.", "This phone is enrolled."),
    };
    let counts = [
        (said.pick("السجلات", "Records"), status.records),
        (said.pick("سجلات بانتظار الإرسال", "Records waiting to be sent"), status.pending_records),
        (said.pick("تعديلات بانتظار الإرسال", "Changes waiting to be sent"), status.pending_changes),
        (said.pick("يحتاج إلى انتباه", "Needs attention"), status.needs_attention),
        (said.pick("نسختان مختلفتان", "Two versions"), status.conflicts),
    ];
    let counted = counts.iter().map(|(word, number)| format!("{word}: {}", said.lang.value(number)));
    let moments = [
        (said.pick("آخر مزامنة ناجحة", "Last success"), status.last_success_ms),
        (said.pick("المحاولة التالية", "Next attempt"), status.next_attempt_ms),
        (said.pick("تنتهي مدة ما في الجهاز دون مزامنة", "Expires here without a sync"), status.expires_ms),
    ];
    let told = moments.iter().filter_map(|(word, ms)| Some(format!("{word}: {}", said.lang.value(riyadh((*ms)?)?))));
    let error = status
        .last_error
        .iter()
        .map(|code| format!("{}: {}", said.pick("آخر خطأ", "Last error"), said.lang.value(code)));
    let expired = status.expired.then(|| {
        said.pick(
            "انتهت مدة ما كان في الجهاز؛ زامن ليعود. ما لم يُرسل محفوظ.",
            "What this phone held has expired; sync to get it back. Unsent work is kept.",
        )
    });
    let first = std::iter::once(enrolment).chain(expired).map(str::to_owned);
    first.chain(counted).chain(told).chain(error).collect()
}

/// A moment as a clock in the region shows it; there is no summer time there.
fn riyadh(ms: u64) -> Option<String> {
    let seconds = i64::try_from(ms / 1_000).ok()?;
    let there = OffsetDateTime::from_unix_timestamp(seconds).ok()?.checked_to_offset(offset!(+3))?;
    there.format(format_description!("[year]-[month]-[day] [hour]:[minute] +03:00")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_as_the_regions_clock_shows_it() {
        assert_eq!(riyadh(1_795_554_775_205).as_deref(), Some("2026-11-25 00:12 +03:00"));
        assert_eq!(riyadh(u64::MAX), None);
    }
}
