//! Requests made in advance, so that sending them costs next to nothing: each a whole HTTP request of a phone that pushes a change
//! once more, signed with a nonce of its own.

use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use usra_client_sdk::sync::Surroundings;
use usra_client_sdk::{Failure, Outgoing};
use usra_sync_protocol::signing::{HEADER, Nonce};

use crate::clock::Here;
use crate::real::crew::Crew;
use crate::real::hand::Hand;

/// The requests.
pub(super) struct Shots {
    made: Vec<Vec<u8>>,
    /// Those that can be sent: one that was refused unread is as good as new.
    unused: Mutex<Vec<usize>>,
}

/// A phone's request that can be signed again.
struct Source {
    outgoing: Outgoing,
    identity: usra_client_sdk::Identity,
}

impl Shots {
    /// Makes so many from the phones of a crew, none of which will have anything else to send.
    pub(super) async fn of(crew: &mut Crew, count: usize) -> Result<Self> {
        crew.settle().await?;
        let sources = crew.hands.iter_mut().map(Source::of).collect::<Result<Vec<_>>>()?;
        crew.settle().await?;
        let made = (0..count).map(|n| sources.get(n % sources.len().max(1)).context("no phones")?.sign());
        Ok(Self { made: made.collect::<Result<_>>()?, unused: Mutex::new((0..count).rev().collect()) })
    }

    /// The next one. None is given twice unless it is given back.
    pub(super) fn take(&self) -> Result<(usize, &[u8])> {
        let number = self.lock().pop().context("every made request was sent; make more")?;
        Ok((number, self.made.get(number).context("no such request")?))
    }

    /// It was refused before anybody looked at it.
    pub(super) fn give_back(&self, number: usize) {
        self.lock().push(number);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<usize>> {
        self.unused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Source {
    /// What the phone would send with a change that it has just made; the change goes out as usual afterwards.
    fn of(hand: &mut Hand) -> Result<Self> {
        hand.edit()?;
        let phone = &mut hand.handset.phone;
        phone.retry_now();
        let body = phone.next_request(Here.now_ms())?.context("the phone has nothing to send")?;
        let outgoing = phone.addressed(body, Nonce(Here.nonce()))?;
        let identity = phone.identity().context("not enrolled")?.clone();
        phone.failed(Failure::Unreachable, Here.now_ms(), 0)?;
        Ok(Self { outgoing, identity })
    }

    fn sign(&self) -> Result<Vec<u8>> {
        let Outgoing { path, media_type, token, body, .. } = &self.outgoing;
        let keys = self.identity.keys.as_ref().context("a phone without a key")?;
        let request = usra_sync_protocol::signing::SignedRequest { method: "POST", path, token, body };
        let stamp = keys.sign(&request, Nonce(Here.nonce()));
        let mut bytes = format!(
            "POST {path} HTTP/1.1\r\nhost: usra\r\ncontent-type: {media_type}\r\nauthorization: Bearer {token}\r\n\
             {HEADER}: {stamp}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        )
        .into_bytes();
        bytes.extend_from_slice(body);
        Ok(bytes)
    }
}
