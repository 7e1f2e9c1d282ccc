//! What a record shows: every key ever put with all its open values, from automerge and from our own merge.

use std::collections::BTreeMap;

use automerge::{Automerge, ObjId, ROOT, ReadDoc, ScalarValue, Value};
use usra_sync_protocol::change::OpId;
use usra_sync_protocol::id::Actor;
use usra_sync_protocol::open_values::OpenValues;
use usra_sync_protocol::scalar::Scalar;

pub(crate) type Shown = BTreeMap<String, BTreeMap<OpId, Scalar>>;

pub(crate) fn by_automerge(doc: &Automerge) -> Shown {
    doc.keys(ROOT).map(|key| (key.clone(), open_values(doc, &key))).collect()
}

fn open_values(doc: &Automerge, key: &str) -> BTreeMap<OpId, Scalar> {
    let open: BTreeMap<OpId, Scalar> =
        doc.get_all(ROOT, key).unwrap().into_iter().map(|(value, op)| (op_id(&op), scalar(&value))).collect();
    let (winner, op) = doc.get(ROOT, key).unwrap().unwrap();
    assert_eq!(open.last_key_value(), Some((&op_id(&op), &scalar(&winner))), "the shown value is the greatest");
    open
}

fn op_id(op: &ObjId) -> OpId {
    let ObjId::Id(counter, actor, _) = op else { panic!("a value is never the root") };
    OpId { counter: *counter, actor: Actor::from_bytes(actor.to_bytes()).unwrap() }
}

fn scalar(value: &Value<'_>) -> Scalar {
    let scalar = value.as_scalar().unwrap();
    if scalar.is_null() {
        return Scalar::Null;
    }
    let text = scalar.as_str().map(Scalar::from);
    if let ScalarValue::Int(number) = scalar {
        Scalar::Int(*number)
    } else {
        text.unwrap_or_else(|| Scalar::Bool(scalar.as_bool().unwrap()))
    }
}

pub(crate) fn by_us(open: &OpenValues) -> Shown {
    let values = open.iter().map(|(key, open)| (key.to_owned(), open.iter().map(|(op, one)| (*op, one.value.clone()))));
    values.map(|(key, open)| (key, open.collect())).collect()
}
