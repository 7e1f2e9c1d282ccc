//! SQL and nothing else: each file speaks to one table. Functions take a connection, never choose the transaction, and
//! return our types. `region_id` is in every statement; no statement crosses regions.

pub mod area;
pub mod assignment;
pub mod audit;
pub mod audit_day;
pub mod bundle;
pub mod change;
pub mod counts;
pub mod decision;
pub mod departure;
pub mod device;
pub mod engine;
pub mod enrolment_code;
pub mod erased_family;
pub mod erasure;
pub mod family_key;
pub mod feed;
pub mod held;
pub mod install;
pub mod kept_change;
pub mod late_change;
pub mod mobile;
pub mod open_values;
pub mod record;
pub mod region;
pub mod row_security;
pub mod sealed_command;
pub mod sealed_reading;
pub mod sealed_value;
pub mod sign_in_code;
pub mod sms_day;
pub mod staff;
pub mod staff_session;
pub mod staff_try;
pub mod token_family;
pub mod typed;
