//! `enrol`: turns the supervisor's link into this phone's identity.

use serde_json::json;
use usra_client_sdk::transport::http::{EnrolLink, HttpTransport, LinkFault};
use usra_client_sdk::{Identity, KeyPair};
use usra_sync_protocol::signing::Nonce;

use crate::args::Enrol;
use crate::failure::Failed;
use crate::said::Said;
use crate::{clock, dice, opened, sync};

/// Runs the command.
pub(crate) fn run(store: &opened::Folder, command: &Enrol, said: Said) -> Result<(), Failed> {
    let link = EnrolLink::parse(&command.link).map_err(no_link)?;
    let mut phone = opened::phone(store)?;
    let transport = HttpTransport::new()?;
    let keys = KeyPair::from_random(dice::for_key()?);
    let enrolment = sync::runtime()?.block_on(transport.enrol(&link, keys, Nonce(dice::nonce())))?;
    phone.enrolled(enrolment, &link.server_url, clock::now_ms())?;
    tell(phone.identity(), said)
}

/// Says what the phone is now.
pub(crate) fn tell(identity: Option<&Identity>, said: Said) -> Result<(), Failed> {
    let Some(identity) = identity else { return Ok(()) };
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

fn no_link(fault: LinkFault) -> Failed {
    match fault {
        LinkFault::Unreadable => Failed::misuse(
            "link_unreadable",
            "هذا ليس رابط تسجيل. شكله: \u{2068}https://server/enrol/CODE#FINGERPRINT\u{2069}",
            "this is no enrolment link; it looks like https://server/enrol/CODE#FINGERPRINT",
        ),
        LinkFault::NoFingerprint => Failed::misuse(
            "link_without_fingerprint",
            "الرابط لا يحمل بصمة الخادم، فلا يمكن التحقق منه. اطلب من المشرف الرابط كاملًا، وفيه بعد علامة \u{2068}#\u{2069} أربعة وعشرون حرفًا.",
            "the link lacks the server's fingerprint, so the server cannot be checked. Ask your supervisor for the whole link, with 24 letters after #.",
        ),
    }
}
