//! What the demo prints: lines and tables on stdout, progress on stderr.

use std::collections::BTreeMap;
use std::io::Write;

use indicatif::{ProgressBar, ProgressStyle};
use usra_tests::model::Model;

use crate::work::Surveyor;

/// One line. A closed pipe is the reader's choice, not a fault.
pub(crate) fn line(text: &str) {
    let _closed = writeln!(std::io::stdout().lock(), "{text}");
}

/// A progress bar on stderr; on something that is no terminal, one line at the end.
pub(crate) fn bar(what: &'static str, count: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:<36} {wide_bar} {pos:>5}/{len} {elapsed}");
    let bar = ProgressBar::new(count).with_message(what);
    bar.set_style(style.unwrap_or_else(|_never| ProgressStyle::default_bar()));
    if bar.is_hidden() {
        line(&format!("  {what} ({count})"));
    }
    bar
}

/// Counts with their Arabic and English names, largest first. The Arabic stands in isolates so that digits keep their place.
pub(crate) fn table(
    title: &str,
    counts: BTreeMap<String, i64>,
    name: impl Fn(&str) -> Option<(&'static str, &'static str)>,
) {
    line(&format!("\n{title}"));
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    for (code, count) in rows {
        let (ar, en) = name(&code).unwrap_or_default();
        line(&format!("  {count:>7}  {code:<10} {en:<36} \u{2067}{ar}\u{2069}"));
    }
}

/// Bytes and requests of each phone.
pub(crate) fn phones(phones: &[Surveyor]) {
    line("\nphone  areas    records  requests  spoiled   bytes up  bytes down");
    let mut sum = (0, 0, 0, 0);
    for surveyor in phones {
        let tally = surveyor.handset.link.tally();
        let query = usra_client_sdk::Query { limit: usize::MAX >> 1, ..usra_client_sdk::Query::default() };
        let records = surveyor.handset.phone.list(&query).map_or(0, |list| list.len());
        let areas = surveyor.areas.map(|area| area.code).join(" ");
        line(&format!(
            "{:>5}  {areas}  {records:>7}  {:>8}  {:>7}  {:>9}  {:>10}",
            surveyor.number + 1,
            tally.requests,
            tally.faults,
            tally.bytes_up,
            tally.bytes_down
        ));
        sum = (sum.0 + tally.requests, sum.1 + tally.faults, sum.2 + tally.bytes_up, sum.3 + tally.bytes_down);
    }
    line(&format!("  all                    {:>8}  {:>7}  {:>9}  {:>10}", sum.0, sum.1, sum.2, sum.3));
}

/// Whether all agree.
pub(crate) fn verdict(faults: &[String], model: &Model) {
    line(&format!("\nFields that wait for a person's choice: {}", model.disputed()));
    if faults.is_empty() {
        line("Every phone, every open value and every typed table agree.");
        return;
    }
    line(&format!("{} DISAGREEMENTS:", faults.len()));
    for fault in faults.iter().take(20) {
        line(&format!("  {fault}"));
    }
}
