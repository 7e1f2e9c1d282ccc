//! What the benchmark says: a table of figures and of their ratios to the reference for people, objects for programs.

use std::io::Write;

use serde_json::{Value, json};

use crate::gauge::Cost;
use crate::reference::Least;

/// One step at one size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) step: &'static str,
    pub(crate) records: u32,
    pub(crate) least: Least,
    pub(crate) cost: Cost,
}

impl Row {
    /// As an object for programs.
    pub(crate) fn json(&self) -> Value {
        let Self { step, records, least, cost } = self;
        json!({
            "step": step,
            "records": records,
            "server_cpu_s": cost.server_s,
            "postgres_cpu_s": cost.postgres_s,
            "reference_cpu_s": least.cpu_s,
            "bytes_up": cost.traffic.bytes_up,
            "bytes_down": cost.traffic.bytes_down,
            "zstd_bytes": least.zstd_bytes,
            "requests": cost.traffic.requests,
            "server_rss_mb": mb(cost.server_kib),
            "postgres_mb": mb(cost.postgres_kib),
            "disk_bytes": cost.disk_bytes,
            "wall_s": cost.wall_s,
        })
    }

    /// Processor time of server and PostgreSQL against the reference's.
    fn cpu_ratio(&self) -> Option<f64> {
        let all = self.cost.server_s + self.cost.postgres_s;
        (self.least.cpu_s > 0.0).then(|| all / self.least.cpu_s)
    }

    /// Bytes in the direction in which the data goes against the reference's.
    fn bytes_ratio(&self) -> Option<f64> {
        let traffic = self.cost.traffic;
        let bytes = if self.step.starts_with("W2") { traffic.bytes_down } else { traffic.bytes_up };
        (self.least.zstd_bytes > 0).then(|| as_f64(bytes) / as_f64(self.least.zstd_bytes))
    }

    fn per_record_us(&self) -> f64 {
        (self.cost.server_s + self.cost.postgres_s) * 1e6 / f64::from(self.records)
    }
}

/// One line. A closed pipe is the reader's choice, not a fault.
pub(crate) fn say(text: &str) {
    let _closed = writeln!(std::io::stdout().lock(), "{text}");
}

/// Every row with its ratios.
pub(crate) fn print(rows: &[Row]) {
    say(
        "\nstep    records  server s    PG s  least s  CPU x  us/record  requests    bytes up  bytes down   zstd -3  bytes x  \
         server MB  PG MB   disk MB  wall s",
    );
    for row in rows {
        let Row { step, records, least, cost } = row;
        say(&format!(
            "{step:<7} {records:>7}  {:>8.3}  {:>6.3}  {:>7.3}  {:>5}  {:>9.1}  {:>8}  {:>10}  {:>10}  {:>8}  {:>7}  {:>9.1}  {:>5.0}  {:>8.1}  {:>6.2}",
            cost.server_s,
            cost.postgres_s,
            least.cpu_s,
            times(row.cpu_ratio()),
            row.per_record_us(),
            cost.traffic.requests,
            cost.traffic.bytes_up,
            cost.traffic.bytes_down,
            least.zstd_bytes,
            times(row.bytes_ratio()),
            mb(cost.server_kib),
            mb(cost.postgres_kib),
            as_f64(cost.disk_bytes) / 1e6,
            cost.wall_s,
        ));
    }
    for row in rows.iter().filter(|row| row.step == "W3") {
        let traffic = row.cost.traffic;
        say(&format!(
            "W3 with {} records: bodies of {} bytes up, {} down",
            row.records, traffic.body_up, traffic.body_down
        ));
    }
}

/// Megabytes of KiB.
fn mb(kib: u64) -> f64 {
    as_f64(kib * 1_024) / 1e6
}

fn times(ratio: Option<f64>) -> String {
    ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"))
}

#[expect(clippy::cast_precision_loss, reason = "byte counts of a measurement are far below 2^52")]
fn as_f64(count: u64) -> f64 {
    count as f64
}
