//! What an address takes, answers and refuses, in the words that its description is made from.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use usra_sync_protocol::problem::Problem;

/// What can be wrong with any body, whatever should be in it.
const BODY: [Problem; 5] = [
    Problem::BodyMalformed,
    Problem::BodyTooLarge,
    Problem::BodyTruncated,
    Problem::MediaTypeUnknown,
    Problem::RequestTimeout,
];

/// What an address is about.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// What it does, in a sentence.
    pub does: &'static str,
    /// What the body of a request is, if it has one.
    pub takes: Option<Content>,
    /// The status of an answer that is no refusal.
    pub status: u16,
    /// What the body of that answer is, if it has one.
    pub answers: Option<Content>,
    /// What must come with a request.
    pub credentials: &'static [Credential],
    /// What it may refuse with, without what any address may.
    refuses: &'static [Problem],
}

/// What a body is.
#[derive(Clone, Copy, Debug)]
pub enum Content {
    /// JSON of this schema.
    Json(fn(&mut SchemaGenerator) -> Schema),
    /// A line of text.
    Text,
    /// Frames as `docs/protocol.md` describes them.
    Frames,
    /// Any JSON.
    AnyJson,
    /// A page for a browser.
    Page,
    /// The fields of a form in a page.
    Form,
    /// The same with a file.
    Upload,
    /// A file that a page uses.
    File,
}

/// What shows who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The access token of a phone.
    Token,
    /// A signature by a phone's key.
    Signature,
    /// The cookie of a person at the console.
    Session,
}

impl Content {
    /// JSON of the type `T`.
    #[must_use]
    pub fn json<T: JsonSchema>() -> Self {
        Self::Json(SchemaGenerator::subschema_for::<T>)
    }
}

impl About {
    /// An address that answers 200 with `answers`.
    #[must_use]
    pub fn gives(answers: Content, does: &'static str) -> Self {
        Self { does, takes: None, status: 200, answers: Some(answers), credentials: &[], refuses: &[] }
    }

    /// An address that answers with a status and no body.
    #[must_use]
    pub fn ends(status: u16, does: &'static str) -> Self {
        Self { does, takes: None, status, answers: None, credentials: &[], refuses: &[] }
    }

    /// The same, taking a body.
    #[must_use]
    pub fn takes(self, takes: Content) -> Self {
        Self { takes: Some(takes), ..self }
    }

    /// The same, with another status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same, for those who show these.
    #[must_use]
    pub fn shown(self, credentials: &'static [Credential]) -> Self {
        Self { credentials, ..self }
    }

    /// The same, with what it may refuse.
    #[must_use]
    pub fn refuses(self, refuses: &'static [Problem]) -> Self {
        Self { refuses, ..self }
    }

    /// Everything it may refuse with, by status and code.
    #[must_use]
    pub fn refusals(&self, watched: bool) -> Vec<Problem> {
        let of_body: &[Problem] = if self.takes.is_some() { &BODY } else { &[] };
        let of_room: &[Problem] = if watched { &[] } else { &[Problem::Overloaded] };
        let mut all = [self.refuses, of_body, of_room, &[Problem::Internal]].concat();
        all.sort_by_key(|problem| (problem.status(), problem.code()));
        all
    }
}
