//! Three staff accounts of Jeddah, so that one can sign in, one can ask who it is, and one can sign out: a one-time code is good
//! once, and the clock of this test stands still.

use serde_json::json;
use usra_server::http::staff::PATH;
use usra_server::registry::audit::By;
use usra_server::registry::staff::password::Password;
use usra_server::registry::staff::totp::Secret;
use usra_server::registry::staff::{self, Login, NewStaff};
use usra_server::storage::staff::Proofs;
use usra_server::testing::TestServer;
use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::role::Role;
use uuid::Uuid;

use crate::ask::outcome;
use crate::scene::{AREAS, Scene, noon};

const REGION: RegionId = RegionId(2);
const PASSWORD: &str = "a long enough password";
const ACCOUNTS: [&str; 3] = ["asks", "leaves", "comes"];

fn secret() -> Secret {
    Secret::new([9; 20])
}

/// Makes the accounts.
pub(crate) async fn open(server: &TestServer) {
    let mut conn = server.database.pool.acquire().await.unwrap();
    for (number, login) in (1_u128..).zip(ACCOUNTS) {
        let id = Uuid::from_u128(number);
        let login = Login::parse(login).unwrap();
        let new = NewStaff { login, name: "Test".to_owned(), role: Role::Staff, areas: vec![AREAS[0]] };
        let password_hash = Password::chosen(PASSWORD).unwrap().hash([7; 16]).unwrap();
        let totp_secret = secret().seal(&server.keys, (REGION, id), [4; 24]).unwrap();
        let proofs = Proofs { password_hash, totp_secret };
        staff::add(&mut conn, REGION, &new, (id, &proofs), (By::Server, noon())).await.unwrap();
    }
}

async fn request(scene: &Scene, method: &str, cookie: &str, body: String) -> reqwest::Response {
    let url = format!("{}{PATH}", scene.server.url);
    let request =
        reqwest::Client::new().request(method.parse().unwrap(), url).header("content-type", "application/json");
    request.header("cookie", cookie).body(body).send().await.unwrap()
}

async fn sign_in(scene: &Scene, login: &str) -> reqwest::Response {
    let typed = json!({ "login": login, "password": PASSWORD, "totp": secret().code(noon()).unwrap() });
    request(scene, "POST", "", typed.to_string()).await
}

/// The cookie of an account that signs in now.
pub(crate) async fn cookie(scene: &Scene, login: &str) -> String {
    let answer = sign_in(scene, login).await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// What the console's address answers somebody who is, or comes, in.
pub(crate) async fn ask(scene: &Scene, method: &str) -> String {
    let (answer, done) = match method {
        "POST" => (sign_in(scene, "comes").await, "signed in"),
        "GET" => (request(scene, "GET", &scene.cookie, String::new()).await, "who is signed in"),
        _ => {
            let cookie = cookie(scene, "leaves").await;
            let answer = request(scene, "DELETE", &cookie, String::new()).await;
            let after = request(scene, "GET", &cookie, String::new()).await.status().as_u16();
            return format!("{} signed out, then {after}", answer.status().as_u16());
        }
    };
    let status = answer.status().as_u16();
    outcome((status, answer.bytes().await.unwrap().to_vec()), done)
}
