//! The console: pages for central staff and partners, Arabic first. They are whole without JavaScript. Each page is a room of its own here
//! with its template in `templates/console/`; what the pages mean is `registry`'s and `sync`'s.

mod areas;
pub mod assets;
pub mod bring_in;
mod choice;
mod columns;
pub mod counts;
pub mod devices;
pub mod duplicates;
pub mod enrol;
pub mod families;
pub mod family;
pub mod fieldwork;
pub mod form;
mod formula;
pub mod guard;
pub mod held;
pub mod id;
pub mod language;
pub mod licence;
pub mod licences;
pub mod merge;
mod narrowed;
pub mod need;
pub mod needs;
mod op;
pub mod overview;
pub mod page;
mod past;
pub mod print;
mod qr;
pub mod query;
pub mod reassign;
pub mod record;
pub mod relocate;
pub mod resolve;
pub mod review;
pub mod sealed;
mod sheet;
pub mod sign_in;
pub mod take_out;
pub mod tiles;
mod turn;
mod value;
pub mod verification;
pub mod visitor;
pub mod visits;

/// Where the console begins; every address of it begins so.
pub const ROOT: &str = "/console";
/// Where a person signs in.
pub const SIGN_IN: &str = "/console/sign-in";
