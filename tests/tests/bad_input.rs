//! What an enrolled or unknown phone may send that no phone of ours would: each refused with its own code, nothing else disturbed.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "what cannot be set up fails the test")]

use serde_json::Value;
use usra_client_sdk::KeyPair;
use usra_client_sdk::sync::Surroundings;
use usra_sync_protocol::limits::{MESSAGE_BYTES, REQUEST_BYTES};
use usra_sync_protocol::signing::{HEADER, Nonce, SignedRequest};
use usra_sync_protocol::sync::{self, MEDIA_TYPE, SyncRequest, encode_request, seal};
use usra_tests::clock::Here;
use usra_tests::harness::Scene;

struct Asker {
    client: reqwest::Client,
    url: String,
    token: String,
    keys: KeyPair,
}

impl Asker {
    fn of(scene: &Scene) -> Self {
        let identity = scene.one.phone.identity().unwrap();
        let (token, keys) = (identity.token.clone(), identity.keys.clone().unwrap());
        Self { client: reqwest::Client::new(), url: format!("{}/v1/sync", scene.centre.url), token, keys }
    }

    /// The status and the problem's code.
    async fn ask(&self, token: &str, body: Vec<u8>) -> (u16, String) {
        let request = SignedRequest { method: "POST", path: sync::PATH, token, body: &body };
        let signature = self.keys.sign(&request, Nonce(Here.nonce())).to_string();
        let post = self.client.post(&self.url).bearer_auth(token).header("content-type", MEDIA_TYPE);
        let answer = post.header(HEADER, signature).body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        let problem: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default();
        (status, problem.get("code").and_then(Value::as_str).unwrap_or_default().to_owned())
    }
}

fn sound() -> Vec<u8> {
    seal(&encode_request(&SyncRequest { schema_version: 1, want_bytes: 10_000, ..SyncRequest::default() }))
}

/// Sealed as compressed: a zstd frame that opens to more than a message may have.
fn bomb() -> Vec<u8> {
    let mut body = seal(&vec![0; MESSAGE_BYTES + 1]);
    assert!(body.len() < 64 * 1024 && body[1] == 1);
    body.shrink_to_fit();
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_request_gets_its_own_code_and_the_next_good_one_is_served() {
    let scene = Scene::set(31).await.unwrap();
    let asker = Asker::of(&scene);
    let cut = sound().split_last().unwrap().1.to_vec();
    let mut other_version = sound();
    other_version[0] = 77;
    let token = asker.token.clone();
    for (what, token, body, status, code) in [
        ("an unknown version", token.as_str(), other_version, 400, "version_unknown"),
        ("a truncated frame", token.as_str(), cut, 400, "body_truncated"),
        ("an unknown encoding", token.as_str(), vec![1, 9, 1, 1, 255], 400, "body_malformed"),
        ("an oversized body", token.as_str(), vec![1; REQUEST_BYTES + 1], 413, "body_too_large"),
        ("a zstd bomb", token.as_str(), bomb(), 413, "body_too_large"),
        ("an unknown token", "nobody", sound(), 401, "token_unknown"),
    ] {
        assert_eq!(asker.ask(token, body).await, (status, code.to_owned()), "{what}");
        assert_eq!(asker.ask(&asker.token, sound()).await.0, 200, "after {what}");
    }
}
