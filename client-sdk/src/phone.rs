//! The engine: everything a phone knows and does, without clock, dice, files or sockets.
//!
//! ```text
//! create / edit / resolve -> a change -> outbox --next_request--> (transport) --receive--> confirmed | waiting | held tray
//! ```
//! Whatever returns `Ok` is durable: each step is one commit of the store, and what is kept in memory changes only after it.

mod answer;
mod author;
mod decision;
mod delivery;
mod enrol;
mod failure;
mod hold;
mod page;
mod refresh;
mod repair;
mod request;
mod sealing;
mod state;
mod verdict;
mod view;

use std::collections::BTreeSet;

use usra_sync_protocol::id::{Actor, AreaId};

use crate::error::PhoneError;
use crate::identity::Identity;
use crate::store::{Store, StoreError, Write};
use crate::working::DRAFT_INSTALL;
use state::{Conversation, InFlight, SyncState};

pub use answer::Progress;

const IDENTITY: &str = "identity";
const SYNC: &str = "sync";

/// A phone on a store.
#[derive(Debug)]
pub struct Phone<S: Store> {
    store: S,
    identity: Option<Identity>,
    sync: SyncState,
    in_flight: Option<InFlight>,
    conversation: Option<Conversation>,
}

impl<S: Store> Phone<S> {
    /// Opens the phone that `store` holds; reads who it is and how its last sync went, whatever else the store holds.
    ///
    /// # Errors
    /// [`PhoneError::Store`].
    pub fn open(store: S) -> Result<Self, PhoneError> {
        let identity = stored(&store, IDENTITY)?;
        let sync = stored(&store, SYNC)?.unwrap_or_default();
        Ok(Self { store, identity, sync, in_flight: None, conversation: None })
    }

    /// Who it is, once enrolled.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// The store, for whoever must look into it.
    #[must_use]
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Ends the phone and gives its store back.
    #[must_use]
    pub fn into_store(self) -> S {
        self.store
    }

    /// The author of what this phone writes in records that are new to it.
    fn actor(&self) -> Actor {
        let install = self.identity.as_ref().map_or(DRAFT_INSTALL, |identity| identity.install_id);
        Actor::new(install, self.sync.generation)
    }

    /// Every area this phone works in: those the server last told of, before that those of the enrolment.
    fn scope(&self) -> BTreeSet<AreaId> {
        match (&self.sync.cursor, &self.identity) {
            (Some(cursor), Some(_)) if self.sync.areas_told => cursor.areas().collect(),
            (_, Some(identity)) => identity.scope().into_iter().collect(),
            (_, None) => BTreeSet::new(),
        }
    }

    /// Commits `writes` with `sync` as one, and only then takes `sync` over.
    fn commit(&mut self, mut writes: Vec<Write>, sync: SyncState) -> Result<(), PhoneError> {
        if sync != self.sync {
            writes.push(Write::Meta(SYNC, Some(to_blob(&sync)?)));
        }
        self.store.commit(writes)?;
        self.sync = sync;
        Ok(())
    }
}

fn stored<T: serde::de::DeserializeOwned>(store: &impl Store, name: &'static str) -> Result<Option<T>, StoreError> {
    let Some(blob) = store.meta(name)? else { return Ok(None) };
    serde_json::from_slice(&blob).map(Some).map_err(|_cause| StoreError::Damaged(name))
}

fn to_blob(value: &impl serde::Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|_cause| StoreError::Damaged("a value cannot be written"))
}
