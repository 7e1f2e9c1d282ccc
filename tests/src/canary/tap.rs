//! The line of one phone: it carries, loses and cuts, and searches everything that the server sends this way, also what is
//! lost before the phone reads it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::Client;
use usra_client_sdk::{Failure, Outgoing, Transport};
use usra_sync_protocol::problem::{Problem, ProblemBody};
use usra_sync_protocol::sync;

use super::ledger::Ledger;
use crate::dice::Dice;

/// The line of one phone.
#[derive(Debug)]
pub(super) struct Tap {
    client: Client,
    ledger: Arc<Mutex<Ledger>>,
    phone: usize,
    dice: Mutex<Dice>,
    /// Requests in a hundred that something happens to.
    percent: u32,
}

/// What happens to one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Lost,
    Unheard,
    Cut,
}

pub(super) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Tap {
    pub(super) fn new(ledger: Arc<Mutex<Ledger>>, phone: usize, (dice, percent): (Dice, u32)) -> Self {
        Self { client: Client::new(), ledger, phone, dice: Mutex::new(dice), percent }
    }

    fn throw(&self) -> Option<Fault> {
        let mut dice = lock(&self.dice);
        let faults = [Fault::Lost, Fault::Unheard, Fault::Cut];
        let percent = self.percent;
        dice.chance(percent).then(|| faults.get(dice.of(0..=2) as usize).copied()).flatten()
    }

    /// Sends the request without any fault; its status and body.
    pub(super) async fn send(&self, request: Outgoing) -> Result<(u16, Vec<u8>), Failure> {
        lock(&self.ledger).counts.requests += 1;
        let url = format!("{}{}", request.server_url, request.path);
        let mut post = self.client.post(url).header("content-type", request.media_type).body(request.body);
        if !request.token.is_empty() {
            post = post.bearer_auth(request.token);
        }
        if let Some(signature) = request.signature {
            post = post.header("usra-signature", signature);
        }
        let answer = post.send().await.map_err(|_error| Failure::Unreachable)?;
        let (status, headers) = (answer.status().as_u16(), format!("{:?}", answer.headers()));
        let body = answer.bytes().await.map_err(|_error| Failure::Unreachable)?.to_vec();
        self.search(status, &headers, &body);
        Ok((status, body))
    }

    fn search(&self, status: u16, headers: &str, body: &[u8]) {
        let mut ledger = lock(&self.ledger);
        ledger.counts.problems += u64::from(status >= 400);
        ledger.search(self.phone, "headers", headers.as_bytes());
        ledger.search(self.phone, "a body as sent", body);
        let Ok(opened) = sync::open(body) else { return };
        ledger.search(self.phone, "a body opened", &opened);
        let more = sync::decode_response(&opened).is_ok_and(|response| response.more);
        ledger.counts.pages += u64::from(more);
    }
}

impl Transport for Tap {
    async fn exchange(&self, request: Outgoing) -> Result<Vec<u8>, Failure> {
        let fault = self.throw();
        lock(&self.ledger).counts.dropped += u64::from(fault.is_some());
        if fault == Some(Fault::Lost) {
            return Err(Failure::Unreachable);
        }
        let (status, body) = self.send(request).await?;
        match fault {
            Some(Fault::Unheard) => Err(Failure::Timeout),
            Some(Fault::Cut) => Ok(body.get(..body.len() / 2).unwrap_or_default().to_vec()),
            _ if status == 200 => Ok(body),
            _ => {
                let said = serde_json::from_slice::<ProblemBody>(&body).ok();
                let problem = said.and_then(|body| Problem::from_code(&body.code));
                Err(problem.map_or(Failure::Garbled, |problem| Failure::Problem { problem, retry_after_ms: None }))
            }
        }
    }
}
