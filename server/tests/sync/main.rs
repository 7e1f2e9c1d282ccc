//! The sync floor: the decision alone, and pushes and pulls against a real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

mod agreement;
mod bundle;
mod centre;
mod decide;
mod family;
mod fieldwork;
mod held;
mod hostile;
mod late;
mod late_stored;
mod licence;
mod merge;
mod need;
mod pen;
mod published;
mod pull;
mod push;
mod reading;
mod report;
mod resolve;
mod restored;
mod wall_cost;
