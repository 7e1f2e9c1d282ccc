//! Every setting of a running server, with its default and the reason for the number. The command line fills it.

use std::time::Duration;

use usra_sync_protocol::id::RegionId;
use usra_sync_protocol::role::Role;

use crate::sms::Sms;
use crate::tiles::Tiles;

/// What a server may use and how long it waits.
#[derive(Clone, Debug)]
pub struct Config {
    /// The region this server serves.
    pub region: RegionId,
    /// Database connections for requests, which queue for them; the tasks that write have their own.
    pub pool_size: u32,
    /// How long a request waits for a connection before it is told to come back.
    pub acquire_timeout: Duration,
    /// How long a client may take over the head of a request. A phone on the worst network sends it in one packet.
    pub header_timeout: Duration,
    /// How long a client may pause inside a body; a longer pause is a lost connection.
    pub body_pause: Duration,
    /// How long a whole body may take: 4 MiB over a slow cell (16 kB/s) take four minutes.
    pub body_timeout: Duration,
    /// How long a client may refuse to take any byte of an answer.
    pub write_pause: Duration,
    /// Open connections; each idle one costs about 10 KiB and one descriptor of the usual 1,024.
    pub max_connections: usize,
    /// Requests worked on at once; more are told to come back.
    pub max_requests: usize,
    /// How long requests in flight may take to finish once the server was told to stop.
    pub shutdown_timeout: Duration,
    /// How long an access token is good for: what a stolen one is worth. Phones refresh theirs by themselves.
    pub token_life: time::Duration,
    /// How long after a move or the end of an assignment the work of a phone that could not know of it still comes in.
    pub late_grace: time::Duration,
    /// How long an enrolment code is good for.
    pub code_life: time::Duration,
    /// Whether test people are taken, whose national ids begin with 9.
    pub demo: bool,
    /// Where texts go.
    pub sms: Sms,
    /// Texts a calendar day at most: what a bill may come to. Two in five of 5,000 families on one day are far beyond use.
    pub texts_a_day: u32,
    /// How long a phone may hold records without word from this server.
    pub hold_life: HoldLife,
    /// What lies under the overview's map; a plain ground without it.
    pub tiles: Option<Tiles>,
}

/// How long a silent phone may hold records, by role: long enough for a trip without a network, and no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldLife {
    /// On phones of surveyors and of everyone else who works with other people's records.
    pub surveyor: time::Duration,
    /// On a family's own phone.
    pub family: time::Duration,
}

impl HoldLife {
    /// For a role, in seconds.
    #[must_use]
    pub fn seconds(self, role: Role) -> u32 {
        let life = match role {
            Role::Family => self.family,
            Role::Surveyor | Role::Supervisor | Role::Staff | Role::Partner | Role::Admin => self.surveyor,
        };
        u32::try_from(life.whole_seconds()).unwrap_or(u32::MAX)
    }
}

impl Default for HoldLife {
    fn default() -> Self {
        Self { surveyor: time::Duration::hours(72), family: time::Duration::days(14) }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            region: RegionId(2),
            pool_size: pool_size(),
            acquire_timeout: Duration::from_secs(5),
            header_timeout: Duration::from_secs(10),
            body_pause: Duration::from_secs(30),
            body_timeout: Duration::from_mins(5),
            write_pause: Duration::from_mins(1),
            max_connections: 900,
            max_requests: 256,
            shutdown_timeout: Duration::from_secs(20),
            token_life: time::Duration::minutes(15),
            late_grace: crate::sync::LATE_GRACE,
            code_life: time::Duration::minutes(10),
            hold_life: HoldLife::default(),
            demo: false,
            sms: Sms::Off,
            texts_a_day: 2_000,
            tiles: None,
        }
    }
}

/// Two for each processor, at least four: PostgreSQL does no more at once on one machine, and each connection costs it ten milliseconds,
/// since it has every statement planned for itself.
#[must_use]
pub fn pool_size() -> u32 {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    u32::try_from(2 * processors).unwrap_or(u32::MAX).max(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_familys_phone_holds_its_own_for_two_weeks_and_everyone_elses_for_three_days() {
        let hours = |role| HoldLife::default().seconds(role) / 3_600;
        assert_eq!((hours(Role::Family), hours(Role::Surveyor), hours(Role::Supervisor)), (336, 72, 72));
    }
}
