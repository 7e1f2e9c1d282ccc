//! Texts to mobile numbers: a port with three ends, chosen by `--sms`. Off sends nothing, console prints for demos, webhook hands
//! the text to the operator's gateway. Numbers, codes and texts go through here and nowhere else, least of all to the log.

pub mod console;
pub mod courier;
pub mod text;
pub mod webhook;

use text::Text;
use webhook::Webhook;

/// Where texts go.
#[derive(Clone, Debug, Default)]
pub enum Sms {
    /// Nowhere: codes cannot be asked for.
    #[default]
    Off,
    /// Onto this process's standard output.
    Console,
    /// To an operator's gateway.
    Webhook(Webhook),
}

/// Why a text did not leave. It says nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// Texts are off.
    #[error("texts are off")]
    Off,
    /// The gateway could not be reached.
    #[error("the gateway cannot be reached")]
    Unreachable,
    /// The gateway did not answer in time.
    #[error("the gateway did not answer in time")]
    Timeout,
    /// The gateway answered with another status than 2xx.
    #[error("the gateway answered with status {0}")]
    Status(u16),
}

impl Sms {
    /// Sends the text.
    ///
    /// # Errors
    /// A [`NotSent`]; it may have arrived all the same.
    pub async fn send(&self, text: &Text) -> Result<(), NotSent> {
        match self {
            Self::Off => Err(NotSent::Off),
            Self::Console => {
                console::print(text);
                Ok(())
            }
            Self::Webhook(webhook) => webhook.send(text).await,
        }
    }
}
