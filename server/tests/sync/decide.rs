//! The decision without a database: what each offered change is told, and what it adds.

use std::sync::Arc;

use crate::pen::{Pen, put};

use usra_server::sync::author::{Author, Scope};
use usra_server::sync::offer::Offer;
use usra_server::sync::settle::Settling;
use usra_server::sync::world::{RecordState, World};
use usra_sync_protocol::change::{self, Draft, Put};
use usra_sync_protocol::id::{Actor, AreaId, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::limits::{RECORD_BYTES, RECORD_CHANGES, RECORD_KEYS};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sync::{Reason, Verdict};

const JEDDAH: AreaId = AreaId(200);
const TAIF: AreaId = AreaId(300);

fn family() -> RecordId {
    RecordId::new(1_000, [1; 10])
}

fn author(number: u8, area: AreaId) -> Arc<Author> {
    let scope = Scope { areas: [area].into(), family: None };
    Arc::new(Author::new(InstallId::new([number; 16]), Role::Surveyor, scope))
}

fn world() -> World {
    World { areas: [JEDDAH, TAIF].into(), ..World::default() }
}

fn pen(author: &Arc<Author>) -> Pen {
    Pen::new(author, family(), JEDDAH)
}

fn settle(world: World, offers: &[Offer]) -> (World, Vec<Verdict>) {
    let mut settling = Settling::new(world, offers);
    assert_eq!(settling.run(), None);
    let verdicts = settling.cases().iter().filter_map(|case| case.verdict.clone()).collect();
    (settling.world, verdicts)
}

fn held(reason: Reason, fields: &[&str]) -> Verdict {
    Verdict::Held { reason, fields: fields.iter().map(|field| (*field).to_owned()).collect() }
}

#[test]
fn a_new_family_is_accepted_and_the_same_bytes_again_are_a_duplicate() {
    let (_, offer) = pen(&author(1, JEDDAH)).write(vec![put("name_ar", "حلويات أم خالد")]);
    let (world, verdicts) = settle(world(), &[offer.clone(), offer.clone()]);
    assert_eq!(verdicts, [Verdict::Accepted, Verdict::Duplicate]);
    let (_, verdicts) = settle(world, &[offer]);
    assert_eq!(verdicts, [Verdict::Duplicate]);
}

#[test]
fn a_change_that_waited_goes_to_its_author_too_whose_phone_may_have_let_go_of_it() {
    let mut pen = pen(&author(1, JEDDAH));
    let (_, first) = pen.write(vec![put("name_ar", "حلويات أم خالد")]);
    let (second, waited) = pen.write(vec![put("district", "الصفا")]);
    let mut before = world();
    before.kept.insert((family(), second.hash()), Verdict::Waiting(Reason::DepsMissing));
    let (world, verdicts) = settle(before, &[first, waited]);
    assert_eq!(verdicts, [Verdict::Accepted, Verdict::Accepted]);
    let for_all: Vec<bool> = world.records[&family()].news.changes.iter().map(|change| change.for_all).collect();
    assert_eq!(for_all, [false, true]);
}

#[test]
fn changes_of_one_request_may_come_in_any_order() {
    let mut pen = self::pen(&author(1, JEDDAH));
    let (_, first) = pen.write(vec![put("name_ar", "سدو الطائف")]);
    let (_, second) = pen.write(vec![put("workers_family", 2_i64)]);
    let (_, third) = pen.write(vec![put("workers_hired", 1_i64)]);
    let (_, verdicts) = settle(world(), &[third, second, first]);
    assert_eq!(verdicts, vec![Verdict::Accepted; 3]);
}

#[test]
fn a_change_whose_deps_are_not_here_waits_and_is_taken_when_they_come() {
    let mut pen = self::pen(&author(1, JEDDAH));
    let (_, first) = pen.write(vec![put("name_ar", "خوص")]);
    let (_, second) = pen.write(vec![put("workers_family", 2_i64)]);
    let (before, verdicts) = settle(world(), std::slice::from_ref(&second));
    assert_eq!(verdicts, [Verdict::Waiting(Reason::DepsMissing)]);
    assert!(before.records.is_empty());
    let (_, verdicts) = settle(before, &[first, second]);
    assert_eq!(verdicts, [Verdict::Accepted, Verdict::Accepted]);
}

#[test]
fn a_change_that_follows_two_is_taken_when_the_one_that_is_not_here_comes() {
    let (mut first, mut second) = (pen(&author(1, JEDDAH)), pen(&author(2, JEDDAH)));
    let (begin, offer) = first.write(vec![put("name_ar", "سعف")]);
    second.sees(&begin);
    let (_, left) = first.write(vec![put("workers_family", 2_i64)]);
    let (right, right_offer) = second.write(vec![put("workers_hired", 3_i64)]);
    first.sees(&right);
    let (both, merged) = first.write(vec![put("district", "الهدا")]);
    assert_eq!(both.draft().deps.len(), 2);
    let (world, _) = settle(world(), &[offer, left]);
    assert_eq!(settle(world, &[merged, right_offer]).1, [Verdict::Accepted, Verdict::Accepted]);
}

#[test]
fn two_phones_that_edit_one_field_leave_both_values_open_and_one_who_saw_both_closes_them() {
    let (one, two) = (author(1, JEDDAH), author(2, JEDDAH));
    let (mut first, mut second) = (pen(&one), pen(&two));
    let (begin, offer) = first.write(vec![put("name_ar", "عود")]);
    second.sees(&begin);
    let (world, _) = settle(world(), &[offer]);
    let (left, left_offer) = first.write(vec![put("workers_family", 2_i64)]);
    let (right, right_offer) = second.write(vec![put("workers_family", 3_i64)]);
    let (world, verdicts) = settle(world, &[left_offer, right_offer]);
    assert_eq!(verdicts, [Verdict::Accepted, Verdict::Accepted]);
    let open = world.records[&family()].values.open_ops("workers_family");
    assert_eq!(open.len(), 2);
    first.sees(&right);
    assert_eq!(left.max_op(), right.max_op());
    let settled = Put { replaces: open, ..put("workers_family", 3_i64) };
    let (world, verdicts) = settle(world, &[first.write(vec![settled]).1]);
    assert_eq!(verdicts, [Verdict::Accepted]);
    let record = &world.records[&family()];
    assert_eq!(record.values.open_ops("workers_family").len(), 1);
    assert_eq!(record.values.shown("workers_family"), Some(&Scalar::Int(3)));
}

#[test]
fn another_installs_change_is_refused_and_after_a_restore_set_aside_until_its_author_comes() {
    let (maker, stranger) = (author(1, JEDDAH), author(2, JEDDAH));
    let (_, own) = pen(&maker).write(vec![put("name_ar", "بخور")]);
    let foreign = Offer { author: Arc::clone(&stranger), ..own.clone() };
    assert_eq!(settle(world(), std::slice::from_ref(&foreign)).1, [Verdict::Refused(Reason::ForeignActor)]);
    let relayed = Offer { relay: true, ..foreign };
    let (world, verdicts) = settle(world(), &[relayed]);
    assert_eq!(verdicts, [Verdict::Waiting(Reason::Relayed)]);
    assert_eq!(settle(world, &[own]).1, [Verdict::Accepted]);
}

#[test]
fn what_another_phone_passed_on_in_vain_its_author_may_still_offer_and_what_people_refused_stays_refused() {
    let (change, own) = pen(&author(1, JEDDAH)).write(vec![put("name_ar", "بخور")]);
    for (reason, verdict) in [
        (Reason::ForeignActor, Verdict::Accepted),
        (Reason::Rejected, Verdict::Refused(Reason::Rejected)),
        (Reason::Forked, Verdict::Refused(Reason::Forked)),
    ] {
        let mut before = world();
        before.kept.insert((family(), change.hash()), Verdict::Refused(reason));
        assert_eq!(settle(before, std::slice::from_ref(&own)).1, [verdict]);
    }
}

#[test]
fn a_copied_phone_is_found_by_its_second_content_for_one_number() {
    let phone = author(1, JEDDAH);
    let (_, first) = pen(&phone).write(vec![put("name_ar", "تمور")]);
    let (_, fork) = pen(&phone).write(vec![put("name_ar", "عسل")]);
    let (world, verdicts) = settle(world(), &[first, fork.clone()]);
    assert_eq!(verdicts, [Verdict::Accepted, Verdict::Refused(Reason::Forked)]);
    assert_eq!(settle(world, &[fork]).1, [Verdict::Refused(Reason::Forked)]);
}

#[test]
fn what_a_role_may_not_write_is_held_with_its_fields_and_what_follows_is_held_after_it() {
    let mut pen = self::pen(&author(1, JEDDAH));
    let (_, bad) = pen.write(vec![put("name_ar", "عباءات"), put("official/status", "verified")]);
    let (_, after) = pen.write(vec![put("workers_family", 2_i64)]);
    let (world, verdicts) = settle(world(), &[bad, after]);
    let expected = [held(Reason::FieldNotAllowed, &["official/status"]), held(Reason::AfterHeld, &[])];
    assert_eq!(verdicts, expected);
    assert!(world.records.is_empty());
}

#[test]
fn each_bad_field_is_held_for_its_own_reason() {
    let cases = [
        (put("tribe", "x"), Reason::FieldUnknown),
        (put("workers_family", "two"), Reason::ValueWrongType),
        (put("workers_family", 101_i64), Reason::ValueInvalid),
        (put("mobile", "0551234567"), Reason::ValueInvalid),
    ];
    for (bad, reason) in cases {
        let key = bad.key.clone();
        let (_, offer) = pen(&author(1, JEDDAH)).write(vec![bad]);
        assert_eq!(settle(world(), &[offer]).1, [held(reason, &[&key])], "{key}");
    }
}

#[test]
fn what_is_written_once_stays_as_it_was_written() {
    let mut pen = self::pen(&author(1, JEDDAH));
    let (_, begin) = pen.write(vec![put("name_ar", "عباءات"), put("consent/c1/language", "ar")]);
    let (world, verdicts) = settle(world(), &[begin]);
    assert_eq!(verdicts, [Verdict::Accepted]);
    let replaces = world.records[&family()].values.open_ops("consent/c1/language");
    let (_, another) = pen.write(vec![put("consent/c2/language", "en")]);
    let (_, again) = pen.write(vec![Put { replaces, ..put("consent/c1/language", "en") }]);
    let (_, verdicts) = settle(world, &[another, again]);
    assert_eq!(verdicts, [Verdict::Accepted, held(Reason::FieldWrittenOnce, &["consent/c1/language"])]);
}

#[test]
fn a_record_of_another_area_is_out_of_scope_new_or_not() {
    let (_, offer) = pen(&author(1, TAIF)).write(vec![put("name_ar", "ورد")]);
    assert_eq!(settle(world(), &[offer]).1, [held(Reason::OutOfScope, &[])]);
    let (begin, offer) = pen(&author(1, JEDDAH)).write(vec![put("name_ar", "ورد")]);
    let (world, _) = settle(world(), &[offer]);
    let mut far = pen(&author(2, TAIF));
    far.sees(&begin);
    let (_, offer) = far.write(vec![put("workers_family", 1_i64)]);
    assert_eq!(settle(world, &[offer]).1, [held(Reason::OutOfScope, &[])]);
}

#[test]
fn a_product_waits_for_its_family_and_lives_where_the_family_does() {
    let phone = author(1, JEDDAH);
    let product = RecordId::new(2_000, [2; 10]);
    let (_, of_product) = pen(&phone).write(vec![put("name_ar", "معمول")]);
    let of_product = Offer { record: product, kind: Kind::Product.number(), ..of_product };
    let (before, verdicts) = settle(world(), std::slice::from_ref(&of_product));
    assert_eq!(verdicts, [Verdict::Waiting(Reason::FamilyMissing)]);
    let (_, of_family) = pen(&phone).write(vec![put("name_ar", "مخبوزات")]);
    let (world, verdicts) = settle(before, &[of_product, of_family]);
    assert_eq!(verdicts, [Verdict::Accepted, Verdict::Accepted]);
    assert_eq!(world.records[&product].area, JEDDAH);
}

#[test]
fn a_family_has_one_household_and_a_record_keeps_its_kind() {
    let phone = author(1, JEDDAH);
    let (_, family_offer) = pen(&phone).write(vec![put("name_ar", "حنّاء")]);
    let (_, stray) = pen(&phone).write(vec![put("rooms", 3_i64)]);
    let stray = Offer { record: RecordId::new(5, [5; 10]), kind: Kind::Household.number(), ..stray };
    let home = Offer { record: RecordId::household_of(family()), ..stray.clone() };
    let (world, verdicts) = settle(world(), &[family_offer.clone(), stray, home]);
    assert_eq!(verdicts, [Verdict::Accepted, held(Reason::RecordMismatch, &[]), Verdict::Accepted]);
    let (_, other) = pen(&author(3, JEDDAH)).write(vec![put("name_ar", "حنّاء")]);
    let as_product = Offer { kind: Kind::Product.number(), ..other };
    assert_eq!(settle(world, &[as_product]).1, [held(Reason::RecordMismatch, &[])]);
}

#[test]
fn only_a_family_has_products() {
    let phone = author(1, JEDDAH);
    let (_, of_family) = pen(&phone).write(vec![put("name_ar", "مخبوزات")]);
    let (_, first) = pen(&phone).write(vec![put("name_ar", "معمول")]);
    let first = Offer { record: RecordId::new(2_000, [2; 10]), kind: Kind::Product.number(), ..first };
    let (_, second) = pen(&phone).write(vec![put("name_ar", "كليجا")]);
    let of_product =
        Offer { record: RecordId::new(2_001, [3; 10]), family: first.record, kind: Kind::Product.number(), ..second };
    let (_, verdicts) = settle(world(), &[of_family, first, of_product]);
    assert_eq!(verdicts, [Verdict::Accepted, Verdict::Accepted, held(Reason::RecordMismatch, &[])]);
}

#[test]
fn of_an_erased_family_nothing_is_taken_whatever_family_an_offer_names() {
    let erased = Verdict::Refused(Reason::Erased);
    let phone = author(1, JEDDAH);
    let (_, of_family) = pen(&phone).write(vec![put("name_ar", "مخبوزات")]);
    let (_, of_product) = pen(&phone).write(vec![put("name_ar", "معمول")]);
    let of_product = Offer { record: RecordId::new(2_000, [2; 10]), kind: Kind::Product.number(), ..of_product };
    let gone = || World { erased: [family()].into(), ..world() };
    let offers = [of_family, of_product.clone()];
    assert_eq!(settle(gone(), &offers).1, [erased.clone(), erased.clone()]);
    let (before, _) = settle(world(), &offers);
    let elsewhere = Offer { family: RecordId::new(3, [3; 10]), ..of_product };
    assert_eq!(settle(World { erased: gone().erased, ..before }, &[elsewhere]).1, [erased]);
}

#[test]
fn bytes_that_are_no_change_and_kinds_that_are_none_disturb_nothing_else() {
    let phone = author(1, JEDDAH);
    let (_, good) = pen(&phone).write(vec![put("name_ar", "سبح")]);
    let garbage = Offer { bytes: vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1, 0], ..good.clone() };
    let huge = Offer { bytes: vec![0; 70_000], ..good.clone() };
    let (_, odd) = pen(&phone).write(vec![put("name_ar", "؟")]);
    let odd = Offer { kind: 9, record: RecordId::new(9, [9; 10]), ..odd };
    let (_, verdicts) = settle(world(), &[garbage, huge, odd, good]);
    let expected = [
        Verdict::Refused(Reason::ChangeMalformed),
        Verdict::Refused(Reason::ChangeTooLarge),
        held(Reason::KindUnknown, &[]),
        Verdict::Accepted,
    ];
    assert_eq!(verdicts, expected);
}

#[test]
fn numbers_out_of_step_are_refused_each_with_its_reason() {
    let phone = author(1, JEDDAH);
    let mut pen = self::pen(&phone);
    let (begin, offer) = pen.write(vec![put("district", "الشفا"), put("name_ar", "فخار")]);
    let (world, _) = settle(world(), &[offer]);
    let follow = |seq, start_op, replaces| {
        let puts = vec![Put { replaces, ..put("name_ar", "خزف") }];
        let deps = vec![begin.hash()];
        let draft = Draft { actor: Actor::new(phone.install, 0), seq, start_op, time: 0, deps, puts };
        pen.offer(change::write(draft).unwrap().1)
    };
    let unknown = usra_sync_protocol::change::OpId { counter: 1, actor: Actor::new(InstallId::new([9; 16]), 0) };
    for (offer, reason) in [
        (follow(3, 3, vec![]), Reason::SeqOutOfOrder),
        (follow(2, 1_000_000, vec![]), Reason::CounterOutOfOrder),
        (follow(2, 3, vec![unknown]), Reason::PredecessorUnknown),
    ] {
        assert_eq!(settle(world.clone(), &[offer]).1, [Verdict::Refused(reason)]);
    }
}

#[test]
fn a_field_holds_no_more_open_values_than_one_put_can_settle() {
    let offers: Vec<Offer> = (1..=66_u8)
        .map(|number| {
            let mut pen = pen(&author(number, JEDDAH));
            pen.write(vec![put("workers_family", i64::from(number))]).1
        })
        .collect();
    let (world, verdicts) = settle(world(), &offers);
    let accepted = verdicts.iter().filter(|verdict| **verdict == Verdict::Accepted).count();
    assert_eq!((accepted, verdicts.last()), (64, Some(&held(Reason::RecordTooLarge, &[]))));
    assert_eq!(world.records[&family()].values.open_ops("workers_family").len(), 64);
}

#[test]
fn a_record_grows_to_each_of_its_limits_and_not_beyond() {
    let mut pen = self::pen(&author(1, JEDDAH));
    let (first, begin) = pen.write(vec![put("name_ar", "نخيل")]);
    let (_, more) = pen.write(vec![put("district", "الشفا")]);
    let (opened, _) = settle(world(), &[begin]);
    let told = |grow: &dyn Fn(&mut RecordState)| {
        let mut world = opened.clone();
        grow(world.records.get_mut(&family()).unwrap());
        settle(world, std::slice::from_ref(&more)).1.remove(0)
    };
    let changes =
        |before: usize| move |record: &mut RecordState| record.stored_changes = u32::try_from(before).unwrap();
    let bytes = |before: usize| move |record: &mut RecordState| record.size_bytes = before;
    let (op, _) = first.ops().next().unwrap();
    let keys = |before: usize| {
        move |record: &mut RecordState| {
            (1..before).for_each(|at| record.values.insert(format!("key/{at}"), op, Scalar::Null, 1));
        }
    };
    let room = RECORD_BYTES - more.bytes.len();
    // The first change is news of this batch, beside those that are stored.
    assert_eq!(told(&changes(RECORD_CHANGES - 2)), Verdict::Accepted);
    assert_eq!(told(&changes(RECORD_CHANGES - 1)), held(Reason::RecordTooLarge, &[]));
    assert_eq!([told(&bytes(room)), told(&bytes(room + 1))], [Verdict::Accepted, held(Reason::RecordTooLarge, &[])]);
    assert_eq!(told(&keys(RECORD_KEYS - 1)), Verdict::Accepted);
    assert_eq!(told(&keys(RECORD_KEYS)), held(Reason::RecordTooLarge, &[]));
}
