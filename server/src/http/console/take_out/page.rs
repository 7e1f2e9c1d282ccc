//! The page that tells how far a list is, that looks again by itself while it is being made, and that leads to its file.

use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::REFRESH;
use axum::response::Response;

use super::super::page::{self, Page, Room};
use super::super::query::Query;
use super::super::visitor::Visitor;
use super::super::{families, narrowed};
use super::PATH;
use crate::http::problem::Refusal;
use crate::registry::take_out::{State, TakeOut};
use crate::words::Lang;

/// Seconds after which the page looks again.
const AGAIN_AFTER_S: u16 = 2;

/// How many families were read.
#[derive(Debug)]
struct Progress {
    done: i64,
    total: i64,
    /// Of a hundred.
    percent: i64,
}

#[derive(Template)]
#[template(path = "console/take_out.html")]
struct Shown {
    page: Page,
    lang: Lang,
    form: String,
    asked_at: String,
    personal: bool,
    narrowed: Vec<(String, String)>,
    back: String,
    running: bool,
    /// Once they are counted.
    progress: Option<Progress>,
    /// The file's address and until when it is there.
    file: Option<(String, String)>,
    fault: Option<String>,
}

/// Shows it.
pub(super) fn show(visitor: &Visitor, found: &TakeOut) -> Result<Response, Refusal> {
    let mut answer = page::show(&shown(visitor, found))?;
    if found.state == State::Running {
        answer.headers_mut().insert(REFRESH, HeaderValue::from(AGAIN_AFTER_S));
    }
    Ok(answer)
}

fn shown(visitor: &Visitor, found: &TakeOut) -> Shown {
    let (lang, query) = (visitor.lang, Query::parse(&found.query));
    let (done, total) = (i64::from(found.done), found.total.map(i64::from));
    let file = |until| (format!("{PATH}/{}/file", found.id), lang.moment(until));
    Shown {
        page: Page::of(visitor, Room::Families),
        lang,
        form: lang.say(&format!("take-out-{}", found.form.word())).into_owned(),
        asked_at: lang.moment(found.asked_at),
        personal: found.personal,
        narrowed: narrowed::words(lang, &query),
        back: query.at(families::PATH),
        running: found.state == State::Running,
        progress: total.map(|total| Progress { done, total, percent: done * 100 / total.max(1) }),
        file: if let State::Ready(until) = found.state { Some(file(until)) } else { None },
        fault: fault(lang, found.state),
    }
}

fn fault(lang: Lang, state: State) -> Option<String> {
    match state {
        State::Running | State::Ready(_) => None,
        State::Expired(at) => Some(lang.say_what("take-out-expired", &lang.moment(at)).into_owned()),
        State::Failed => Some(lang.say("take-out-failed").into_owned()),
        State::Lost => Some(lang.say("take-out-lost").into_owned()),
    }
}
