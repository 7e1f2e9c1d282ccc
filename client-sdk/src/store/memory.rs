//! A store in memory, for tests.

/// Keeps everything until it is dropped.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {}
