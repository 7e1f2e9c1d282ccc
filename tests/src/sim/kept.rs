//! Seeds that once broke a promise, each with what it found; every test run plays them again.

/// Seed, and what it found.
pub const KEPT: &[(u64, &str)] = &[];
