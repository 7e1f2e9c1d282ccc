//! `--sms`: where the codes go that families sign in with.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::{Args, ValueEnum};

use crate::config::Config;
use crate::sms::Sms;
use crate::sms::webhook::Webhook;

/// How families' codes are sent.
#[derive(Args, Clone, Debug)]
pub struct SmsArgs {
    /// Where sign-in codes go: nowhere, onto this screen (demo only), or to a gateway.
    #[arg(long, env = "USRA_SMS", value_enum, default_value_t = Choice::Off)]
    sms: Choice,
    /// The gateway's address, https; see docs/operations.md for what it gets.
    #[arg(long, env = "USRA_SMS_URL", value_name = "URL", hide_env_values = true, required_if_eq("sms", "webhook"))]
    sms_url: Option<String>,
    /// A file with the secret shared with the gateway, at least 16 bytes.
    #[arg(long, env = "USRA_SMS_SECRET_FILE", value_name = "FILE", required_if_eq("sms", "webhook"))]
    sms_secret_file: Option<PathBuf>,
    /// Codes sent in a day at most; further ones are not sent until midnight.
    #[arg(long, env = "USRA_SMS_PER_DAY", value_name = "NUMBER")]
    sms_per_day: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Choice {
    Off,
    Console,
    Webhook,
}

impl SmsArgs {
    /// The settings that these arguments ask for.
    ///
    /// # Errors
    /// The gateway's address or secret is not one.
    pub fn config(&self, config: &Config) -> anyhow::Result<Config> {
        let texts_a_day = self.sms_per_day.unwrap_or(config.texts_a_day);
        ensure!(i32::try_from(texts_a_day).is_ok(), "--sms-per-day is more than can be counted");
        let sms = match self.sms {
            Choice::Off => Sms::Off,
            Choice::Console => Sms::Console,
            Choice::Webhook => Sms::Webhook(self.webhook()?),
        };
        Ok(Config { sms, texts_a_day, ..config.clone() })
    }

    fn webhook(&self) -> anyhow::Result<Webhook> {
        let url = self.sms_url.as_deref().context("--sms webhook needs --sms-url")?;
        let file = self.sms_secret_file.as_deref().context("--sms webhook needs --sms-secret-file")?;
        let secret = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        Webhook::new(url, &secret)
    }
}
