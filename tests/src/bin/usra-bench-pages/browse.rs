//! Somebody who looks at the console's pages, without a browser.

use anyhow::{Context, Result, ensure};
use reqwest::Client;
use reqwest::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;
use serde_json::Value;
use totp_rs::Totp;
use usra_client_sdk::sync::Surroundings as _;
use usra_tests::clock::Here;
use usra_tests::harness::Centre;

/// A signed-in visitor.
pub(crate) struct Browser {
    client: Client,
    url: String,
    cookie: String,
}

/// Makes an account that sees everything, and signs in with it.
pub(crate) async fn sign_in(centre: &Centre) -> Result<Browser> {
    let made = centre.run(&[
        "staff", "add", "--login", "bench", "--role", "staff", "--area", "SA-02", "--name", "Bench", "--json",
    ])?;
    let text = |name: &str| made.get(name).and_then(Value::as_str).with_context(|| format!("no {name}"));
    let totp =
        Totp::from_url(text("otpauth_url")?).map_err(|_fault| anyhow::anyhow!("not an address of one-time codes"))?;
    let form = format!("login=bench&password={}&totp={}", text("password")?, totp.generate(Here.now_ms() / 1_000));
    let client = Client::builder().redirect(Policy::none()).build()?;
    let request = client.post(format!("{}/console/sign-in", centre.url));
    let answer = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form).send().await?;
    let cookie = answer.headers().get(SET_COOKIE).context("not signed in")?.to_str()?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    Ok(Browser { client, url: centre.url.clone(), cookie })
}

impl Browser {
    /// A page's text.
    pub(crate) async fn get(&self, path: &str) -> Result<String> {
        let answer = self.client.get(format!("{}{path}", self.url)).header(COOKIE, &self.cookie).send().await?;
        ensure!(answer.status().is_success(), "{path}: {}", answer.status());
        Ok(answer.text().await?)
    }

    /// The pages to look at, with what they are called.
    pub(crate) async fn pages(&self) -> Result<Vec<(&'static str, String)>> {
        let list = self.get("/console/families").await?;
        let mut links = list.split("href=\"/console/families/").skip(1).filter_map(|rest| rest.split('"').next());
        let family = links.next().context("the list names no family")?;
        Ok(vec![
            ("overview", "/console".to_owned()),
            ("overview of one governorate", "/console?governorate=JED".to_owned()),
            ("overview of an earlier day", "/console?as_of=2099-12-31".to_owned()),
            ("families", "/console/families".to_owned()),
            ("families, the last page", "/console/families?page=100".to_owned()),
            ("families, a search with a slip", "/console/families?q=%D8%A7%D9%84%D9%86%D9%88%D8%B1%D8%B1".to_owned()),
            ("a family", format!("/console/families/{family}")),
            ("the story of its record", format!("/console/records/{family}")),
            ("conflicts", "/console/review".to_owned()),
            ("held work", "/console/held".to_owned()),
            ("devices", "/console/devices".to_owned()),
        ])
    }
}
