//! Which area a new record gets.
