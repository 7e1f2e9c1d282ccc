//! `KEY=VALUE` as it is typed, to a field's value in canonical form.

use usra_client_sdk::entry;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;

use crate::failure::Failed;

/// The values of all settings; a key given twice is a mistake, since one of the two would be lost.
pub(crate) fn all(kind: Kind, settings: &[String]) -> Result<Vec<(String, Scalar)>, Failed> {
    let mut values: Vec<(String, Scalar)> = Vec::new();
    for setting in settings {
        let (key, text) = setting.split_once('=').ok_or_else(|| unreadable(setting))?;
        if values.iter().any(|(earlier, _)| earlier == key) {
            let ar = format!("الحقل \u{2068}{key}\u{2069} مكرر.");
            return Err(Failed::misuse("field_repeated", ar, format!("the field {key} is given twice.")));
        }
        values.push((key.to_owned(), one(kind, key, text)?));
    }
    Ok(values)
}

/// One value.
pub(crate) fn one(kind: Kind, key: &str, text: &str) -> Result<Scalar, Failed> {
    entry::parse(kind, key, text).map_err(|fault| Failed::entry(key, fault))
}

fn unreadable(setting: &str) -> Failed {
    let word = setting.split_whitespace().next().unwrap_or_default();
    Failed::misuse(
        "setting_unreadable",
        format!("اكتب \u{2068}KEY=VALUE\u{2069}، لا \u{2068}{word}\u{2069}."),
        format!("write KEY=VALUE, not `{word}`."),
    )
}
