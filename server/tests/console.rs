//! What stands around every page of the console: where nobody is signed in, where there is no such page, and what a browser may do with it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use usra_server::clock::Clock;
use usra_server::config::Config;
use usra_server::testing::TestServer;

async fn server() -> TestServer {
    TestServer::start(Config::default(), Clock::system()).await.unwrap()
}

async fn get(server: &TestServer, path: &str, cookie: &str) -> Response {
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    client.get(format!("{}{path}", server.url)).header("cookie", cookie).send().await.unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

#[tokio::test]
async fn a_page_asked_for_before_signing_in_is_come_back_to() {
    let server = server().await;
    let answer = get(&server, "/console/families?governorate=JED&q=a%26b", "").await;
    assert_eq!(answer.status(), 303);
    let next = "next=%2Fconsole%2Ffamilies%3Fgovernorate%3DJED%26q%3Da%2526b";
    assert_eq!(header(&answer, "location"), format!("/console/sign-in?{next}"));
    let door = get(&server, header(&answer, "location"), "").await.text().await.unwrap();
    assert!(door.contains("value=\"/console/families?governorate=JED&#38;q=a%26b\""), "{door}");
}

#[tokio::test]
async fn a_refusal_is_a_page_in_the_readers_language_at_the_console_and_a_problem_elsewhere() {
    let server = server().await;
    for (cookie, lang, dir) in [("", "ar", "rtl"), ("usra-lang=en", "en", "ltr"), ("usra-lang=xx", "ar", "rtl")] {
        let answer = get(&server, "/console/nowhere", cookie).await;
        assert_eq!((answer.status().as_u16(), header(&answer, "content-type")), (404, "text/html; charset=utf-8"));
        let text = answer.text().await.unwrap();
        assert!(
            text.contains(&format!("<html lang=\"{lang}\" dir=\"{dir}\">")) && text.contains("not_found"),
            "{text}"
        );
    }
    let elsewhere = get(&server, "/consoles", "").await;
    assert_eq!(header(&elsewhere, "content-type"), "application/problem+json");
    assert_eq!(header(&elsewhere, "content-security-policy"), "");
}

#[tokio::test]
async fn a_browser_may_run_and_keep_nothing_but_the_consoles_own_files() {
    let server = server().await;
    for path in ["/console/sign-in", "/console/nowhere", "/console/assets/nothing"] {
        let answer = get(&server, path, "").await;
        let policy = header(&answer, "content-security-policy");
        assert!(
            policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(
            (header(&answer, "cache-control"), header(&answer, "x-content-type-options")),
            ("no-store", "nosniff")
        );
    }
    let style = get(&server, "/console/assets/console.css", "").await;
    assert_eq!((style.status().as_u16(), header(&style, "cache-control")), (200, "public, max-age=86400"));
}

#[tokio::test]
async fn what_another_site_makes_a_browser_send_is_not_heard() {
    let server = server().await;
    for path in ["/console/sign-in", "/console/sign-out", "/console/language"] {
        let request = Client::new().post(format!("{}{path}", server.url)).header("sec-fetch-site", "cross-site");
        let request =
            request.header("content-type", "application/x-www-form-urlencoded").body("to=en&login=a&password=b");
        let answer = request.send().await.unwrap();
        assert_eq!((answer.status().as_u16(), header(&answer, "set-cookie")), (403, ""), "{path}");
    }
}

#[tokio::test]
async fn a_wrong_sign_in_keeps_the_login_and_says_in_words_that_something_is_wrong() {
    let server = server().await;
    let request = Client::new().post(format!("{}/console/sign-in", server.url)).header("cookie", "usra-lang=en");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = request.body("login=%22%3E%3Cb%3Ehuda&password=secret-word&totp=123456").send().await.unwrap();
    assert_eq!(answer.status(), 401);
    let text = answer.text().await.unwrap();
    assert!(text.contains("value=\"&#34;&#62;&#60;b&#62;huda\"") && text.contains("role=\"alert\""), "{text}");
    assert!(!text.contains("secret-word") && !text.contains("123456"));
}
