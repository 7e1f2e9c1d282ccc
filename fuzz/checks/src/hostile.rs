//! What is known to have brought others down, kept as bytes in `fuzz/crashers`. `tests/kept.rs` demands that they are there.
