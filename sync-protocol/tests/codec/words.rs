//! What travels as text: signatures, fingerprints, and the JSON of tokens, enrolment and signing in.

use std::fmt::Debug;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use usra_sync_protocol::area::Area;
use usra_sync_protocol::enrol::{EnrolAnswer, EnrolRequest};
use usra_sync_protocol::fingerprint::Fingerprint;
use usra_sync_protocol::id::{AreaId, InstallId, RecordId};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::server_proof::{SealingKey, ServerProof};
use usra_sync_protocol::sign_in::{CodeAnswer, CodeRequest, FamilyChoice, SignInAnswer, SignInRequest};
use usra_sync_protocol::signing::{self, Nonce, Stamp, Unreadable};
use usra_sync_protocol::token::{TokenAnswer, TokenRequest};

fn same<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *value);
    for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
        assert!(serde_json::from_str::<T>(text.get(..cut).unwrap()).is_err(), "cut at {cut}");
    }
    assert!(serde_json::from_str::<T>(&format!("{text},")).is_err());
}

fn sealing() -> impl Strategy<Value = SealingKey> {
    (any::<u32>(), "\\PC{0,9}", "\\PC{0,9}").prop_map(|(version, key, signature)| SealingKey {
        version,
        key,
        signature,
    })
}

fn area() -> impl Strategy<Value = Area> {
    (any::<u32>(), any::<Option<u32>>(), "[A-Z0-9-]{1,6}", "\\PC{0,9}", any::<Option<String>>()).prop_map(
        |(id, parent, code, name_ar, name_en)| Area {
            id: AreaId(id),
            parent: parent.map(AreaId),
            code,
            name_ar,
            name_en,
        },
    )
}

fn answer() -> impl Strategy<Value = EnrolAnswer> {
    let role = proptest::sample::select(&Role::ALL[..]);
    let proof = (sealing(), "\\PC{0,9}", any::<bool>(), "\\PC{0,9}")
        .prop_map(|(sealing, key, demo, signature)| ServerProof { key, sealing, demo, signature });
    let tokens = ("\\PC{0,9}", any::<i64>(), any::<u32>(), "\\PC{0,9}", any::<u32>());
    let whose = (role, proptest::collection::vec(any::<u32>(), 0..3), any::<Option<[u8; 10]>>());
    (any::<[u8; 16]>(), tokens, whose, proptest::collection::vec(area(), 0..3), proptest::option::of(proof)).prop_map(
        |(
            install,
            (token, token_expires_at, token_life_s, refresh_token, hold_life_s),
            (role, assigned, family),
            areas,
            server,
        )| {
            EnrolAnswer {
                install_id: InstallId::new(install),
                token,
                token_expires_at,
                token_life_s,
                refresh_token,
                hold_life_s,
                role,
                assigned: assigned.into_iter().map(AreaId).collect(),
                family: family.map(|random| RecordId::new(1, random)),
                areas,
                server,
            }
        },
    )
}

proptest! {
    #[test]
    fn tokens_come_back_the_same(token in "\\PC{0,9}", token_life_s: u32, hold_life_s: u32, sealing in proptest::option::of(sealing())) {
        same(&TokenRequest { refresh_token: token.clone() });
        same(&TokenAnswer { token: token.clone(), token_life_s, refresh_token: token, hold_life_s, sealing });
    }

    #[test]
    fn an_enrolment_comes_back_the_same(answer in answer(), code in "\\PC{0,9}", server in any::<Option<String>>(), protocol_version: u32) {
        same(&EnrolRequest { code, protocol_version, public_key: "k".to_owned(), server });
        same(&SignInAnswer::Enrolled(Box::new(answer.clone())));
        same(&answer);
    }

    #[test]
    fn signing_in_comes_back_the_same(mobile in "\\PC{0,9}", code in "\\PC{0,9}", family: Option<[u8; 10]>, protocol_version: u32) {
        let family = family.map(|random| RecordId::new(1, random));
        same(&CodeRequest { mobile: mobile.clone() });
        same(&SignInAnswer::Choose(family.map(|family| FamilyChoice { family, name: code.clone() }).into_iter().collect()));
        same(&SignInRequest { mobile, code, public_key: String::new(), protocol_version, family });
        same(&CodeAnswer::SAME);
    }

    #[test]
    fn a_signature_comes_back_the_same_and_in_one_form(nonce: [u8; 16], half: [u8; 32], at in any::<prop::sample::Index>(), to in any::<char>()) {
        let stamp = Stamp { nonce: Nonce(nonce), signature: [half, half].concat().try_into().unwrap() };
        let header = stamp.to_string();
        prop_assert_eq!(header.parse(), Ok(stamp));
        for cut in 0..header.len() {
            prop_assert_eq!(header.get(..cut).unwrap().parse::<Stamp>(), Err(Unreadable));
        }
        let mut letters: Vec<char> = header.chars().collect();
        let at = at.index(letters.len());
        letters[at] = to;
        let changed: String = letters.into_iter().collect();
        if let Ok(read) = changed.parse::<Stamp>() {
            prop_assert_eq!(read.to_string(), changed);
        }
    }

    #[test]
    fn bytes_in_letters_have_one_form(bytes: [u8; 16]) {
        let text = signing::text(&bytes);
        prop_assert_eq!(signing::read(&text), Ok(bytes));
        prop_assert_eq!(signing::read::<15>(&text), Err(Unreadable));
        prop_assert_eq!(signing::read::<16>(&format!("{text}==")), Err(Unreadable));
    }

    #[test]
    fn a_fingerprint_is_read_as_it_was_shown_and_a_cut_one_is_none(key: [u8; 32]) {
        let shown = Fingerprint::of(&key).to_string();
        prop_assert_eq!(shown.parse(), Ok(Fingerprint::of(&key)));
        for cut in 0..shown.len() {
            prop_assert!(shown.get(..cut).unwrap().parse::<Fingerprint>().is_err());
        }
    }
}

#[test]
fn what_a_server_reads_has_no_words_that_it_does_not_know() {
    let unknown = |mut value: Value| {
        value["admin"] = json!(true);
        value
    };
    let code = json!({ "code": "A", "protocol_version": 1, "public_key": "k" });
    assert!(serde_json::from_value::<EnrolRequest>(code.clone()).is_ok());
    assert!(serde_json::from_value::<EnrolRequest>(unknown(code)).is_err());
    assert!(serde_json::from_value::<TokenRequest>(unknown(json!({ "refresh_token": "a" }))).is_err());
    assert!(serde_json::from_value::<CodeRequest>(unknown(json!({ "mobile": "a" }))).is_err());
    let shows = json!({ "mobile": "a", "code": "1", "public_key": "k", "protocol_version": 1 });
    assert!(serde_json::from_value::<SignInRequest>(shows.clone()).is_ok());
    assert!(serde_json::from_value::<SignInRequest>(unknown(shows)).is_err());
}
