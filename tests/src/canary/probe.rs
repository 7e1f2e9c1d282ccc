//! What a hostile phone asks: foreign records whole, everything from the start, feeds of foreign areas, writes into foreign
//! records, false digests, and bodies that are none.

use anyhow::{Context, Result};
use usra_sync_protocol::change::{self, Draft, Put};
use usra_sync_protocol::digest::{BUCKETS, Digest};
use usra_sync_protocol::id::{Actor, AreaId, RecordId};
use usra_sync_protocol::place;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sync::{Cursor, Push, SyncRequest, decode_response, open};

use super::cast::Player;
use super::ledger::Ledger;
use super::play::Play;
use super::tap::lock;

/// A generation that no honest edit of a short run reaches.
const FAR: u32 = 1_000_000;

impl Play {
    /// One hostile request.
    pub(super) async fn probe(&mut self, number: usize) -> Result<()> {
        let (which, turn) = (self.dice.of(0..=5), self.turn());
        let random: [u8; 64] = self.dice.bytes();
        let player = self.players.get(number).context("a phone")?;
        let epoch = self.epoch().await?;
        let everywhere = |seq| {
            let areas = place::areas().into_iter().map(|area| (area.id, seq)).collect();
            Some(Cursor { epoch, areas })
        };
        let request = SyncRequest { want_bytes: 1 << 20, ..SyncRequest::default() };
        match which {
            0 => drop(player.ask(&SyncRequest { wanted: self.all_records(), ..request }).await?),
            1 => self.page_through(player, SyncRequest { want_bytes: 1, cursor: everywhere(0), ..request }).await?,
            2 => drop(player.ask(&SyncRequest { cursor: everywhere(1_000_000), ..request }).await?),
            3 => {
                let digest = Some(Box::new([Digest([7; 8]); BUCKETS]));
                drop(player.ask(&SyncRequest { digest, ..request }).await?);
            }
            4 => {
                let pushes = foreign(&lock(&self.ledger), player, u32::try_from(turn)?)?;
                drop(player.ask(&SyncRequest { pushes, ..request }).await?);
            }
            _ => drop(player.ask_bytes(random.to_vec()).await?),
        }
        lock(&self.ledger).counts.probes += 1;
        Ok(())
    }

    fn all_records(&self) -> Vec<RecordId> {
        lock(&self.ledger).records.keys().copied().collect()
    }

    /// Page after page of the smallest size, as long as the server gives any.
    async fn page_through(&self, player: &Player, mut request: SyncRequest) -> Result<()> {
        loop {
            let Ok(opened) = open(&player.ask(&request).await?) else { return Ok(()) };
            let Ok(response) = decode_response(&opened) else { return Ok(()) };
            if !response.more || response.cursor.is_none() {
                return Ok(());
            }
            request.cursor = response.cursor;
        }
    }
}

/// A change for each record that the phone may not see.
fn foreign(ledger: &Ledger, player: &Player, turn: u32) -> Result<Vec<Push>> {
    let strange = ledger.records.iter().filter(|(record, _)| !ledger.sees(player.number, **record));
    let push = |(record, (kind, family)): (&RecordId, &(_, RecordId))| {
        let kind: &usra_sync_protocol::kind::Kind = kind;
        let put = Put { key: "name_ar".to_owned(), value: Scalar::from("x"), replaces: Vec::new() };
        let actor = Actor::new(player.install, FAR + turn);
        let draft = Draft { actor, seq: 1, start_op: 1, time: 0, deps: Vec::new(), puts: vec![put] };
        let area = ledger.homes.get(family).copied().unwrap_or(AreaId(0));
        let changes = vec![change::write(draft)?.1];
        Ok(Push { record: *record, kind: kind.number(), area, family: *family, changes })
    };
    strange.take(20).map(push).collect()
}
