//! Phone and server ask the same table: for every role and field the phone refuses at once exactly what the server would hold.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says where")]

use std::sync::Arc;

use usra_client_sdk::store::MemoryStore;
use usra_client_sdk::{NewRecord, Phone, PhoneError};
use usra_server::sync::author::{Author, Scope};
use usra_server::sync::offer::Offer;
use usra_server::sync::settle::Settling;
use usra_server::sync::world::{RecordState, World};
use usra_sync_protocol::area::Area;
use usra_sync_protocol::change::{self, Draft, Put};
use usra_sync_protocol::code_list;
use usra_sync_protocol::enrol::EnrolAnswer;
use usra_sync_protocol::id::{Actor, AreaId, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, Field, Slot, ValueType};
use usra_sync_protocol::sync::{Reason, Verdict};

const JEDDAH: AreaId = AreaId(200);

fn first_code(list: &str) -> String {
    code_list::list(list).unwrap().codes.first().unwrap().code.clone()
}

fn key_of(field: &Field) -> String {
    let part = match field.slot() {
        Some(Slot::Id) | None => "a1".to_owned(),
        Some(Slot::Code(list)) => first_code(list),
        Some(Slot::Hash) => "0a".repeat(32),
    };
    let fill = |step: &str| if step.starts_with('<') { part.clone() } else { step.to_owned() };
    field.pattern.split('/').map(fill).collect::<Vec<_>>().join("/")
}

/// Values that fit the field; for a list every code of it, since a role may be bound to some.
fn values_of(field: &Field) -> Vec<Scalar> {
    let text = |text: &str| vec![Scalar::from(text)];
    match field.value {
        ValueType::Text(_) => text("x"),
        ValueType::Int(min, _) => vec![Scalar::Int(min)],
        ValueType::Halalas => vec![Scalar::Int(100)],
        ValueType::Year => vec![Scalar::Int(2_020)],
        ValueType::Bool => vec![Scalar::Bool(true)],
        ValueType::Code(list) => {
            let codes = &code_list::list(list).unwrap().codes;
            codes.iter().map(|code| Scalar::from(code.code.as_str())).collect()
        }
        ValueType::Date => text("2026-11-24"),
        ValueType::Instant => text("2026-11-24T09:30:00Z"),
        ValueType::Mobile => text("+966500000001"),
        ValueType::ShortAddress => text("MQAA1234"),
        ValueType::IdLast4 => text("1234"),
        ValueType::RecordRef => text(&RecordId::new(9, [9; 10]).to_string()),
        ValueType::PartRef => text("a2"),
        ValueType::FileNo => text("MKH-JED-00001-7"),
    }
}

fn family() -> RecordId {
    RecordId::new(1_000, [1; 10])
}

fn install() -> InstallId {
    InstallId::new([7; 16])
}

/// Whether a phone of that role refuses the value at once.
fn phone_refuses(role: Role, field: &Field, value: &Scalar) -> bool {
    let area = Area { id: JEDDAH, parent: None, code: "JED".to_owned(), name_ar: "جدة".to_owned(), name_en: None };
    let own = (role == Role::Family).then(family);
    let (token, refresh_token) = ("t".to_owned(), "r".to_owned());
    let answer = EnrolAnswer {
        install_id: install(),
        token,
        token_expires_at: i64::MAX,
        token_life_s: 900,
        hold_life_s: 0,
        refresh_token,
        role,
        assigned: vec![JEDDAH],
        family: own,
        areas: vec![area],
        server: None,
    };
    let mut phone = Phone::open(MemoryStore::default()).unwrap();
    phone.enrolled(answer, "http://test", 0).unwrap();
    let new = |kind, id, key: String, value| NewRecord {
        id: Some(id),
        kind,
        family: Some(family()),
        area: None,
        fields: vec![(key, value)],
    };
    let of_family =
        new(Kind::Family, family(), "licence/l0/type".to_owned(), Scalar::from(first_code("licence_type").as_str()));
    phone.create(of_family, 1, [1; 10]).unwrap();
    let fields = vec![(key_of(field), value.clone())];
    let tried = if field.kind == Kind::Family {
        phone.edit(family(), fields, 2).map(|_edited| ())
    } else {
        let id = RecordId::new(2_000, [2; 10]);
        phone.create(new(field.kind, id, key_of(field), value.clone()), 2, [2; 10]).map(|_id| ())
    };
    match tried {
        Ok(()) => false,
        Err(PhoneError::FieldNotAllowed { sentence_ar, sentence_en, .. }) => {
            assert!(!sentence_ar.is_empty() && !sentence_en.is_empty());
            true
        }
        Err(other) => panic!("{role} {} {value:?}: {other}", field.pattern),
    }
}

/// Whether the server holds it for its role.
fn server_holds(role: Role, field: &Field, value: &Scalar) -> bool {
    let key = key_of(field);
    let put = Put { key: key.clone(), value: value.clone(), replaces: Vec::new() };
    let actor = Actor::new(install(), 0);
    let draft = Draft { actor, seq: 1, start_op: 1, time: 0, deps: Vec::new(), puts: vec![put] };
    let record = match field.kind {
        Kind::Family => family(),
        Kind::Household => RecordId::household_of(family()),
        Kind::Product | Kind::Visit => RecordId::new(2_000, [2; 10]),
    };
    let scope = Scope { areas: [JEDDAH].into(), family: (role == Role::Family).then(family) };
    let offer = Offer {
        author: Arc::new(Author::new(install(), role, scope)),
        record,
        kind: field.kind.number(),
        area: JEDDAH,
        family: family(),
        relay: false,
        bytes: change::write(draft).unwrap().1,
    };
    let mut world = World { areas: [JEDDAH].into(), ..World::default() };
    world.records.insert(family(), RecordState::new(Kind::Family, family(), JEDDAH));
    let offers = [offer];
    let mut settling = Settling::new(world, &offers);
    assert_eq!(settling.run(), None);
    match settling.cases().first().unwrap().verdict.clone().unwrap() {
        Verdict::Accepted => false,
        Verdict::Held { reason: Reason::FieldNotAllowed, fields } => {
            assert_eq!(fields, [key]);
            true
        }
        other @ (Verdict::Duplicate | Verdict::Waiting(_) | Verdict::Held { .. } | Verdict::Refused(_)) => {
            panic!("{role} {}: {other:?}", field.pattern)
        }
    }
}

#[test]
fn a_phone_refuses_at_once_exactly_what_the_server_would_hold() {
    let (mut allowed, mut forbidden) = (0, 0);
    for field in Kind::ALL.into_iter().flat_map(schema::fields) {
        for (role, value) in Role::ALL.into_iter().flat_map(|role| values_of(field).into_iter().map(move |v| (role, v)))
        {
            let refuses = phone_refuses(role, field, &value);
            assert_eq!(refuses, server_holds(role, field, &value), "{role} {} {value:?}", field.pattern);
            if refuses {
                forbidden += 1;
            } else {
                allowed += 1;
            }
        }
    }
    assert!(allowed > 300 && forbidden > 300, "{allowed} allowed, {forbidden} refused");
}
