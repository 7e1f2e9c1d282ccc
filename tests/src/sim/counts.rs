//! What happened in a run, and over many. Each fault must have happened in a run of many seeds, or the run proves nothing.

use std::collections::BTreeMap;

use usra_sync_protocol::sync::Verdict;

/// Counts of one run or of many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests that the centre handled.
    pub requests: u64,
    /// Records delivered to phones, with any number of changes.
    pub deliveries: u64,
    /// Departures told to phones.
    pub leaves: u64,
    /// Changes accepted out of scope, because their author could not know.
    pub late: u64,
    /// Verdicts by what they say.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Faults and events by their name.
    pub faults: BTreeMap<&'static str, u64>,
}

/// Every fault and event that a run of many seeds must have seen.
const FAULTS: [&str; 44] = [
    "answers cut",
    "answers lost",
    "answers slow",
    "areas moved",
    "backups",
    "bundles made",
    "bundles made in vain",
    "bundles sent",
    "centre dies after commit",
    "centre dies before commit",
    "clock jumps",
    "conflicts",
    "conflicts resolved",
    "copied stores",
    "decisions adopted",
    "decisions rejected",
    "decisions released",
    "edits",
    "edits refused by the phone",
    "forged changes",
    "hold expiries",
    "late deliveries",
    "months passed",
    "new phones",
    "phone dies after a commit",
    "phone dies before a commit",
    "phone restarts",
    "phones thrown away",
    "reassignments",
    "records made",
    "re-enrolments",
    "relayed changes released",
    "requests cut",
    "requests doubled",
    "requests late",
    "requests lost",
    "requests slow",
    "restores",
    "revocations",
    "small pages",
    "tokens reused",
    "unenrolled drafts",
    "written-once fields written again",
    "overloads",
];

impl Counts {
    /// A fault happened.
    pub(super) fn add(&mut self, fault: &'static str) {
        *self.faults.entry(fault).or_default() += 1;
    }

    pub(super) fn verdict(&mut self, verdict: &Verdict) {
        let word = match verdict {
            Verdict::Accepted => "verdicts accepted",
            Verdict::Duplicate => "verdicts duplicate",
            Verdict::Waiting(_) => "verdicts waiting",
            Verdict::Held { .. } => "verdicts held",
            Verdict::Refused(_) => "verdicts refused",
        };
        *self.verdicts.entry(word).or_default() += 1;
    }

    /// Both together.
    pub fn join(&mut self, other: &Self) {
        self.requests += other.requests;
        self.deliveries += other.deliveries;
        self.leaves += other.leaves;
        self.late += other.late;
        for (name, count) in &other.verdicts {
            *self.verdicts.entry(name).or_default() += count;
        }
        for (name, count) in &other.faults {
            *self.faults.entry(name).or_default() += count;
        }
    }

    /// Each count with its name.
    #[must_use]
    pub fn named(&self) -> BTreeMap<String, u64> {
        let own = [
            ("requests", self.requests),
            ("deliveries", self.deliveries),
            ("leaves", self.leaves),
            ("late changes", self.late),
        ];
        let all = own.into_iter().chain(self.verdicts.clone()).chain(self.faults.clone());
        all.map(|(name, count)| (name.to_owned(), count)).collect()
    }

    /// What never happened.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let verdicts =
            ["verdicts accepted", "verdicts duplicate", "verdicts waiting", "verdicts held", "verdicts refused"];
        let never = |name: &&'static str| !self.faults.contains_key(name) && !self.verdicts.contains_key(name);
        let mut missing: Vec<&'static str> = FAULTS.into_iter().chain(verdicts).filter(never).collect();
        missing.extend(
            [("late changes", self.late), ("leaves", self.leaves)]
                .iter()
                .filter(|(_, n)| *n == 0)
                .map(|(name, _)| *name),
        );
        missing
    }
}
