//! What Usra's phones and server agree on: ids, the change reader, the merge of open values, the schema, the policy,
//! the wire messages and the problem codes. Pure: no IO, no clock, no dice; every function is total for any input.

pub mod arabic;
pub mod area;
pub mod brought;
pub mod change;
pub mod code_list;
pub mod digest;
pub mod enrol;
pub mod fingerprint;
pub mod id;
pub mod kind;
pub mod letters;
pub mod limits;
pub mod open_values;
pub mod place;
pub mod policy;
pub mod problem;
pub mod role;
pub mod scalar;
pub mod schema;
pub mod sealed;
pub mod server_proof;
pub mod sign_in;
pub mod signing;
pub mod sync;
pub mod token;
pub mod value;
