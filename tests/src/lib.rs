//! What the tests of the whole and the demo share: synthetic people, a bad network, and a harness that runs the real server
//! with phones on it. Nothing here is part of the product.

pub mod canary;
pub mod clock;
pub mod dice;
pub mod field_day;
pub mod figures;
pub mod harness;
pub mod link;
pub mod lone;
pub mod model;
pub mod people;
pub mod process;
pub mod real;
pub mod reliability;
pub mod sim;
pub mod typed;
