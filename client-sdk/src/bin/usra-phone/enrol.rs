//! `enrol`: turns the supervisor's link into this phone's identity.

use std::path::Path;

use serde_json::json;
use usra_client_sdk::transport::http::{EnrolLink, HttpTransport};

use crate::args::Enrol;
use crate::failure::Failed;
use crate::said::Said;
use crate::{clock, opened, sync};

/// Runs the command.
pub(crate) fn run(store: &Path, command: &Enrol, said: Said) -> Result<(), Failed> {
    let link = EnrolLink::parse(&command.link).ok_or_else(no_link)?;
    let mut phone = opened::phone(store)?;
    let transport = HttpTransport::new()?;
    let answer = sync::runtime()?.block_on(transport.enrol(&link))?;
    phone.enrolled(answer, &link.server_url, clock::now_ms())?;
    let Some(identity) = phone.identity() else { return Ok(()) };
    let code = |id: &_| identity.areas.iter().find(|area| area.id == *id).map(|area| area.code.clone());
    let areas: Vec<String> = identity.assigned.iter().filter_map(code).collect();
    let json = json!({ "install_id": identity.install_id, "role": identity.role, "areas": areas });
    let value = |text: &str| said.lang.value(text);
    let told = format!(
        "{} {} ({})",
        said.pick("سُجّل الجهاز بدور", "Enrolled as"),
        value(identity.role.word()),
        value(&areas.join(", "))
    );
    said.result(&json, &[told])
}

fn no_link() -> Failed {
    Failed::misuse(
        "link_unreadable",
        "هذا ليس رابط تسجيل. شكله: \u{2068}https://server/enrol/CODE\u{2069}",
        "this is no enrolment link; it looks like https://server/enrol/CODE",
    )
}
