//! `status`: how this phone stands.

use std::path::Path;

use serde_json::json;
use usra_client_sdk::Status;

use crate::failure::Failed;
use crate::said::Said;
use crate::{clock, opened};

/// Runs the command.
pub(crate) fn run(store: &Path, said: Said) -> Result<(), Failed> {
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
    let error = status
        .last_error
        .iter()
        .map(|code| format!("{}: {}", said.pick("آخر خطأ", "Last error"), said.lang.value(code)));
    std::iter::once(enrolment.to_owned()).chain(counted).chain(error).collect()
}
