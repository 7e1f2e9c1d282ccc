//! A phone in memory that works alone: enrolled, and never served. What small benchmarks measure needs no centre.

use anyhow::Result;
use usra_client_sdk::Phone;
use usra_client_sdk::store::MemoryStore;
use usra_sync_protocol::enrol::EnrolAnswer;
use usra_sync_protocol::id::{AreaId, InstallId};
use usra_sync_protocol::place;
use usra_sync_protocol::role::Role;

/// The governorate that it is enrolled for.
pub const AREA: AreaId = AreaId(100);
/// When it was, milliseconds since 1970.
pub const NOW_MS: u64 = 1_790_000_000_000;

/// A surveyor's phone without records.
///
/// # Errors
/// It does not take its enrolment.
pub fn phone(number: u8) -> Result<Phone<MemoryStore>> {
    let mut phone = Phone::open(MemoryStore::default())?;
    let answer = EnrolAnswer {
        install_id: InstallId::new([number; 16]),
        token: "t".to_owned(),
        token_expires_at: i64::MAX,
        token_life_s: 900,
        hold_life_s: 0,
        refresh_token: String::new(),
        role: Role::Surveyor,
        assigned: vec![AREA],
        family: None,
        areas: place::areas(),
        server: None,
    };
    phone.enrolled(answer, "http://server", NOW_MS)?;
    Ok(phone)
}
