//! What it means to be known to the centre: places, people's phones, and the codes they come in with.

pub mod area;
pub mod audit;
pub mod caller;
pub mod code;
pub mod counts;
pub mod device;
pub mod enrol;
pub mod erase;
pub mod export;
pub mod family_key;
pub mod nonces;
pub mod proof;
pub mod refresh;
pub mod region;
pub mod relocate;
pub mod reseal;
pub mod revocations;
pub mod sealed;
pub mod sign_in;
pub mod staff;
pub mod token;
