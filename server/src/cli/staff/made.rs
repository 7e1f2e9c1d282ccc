//! A password and the secret of one-time codes, as they are made and shown once.

use std::io::{BufRead, stdin};

use clap::Args;
use serde_json::json;
use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::letters;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::cli::{out, qr};
use crate::dice;
use crate::keys::Keys;
use crate::registry::staff::Login;
use crate::registry::staff::password::Password;
use crate::registry::staff::totp::Secret;
use crate::storage::staff::Proofs;

/// Where the password comes from.
#[derive(Args, Debug)]
pub(super) struct Secrets {
    /// Read the password from the first line of standard input, instead of making one.
    #[arg(long)]
    password_stdin: bool,
}

/// What was made.
pub(super) struct Made {
    password: Password,
    /// As it is shown; `None` when its person chose it.
    shown: Option<Zeroizing<String>>,
    secret: Secret,
    url: Zeroizing<String>,
}

impl Made {
    pub(super) fn new(secrets: &Secrets, login: &Login) -> anyhow::Result<Self> {
        let shown = (!secrets.password_stdin).then(random_password).transpose()?;
        let password = match &shown {
            Some(shown) => Password::chosen(shown)?,
            None => Password::chosen(&first_line()?)?,
        };
        let secret = Secret::new(dice::roll()?);
        let url = Zeroizing::new(secret.url(login.as_str())?);
        Ok(Self { password, shown, secret, url })
    }

    pub(super) fn proofs(&self, keys: &Keys, owner: (RegionId, Uuid)) -> anyhow::Result<Proofs> {
        let password_hash = self.password.hash(dice::roll()?)?;
        Ok(Proofs { password_hash, totp_secret: self.secret.seal(keys, owner, dice::roll()?)? })
    }

    pub(super) fn print(&self, login: &Login, json: bool) -> anyhow::Result<()> {
        let password = self.shown.as_ref().map(|shown| shown.as_str());
        if json {
            let shown = json!({ "login": login.as_str(), "password": password, "otpauth_url": self.url.as_str() });
            return Ok(out::json(&shown)?);
        }
        out::line(&qr::draw(&self.url)?);
        out::line(&self.url);
        out::line(&format!("Login: {}", login.as_str()));
        if let Some(password) = password {
            out::line(&format!("Password: {password}"));
        }
        out::line("Hand them over in person; they are not shown again.");
        Ok(())
    }
}

/// 120 random bits in letters that survive being read aloud.
fn random_password() -> anyhow::Result<Zeroizing<String>> {
    let letters = Zeroizing::new(letters::written(&dice::roll()?));
    let groups: Vec<String> =
        letters.chars().collect::<Vec<char>>().chunks(4).map(|four| four.iter().collect()).collect();
    Ok(Zeroizing::new(groups.join("-")))
}

fn first_line() -> anyhow::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    stdin().lock().read_line(&mut line)?;
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}
