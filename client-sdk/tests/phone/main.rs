//! Promises of a phone against a small model of the server: what it sends, keeps, rebases, repairs and forgets.

mod conflict;
mod held;
mod link;
mod lossy;
mod model;
mod outbox;
mod repair;
mod scope;
mod speed;
