//! `/console/enrol`: inviting somebody of the field, or a family, to enrol a phone. The code is shown once, in the answer to the form, as
//! a picture for the app's camera and as letters; it stands in no address and in no log.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use usra_sync_protocol::area::Area;
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::role::Role;

use super::areas::{self, Group};
use super::form::Form;
use super::page::{self, Page, Room, show, show_as};
use super::qr::{self, Picture};
use super::query::first;
use super::visitor::{Decider, Visitor};
use crate::dice;
use crate::http::App;
use crate::http::detached::detached;
use crate::http::origin::OwnOrigin;
use crate::http::problem::Refusal;
use crate::registry::audit::By;
use crate::registry::fieldwork::plan;
use crate::registry::invitation::{self, Guest, Link, NAME_CHARACTERS, NotInvited};
use crate::storage::area;
use crate::words::Lang;

/// The address.
pub const PATH: &str = "/console/enrol";
/// Whom the form invites where no family is named.
const ROLES: [Role; 2] = [Role::Surveyor, Role::Supervisor];

/// What was filled in, and what is wrong with it.
#[derive(Debug, Default)]
struct Typed {
    name: String,
    role: String,
    areas: BTreeSet<AreaId>,
    fault: Option<Fault>,
}

/// What is wrong, by the name of its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Name,
    Role,
    Area,
    NoAddress,
}

impl Fault {
    fn word(self) -> &'static str {
        match self {
            Self::Name => "enrol-fault-name",
            Self::Role => "enrol-fault-role",
            Self::Area => "enrol-fault-area",
            Self::NoAddress => "enrol-fault-address",
        }
    }
}

#[derive(Template)]
#[template(path = "console/enrol.html")]
struct Asking {
    page: Page,
    lang: Lang,
    family: Option<(RecordId, String)>,
    name: String,
    name_characters: usize,
    roles: Vec<(&'static str, &'static str, bool)>,
    groups: Vec<Group>,
    fault: Option<Fault>,
}

#[derive(Template)]
#[template(path = "console/enrolled.html")]
struct Made {
    page: Page,
    lang: Lang,
    picture: Picture,
    name: String,
    role: &'static str,
    areas: String,
    url: String,
    code: String,
    until: String,
}

/// Shows the form.
///
/// # Errors
/// `not_found` for a family that there is none of in reach, and those of storage.
pub async fn get(
    State(app): State<App>,
    Decider(visitor): Decider,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let family = query.and_then(|query| first(&query, "family"));
    page(app, &visitor, family.as_deref().unwrap_or_default(), Typed::default()).await
}

/// Makes the code and shows it.
///
/// # Errors
/// `not_found`, `origin_foreign`, and those of the body and of storage; what is wrong with what was filled in is told on the form.
pub async fn post(
    State(app): State<App>,
    _: OwnOrigin,
    Decider(visitor): Decider,
    form: Form,
) -> Result<Response, Refusal> {
    let family = read_family(form.text("family"))?;
    let all = areas_of(&app).await?;
    let areas = areas::typed(&all, &visitor.scope, &form);
    let made = match guest(&form, family, (&all, areas.as_ref())) {
        Ok(guest) => make(&app, &visitor, guest.clone()).await?.map(|link| (guest, link)),
        Err(fault) => Err(fault),
    };
    match made {
        Ok((guest, link)) => show(&shown(&app, &visitor, (&guest, &link))?),
        Err(fault) => {
            let (name, role) = (form.text("name").to_owned(), form.text("role").to_owned());
            let typed = Typed { name, role, areas: areas.unwrap_or_default(), fault: Some(fault) };
            page(app, &visitor, form.text("family"), typed).await
        }
    }
}

/// Whom the form invites. A family's phone works where the family lives, whatever areas the form names.
fn guest(
    form: &Form,
    family: Option<RecordId>,
    (all, chosen): (&[Area], Option<&BTreeSet<AreaId>>),
) -> Result<Guest, Fault> {
    let name = form.text("name").to_owned();
    if family.is_some() {
        return Ok(Guest { role: Role::Family, name, family, areas: Vec::new() });
    }
    let role = ROLES.into_iter().find(|role| role.word() == form.text("role")).ok_or(Fault::Role)?;
    let chosen = chosen.ok_or(Fault::Area)?;
    let codes = all.iter().filter(|area| chosen.contains(&area.id)).map(|area| area.code.clone());
    Ok(Guest { role, name, family, areas: codes.collect() })
}

async fn areas_of(app: &App) -> Result<Vec<Area>, Refusal> {
    let (pool, region) = (app.pool.clone(), app.region);
    detached(async move { area::list(&mut *pool.acquire().await?, region).await }).await
}

/// A family as a form or an address names it; a name that could be none's names nothing.
fn read_family(text: &str) -> Result<Option<RecordId>, Refusal> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).or(Err(Problem::NotFound.into()))
}

async fn make(app: &App, visitor: &Visitor, guest: Guest) -> Result<Result<Link, Fault>, Refusal> {
    let (pool, region, life) = (app.pool.clone(), app.region, app.config.code_life);
    let (random, now) = (dice::roll()?, app.clock.now());
    let (scope, by) = (visitor.scope.clone(), By::Staff(visitor.who.staff_id));
    detached(async move {
        let mut conn = pool.acquire().await?;
        match invitation::link(&mut conn, region, (guest, Some(&scope)), (random, life), (by, now)).await {
            Ok(link) => Ok(Ok(link)),
            Err(NotInvited::Name) => Ok(Err(Fault::Name)),
            Err(NotInvited::Role) => Ok(Err(Fault::Role)),
            Err(NotInvited::NoArea | NotInvited::Area(_)) => Ok(Err(Fault::Area)),
            Err(NotInvited::NoAddress) => Ok(Err(Fault::NoAddress)),
            Err(NotInvited::FamilyUnknown(_) | NotInvited::NotOfFamily) => Err(Problem::NotFound.into()),
            Err(NotInvited::Storage(away)) => Err(Refusal::from(away)),
        }
    })
    .await
}

fn shown(app: &App, visitor: &Visitor, (guest, link): (&Guest, &Link)) -> Result<Made, Refusal> {
    let lang = visitor.lang;
    let url = format!("{}#{}", link.url, app.keys.fingerprint());
    let picture =
        qr::draw(&url).map_err(|fault| Refusal::because(Problem::Internal, anyhow::anyhow!("a code: {fault}")))?;
    let codes: Vec<String> = link.areas.iter().map(|area| area.code.clone()).collect();
    Ok(Made {
        page: Page::of(visitor, Room::Fieldwork).at(PATH.to_owned()),
        lang,
        picture,
        name: guest.name.trim().to_owned(),
        role: page::role(guest.role),
        areas: areas::names(lang, &link.areas, &codes),
        url,
        code: spaced(&link.code),
        until: lang.moment(link.expires_at),
    })
}

/// The code in groups of four, for whoever types it; a phone takes the blanks out.
fn spaced(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

async fn page(app: App, visitor: &Visitor, family: &str, typed: Typed) -> Result<Response, Refusal> {
    let (family, scope, now) = (read_family(family)?, visitor.scope.clone(), app.clock.now());
    let work = async move {
        let mut conn = app.pool.acquire().await?;
        let areas = area::list(&mut conn, app.region).await?;
        let Some(family) = family else { return Ok((areas, None)) };
        let plan = plan::plan(&mut conn, app.region, &scope, family, now).await?.ok_or(Problem::NotFound)?;
        Ok::<_, Refusal>((areas, Some((family, plan.name))))
    };
    let (all, family) = detached(work).await?;
    let status = if typed.fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let here = family.as_ref().map_or(PATH.to_owned(), |(id, _)| format!("{PATH}?family={id}"));
    let role = |role: Role| {
        (role.word(), page::role(role), role.word() == typed.role || typed.role.is_empty() && role == ROLES[0])
    };
    show_as(
        status,
        &Asking {
            page: Page::of(visitor, Room::Fieldwork).at(here),
            lang: visitor.lang,
            family,
            name_characters: NAME_CHARACTERS,
            roles: ROLES.map(role).into(),
            groups: areas::groups(visitor.lang, &all, &visitor.scope, &typed.areas),
            name: typed.name,
            fault: typed.fault,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_shown_so_that_it_can_be_typed() {
        assert_eq!(spaced("ABCDEFGHIJ"), "ABCD EFGH IJ");
    }
}
