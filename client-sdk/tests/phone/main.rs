//! Promises of a phone against a small model of the server: what it sends, keeps, rebases, repairs and forgets.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test support is test code")]

mod conflict;
mod encrypted;
mod expire;
mod held;
mod link;
mod lossy;
mod model;
mod outbox;
mod refresh;
mod repair;
mod scope;
mod speed;
