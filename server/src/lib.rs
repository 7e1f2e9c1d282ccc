//! The centre of Usra. Floors, downwards only: `http` (extract, call, answer) -> `registry`, `sync` (what it means) ->
//! `storage` (SQL). Beside them stand `database` (which PostgreSQL, and is it fit), `keys` (the centre's secrets, outside the
//! database), `config`, `mutiny` and `fail_point` (faults and deaths on purpose, for tests only), and the rooms that meet the outside world for everyone
//! else: `clock`, `dice`, `sms`, `tiles` (what lies under the map) and `words` (what the console says).

pub mod cli;
pub mod clock;
pub mod config;
pub mod database;
pub mod dice;
pub mod fail_point;
pub mod http;
pub mod keys;
pub mod mutiny;
pub mod registry;
pub mod sms;
pub mod storage;
pub mod sync;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tiles;
pub mod words;
