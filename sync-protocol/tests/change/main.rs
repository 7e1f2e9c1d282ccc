//! The reader and writer of changes: a golden change, round trips with automerge, every fault, hostile bytes, and the
//! check against what is known of a record.

#[cfg(test)]
#[path = "../forge/bombs.rs"]
mod bombs;
#[cfg(test)]
mod context;
#[cfg(test)]
#[path = "../forge/dice.rs"]
mod dice;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod hostile;
#[cfg(test)]
#[path = "../forge/loose.rs"]
mod loose;
#[cfg(test)]
mod merge;
#[cfg(test)]
#[path = "../forge/phones.rs"]
mod phones;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
#[path = "../forge/shown.rs"]
mod shown;
#[cfg(test)]
mod written;
