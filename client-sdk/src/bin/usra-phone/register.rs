//! `register`: makes a record, with no network needed, and prints its id.

use serde_json::json;
use usra_client_sdk::{NewRecord, entry};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;

use crate::args::Register;
use crate::failure::Failed;
use crate::said::Said;
use crate::{clock, dice, opened, setting};

/// Runs the command.
pub(crate) fn run(store: &opened::Folder, command: &Register, said: Said) -> Result<(), Failed> {
    let fields = setting::all(command.kind, &command.settings)?;
    complete(command.kind, &fields)?;
    let mut phone = opened::phone(store)?;
    let area = match (&command.area, phone.identity()) {
        (Some(code), Some(identity)) => {
            Some(identity.area_by_code(code).map(|area| area.id).ok_or_else(|| no_area(code))?)
        }
        _ => None,
    };
    let new = NewRecord { id: None, kind: command.kind, family: command.family, area, fields };
    let id = phone.create(new, clock::now_ms(), dice::for_id()?)?;
    said.result(&json!({ "id": id, "kind": command.kind }), &[id.to_string()])
}

/// Everything that a record of this kind needs to be registered must be among its first values.
fn complete(kind: Kind, fields: &[(String, Scalar)]) -> Result<(), Failed> {
    let given = fields.iter().filter(|(_, value)| !value.is_null()).map(|(key, _)| key.as_str());
    let missing = entry::missing(kind, given);
    if missing.is_empty() {
        return Ok(());
    }
    let keys = missing.join(", ");
    let ar = format!("ينقص للتسجيل: \u{2068}{keys}\u{2069}");
    Err(Failed::misuse("required_missing", ar, format!("needed to register a {kind}: {keys}")))
}

fn no_area(code: &str) -> Failed {
    let ar = format!("لا منطقة بالرمز \u{2068}{code}\u{2069}.");
    Failed::misuse("area_unknown", ar, format!("there is no area {code}."))
}
