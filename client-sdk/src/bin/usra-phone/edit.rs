//! `edit`: gives fields new values, with no network needed. What is there already is not written again.

use serde_json::json;
use usra_client_sdk::{Edited, PhoneError};

use crate::args::Edit;
use crate::failure::Failed;
use crate::said::Said;
use crate::{clock, opened, setting};

/// Runs the command.
pub(crate) fn run(store: &opened::Folder, command: &Edit, said: Said) -> Result<(), Failed> {
    let mut phone = opened::phone(store)?;
    let there = phone.record(command.id)?.ok_or(PhoneError::RecordUnknown)?;
    let fields = setting::all(there.kind, &command.settings)?;
    let edited = phone.edit(command.id, fields, clock::now_ms())?;
    let saved = edited != Edited::Nothing;
    let line = match edited {
        Edited::Nothing => said.pick("لا تغيير: القيم هي نفسها.", "Nothing changed: the values are the same."),
        Edited::Saved(_change) => said.pick("حُفظ على الجهاز.", "Saved on this phone."),
    };
    said.result(&json!({ "id": command.id, "changed": saved }), &[line.to_owned()])
}
