//! A record as we hold it, without values: what fits it next is told by its history.

use usra_sync_protocol::change::{Change, History, Known, read};

#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    pub(crate) history: History,
    pub(crate) known: Vec<Change>,
}

impl Record {
    /// The change, when it reads well and fits as something new.
    pub(crate) fn fitting(&self, bytes: &[u8]) -> Option<Change> {
        read(bytes).ok().filter(|change| self.history.check(change) == Ok(Known::New))
    }

    pub(crate) fn add(&mut self, change: &Change) {
        self.history.insert(change).unwrap();
        self.known.push(change.clone());
    }
}
