//! `sign-in`: a family's own phone asks for a one-time code, and shows it.

use serde_json::json;
use usra_client_sdk::KeyPair;
use usra_client_sdk::sign_in::{self, SignIn, SignedIn};
use usra_client_sdk::transport::http::HttpTransport;
use usra_sync_protocol::sign_in::FamilyChoice;
use usra_sync_protocol::signing::Nonce;

use crate::args::SignIn as Args;
use crate::failure::Failed;
use crate::said::Said;
use crate::{clock, dice, enrol, opened, sync};

/// Runs the command.
pub(crate) fn run(store: &opened::Folder, command: &Args, said: Said) -> Result<(), Failed> {
    let server = address(&command.server).ok_or_else(no_address)?;
    let mobile = sign_in::number(&command.mobile).map_err(|_fault| no_number())?;
    match &command.code {
        None => ask(server, &mobile, said),
        Some(code) => show(store, server, &SignIn { mobile, code: code.clone(), family: command.family }, said),
    }
}

fn ask(server: &str, mobile: &str, said: Said) -> Result<(), Failed> {
    let transport = HttpTransport::new()?;
    let answer = sync::runtime()?.block_on(transport.ask_code(server, mobile))?;
    let told = said.pick(
        "إن كان الرقم مسجّلًا فسيصله رمز صالح لخمس دقائق. أعد الأمر مع --code.",
        "If a family has this number, a code is on its way, good for five minutes. Run this again with --code.",
    );
    said.result(&json!(answer), &[told.to_owned()])
}

fn show(store: &opened::Folder, server: &str, shown: &SignIn, said: Said) -> Result<(), Failed> {
    let mut phone = opened::phone(store)?;
    let transport = HttpTransport::new()?;
    let keys = KeyPair::from_random(dice::for_key()?);
    match sync::runtime()?.block_on(transport.sign_in(server, shown, keys, Nonce(dice::nonce())))? {
        SignedIn::Enrolled(enrolment) => {
            phone.enrolled(*enrolment, server, clock::now_ms())?;
            enrol::tell(phone.identity(), said)
        }
        SignedIn::Choose(families) => choose(&families, said),
    }
}

/// Several families share the number. Nothing is enrolled yet.
fn choose(families: &[FamilyChoice], said: Said) -> Result<(), Failed> {
    let asks = said.pick(
        "على هذا الرقم أكثر من أسرة. أعد الأمر بالرمز نفسه مع --family:",
        "Several families share this number. Run this again with the same code and --family:",
    );
    let line = |choice: &FamilyChoice| {
        format!("{}  {}", said.lang.value(choice.family.to_string()), said.lang.value(&choice.name))
    };
    let lines: Vec<String> = std::iter::once(asks.to_owned()).chain(families.iter().map(line)).collect();
    said.result(&json!({ "choose": families }), &lines)
}

fn address(server: &str) -> Option<&str> {
    let server = server.trim().trim_end_matches('/');
    let host = server.strip_prefix("https://").or_else(|| server.strip_prefix("http://"))?;
    (!host.is_empty() && !host.contains(['/', '?', '#', ' '])).then_some(server)
}

fn no_address() -> Failed {
    Failed::misuse(
        "server_unreadable",
        "هذا ليس عنوان خادم. شكله: \u{2068}https://server\u{2069}",
        "this is no server's address; it looks like https://server",
    )
}

fn no_number() -> Failed {
    Failed::misuse(
        "mobile_invalid",
        "هذا ليس رقم جوال سعوديًا. شكله: \u{2068}05XXXXXXXX\u{2069}",
        "this is no Saudi mobile number; it looks like 05XXXXXXXX",
    )
}
