//! Which PostgreSQL, is it fit to keep promises, and is its schema ours.

pub mod migrate;
