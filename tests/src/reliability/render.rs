//! Writes the page.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use time::OffsetDateTime;
use usra_server::mutiny::Fault;

use super::faults::breaks;
use super::promises::{PROMISES, Promise};
use super::runs::{Left, RUNS, Run, left};

const HEAD: &str = "# Reliability\n\n\
    Made by `make reliability` from the table of promises (`tests/src/reliability/promises.rs`) and from the files that the long\n\
    runs left in `docs/figures`: no figure here is typed. `make test` runs every test named here, 200 seeds of the simulation,\n\
    chaos for half a minute, and every input that was ever a finding.\n";

/// The page, with the figures that lie in `folder`.
///
/// # Errors
/// A file of figures cannot be read.
pub fn render(folder: &Path) -> Result<String> {
    let mut page = HEAD.to_owned();
    page.push_str("\n## The promises\n\n| # | promise | tests | long runs |\n|---|---|---|---|\n");
    for promise in &PROMISES {
        page.push_str(&row(promise));
    }
    page.push_str("\n## The long runs\n");
    for run in &RUNS {
        page.push_str(&section(run, &left(folder, run.name)?)?);
    }
    page.push_str(&mutiny());
    Ok(page)
}

fn row(promise: &Promise) -> String {
    let test = |(file, name): &(&str, &str)| format!("`{}` in `{file}`", name.replace('_', " "));
    let tests: Vec<String> = promise.tests.iter().map(test).collect();
    let runs: Vec<String> = promise.runs.iter().map(|run| format!("[{run}](#{run})")).collect();
    format!("| {} | {} | {} | {} |\n", promise.number, promise.says, tests.join("<br>"), runs.join(", "))
}

fn section(run: &Run, left: &[Left]) -> Result<String> {
    let mut text = format!("\n### {}\n\n{}.\n", run.name, capital(run.does));
    match left {
        [] => text.push_str("\nNot run at length yet.\n"),
        [whole] => write!(text, "\n{}:\n\n| counted | |\n|---|---|\n{}", made(whole)?, counted(whole))?,
        parts => text.push_str(&table(parts)?),
    }
    Ok(text)
}

/// The command, the day, and how long it took.
fn made(left: &Left) -> Result<String> {
    let day = OffsetDateTime::from_unix_timestamp(left.ended_s)?.date();
    Ok(format!("`{}`, {day}, {} s", left.command, grouped(left.seconds)))
}

fn counted(left: &Left) -> String {
    let rows: Vec<String> =
        left.counts.iter().map(|(what, count)| format!("| {what} | {} |\n", grouped(*count))).collect();
    rows.concat()
}

/// A row for each part of a run; all count the same things.
fn table(parts: &[Left]) -> Result<String> {
    let names: Vec<&str> = parts.iter().take(1).flat_map(|part| &part.counts).map(|(what, _)| what.as_str()).collect();
    let mut text = format!("\n| part | {} |\n|---|{}\n", names.join(" | "), "---|".repeat(names.len()));
    for part in parts {
        let count = |name: &&str| part.counts.iter().find(|(what, _)| what == name).map_or(0, |(_, count)| *count);
        let counts: Vec<String> = names.iter().map(|name| grouped(count(name))).collect();
        writeln!(text, "| {} | {} |", made(part)?, counts.join(" | "))?;
    }
    Ok(text)
}

fn mutiny() -> String {
    let rows = Fault::ALL.map(|fault| format!("| `{}` | {} |\n", fault.name(), breaks(fault)));
    format!("\n## What mutiny breaks\n\n| fault | what the server does wrong |\n|---|---|\n{}", rows.concat())
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Digits in groups of three, as in 12,345.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_from_the_right() {
        assert_eq!([0, 999, 1_000, 12_345_678].map(grouped), ["0", "999", "1,000", "12,345,678"]);
    }

    #[test]
    fn a_run_that_was_never_made_says_so() {
        let page = render(Path::new("/nowhere")).unwrap();
        assert_eq!(page.matches("Not run at length yet").count(), RUNS.len());
    }
}
