//! The sync floor: the decision alone, and pushes and pulls against a real PostgreSQL.

mod centre;
mod decide;
mod pen;
mod pull;
mod push;
