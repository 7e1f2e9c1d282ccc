//! `import`: brings a survey's export into this phone's outbox. Progress goes to stderr, the summary to stdout, and what does
//! not fit into a file of its own.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use usra_client_sdk::import::{Export, Importer, Ledger, Mapping, Plan, Reject, RejectFile, Summary};

use crate::args::Import;
use crate::failure::Failed;
use crate::said::Said;
use crate::{clock, opened};

/// What the hashes of the ledger are keyed for.
const LEDGER: &str = "import ledger";

/// Runs the command.
pub(crate) fn run(store: &opened::Folder, command: &Import, said: Said) -> Result<(), Failed> {
    let mapping = Mapping::open(&command.mapping)?;
    let export = Export::open(&command.export)?;
    let plan = Plan::new(&mapping, &export)?;
    let mut phone = opened::phone(store)?;
    let secret = opened::key(store)?.secret_for(LEDGER);
    let mut ledger = Ledger::open(&store.path, plan.source(), secret)?;
    let path = command.rejects.clone().unwrap_or_else(|| beside(&command.export));
    let mut told: Vec<Reject> = Vec::new();
    let bar = progress(plan.submissions(), said);
    let mut importer = Importer { phone: &mut phone, ledger: &mut ledger, dry_run: command.dry_run };
    let outcome = importer.run(&plan, clock::now_ms(), |reject| told.push(reject.clone()), || bar.inc(1));
    bar.finish_and_clear();
    if !command.dry_run {
        ledger.save()?;
    }
    let rejects = write(&path, &told)?;
    let mut summary = outcome?;
    summary.rows = export.row_count();
    let file = rejects.map(|path| path.display().to_string());
    said.result(&json!({ "summary": summary, "rejects_file": file }), &lines(&summary, rejects, said))
}

/// Writes what did not fit; no file when everything did.
fn write<'p>(path: &'p Path, rejects: &[Reject]) -> Result<Option<&'p Path>, Failed> {
    if rejects.is_empty() {
        return Ok(None);
    }
    let name = path.display().to_string();
    let file = private(path).map_err(|cause| Failed::system(&name, &cause))?;
    let mut to = RejectFile::new(file)?;
    rejects.iter().try_for_each(|reject| to.add(reject))?;
    to.finish()?;
    Ok(Some(path))
}

/// A file that only its owner reads: it holds families' data.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// `survey-rejects.csv` in the present folder, for `…/survey.zip`.
fn beside(export: &Path) -> PathBuf {
    let name = export.file_stem().unwrap_or_default().to_string_lossy();
    PathBuf::from(format!("{name}-rejects.csv"))
}

fn progress(submissions: usize, said: Said) -> ProgressBar {
    if said.json {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {eta}")
        .unwrap_or_else(|_plain| ProgressStyle::default_bar());
    ProgressBar::new(submissions as u64).with_style(style)
}

fn lines(summary: &Summary, rejects: Option<&Path>, said: Said) -> Vec<String> {
    let value = |number: usize| said.lang.value(number);
    let mut lines = Vec::new();
    if summary.dry_run {
        lines.push(said.pick("تجربة: لم يُكتب شيء.", "Dry run: nothing was written.").to_owned());
    }
    lines.push(format!(
        "{} {} · {} {}",
        said.pick("الاستمارات", "Submissions"),
        value(summary.submissions),
        said.pick("الصفوف", "rows"),
        value(summary.rows)
    ));
    for (kind, count) in &summary.kinds {
        let parts = [
            (said.pick("جديد", "created"), count.created),
            (said.pick("معدّل", "updated"), count.updated),
            (said.pick("كما هو", "unchanged"), count.unchanged),
            (said.pick("متجاوز", "skipped"), count.skipped),
            (said.pick("مرفوض", "rejected"), count.rejected),
        ];
        let parts: Vec<String> = parts.iter().map(|(word, number)| format!("{word} {}", value(*number))).collect();
        lines.push(format!("{}: {}", said.lang.value(kind.word()), parts.join(said.pick("، ", ", "))));
    }
    let rest = [
        (said.pick("صفوف لا تتبع شيئًا", "Rows that belong to nothing"), summary.rows_rejected),
        (said.pick("أفراد أو بنود تُركت", "Members and items left out"), summary.items_left_out),
        (said.pick("قيم تُركت", "Values left out"), summary.values_left_out),
        (said.pick("قيم عدّلها شخص فبقيت", "Values kept, since a person changed them"), summary.values_kept),
    ];
    lines.extend(
        rest.iter().filter(|(_, number)| *number > 0).map(|(word, number)| format!("{word}: {}", value(*number))),
    );
    lines.extend(
        rejects.map(|path| format!("{}: {}", said.pick("التفصيل في", "Details in"), said.lang.value(path.display()))),
    );
    lines
}
