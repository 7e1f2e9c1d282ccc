//! `seal`: enters a value that only the server may read. It is taken from the standard input where the command does not give
//! it, so that no shell history keeps it.

use std::io::{self, BufRead, IsTerminal, Write};

use serde_json::json;

use crate::args::Seal;
use crate::failure::Failed;
use crate::said::Said;
use crate::{clock, dice, opened};

/// Runs the command.
pub(crate) fn run(store: &opened::Folder, command: &Seal, said: Said) -> Result<(), Failed> {
    let mut phone = opened::phone(store)?;
    let value = command.value.clone().map_or_else(|| ask(said), Ok)?;
    let id = phone.seal((command.id, &command.key), &value, clock::now_ms(), dice::for_key()?)?;
    let line = said.pick(
        "خُتمت القيمة ولا يقرؤها إلا المركز. تُرسل عند المزامنة.",
        "Sealed: only the centre can read it. It is sent at the next sync.",
    );
    let json = json!({ "id": command.id, "key": command.key, "command": id.to_string() });
    said.result(&json, &[line.to_owned()])
}

fn ask(said: Said) -> Result<String, Failed> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        let mut err = io::stderr().lock();
        let _unheard = write!(err, "{} ", said.pick("القيمة:", "Value:")).and_then(|()| err.flush());
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line).map_err(|cause| Failed::system("stdin", &cause))?;
    Ok(line.trim().to_owned())
}
