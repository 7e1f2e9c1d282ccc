//! `resolve`: settles a field. The value takes the place of exactly the versions that this phone holds.

use serde_json::json;
use usra_client_sdk::PhoneError;

use crate::args::Resolve;
use crate::failure::Failed;
use crate::said::Said;
use crate::{clock, opened, setting};

/// Runs the command.
pub(crate) fn run(store: &opened::Folder, command: &Resolve, said: Said) -> Result<(), Failed> {
    let mut phone = opened::phone(store)?;
    let there = phone.record(command.id)?.ok_or(PhoneError::RecordUnknown)?;
    let value = setting::one(there.kind, &command.key, &command.value)?;
    phone.resolve(command.id, &command.key, value, clock::now_ms())?;
    let line = said.pick("حُسم الأمر وحُفظ على الجهاز.", "Settled, and saved on this phone.");
    said.result(&json!({ "id": command.id, "key": command.key, "resolved": true }), &[line.to_owned()])
}
