//! What people do: register, edit, write blind; and what the centre does to them: move a family, change an assignment, revoke.

use anyhow::{Context, Result};
use usra_client_sdk::sync::Surroundings;
use usra_client_sdk::{NewRecord, PhoneError, Query};
use usra_server::clock::Clock;
use usra_server::registry::audit::By;
use usra_server::registry::device::{self, Assign};
use usra_server::registry::{region, relocate};
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sync::{SyncRequest, decode_response, open};

use super::cast::{Part, REGION, eyes};
use super::play::Play;
use super::tap::lock;
use crate::clock::Here;

/// Where families live and phones work: two governorates and two centres of each.
pub(super) const AREAS: [AreaId; 6] = [AreaId(200), AreaId(201), AreaId(202), AreaId(300), AreaId(301), AreaId(302)];

/// The field that carries a canary, for those who may write it.
fn field(role: Role, kind: Kind, turn: u64) -> Option<String> {
    let staff = matches!(role, Role::Surveyor | Role::Supervisor | Role::Staff | Role::Admin);
    match kind {
        Kind::Family if role == Role::Partner => Some("licence/l9/number".to_owned()),
        Kind::Family => Some("name_en".to_owned()),
        Kind::Household if staff => Some("member/m1/name".to_owned()),
        Kind::Household if role == Role::Partner => Some(format!("service/s{turn}/note")),
        Kind::Household => Some("need/n1/detail".to_owned()),
        Kind::Product if role != Role::Partner => Some("description_en".to_owned()),
        Kind::Product => None,
        Kind::Visit => matches!(role, Role::Surveyor | Role::Supervisor).then(|| "note".to_owned()),
    }
}

impl Play {
    /// A phone registers a record with a canary in it; the record's id unless the phone refuses.
    pub(super) fn create(
        &mut self,
        player: usize,
        kind: Kind,
        (family, area): (Option<RecordId>, AreaId),
    ) -> Result<Option<RecordId>> {
        let turn = self.turn();
        let random = self.dice.bytes();
        let player = self.players.get_mut(player).context("a phone")?;
        let Some(key) = field(player.role, kind, turn) else { return Ok(None) };
        let fresh = RecordId::new(Here.now_ms(), random);
        let id = if kind == Kind::Household { RecordId::household_of(family.unwrap_or(fresh)) } else { fresh };
        let canary = lock(&self.ledger).plant(id);
        let fields = vec![(key, Scalar::from(canary.as_str()))];
        let area = (kind == Kind::Family).then_some(area);
        let new = NewRecord { id: Some(id), kind, family, area, fields };
        match player.phone.create(new, Here.now_ms(), random) {
            Ok(id) => {
                let mut ledger = lock(&self.ledger);
                let home = family.unwrap_or(id);
                ledger.records.insert(id, (kind, home));
                if let Some(area) = area {
                    ledger.homes.insert(id, area);
                    self.families.push(id);
                }
                Ok(Some(id))
            }
            Err(PhoneError::Store(fault)) => Err(fault.into()),
            Err(_refused) => Ok(None),
        }
    }

    /// A family with everything that belongs to it.
    pub(super) fn register(&mut self, player: usize, area: AreaId) -> Result<()> {
        let Some(family) = self.create(player, Kind::Family, (None, area))? else { return Ok(()) };
        for kind in [Kind::Household, Kind::Product, Kind::Visit] {
            self.create(player, kind, (Some(family), area))?;
        }
        Ok(())
    }

    /// A phone edits something that it holds, or a partner something that it cannot see.
    pub(super) fn edit(&mut self, player: usize) -> Result<()> {
        let turn = self.turn();
        let (role, found) = {
            let player = self.players.get(player).context("a phone")?;
            let query = Query { limit: 1_000, ..Query::default() };
            // A revoked phone shows only what the centre has nothing of.
            let found = match player.phone.list(&query) {
                Err(PhoneError::Expired) => player.phone.list(&Query { unsent: true, ..query })?,
                listed => listed?,
            };
            (player.role, found)
        };
        let Some(last) = found.len().checked_sub(1) else { return Ok(()) };
        let Some(one) = found.get(self.dice.of(0..=u32::try_from(last)?) as usize) else { return Ok(()) };
        if role == Role::Partner && one.kind == Kind::Family && self.dice.chance(60) {
            return self.write_blind(player, one.id, turn);
        }
        let Some(key) = field(role, one.kind, turn).filter(|_key| one.kind != Kind::Visit) else { return Ok(()) };
        let canary = lock(&self.ledger).plant(one.id);
        let player = self.players.get_mut(player).context("a phone")?;
        let _refused = player.phone.edit(one.id, vec![(key, Scalar::from(canary.as_str()))], Here.now_ms());
        Ok(())
    }

    /// A partner notes a service in a household.
    fn write_blind(&mut self, player: usize, family: RecordId, turn: u64) -> Result<()> {
        let household = RecordId::household_of(family);
        let player = self.players.get_mut(player).context("a phone")?;
        let known = match player.phone.record(household) {
            Err(PhoneError::Expired) => return Ok(()),
            found => found?.is_some(),
        };
        let written = if known {
            let canary = lock(&self.ledger).plant(household);
            let field = (format!("service/s{turn}/note"), Scalar::from(canary.as_str()));
            player.phone.edit(household, vec![field], Here.now_ms()).is_ok()
        } else {
            let number = player.number;
            self.create(number, Kind::Household, (Some(family), AreaId(0)))?.is_some()
        };
        lock(&self.ledger).counts.blind_writes += u64::from(written);
        Ok(())
    }

    /// A family moves.
    pub(super) async fn relocate(&mut self) -> Result<()> {
        let (family, area) = (self.dice.pick_of(&self.families), self.dice.pick_of(&AREAS));
        let (Some(family), Some(area)) = (family, area) else { return Ok(()) };
        let mut conn = self.server.database.pool.acquire().await?;
        let now = Clock::system().now();
        // A family whose phone has not sent it yet cannot move.
        if relocate::relocate(&mut conn, REGION, family, area, (By::Server, now)).await.is_ok_and(|moved| moved > 0) {
            let mut ledger = lock(&self.ledger);
            ledger.homes.insert(family, area);
            ledger.counts.moves += 1;
        }
        Ok(())
    }

    /// A phone works elsewhere from now on.
    pub(super) async fn reassign(&mut self, player: usize) -> Result<()> {
        let to = self.dice.pick_of(&AREAS).context("an area")?;
        let player = self.players.get_mut(player).context("a phone")?;
        if player.role == Role::Family || player.revoked {
            return Ok(());
        }
        let mut conn = self.server.database.pool.acquire().await?;
        let now = Clock::system().now();
        device::assign(&mut conn, REGION, player.install, (&player.assigned, Assign::Remove), (By::Server, now))
            .await?;
        device::assign(&mut conn, REGION, player.install, (&[to], Assign::Now), (By::Server, now)).await?;
        player.assigned = vec![to];
        let part = Part { role: player.role, areas: vec![to], family: None };
        let mut ledger = lock(&self.ledger);
        if let Some(one) = ledger.eyes.get_mut(player.number) {
            *one = Some(eyes(&part));
        }
        ledger.counts.reassigned += 1;
        Ok(())
    }

    /// A phone is revoked between two pages, asks for the next one, and another phone takes its place.
    pub(super) async fn revoke(&mut self, number: usize) -> Result<()> {
        let player = self.players.get_mut(number).context("a phone")?;
        if player.revoked {
            return Ok(());
        }
        let first = SyncRequest { want_bytes: 1, ..SyncRequest::default() };
        let page = player.ask(&first).await?;
        let cursor = decode_response(&open(&page)?)?.cursor;
        let mut conn = self.server.database.pool.acquire().await?;
        device::revoke(&mut conn, REGION, player.install, (By::Server, Clock::system().now())).await?;
        drop(conn);
        player.revoked = true;
        {
            let mut ledger = lock(&self.ledger);
            if let Some(one) = ledger.eyes.get_mut(number) {
                *one = None;
            }
            ledger.counts.revocations += 1;
        }
        player.ask(&SyncRequest { cursor, ..first }).await?;
        player.sync().await?;
        let part = Part {
            role: player.role,
            areas: player.assigned.clone(),
            family: player.phone.identity().and_then(|who| who.family),
        };
        self.join(part).await
    }

    /// The data begins another life: every phone that syncs compares all it holds.
    pub(super) async fn restore(&mut self) -> Result<()> {
        let mut conn = self.server.database.pool.acquire().await?;
        region::renew(&mut conn, REGION, self.dice.bytes(), (By::Server, Clock::system().now())).await?;
        lock(&self.ledger).counts.repairs += 1;
        Ok(())
    }
}
