//! The policy as one golden file: who sees each kind, who writes each field. A change of it is looked at line by line.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::fmt::Write as _;

use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::policy::{self, Scope};
use usra_sync_protocol::role::Role;
use usra_sync_protocol::schema;

fn roles(may: impl Fn(Role) -> bool) -> String {
    let words: Vec<&str> = Role::ALL.into_iter().filter(|role| may(*role)).map(Role::word).collect();
    if words.is_empty() { "nobody".to_owned() } else { words.join(" ") }
}

fn table() -> String {
    let mut text = String::from("# In scope. Out of scope: nobody reads, nobody writes.\n");
    for kind in Kind::ALL {
        for role in Role::ALL {
            let read = if policy::may_read(role, kind) { "yes" } else { "no" };
            writeln!(text, "read   {:<9}  {:<10}  {read}", kind.word(), role.word()).unwrap();
        }
    }
    for field in Kind::ALL.into_iter().flat_map(schema::fields) {
        let writers = roles(|role| policy::may_write(role, field));
        writeln!(text, "write  {:<9}  {:<28}  {writers}", field.kind.word(), field.pattern).unwrap();
    }
    text
}

#[test]
fn the_policy_is_the_golden_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/policy.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, table()).unwrap();
    }
    assert_eq!(table(), std::fs::read_to_string(path).unwrap());
}

#[test]
fn out_of_scope_is_every_other_area_and_for_a_family_every_other_family() {
    let (own, other) = (RecordId::new(1, [1; 10]), RecordId::new(1, [2; 10]));
    let everywhere = Scope { areas: [AreaId(1)].into(), family: None };
    assert!(everywhere.holds(AreaId(1), own) && !everywhere.holds(AreaId(2), own));
    let of_family = Scope { family: Some(own), ..everywhere };
    assert!(!of_family.holds(AreaId(1), other) && !of_family.is_of(other));
}
