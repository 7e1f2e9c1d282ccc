//! How the console's pages and forms are asked: with the cookie of somebody of Jeddah's staff, or without one, by whoever it is. Of a pair of
//! families only one is in their scope.

use reqwest::Client;
use reqwest::redirect::Policy;
use usra_sync_protocol::kind::Kind;

use crate::ask::Scope;
use crate::scene::{Scene, Who, record};

/// In which scopes a page is asked: those about a record of a family in and out of it.
pub(crate) fn scopes(path: &str) -> &'static [Scope] {
    let about =
        ["/console/families/{id}", "/console/records/{id}", "/console/licences/{family}", "/console/needs/{family}"];
    let about_a_family = about.iter().any(|begin| path.starts_with(begin));
    if about_a_family { &[Scope::In, Scope::Out] } else { &[Scope::None] }
}

/// Asks, and says what a browser would see.
pub(crate) async fn ask(scene: &Scene, (method, path): (&str, &str), who: Who, scope: Scope) -> String {
    let url = format!("{}{}", scene.server.url, address(scene, path, scope));
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let mut request = client.request(method.parse().unwrap(), url);
    if who == Who::Console && path != "/console/sign-out" {
        request = request.header("cookie", &scene.cookie);
    }
    if method == "POST" {
        request = request.header("content-type", "application/x-www-form-urlencoded").body(form(path));
    }
    let answer = request.send().await.unwrap();
    let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    match to {
        // A published count has an id of its own.
        Some(to) if to.starts_with("/console/counts/") => {
            format!("{} to /console/counts/{{id}}", answer.status().as_u16())
        }
        Some(to) => format!("{} to {}", answer.status().as_u16(), led(&to)),
        None => answer.status().as_u16().to_string(),
    }
    .replace(&record(0, Kind::Family).to_string(), "{id}")
}

/// Where an answer leads, without what is drawn anew each time.
fn led(to: &str) -> &str {
    if to.starts_with("/console/take-out/") { "/console/take-out/{job}" } else { to.split(['?', '&']).next().unwrap() }
}

fn address(scene: &Scene, path: &str, scope: Scope) -> String {
    let family = record(usize::from(scope == Scope::Out), Kind::Family);
    let id = if path.starts_with("/console/devices") {
        scene.phone(Who::Revoked).install.to_string()
    } else {
        family.to_string()
    };
    path.replace("{id}", &id)
        .replace("{one}", &record(0, Kind::Family).to_string())
        .replace("{other}", &record(1, Kind::Family).to_string())
        .replace("{record}", &family.to_string())
        .replace("{family}", &family.to_string())
        .replace("{licence}", "l1")
        .replace("{need}", "n1")
        .replace("{change}", &"0".repeat(64))
        .replace("{name}", "console.css")
        .replace("{z}/{x}/{y}", "7/78/55")
        .replace("{job}", "00000000-0000-0000-0000-000000000000")
}

/// What is typed: a password that is too long to be one is looked at and not counted as a try.
fn form(path: &str) -> String {
    match path {
        "/console/sign-in" => format!("login=made-up&totp=123456&password={}", "a".repeat(5_000)),
        "/console/enrol" => "name=Test&role=surveyor&area=JED".to_owned(),
        "/console/language" => "to=en&back=/console/families".to_owned(),
        "/console/take-out" => "as=csv&query=governorate%3DJED".to_owned(),
        _ => "reason=test&key=name_ar&value=x&seen=1-00&decision=release&remains=one&state=valid&agency=SDB".to_owned(),
    }
}
