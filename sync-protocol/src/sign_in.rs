//! Sign-in: a family's own phone shows the mobile number that the family's record has, and the one-time code that was sent to
//! it. Two steps, both JSON: `POST /v1/sign-in/code` asks for a code, `POST /v1/sign-in` shows it and enrols the phone.
//! What the server answers to the first is the same for every number: nobody learns here whose number is known.

use serde::{Deserialize, Serialize};

use crate::enrol::EnrolAnswer;
use crate::id::RecordId;

/// The address that asks for a code.
pub const CODE_PATH: &str = "/v1/sign-in/code";
/// The address that signs in.
pub const PATH: &str = "/v1/sign-in";

/// Digits of a one-time code.
pub const CODE_DIGITS: usize = 6;
/// How long a one-time code is good for, seconds.
pub const CODE_LIFE_S: u32 = 5 * 60;
/// How often a code may be shown, right or wrong.
pub const CODE_TRIES: u32 = 5;
/// How long to wait before another code is asked for, seconds; earlier, the code before stands and nothing is sent.
pub const CODE_EVERY_S: u32 = 60;

/// Asks for a code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CodeRequest {
    /// A Saudi mobile number, in any written form.
    pub mobile: String,
}

/// What the server answers, status 202, to every number that is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct CodeAnswer {
    /// How long the code is good for, seconds: always [`CODE_LIFE_S`].
    pub code_life_s: u32,
    /// How long to wait before another is asked for, seconds: always [`CODE_EVERY_S`].
    pub again_after_s: u32,
}

/// Shows a code, signed with the key that the request names, as an enrolment is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The number that the code was sent to.
    pub mobile: String,
    /// The one-time code, in any digit shapes.
    pub code: String,
    /// The Ed25519 key that the phone made for itself, as [`crate::signing::text`] writes it.
    pub public_key: String,
    /// [`crate::sync::PROTOCOL_VERSION`] of the phone.
    pub protocol_version: u32,
    /// Which family, where several share the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<RecordId>,
}

/// What the right code brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignInAnswer {
    /// The phone is enrolled, as by `POST /v1/enrol`.
    Enrolled(Box<EnrolAnswer>),
    /// Several families share the number: the same code is shown again with one of them.
    Choose(Vec<FamilyChoice>),
}

/// A family to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct FamilyChoice {
    /// The family's record.
    pub family: RecordId,
    /// Its trade name.
    pub name: String,
}

impl CodeAnswer {
    /// The only one there is.
    pub const SAME: Self = Self { code_life_s: CODE_LIFE_S, again_after_s: CODE_EVERY_S };
}

impl std::fmt::Debug for CodeRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeRequest")
    }
}

impl std::fmt::Debug for SignInRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInRequest").field("family", &self.family).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_codes_are_never_printed() {
        let asks = CodeRequest { mobile: "0501234567".to_owned() };
        let (mobile, code, public_key) = ("0501234567".to_owned(), "424242".to_owned(), String::new());
        let shows = SignInRequest { mobile, code, public_key, protocol_version: 1, family: None };
        let printed = format!("{asks:?} {shows:?}");
        assert!(!printed.contains("0501234567") && !printed.contains("424242"), "{printed}");
    }

    #[test]
    fn a_choice_and_an_enrolment_are_told_apart_by_their_name() {
        let choice = FamilyChoice { family: RecordId::new(1, [1; 10]), name: "خبز أم علي".to_owned() };
        let written = serde_json::to_value(SignInAnswer::Choose(vec![choice.clone()])).unwrap();
        assert_eq!(written["choose"][0]["name"], choice.name.as_str());
        assert_eq!(serde_json::from_value::<SignInAnswer>(written).unwrap(), SignInAnswer::Choose(vec![choice]));
    }
}
