//! Automerge as the judge: it loads the accepted changes of a record from their bytes, and must show the same open values and heads
//! as the centre keeps.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{Automerge, ObjId, ROOT, ReadDoc, ScalarValue, Value};
use usra_sync_protocol::change::OpId;
use usra_sync_protocol::id::Actor;
use usra_sync_protocol::scalar::Scalar;

use super::tables::Kept;
use super::violation::{Holds, Violation, demand};

/// Every key with its open values.
pub(super) type Open = BTreeMap<String, BTreeMap<OpId, Scalar>>;

/// Demands that automerge agrees with the centre about a record.
pub(super) fn agrees(kept: &Kept, ours: &Open, name: &str) -> Holds {
    let mut doc = Automerge::new();
    for change in &kept.changes {
        let read = automerge::Change::from_bytes(change.bytes.clone()).map_err(Violation::broken)?;
        doc.apply_changes([read]).map_err(Violation::broken)?;
    }
    let heads: BTreeSet<[u8; 32]> = doc.get_heads().into_iter().map(|head| head.0).collect();
    let same = heads.iter().flatten().copied().eq(kept.heads.iter().copied());
    demand(same, "automerge agrees", || format!("record {name}: other heads"))?;
    let theirs = shown(&doc).ok_or_else(|| Violation::broken("automerge shows what it cannot"))?;
    demand(theirs == *ours, "automerge agrees", || {
        format!("record {name}: automerge has {theirs:?}, the centre {ours:?}")
    })
}

fn shown(doc: &Automerge) -> Option<Open> {
    doc.keys(ROOT).map(|key| Some((key.clone(), open_values(doc, &key)?))).collect()
}

fn open_values(doc: &Automerge, key: &str) -> Option<BTreeMap<OpId, Scalar>> {
    let all = doc.get_all(ROOT, key).ok()?;
    all.into_iter().map(|(value, op)| Some((op_id(&op)?, scalar(&value)?))).collect()
}

fn op_id(op: &ObjId) -> Option<OpId> {
    let ObjId::Id(counter, actor, _) = op else { return None };
    Some(OpId { counter: *counter, actor: Actor::from_bytes(actor.to_bytes())? })
}

fn scalar(value: &Value<'_>) -> Option<Scalar> {
    let scalar = value.as_scalar()?;
    if scalar.is_null() {
        return Some(Scalar::Null);
    }
    if let ScalarValue::Int(number) = scalar {
        return Some(Scalar::Int(*number));
    }
    scalar.as_str().map(Scalar::from).or_else(|| scalar.as_bool().map(Scalar::Bool))
}
