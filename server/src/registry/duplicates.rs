//! Families that may be one: found whenever something of them arrives, whichever phone sent it, and settled by people alone. Nothing is ever
//! merged by itself (docs/decisions/0018).
//!
//! ```text
//! feed -> matching: facts, keys -> who is alike? -> evidence: points and reasons -> duplicate_pair -> a person: merge, apart
//! ```

mod evidence;
mod facts;
pub mod matching;
pub mod pairs;

pub use evidence::Level;
