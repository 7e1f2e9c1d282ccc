//! A way into the console of the demo: an account that sees everything, and its one-time codes for as long as the demo runs. The file that
//! keeps them lies in the demo's own folder, for its owner alone.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use totp_rs::Totp;
use usra_tests::harness::Centre;

use crate::show;

/// Who signs in.
const LOGIN: &str = "demo";

/// Makes the account and says how to sign in.
pub(crate) fn open(centre: &Centre, data: &Path, now_s: u64) -> Result<()> {
    let made = centre
        .run(&["staff", "add", "--login", LOGIN, "--role", "admin", "--area", "SA-02", "--name", "عرض", "--json"])?;
    let text = |name: &str| made.get(name).and_then(Value::as_str).with_context(|| format!("no {name}"));
    let (password, otpauth_url) = (text("password")?, text("otpauth_url")?);
    let url = format!("{}/console", centre.url);
    let kept = json!({ "url": url, "login": LOGIN, "password": password, "otpauth_url": otpauth_url });
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file(data))?;
    file.write_all(kept.to_string().as_bytes())?;
    show::line(&format!("\nThe console is at {url}"));
    show::line(&format!("  login {LOGIN}   password {password}   one-time code {}", code_of(otpauth_url, now_s)?));
    show::line(&format!("  A code is good for a minute and once; the next one: make code DATA={}", data.display()));
    Ok(())
}

/// Prints the code of now of the demo in `data`.
pub(crate) fn code(data: &Path, now_s: u64) -> Result<()> {
    let text =
        std::fs::read_to_string(file(data)).context("no demo runs in that folder; say DATA=folder as it printed")?;
    let kept: Value = serde_json::from_str(&text)?;
    let otpauth_url =
        kept.get("otpauth_url").and_then(Value::as_str).context("the file of the demo's account is broken")?;
    show::line(&code_of(otpauth_url, now_s)?);
    Ok(())
}

fn file(data: &Path) -> PathBuf {
    data.join("console.json")
}

fn code_of(otpauth_url: &str, now_s: u64) -> Result<String> {
    let totp = Totp::from_url(otpauth_url).map_err(|_fault| anyhow::anyhow!("not an address of one-time codes"))?;
    Ok(totp.generate(now_s).to_string())
}
