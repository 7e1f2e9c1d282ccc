//! `sync`: sends what is waiting and fetches what is new; progress goes to stderr, the summary to stdout.

use indicatif::ProgressBar;
use serde_json::json;
use usra_client_sdk::sync::{Surroundings, SyncReport, sync_once};
use usra_client_sdk::transport::http::HttpTransport;

use crate::failure::Failed;
use crate::said::Said;
use crate::{clock, dice, opened};

/// The clock and dice of this machine.
struct Machine;

impl Surroundings for Machine {
    fn now_ms(&self) -> u64 {
        clock::now_ms()
    }

    fn jitter(&self) -> u32 {
        dice::jitter()
    }

    fn nonce(&self) -> [u8; 16] {
        dice::nonce()
    }
}

/// Runs the command. A person who asks for a sync does not wait for the next attempt's time.
pub(crate) fn run(store: &opened::Folder, said: Said) -> Result<(), Failed> {
    let mut phone = opened::phone(store)?;
    phone.retry_now();
    let transport = HttpTransport::new()?;
    let bar = if said.json { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
    let step = |report: &SyncReport| bar.set_message(summary(report, said));
    let report = runtime()?.block_on(sync_once(&mut phone, &transport, &Machine, step))?;
    bar.finish_and_clear();
    if let Some(failure) = report.failure {
        return Err(failure.into());
    }
    let total = report.total;
    let json = json!({
        "sent": total.accepted + total.waiting + total.held + total.refused,
        "accepted": total.accepted,
        "waiting": total.waiting,
        "held": total.held,
        "refused": total.refused,
        "received": total.received,
        "left": total.left,
        "unreadable": total.unreadable,
        "round_trips": report.round_trips,
        "bytes_up": report.bytes_up,
        "bytes_down": report.bytes_down,
    });
    said.result(&json, &[summary(&report, said)])
}

/// A runtime for the one conversation of this command.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|cause| Failed::system("runtime", &cause))
}

fn summary(report: &SyncReport, said: Said) -> String {
    let total = report.total;
    let value = |number: u64| said.lang.value(number);
    let counts = [
        (said.pick("قُبل", "accepted"), total.accepted),
        (said.pick("ينتظر", "waiting"), total.waiting),
        (said.pick("معلّق", "held"), total.held),
        (said.pick("مرفوض", "refused"), total.refused),
        (said.pick("وصل", "received"), total.received),
        (said.pick("طلبات", "round trips"), u64::from(report.round_trips)),
        (said.pick("بايت صعودًا", "bytes up"), report.bytes_up),
        (said.pick("بايت نزولًا", "bytes down"), report.bytes_down),
    ];
    let parts: Vec<String> = counts.iter().map(|(word, number)| format!("{word} {}", value(*number))).collect();
    parts.join(said.pick("، ", ", "))
}
