//! The console's rows of the table of addresses.

use usra_sync_protocol::problem::Problem as P;

use super::{About, Content, Credential, Endpoint};
use crate::http::console::{
    ROOT, SIGN_IN, assets, bring_in, counts, devices, duplicates, enrol, families, family, fieldwork, held, language,
    licence, licences, merge, need, needs, overview, print, reassign, record, relocate, resolve, review, sealed,
    sign_in, take_out, tiles, verification, visits,
};

/// Every address of the console.
pub(super) fn all() -> Vec<Endpoint> {
    [door(), numbers(), lists(), family(), settled(), governed(), field()].into_iter().flatten().collect()
}

/// Coming in, and what every page needs.
fn door() -> Vec<Endpoint> {
    vec![
        Endpoint::get(SIGN_IN, sign_in::get, About::gives(Content::Page, "Shows the door of the console.")),
        Endpoint::post(SIGN_IN, sign_in::post, acts("Signs a person in to the console, by a form.")),
        Endpoint::post(sign_in::OUT, sign_in::out, leads("Signs out, whoever it was.")),
        Endpoint::post(language::PATH, language::post, acts("Takes another language.")),
        Endpoint::get(
            assets::PATH,
            assets::get,
            About::gives(Content::File, "The console's own files.").refuses(&[P::NotFound]),
        ),
        Endpoint::get("/", overview::lead, leads("Leads to the console.")),
        Endpoint::get("/console/", overview::lead, leads("Leads to the console.")),
    ]
}

/// Numbers of all families.
fn numbers() -> Vec<Endpoint> {
    vec![
        Endpoint::get(ROOT, overview::get, page("Tells how many families there are, and what is not known yet.")),
        Endpoint::get(tiles::PATH, tiles::get, file("Gives out a tile that lies under the map.")),
        Endpoint::get(print::PATH, print::get, page("Tells the same on a sheet to print.")),
        Endpoint::get(counts::PATH, counts::get, page("Lists the counts that were published.")),
        Endpoint::post(counts::PATH, counts::post, decides("Publishes a count.")),
        Endpoint::get(counts::ONE, counts::one, page("Shows a published count and makes it again.")),
        Endpoint::get(counts::FAMILIES, counts::families, page("Lists the families of a published count.")),
    ]
}

/// Lists of families, out and in.
fn lists() -> Vec<Endpoint> {
    vec![
        Endpoint::get(families::PATH, families::get, page("Lists families by filter and search.")),
        Endpoint::post(take_out::PATH, take_out::post, decides("Begins to make a list of families as a file.")),
        Endpoint::get(take_out::ONE, take_out::get, page("Tells how far a list of families is.")),
        Endpoint::get(take_out::FILE, take_out::file, file("Gives out a list of families.")),
        Endpoint::get(bring_in::PATH, bring_in::get, page("Shows where a list of families is sent.")),
        Endpoint::post(
            bring_in::PATH,
            bring_in::post,
            decides("Keeps a list of families that is brought in.").takes(Content::Upload),
        ),
        Endpoint::get(bring_in::ONE, bring_in::one, page("Shows how a list would be read, or how far it is.")),
        Endpoint::post(bring_in::ONE, bring_in::confirm, decides("Begins to write the families of a list.")),
        Endpoint::get(bring_in::REJECTS, bring_in::rejected, file("Gives out what was left out of a list.")),
    ]
}

/// A family and its records.
fn family() -> Vec<Endpoint> {
    vec![
        Endpoint::get(family::PATH, family::get, page("Shows a family.")),
        Endpoint::post(family::REVEAL, family::reveal, decides("Shows a family's sensitive values, for a reason.")),
        Endpoint::post(family::VERIFY, family::verify, decides("Verifies a family.")),
        Endpoint::get(record::STORY, record::get, page("Tells the story of a record or a field.")),
        Endpoint::post(
            record::REVEAL,
            record::reveal,
            decides("Tells a story with its sensitive values, for a reason."),
        ),
        Endpoint::post(sealed::PATH, sealed::post, decides("Shows a sealed value in full, for a reason.")),
    ]
}

/// What people settle: what waits to be verified, conflicts, duplicates, held work.
fn settled() -> Vec<Endpoint> {
    vec![
        Endpoint::get(verification::PATH, verification::get, page("Shows the families that wait to be verified.")),
        Endpoint::post(resolve::PATH, resolve::post, decides("Resolves a field.")),
        Endpoint::get(review::PATH, review::get, page("Shows the conflicts that wait.")),
        Endpoint::get(duplicates::PATH, duplicates::get, page("Lists pairs of families that may be one.")),
        Endpoint::get(merge::PATH, merge::get, page("Shows two families side by side.")),
        Endpoint::post(merge::MERGE, merge::post, decides("Merges two families.")),
        Endpoint::post(merge::APART, merge::apart, decides("Says that two families are two.")),
        Endpoint::post(
            merge::REVEAL,
            merge::reveal,
            decides("Shows two families with what is sensitive, for a reason."),
        ),
        Endpoint::post(family::UNMERGE, merge::unmerge, decides("Takes back that a family is another.")),
        Endpoint::get(held::PATH, held::get, page("Lists held work.")),
        Endpoint::get(held::ONE, held::one, page("Shows a held change.")),
        Endpoint::post(held::ONE, held::post, decides("Decides on a held change.")),
    ]
}

/// Licences and needs.
fn governed() -> Vec<Endpoint> {
    vec![
        Endpoint::get(licences::PATH, licences::get, page("Lists licences by their state and their end.")),
        Endpoint::get(licences::REQUIRED, licences::required, page("Tells which families lack a required licence.")),
        Endpoint::get(licence::PATH, licence::get, page("Shows a licence and what was decided about it.")),
        Endpoint::post(licence::PATH, licence::post, decides("Decides on a licence.")),
        Endpoint::get(needs::PATH, needs::get, page("Lists what families need.")),
        Endpoint::get(need::PATH, need::get, page("Shows a need.")),
        Endpoint::post(need::PATH, need::post, decides("Assigns a need to an agency.")),
    ]
}

/// Those who work in the field, and their phones.
fn field() -> Vec<Endpoint> {
    vec![
        Endpoint::get(devices::PATH, devices::get, page("Lists the phones.")),
        Endpoint::post(devices::REVOKE, devices::revoke, decides("Revokes a phone.")),
        Endpoint::get(fieldwork::PATH, fieldwork::get, page("Tells which families were visited, and who works where.")),
        Endpoint::get(visits::PATH, visits::get, page("Lists visits by day and outcome.")),
        Endpoint::get(enrol::PATH, enrol::get, page("Shows the form that invites to enrol a phone.")),
        Endpoint::post(enrol::PATH, enrol::post, makes("Makes a code that enrols one phone, and shows it.")),
        Endpoint::get(reassign::PATH, reassign::get, page("Shows where a phone works.")),
        Endpoint::post(reassign::PATH, reassign::post, decides("Assigns a phone to other areas.")),
        Endpoint::get(relocate::PATH, relocate::get, page("Shows where a family lives and whose it is to visit.")),
        Endpoint::post(relocate::PATH, relocate::post, decides("Moves a family.")),
        Endpoint::post(relocate::ASSIGN, relocate::assign, decides("Gives a family to somebody to visit.")),
    ]
}

/// A page for who is signed in; others are led to the door.
fn page(does: &'static str) -> About {
    gives(Content::Page, does)
}

fn gives(what: Content, does: &'static str) -> About {
    About::gives(what, does).shown(&[Credential::Session]).refuses(&[P::NotFound, P::StorageUnavailable])
}

/// A file for who is signed in.
fn file(does: &'static str) -> About {
    gives(Content::File, does)
}

/// A form that decides something.
fn decides(does: &'static str) -> About {
    acts(does).shown(&[Credential::Session])
}

/// A form that is answered with a page of its own, since what it tells stands in no address.
fn makes(does: &'static str) -> About {
    gives(Content::Page, does).takes(Content::Form).refuses(&[P::OriginForeign, P::NotFound, P::StorageUnavailable])
}

/// A form, answered by leading on to a page.
fn acts(does: &'static str) -> About {
    leads(does).takes(Content::Form)
}

fn leads(does: &'static str) -> About {
    About::ends(303, does).refuses(&[P::OriginForeign, P::NotFound, P::StorageUnavailable])
}
