//! What happened in a run.

/// Counts of one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Phones that were enrolled.
    pub phones: u64,
    /// Requests that they made.
    pub requests: u64,
    /// Bytes that were searched, headers, bodies as sent and bodies opened.
    pub bytes_searched: u64,
    /// Canaries that were put into records.
    pub canaries: u64,
    /// Canaries that reached phones that may see them.
    pub seen_in_scope: u64,
    /// Families that moved.
    pub moves: u64,
    /// Assignments that ended while another began.
    pub reassigned: u64,
    /// Phones that were revoked, each between two pages.
    pub revocations: u64,
    /// Requests or answers that were lost or cut.
    pub dropped: u64,
    /// Lives of the data that began, each with a repair of every phone.
    pub repairs: u64,
    /// Answers that carried pages which more followed.
    pub pages: u64,
    /// Hostile requests: foreign records wanted or written, false cursors and digests, bodies that are none.
    pub probes: u64,
    /// Answers that were problems.
    pub problems: u64,
    /// Changes accepted although their record or area had been lost by then.
    pub late: u64,
    /// Changes of partners into records that they may not read.
    pub blind_writes: u64,
}

impl Counts {
    /// Each count with its name.
    #[must_use]
    pub fn named(&self) -> [(&'static str, u64); 15] {
        [
            ("phones", self.phones),
            ("requests", self.requests),
            ("bytes searched", self.bytes_searched),
            ("canaries", self.canaries),
            ("canaries seen in scope", self.seen_in_scope),
            ("moves", self.moves),
            ("reassigned", self.reassigned),
            ("revocations", self.revocations),
            ("dropped", self.dropped),
            ("repairs", self.repairs),
            ("pages with more", self.pages),
            ("hostile requests", self.probes),
            ("problems", self.problems),
            ("late changes", self.late),
            ("blind writes", self.blind_writes),
        ]
    }

    /// What never happened: then the run is void.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        self.named().into_iter().filter(|(_, count)| *count == 0).map(|(name, _)| name).collect()
    }
}
