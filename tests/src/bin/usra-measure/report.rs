//! What the measurement prints.

use std::io::Write;

use crate::reference::Copied;
use crate::stage::Stage;

/// One line. A closed pipe is the reader's choice, not a fault.
pub(crate) fn line(text: &str) {
    let _closed = writeln!(std::io::stdout().lock(), "{text}");
}

/// Every step.
pub(crate) fn stages(stages: &[Stage]) {
    line("\nstep                        server s    PG s  wall s  requests    bytes up  bytes down");
    for Stage { name, cost, traffic } in stages {
        line(&format!(
            "{name:<26}  {:>8.2}  {:>6.2}  {:>6.2}  {:>8}  {:>10}  {:>10}",
            cost.server_s, cost.postgres_s, cost.wall_s, traffic.round_trips, traffic.bytes_up, traffic.bytes_down
        ));
    }
}

/// The first step against the least that it could cost.
pub(crate) fn against(copied: &Copied, send: &Stage) {
    let all = send.cost.server_s + send.cost.postgres_s;
    line(&format!("\nCOPY of the same into the same PostgreSQL: {:.2} s of PostgreSQL", copied.cost.postgres_s));
    line(&format!("  PostgreSQL of W1 / COPY:            {:.2}", send.cost.postgres_s / copied.cost.postgres_s));
    line(&format!("  server and PostgreSQL of W1 / COPY: {:.2}", all / copied.cost.postgres_s));
    line(&format!("changes: {} bytes, {} bytes with zstd -3", copied.change_bytes, copied.zstd_bytes));
    let ratio = as_f64(send.traffic.bytes_up) / as_f64(copied.zstd_bytes as u64);
    line(&format!("  bytes up of W1 / zstd -3: {ratio:.3}"));
}

#[expect(clippy::cast_precision_loss, reason = "byte counts of a measurement are far below 2^52")]
fn as_f64(count: u64) -> f64 {
    count as f64
}
