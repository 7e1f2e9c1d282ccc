//! Walks the chain row by row and stops at the first that is not as it was noted. Pure: rows, signed heads and the head row
//! come in, the fault comes out.

use std::collections::BTreeMap;

use time::Date;
use usra_sync_protocol::id::RegionId;

use super::{chain, empty};
use crate::storage::audit::{AuditRow, Head};

/// A place at which the audit is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// The first row that is bad.
    pub n: i64,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Its content or its hash is another than was noted.
    #[error("its content was changed")]
    Changed,
    /// It is not there, and later ones are.
    #[error("it is missing")]
    Missing,
    /// It is another row than the one that was noted there.
    #[error("another row stands in its place")]
    OutOfOrder,
    /// It and everything after it are not there.
    #[error("it and all after it are missing: {0} names row {1}")]
    Cut(Source, i64),
    /// The chain agrees with itself and not with what was signed.
    #[error("it is not the row that {0} names: rows were written anew, at the earliest row {1}")]
    Rewritten(Source, i64),
    /// Nothing noted it: the head names an earlier row.
    #[error("it stands behind the last row that the head names")]
    PastHead,
    /// There is no head.
    #[error("it is the last, and the head that must name it is missing")]
    HeadMissing,
    /// The signed head of this day is not signed by the centre's key.
    #[error("the head of {0} that names it was not signed by this centre's key")]
    DayForged(Date),
    /// A day between two signed ones has no signed head.
    #[error("the signed head of {0}, before it, is missing")]
    DayMissing(Date),
}

impl Fault {
    /// The stable word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::OutOfOrder => "out_of_order",
            Self::Cut(..) => "cut",
            Self::Rewritten(..) => "rewritten",
            Self::PastHead => "past_head",
            Self::HeadMissing => "head_missing",
            Self::DayForged(_) => "day_forged",
            Self::DayMissing(_) => "day_missing",
        }
    }
}

/// Where it is known from what a row was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The head row of the database.
    Head,
    /// The signed head of a day.
    Day(Date),
    /// A head that was kept elsewhere, signed at this moment.
    Kept(String),
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Head => f.write_str("the head"),
            Self::Day(day) => write!(f, "the signed head of {day}"),
            Self::Kept(at) => write!(f, "the kept head of {at}"),
        }
    }
}

/// A walk on its way.
#[derive(Debug)]
pub struct Walk {
    region: RegionId,
    marks: BTreeMap<i64, Vec<(Vec<u8>, Source)>>,
    last: Head,
    agreed: i64,
}

impl Walk {
    /// A walk from the first row, past the heads that `marks` vouch for.
    #[must_use]
    pub fn new(region: RegionId, marks: Vec<(Head, Source)>) -> Self {
        let mut by_n: BTreeMap<i64, Vec<(Vec<u8>, Source)>> = BTreeMap::new();
        for (head, source) in marks {
            by_n.entry(head.n).or_default().push((head.hash, source));
        }
        Self { region, marks: by_n, last: empty(), agreed: 0 }
    }

    /// How many rows were walked.
    #[must_use]
    pub fn rows(&self) -> i64 {
        self.last.n
    }

    /// The next row, in order of the numbers.
    ///
    /// # Errors
    /// It, or the one before it, is bad.
    pub fn step(&mut self, row: &AuditRow) -> Result<(), Bad> {
        let expected = self.last.n + 1;
        if row.n != expected {
            let fault = if row.n > expected { Fault::Missing } else { Fault::OutOfOrder };
            return Err(Bad { n: row.n.min(expected), fault });
        }
        self.fits(row)?;
        self.last = Head { n: row.n, hash: row.hash.clone() };
        let Some(marks) = self.marks.get(&row.n) else { return Ok(()) };
        if let Some((_, source)) = marks.iter().find(|(hash, _)| *hash != row.hash) {
            let fault = Fault::Rewritten(source.clone(), self.agreed + 1);
            return Err(Bad { n: row.n, fault });
        }
        self.agreed = row.n;
        Ok(())
    }

    /// Whether the row is sound by itself and follows the one before.
    fn fits(&self, row: &AuditRow) -> Result<(), Bad> {
        let is_sound = chain::hash(self.region, row).as_slice() == row.hash;
        let follows = row.previous == self.last.hash;
        match (is_sound, follows) {
            (true, true) => Ok(()),
            // It is as it was noted, after a row with another hash: that one was written anew, with a hash that suits it.
            (true, false) => Err(Bad { n: self.last.n.max(1), fault: Fault::Changed }),
            (false, true) => Err(Bad { n: row.n, fault: Fault::Changed }),
            (false, false) => {
                let relinked = AuditRow { previous: self.last.hash.clone(), ..row.clone() };
                let only_link = chain::hash(self.region, &relinked).as_slice() == row.hash;
                let fault = if only_link { Fault::Changed } else { Fault::OutOfOrder };
                Err(Bad { n: row.n, fault })
            }
        }
    }

    /// The end of the rows, against the head row and what was signed.
    ///
    /// # Errors
    /// Rows are missing at the end, or there are some too many.
    pub fn finish(&self, head: Option<&Head>) -> Result<(), Bad> {
        let (next, last) = (self.last.n + 1, self.last.n);
        if let Some((n, marks)) = self.marks.last_key_value()
            && *n > last
            && let Some((_, source)) = marks.first()
        {
            return Err(Bad { n: next, fault: Fault::Cut(source.clone(), *n) });
        }
        let head = head.ok_or(Bad { n: last, fault: Fault::HeadMissing })?;
        if head.n > last {
            return Err(Bad { n: next, fault: Fault::Cut(Source::Head, head.n) });
        }
        if head.n < last {
            return Err(Bad { n: head.n + 1, fault: Fault::PastHead });
        }
        if head.hash == self.last.hash { Ok(()) } else { Err(Bad { n: last, fault: Fault::Changed }) }
    }
}
