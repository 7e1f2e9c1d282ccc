//! Carries texts out of the request: the answer is on its way before anything is sent, so its time tells nothing. One task with
//! a bounded queue; what does not fit is lost and noted, and its family asks again.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::Sms;
use super::text::Text;

/// Texts that may wait: what a gateway of ten texts a second clears in a minute and a half.
const QUEUE: usize = 1_000;
/// Texts on their way at once.
const AT_ONCE: usize = 8;

/// Hands texts over; cheap to clone. The task ends when the last of these is dropped.
#[derive(Clone, Debug)]
pub struct Courier(Option<mpsc::Sender<Option<Text>>>);

impl Courier {
    /// Starts the task, unless texts are off.
    #[must_use]
    pub fn start(sms: Sms) -> Self {
        if matches!(sms, Sms::Off) {
            return Self(None);
        }
        let (errands, queue) = mpsc::channel(QUEUE);
        tokio::spawn(carry(Arc::new(sms), queue));
        Self(Some(errands))
    }

    /// Whether anything can be sent at all.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Takes a text, or nothing, which is the same to whoever waits.
    pub fn hand(&self, text: Option<Text>) {
        if self.0.as_ref().is_some_and(|errands| errands.try_send(text).is_err()) {
            tracing::error!("a text was not sent: too many wait already");
        }
    }
}

async fn carry(sms: Arc<Sms>, mut queue: mpsc::Receiver<Option<Text>>) {
    let mut under_way = JoinSet::new();
    while let Some(errand) = queue.recv().await {
        let Some(text) = errand else { continue };
        if under_way.len() >= AT_ONCE {
            under_way.join_next().await;
        }
        let sms = Arc::clone(&sms);
        under_way.spawn(async move {
            if let Err(why) = sms.send(&text).await {
                tracing::error!(%why, "a text was not sent");
            }
        });
    }
    while under_way.join_next().await.is_some() {}
}
