//! Late work: what was done before its phone could know better comes in and is flagged; what was done after is held.

use std::sync::Arc;

use crate::pen::{Pen, put};

use time::{Duration, OffsetDateTime};
use usra_server::sync::author::{Author, Scope};
use usra_server::sync::grace::{Claim, Departure, Grace};
use usra_server::sync::late::Cause;
use usra_server::sync::offer::Offer;
use usra_server::sync::settle::Settling;
use usra_server::sync::world::{RecordState, World};
use usra_sync_protocol::id::{AreaId, Epoch, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::sync::{Cursor, Reason, Verdict};

use crate::centre::{JEDDAH, TAIF, now};

/// The number of the departure from Jeddah.
const LEFT: u64 = 7;

fn family() -> RecordId {
    RecordId::new(1_000, [1; 10])
}

fn product() -> RecordId {
    RecordId::new(2_000, [2; 10])
}

fn out_of_scope() -> Verdict {
    Verdict::Held { reason: Reason::OutOfScope, fields: Vec::new() }
}

fn at(areas: &[(AreaId, u64)]) -> Cursor {
    Cursor { epoch: Epoch(1), areas: areas.iter().copied().collect() }
}

/// A surveyor of Jeddah since yesterday whose request shows `cursor`.
fn surveyor(cursor: Option<Cursor>) -> Author {
    let from = [(JEDDAH, now() - Duration::DAY)].into();
    let claim = Some(Claim { cursor, since: now() - Duration::days(30) });
    let scope = Scope { areas: [JEDDAH].into(), family: None };
    let grace = Grace { from, claim, ..Grace::default() };
    Author { grace, ..Author::new(InstallId::new([1; 16]), Role::Surveyor, scope) }
}

/// The same after its assignment ended.
fn dismissed(cursor: Option<Cursor>) -> Author {
    let before = surveyor(cursor);
    let grace = Grace { lapsed: [JEDDAH].into(), ends: [(JEDDAH, [JEDDAH].into())].into(), ..before.grace.clone() };
    Author { scope: Scope::default(), grace, ..before }
}

/// A family that moved from Jeddah to Taif an hour ago, with its pen.
struct Moved {
    world: World,
    pen: Pen,
}

fn settle(world: World, offers: &[Offer]) -> (World, Vec<Verdict>) {
    let mut settling = Settling::new(world, offers);
    assert_eq!(settling.run(), None);
    let verdicts = settling.cases().iter().filter_map(|case| case.verdict.clone()).collect();
    (settling.world, verdicts)
}

fn world() -> World {
    World { areas: [JEDDAH, TAIF].into(), ..World::default() }
}

fn departure(at: OffsetDateTime) -> Departure {
    Departure { area: JEDDAH, seq: LEFT, at }
}

fn moved(at: OffsetDateTime) -> Moved {
    let author = Arc::new(surveyor(None));
    let mut pen = Pen::new(&author, family(), JEDDAH);
    let (mut world, verdicts) = settle(world(), &[pen.write(vec![put("name_ar", "خزف")]).1]);
    assert_eq!(verdicts, [Verdict::Accepted]);
    let record = world.records.get_mut(&family()).unwrap();
    (record.area, record.stored_changes, record.news) = (TAIF, 1, usra_server::sync::world::News::default());
    world.departures.insert(family(), vec![departure(at)]);
    Moved { world, pen }
}

impl Moved {
    fn edit(&mut self, author: &Author) -> Offer {
        let (_, offer) = self.pen.write(vec![put("workers_family", 2_i64)]);
        Offer { author: Arc::new(author.clone()), ..offer }
    }
}

fn cause(record: &RecordState) -> Option<Cause> {
    record.news.changes.last().unwrap().late
}

fn an_hour_ago() -> OffsetDateTime {
    now() - Duration::HOUR
}

#[test]
fn an_edit_made_before_the_phone_had_taken_the_departure_comes_in_and_is_flagged() {
    for cursor in [None, Some(at(&[])), Some(at(&[(JEDDAH, LEFT - 1)]))] {
        let mut scene = moved(an_hour_ago());
        let offer = scene.edit(&surveyor(cursor));
        let (world, verdicts) = settle(scene.world, &[offer]);
        assert_eq!(verdicts, [Verdict::Accepted]);
        assert_eq!(cause(&world.records[&family()]), Some(Cause::Moved));
    }
}

#[test]
fn an_edit_made_after_the_phone_had_taken_the_departure_is_held() {
    let mut scene = moved(an_hour_ago());
    let offer = scene.edit(&surveyor(Some(at(&[(JEDDAH, LEFT)]))));
    assert_eq!(settle(scene.world, &[offer]).1, [out_of_scope()]);
}

#[test]
fn a_phone_that_was_once_seen_to_know_is_not_believed_any_more() {
    let mut scene = moved(an_hour_ago());
    scene.world.taken.insert((InstallId::new([1; 16]), JEDDAH), LEFT);
    let offer = scene.edit(&surveyor(Some(at(&[(JEDDAH, 0)]))));
    assert_eq!(settle(scene.world, &[offer]).1, [out_of_scope()]);
}

#[test]
fn a_departure_excuses_nobody_after_the_grace_time_nor_who_came_after_it() {
    for at in [now() - Duration::days(30), now() - Duration::days(2)] {
        let mut scene = moved(at);
        let offer = scene.edit(&surveyor(None));
        assert_eq!(settle(scene.world, &[offer]).1, [out_of_scope()], "{at}");
    }
}

#[test]
fn a_departure_from_the_very_beginning_of_the_grace_time_does_not_count() {
    let since = now() - Duration::days(30);
    for (at, expected) in [(since, out_of_scope()), (since + Duration::SECOND, Verdict::Accepted)] {
        let mut scene = moved(at);
        let worked = surveyor(None);
        let grace = Grace { from: [(JEDDAH, since - Duration::DAY)].into(), ..worked.grace.clone() };
        let offer = scene.edit(&Author { grace, ..worked });
        assert_eq!(settle(scene.world, &[offer]).1, [expected], "{at}");
    }
}

#[test]
fn a_cursor_of_another_life_and_a_revoked_phone_claim_nothing() {
    let mut scene = moved(an_hour_ago());
    let silent = surveyor(None);
    let silent = Author { grace: Grace { claim: None, ..silent.grace.clone() }, ..silent };
    let offer = scene.edit(&silent);
    assert_eq!(settle(scene.world, &[offer]).1, [out_of_scope()]);
    let mut scene = moved(an_hour_ago());
    let offer = scene.edit(&Author { revoked: true, ..surveyor(None) });
    let revoked = Verdict::Held { reason: Reason::InstallRevoked, fields: Vec::new() };
    assert_eq!(settle(scene.world, &[offer]).1, [revoked]);
}

#[test]
fn a_product_registered_for_a_family_that_had_moved_comes_in_and_so_does_its_next_edit() {
    let scene = moved(an_hour_ago());
    let author = Arc::new(surveyor(Some(at(&[(JEDDAH, LEFT - 1)]))));
    let mut pen = Pen::new(&author, product(), JEDDAH);
    let mut write = |key: &str| {
        let (_, offer) = pen.write(vec![put(key, "كعك")]);
        Offer { kind: Kind::Product.number(), family: family(), ..offer }
    };
    let (world, verdicts) = settle(scene.world, &[write("name_ar")]);
    assert_eq!((verdicts, world.records[&product()].area), (vec![Verdict::Accepted], TAIF));
    let (world, verdicts) = settle(world, &[write("description_ar")]);
    assert_eq!((verdicts, cause(&world.records[&product()])), (vec![Verdict::Accepted], Some(Cause::Moved)));
}

#[test]
fn work_in_an_area_that_was_taken_away_comes_in_while_the_cursor_still_carries_it() {
    for (cursor, expected) in [
        (None, Verdict::Accepted),
        (Some(at(&[(JEDDAH, 3)])), Verdict::Accepted),
        (Some(at(&[])), out_of_scope()),
        (Some(at(&[(TAIF, 3)])), out_of_scope()),
    ] {
        let author = Arc::new(dismissed(cursor));
        let (_, of_family) = Pen::new(&author, family(), JEDDAH).write(vec![put("name_ar", "ورد")]);
        let (_, of_product) = Pen::new(&author, product(), JEDDAH).write(vec![put("name_ar", "ماء ورد")]);
        let of_product = Offer { kind: Kind::Product.number(), family: family(), ..of_product };
        let (world, verdicts) = settle(world(), &[of_product, of_family]);
        assert_eq!(verdicts, [expected.clone(), expected.clone()]);
        for record in world.records.values() {
            assert_eq!(cause(record), Some(Cause::Unassigned));
        }
    }
}

#[test]
fn the_areas_a_cursor_has_dropped_tell_which_ends_are_known() {
    assert_eq!(dismissed(Some(at(&[(JEDDAH, 3)]))).grace.known_ends(), []);
    assert_eq!(dismissed(None).grace.known_ends(), []);
    assert_eq!(dismissed(Some(at(&[(TAIF, 3)]))).grace.known_ends(), [JEDDAH]);
}

#[test]
fn another_familys_record_is_never_late_work_of_a_familys_phone() {
    let mut scene = moved(an_hour_ago());
    let phone = surveyor(None);
    let scope = Scope { family: Some(product()), ..phone.scope.clone() };
    let offer = scene.edit(&Author { role: Role::Family, scope, ..phone });
    assert_eq!(settle(scene.world.clone(), std::slice::from_ref(&offer)).1, [out_of_scope()]);
    // Nor when it had waited there.
    let hash = usra_sync_protocol::change::read(&offer.bytes).unwrap().hash();
    scene.world.admitted.insert((family(), hash), JEDDAH);
    assert_eq!(settle(scene.world, &[offer]).1, [out_of_scope()]);
}

#[test]
fn what_waits_keeps_the_right_it_had_when_it_came() {
    let mut scene = moved(an_hour_ago());
    let (first, second) = (scene.edit(&surveyor(None)), scene.edit(&surveyor(None)));
    scene.world.records.get_mut(&family()).unwrap().area = JEDDAH;
    let mut settling = Settling::new(scene.world, std::slice::from_ref(&second));
    assert_eq!(settling.run(), None);
    let case = &settling.cases()[0];
    assert_eq!(case.verdict, Some(Verdict::Waiting(Reason::DepsMissing)));
    assert_eq!(case.admitted, Some(JEDDAH));
    let mut world = settling.world;
    let hash = usra_sync_protocol::change::read(&second.bytes).unwrap().hash();
    world.admitted.insert((family(), hash), JEDDAH);
    world.records.get_mut(&family()).unwrap().area = TAIF;
    let knows = surveyor(Some(at(&[(JEDDAH, LEFT)])));
    let second = Offer { author: Arc::new(knows), ..second };
    let (world, verdicts) = settle(world, &[first, second]);
    assert_eq!(verdicts, [Verdict::Accepted, Verdict::Accepted]);
    assert_eq!(cause(&world.records[&family()]), Some(Cause::Moved));
}
