//! The table of addresses.

use usra_sync_protocol::enrol::{self as enrol_words, EnrolAnswer, EnrolRequest};
use usra_sync_protocol::problem::Problem as P;
use usra_sync_protocol::sign_in::{self as sign_in_words, CodeAnswer, CodeRequest, SignInAnswer, SignInRequest};
use usra_sync_protocol::sync as sync_words;
use usra_sync_protocol::token::{self as token_words, TokenAnswer, TokenRequest};

use super::{About, Content, Credential, Endpoint, console};
use crate::http::staff::{SessionAnswer, SignInRequest as StaffSignIn};
use crate::http::{enrol, health, openapi, refresh, sign_in, staff, sync};

/// Every address.
#[must_use]
pub fn all() -> Vec<Endpoint> {
    let mut all = api();
    all.extend(console::all());
    all
}

/// Those that programs speak to.
fn api() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/healthz", health::healthz, lives()).watched(),
        Endpoint::get("/readyz", health::readyz, serves()).watched(),
        Endpoint::get(openapi::PATH, openapi::get, describes()),
        Endpoint::post(enrol_words::PATH, enrol::post, enrols()),
        Endpoint::post(sign_in_words::PATH, sign_in::post, signs_in()),
        Endpoint::post(sign_in_words::CODE_PATH, sign_in::ask, sends_code()),
        Endpoint::post(token_words::PATH, refresh::post, refreshes()),
        Endpoint::post(sync_words::PATH, sync::post, syncs()),
        Endpoint::post(staff::PATH, staff::post, opens_session()),
        Endpoint::get(staff::PATH, staff::get, tells_session()),
        Endpoint::delete(staff::PATH, staff::delete, ends_session()),
    ]
}

fn lives() -> About {
    About::gives(Content::Text, "Says that the process answers.")
}

fn serves() -> About {
    let does = "Says that it can serve: the database answers and its schema is this program's.";
    About::gives(Content::Text, does).refuses(&[P::StorageUnavailable])
}

fn describes() -> About {
    About::gives(Content::AnyJson, "Describes every address.")
}

fn enrols() -> About {
    let does = "Enrols the phone that shows a good code and has the key it names.";
    About::gives(Content::json::<EnrolAnswer>(), does)
        .takes(Content::json::<EnrolRequest>())
        .shown(&[Credential::Signature])
        .refuses(&[
            P::VersionUnknown,
            P::SignatureMissing,
            P::SignatureWrong,
            P::ServerOther,
            P::CodeUnknown,
            P::CodeUsed,
            P::CodeExpired,
            P::TooManyTries,
            P::StorageUnavailable,
        ])
}

fn signs_in() -> About {
    let does = "Signs in the phone that shows the right code of a family's number.";
    About::gives(Content::json::<SignInAnswer>(), does)
        .takes(Content::json::<SignInRequest>())
        .shown(&[Credential::Signature])
        .refuses(&[
            P::VersionUnknown,
            P::SignatureMissing,
            P::SignatureWrong,
            P::MobileInvalid,
            P::SignInCodeWrong,
            P::TooManyTries,
            P::StorageUnavailable,
        ])
}

fn sends_code() -> About {
    About::gives(Content::json::<CodeAnswer>(), "Asks for a one-time code; answers every number alike.")
        .with_status(202)
        .takes(Content::json::<CodeRequest>())
        .refuses(&[P::MobileInvalid, P::SmsUnavailable, P::SmsLimit, P::StorageUnavailable])
}

fn refreshes() -> About {
    About::gives(Content::json::<TokenAnswer>(), "Gives the next tokens for a refresh token.")
        .takes(Content::json::<TokenRequest>())
        .shown(&[Credential::Signature])
        .refuses(&[
            P::TokenUnknown,
            P::TokenReused,
            P::RefreshExpired,
            P::SignatureMissing,
            P::SignatureWrong,
            P::NonceUsed,
            P::InstallRevoked,
            P::StorageUnavailable,
        ])
}

fn syncs() -> About {
    About::gives(Content::Frames, "Takes what a phone made and answers what is new for it.")
        .takes(Content::Frames)
        .shown(&[Credential::Token, Credential::Signature])
        .refuses(&[
            P::VersionUnknown,
            P::TokenUnknown,
            P::TokenExpired,
            P::SignatureMissing,
            P::SignatureWrong,
            P::NonceUsed,
            P::InstallRevoked,
            P::StorageUnavailable,
        ])
}

fn opens_session() -> About {
    About::gives(Content::json::<SessionAnswer>(), "Signs a person in to the console.")
        .takes(Content::json::<StaffSignIn>())
        .refuses(&[P::SignInWrong, P::SignInLocked, P::TooManyTries, P::OriginForeign, P::StorageUnavailable])
}

fn tells_session() -> About {
    About::gives(Content::json::<SessionAnswer>(), "Tells who is signed in.")
        .shown(&[Credential::Session])
        .refuses(&[P::SessionEnded, P::StorageUnavailable])
}

fn ends_session() -> About {
    About::ends(204, "Signs out, whoever it was.").refuses(&[P::OriginForeign, P::StorageUnavailable])
}
