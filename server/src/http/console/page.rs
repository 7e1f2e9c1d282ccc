//! What every page has around it, and how it is sent: who looks, where they are, what waits for a decision.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use usra_sync_protocol::role::Role;

use super::visitor::Visitor;
use super::{ROOT, assets};
use crate::http::problem::Refusal;

/// The rooms that the navigation names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    Overview,
    Families,
    Licences,
    Needs,
    Verification,
    Review,
    Duplicates,
    Held,
    Fieldwork,
    Devices,
}

/// A link of the navigation.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) path: &'static str,
    pub(super) label: &'static str,
    pub(super) here: bool,
}

/// The frame of a page.
#[derive(Debug)]
pub(super) struct Page {
    /// Who looks; nobody at the door.
    pub(super) name: Option<String>,
    pub(super) role: &'static str,
    pub(super) here: String,
    pub(super) rooms: Vec<Link>,
    /// What was just done, by the name of its message.
    pub(super) said: Option<&'static str>,
}

/// What a page may say was done. An address cannot make it say anything else.
const SAID: [&str; 16] = [
    "said-verified",
    "said-resolved",
    "said-published",
    "said-moved-on",
    "said-merged",
    "said-unmerged",
    "said-apart",
    "said-released",
    "said-adopted",
    "said-rejected",
    "said-revoked",
    "said-licence",
    "said-assigned",
    "said-reassigned",
    "said-moved",
    "said-planned",
];

impl Page {
    /// The frame around a page of `room`.
    pub(super) fn of(visitor: &Visitor, room: Room) -> Self {
        let link = |(of, path, label): (Room, &'static str, &'static str)| Link { path, label, here: of == room };
        let mut rooms = vec![
            (Room::Overview, ROOT, "room-overview"),
            (Room::Families, super::families::PATH, "room-families"),
            (Room::Licences, super::licences::PATH, "room-licences"),
        ];
        if visitor.decides() {
            rooms.push((Room::Needs, super::needs::PATH, "room-needs"));
            rooms.push((Room::Verification, super::verification::PATH, "room-verification"));
            rooms.push((Room::Review, super::review::PATH, "room-review"));
            rooms.push((Room::Duplicates, super::duplicates::PATH, "room-duplicates"));
            rooms.push((Room::Held, super::held::PATH, "room-held"));
            rooms.push((Room::Fieldwork, super::fieldwork::PATH, "room-fieldwork"));
            rooms.push((Room::Devices, super::devices::PATH, "room-devices"));
        }
        let told = visitor.here.split_once("said=").map(|(_, said)| said.split('&').next().unwrap_or_default());
        Self {
            name: Some(visitor.who.name.clone()),
            role: role(visitor.who.role),
            here: without_said(&visitor.here),
            rooms: rooms.into_iter().map(link).collect(),
            said: told.and_then(|told| SAID.into_iter().find(|said| said.strip_prefix("said-") == Some(told))),
        }
    }

    /// The same for a page that has another address than what was sent: come back to it, not to that.
    pub(super) fn at(self, here: String) -> Self {
        Self { here, ..self }
    }

    /// The frame of a page for nobody.
    pub(super) fn door(here: &str) -> Self {
        Self { name: None, role: "", here: here.to_owned(), rooms: Vec::new(), said: None }
    }

    /// What stands behind the style sheet's address.
    #[expect(clippy::unused_self, reason = "templates call it on the page")]
    pub(super) fn version(&self) -> &'static str {
        assets::version()
    }
}

/// The message that names a role.
pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::Surveyor => "role-surveyor",
        Role::Supervisor => "role-supervisor",
        Role::Family => "role-family",
        Role::Staff => "role-staff",
        Role::Partner => "role-partner",
        Role::Admin => "role-admin",
    }
}

/// The address without what was said, so that it is said once.
fn without_said(here: &str) -> String {
    let Some((path, query)) = here.split_once('?') else { return here.to_owned() };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("said=")).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

/// An address of the console to go to; its first page instead of any other.
pub(super) fn own_path(asked: Option<&str>) -> &str {
    let own = |path: &&str| {
        let rest = path.strip_prefix(ROOT);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?'])) && !path.contains(['\\', '\n', '\r'])
    };
    asked.filter(own).unwrap_or(ROOT)
}

/// The page as an answer.
pub(super) fn show(template: &impl Template) -> Result<Response, Refusal> {
    show_as(StatusCode::OK, template)
}

/// The same with another status.
pub(super) fn show_as(status: StatusCode, template: &impl Template) -> Result<Response, Refusal> {
    let text = template.render().map_err(|fault| {
        Refusal::because(usra_sync_protocol::problem::Problem::Internal, anyhow::anyhow!("a page: {fault}"))
    })?;
    Ok((status, [(CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        for (asked, to) in [
            ("/console/families?q=a", "/console/families?q=a"),
            ("/console", "/console"),
            ("/console?lang=en", "/console?lang=en"),
            ("//evil.example/console", ROOT),
            ("https://evil.example", ROOT),
            ("/consoles", ROOT),
            ("/console/\\evil", ROOT),
            ("/console/a\r\nset-cookie: a", ROOT),
        ] {
            assert_eq!(own_path(Some(asked)), to, "{asked}");
        }
        assert_eq!(own_path(None), ROOT);
    }

    #[test]
    fn what_was_said_is_not_said_again() {
        assert_eq!(without_said("/console/a?q=1&said=verified"), "/console/a?q=1");
        assert_eq!(without_said("/console/a?said=verified"), "/console/a");
        assert_eq!(without_said("/console/a"), "/console/a");
    }
}
