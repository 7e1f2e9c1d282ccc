//! A push: what a phone made, offered change by change; each gets a verdict.

use std::sync::Arc;

use usra_sync_protocol::sync::Push;

use super::author::Author;
use super::offer::Offer;

/// The offers of a request, in its order. `relay` says that the phone repairs after a restore.
#[must_use]
pub fn offers(author: &Arc<Author>, pushes: Vec<Push>, relay: bool) -> Vec<Offer> {
    pushes.into_iter().flat_map(|push| offers_of(author, push, relay)).collect()
}

fn offers_of(author: &Arc<Author>, push: Push, relay: bool) -> Vec<Offer> {
    let Push { record, kind, area, family, changes } = push;
    let offer = |bytes| Offer { author: Arc::clone(author), record, kind, area, family, relay, bytes };
    changes.into_iter().map(offer).collect()
}
