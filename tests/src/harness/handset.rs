//! A phone as a test holds it: the real engine on a real SQLite file, with a link of its own to the server.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Result, bail, ensure};
use usra_client_sdk::sign_in::{SignIn, SignedIn};
use usra_client_sdk::store::{SqliteStore, StoreKey};
use usra_client_sdk::sync::{Surroundings, SyncReport, sync_once};
use usra_client_sdk::transport::http::{EnrolLink, HttpTransport};
use usra_client_sdk::{Edited, KeyPair, NewRecord, Phone, Query};
use usra_sync_protocol::id::{AreaId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sign_in::FamilyChoice;
use usra_sync_protocol::signing::Nonce;

use super::Centre;
use crate::clock::{Ahead, Here};
use crate::dice::Dice;
use crate::link::{Link, Weather};
use crate::people::Fields;

/// Syncs that one bad day may take; a fault in half of the requests needs about ten.
const TRIES: u32 = 200;

/// What the stores of phones in tests are encrypted with.
#[must_use]
pub fn store_key() -> StoreKey {
    StoreKey::new([7; 32])
}

/// One phone.
pub struct Handset {
    /// The engine.
    pub phone: Phone<SqliteStore>,
    /// Its link.
    pub link: Link,
    /// How far its clock is ahead of this machine's, milliseconds.
    pub ahead_ms: u64,
    transport: HttpTransport,
    dice: Dice,
}

impl Handset {
    /// Opens a phone on `file` and enrols it over a clear link.
    ///
    /// # Errors
    /// The store or the link cannot be opened, or the server refuses.
    pub async fn enrol(file: &Path, server: SocketAddr, invitation: &EnrolLink, seed: (u64, u64)) -> Result<Self> {
        let link = Link::open(server, Weather::Clear).await?;
        let transport = HttpTransport::new()?;
        let through = EnrolLink { server_url: link.url.clone(), ..invitation.clone() };
        let keys = KeyPair::from_random(Here.secret());
        let enrolment = transport.enrol(&through, keys, Nonce(Here.nonce())).await?;
        let mut phone = Phone::open(SqliteStore::open(file, &store_key())?)?;
        phone.enrolled(enrolment, &link.url, Here.now_ms())?;
        Ok(Self { phone, link, ahead_ms: 0, transport, dice: Dice::new(seed.0, 900_000 + seed.1) })
    }

    /// Enrols it once more, as a phone that the centre does not know any longer; it keeps what it holds.
    ///
    /// # Errors
    /// The server refuses, or the store fails.
    pub async fn enrol_again(&mut self, invitation: &EnrolLink) -> Result<()> {
        let through = EnrolLink { server_url: self.link.url.clone(), ..invitation.clone() };
        let keys = KeyPair::from_random(Here.secret());
        let enrolment = self.transport.enrol(&through, keys, Nonce(Here.nonce())).await?;
        Ok(self.phone.enrolled(enrolment, &self.link.url, self.clock().now_ms())?)
    }

    /// Opens a family's own phone on `file` and signs it in with the code that `centre` prints for `mobile`.
    ///
    /// # Errors
    /// The store or the link cannot be opened, the server refuses, or several families share the number.
    pub async fn sign_in(file: &Path, centre: &Centre, mobile: &str, seed: (u64, u64)) -> Result<Self> {
        let link = Link::open(centre.address()?, Weather::Clear).await?;
        let (transport, phone) = (HttpTransport::new()?, Phone::open(SqliteStore::open(file, &store_key())?)?);
        let mut handset = Self { phone, link, ahead_ms: 0, transport, dice: Dice::new(seed.0, 900_000 + seed.1) };
        handset.transport.ask_code(&handset.link.url, mobile).await?;
        let shown = SignIn { mobile: mobile.to_owned(), code: centre.sign_in_code()?, family: None };
        let choices = handset.show(&shown).await?;
        ensure!(choices.is_empty(), "several families share the number");
        Ok(handset)
    }

    /// Shows a sign-in code; the families to choose from where several share the number, none when it is signed in.
    ///
    /// # Errors
    /// The server refuses, or the store fails.
    pub async fn show(&mut self, shown: &SignIn) -> Result<Vec<FamilyChoice>> {
        let keys = KeyPair::from_random(Here.secret());
        match self.transport.sign_in(&self.link.url, shown, keys, Nonce(Here.nonce())).await? {
            SignedIn::Enrolled(enrolment) => {
                self.phone.enrolled(*enrolment, &self.link.url, Here.now_ms())?;
                Ok(Vec::new())
            }
            SignedIn::Choose(families) => Ok(families),
        }
    }

    /// Every record that it holds, ascending.
    ///
    /// # Errors
    /// The store fails.
    pub fn records(&self) -> Result<Vec<RecordId>> {
        let all = self.phone.list(&Query { limit: 100_000, ..Query::default() })?;
        let mut ids: Vec<RecordId> = all.into_iter().map(|record| record.id).collect();
        ids.sort();
        Ok(ids)
    }

    /// Registers a record; durable on the phone when it returns.
    ///
    /// # Errors
    /// The engine refuses.
    pub fn create(&mut self, kind: Kind, family: Option<RecordId>, fields: Fields) -> Result<RecordId> {
        self.create_in(kind, family, (None, fields))
    }

    /// Registers a record in a certain area.
    ///
    /// # Errors
    /// The engine refuses.
    pub fn create_in(
        &mut self,
        kind: Kind,
        family: Option<RecordId>,
        (area, fields): (Option<AreaId>, Fields),
    ) -> Result<RecordId> {
        let new = NewRecord { id: None, kind, family, area, fields };
        Ok(self.phone.create(new, self.clock().now_ms(), self.dice.bytes())?)
    }

    /// Gives one field another value.
    ///
    /// # Errors
    /// The engine refuses.
    pub fn put(&mut self, id: RecordId, key: &str, value: impl Into<Scalar>) -> Result<Edited> {
        self.edit(id, vec![(key.to_owned(), value.into())])
    }

    /// Gives several fields other values, in one change.
    ///
    /// # Errors
    /// The engine refuses.
    pub fn edit(&mut self, id: RecordId, fields: Fields) -> Result<Edited> {
        Ok(self.phone.edit(id, fields, self.clock().now_ms())?)
    }

    fn clock(&self) -> Ahead {
        Ahead(self.ahead_ms)
    }

    /// The shown value of a field.
    ///
    /// # Errors
    /// The store fails.
    pub fn shown(&self, id: RecordId, key: &str) -> Result<Option<Scalar>> {
        Ok(self.phone.record(id)?.and_then(|record| record.fields.get(key).cloned()))
    }

    /// Syncs once, whatever comes of it.
    ///
    /// # Errors
    /// The engine fails; a failure of the link is in the report.
    pub async fn sync(&mut self) -> Result<SyncReport> {
        self.phone.retry_now();
        let clock = self.clock();
        Ok(sync_once(&mut self.phone, &self.transport, &clock, |_report| ()).await?)
    }

    /// Syncs again and again until one conversation came to its end.
    ///
    /// # Errors
    /// The engine fails, or the link is too bad for ever.
    pub async fn sync_through(&mut self) -> Result<SyncReport> {
        for _ in 0..TRIES {
            let report = self.sync().await?;
            if report.failure.is_none() {
                return Ok(report);
            }
        }
        bail!("no conversation came to its end in {TRIES} tries")
    }
}
