//! Texts to the operator's gateway: `POST` of `{to, text_ar, text_en, id}` as JSON, with `Usra-Sms-Timestamp` (seconds since 1970)
//! and `Usra-Sms-Signature`: `v1=` and the HMAC-SHA256, in hexadecimal, of the timestamp, a full stop and the body. What was not
//! answered with 2xx is sent once more, byte for byte the same, so that a gateway may drop the second by its id.

use std::fmt::Write;
use std::time::Duration;

use anyhow::{Context, ensure};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Url};
use serde::Serialize;
use sha2::Sha256;

use super::NotSent;
use super::text::Text;

/// How long the gateway may take over one text; a code lives five minutes.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Before the second try.
const PAUSE: Duration = Duration::from_secs(1);
/// A shorter secret can be guessed.
const SECRET_BYTES_MIN: usize = 16;

/// A gateway with the secret shared with it.
#[derive(Clone)]
pub struct Webhook {
    client: Client,
    url: Url,
    secret: Vec<u8>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Webhook")
    }
}

/// What the gateway reads.
#[derive(Serialize)]
struct Body<'a> {
    to: &'a str,
    text_ar: String,
    text_en: String,
    id: &'a str,
}

impl Webhook {
    /// A gateway at `url`: https, or http on this machine.
    ///
    /// # Errors
    /// The address is none of these, the secret is too short, or TLS cannot be set up.
    pub fn new(url: &str, secret: &[u8]) -> anyhow::Result<Self> {
        let url = Url::parse(url).context("the address of the SMS gateway cannot be read")?;
        let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_here);
        ensure!(is_safe, "the SMS gateway must have an https address; http is for this machine only");
        let secret = secret.trim_ascii().to_vec();
        ensure!(
            secret.len() >= SECRET_BYTES_MIN,
            "the secret shared with the SMS gateway is shorter than {SECRET_BYTES_MIN} bytes"
        );
        let client = Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none());
        Ok(Self { client: client.build().context("TLS cannot be set up")?, url, secret })
    }

    pub(super) async fn send(&self, text: &Text) -> Result<(), NotSent> {
        let first = self.post(text).await;
        if first.is_ok() {
            return first;
        }
        tokio::time::sleep(PAUSE).await;
        self.post(text).await
    }

    async fn post(&self, text: &Text) -> Result<(), NotSent> {
        let body = Body { to: &text.to, text_ar: text.ar(), text_en: text.en(), id: &text.id };
        let body = serde_json::to_vec(&body).or(Err(NotSent::Unreachable))?;
        let timestamp = text.at.unix_timestamp().to_string();
        let signature = signature(&self.secret, &timestamp, &body).ok_or(NotSent::Unreachable)?;
        let post = self.client.post(self.url.clone()).header("content-type", "application/json");
        let post = post.header("usra-sms-timestamp", timestamp).header("usra-sms-signature", signature);
        // The cause can quote the address, which may hold a key.
        let answer = post
            .body(body)
            .send()
            .await
            .map_err(|cause| if cause.is_timeout() { NotSent::Timeout } else { NotSent::Unreachable })?;
        if answer.status().is_success() { Ok(()) } else { Err(NotSent::Status(answer.status().as_u16())) }
    }
}

/// What `Usra-Sms-Signature` says; `None` for a key that no HMAC takes, and there is none.
#[must_use]
pub fn signature(secret: &[u8], timestamp: &str, body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    let mut written = String::from("v1=");
    for byte in mac.finalize().into_bytes() {
        write!(written, "{byte:02x}").ok()?;
    }
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_is_https_or_here_and_its_secret_is_long() {
        let secret = [7; 16];
        for good in ["https://sms.example/send?key=1", "http://127.0.0.1:9000/", "http://localhost/x", "http://[::1]/"]
        {
            assert!(Webhook::new(good, &secret).is_ok(), "{good}");
        }
        for bad in ["http://sms.example/", "ftp://127.0.0.1/", "sms.example", ""] {
            assert!(Webhook::new(bad, &secret).is_err(), "{bad}");
        }
        assert!(Webhook::new("https://sms.example/", b"short           \n").is_err());
        assert_eq!(format!("{:?}", Webhook::new("https://sms.example/", &secret).unwrap()), "Webhook");
    }

    /// Computed with `printf '1800000000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef`.
    #[test]
    fn the_signature_is_the_one_that_other_programs_compute() {
        let golden = "v1=1313ae9c874eb1a0868ad0b65f841c4243c23fdcfad69a3ada227726fad9960e";
        assert_eq!(signature(b"0123456789abcdef", "1800000000", b"{}").as_deref(), Some(golden));
    }
}
