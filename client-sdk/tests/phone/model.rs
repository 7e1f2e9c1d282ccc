//! A model of the server: the same verdicts and feeds as the real one, in a few maps. It knows no schema; `hold_key` and
//! `refuse_key` stand for everything a real server could object to.

use std::collections::BTreeMap;

use usra_client_sdk::{Failure, Outgoing, Transport};
use usra_sync_protocol::area::Area;
use usra_sync_protocol::change::{self, Change, ContextFault, History, Known};
use usra_sync_protocol::digest::{self, Digest};
use usra_sync_protocol::enrol::EnrolAnswer;
use usra_sync_protocol::id::{AreaId, ChangeHash, Epoch, InstallId, RecordId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::open_values::OpenValues;
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::sync::{
    BucketRecord, Cursor, Decision, Delivery, Leave, Outcome, Push, Reason, RepairAnswer, SyncRequest, SyncResponse,
    Verdict, decode_request, encode_response, open, seal,
};

/// Entries of a feed in one page; small, so that every test sees several pages.
const PAGE: usize = 7;

/// What the model tells its phones: three days.
pub(crate) const HOLD_S: u32 = 72 * 3_600;

/// The model.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) epoch: Epoch,
    pub(crate) records: BTreeMap<RecordId, Kept>,
    feeds: BTreeMap<AreaId, Vec<Entry>>,
    pub(crate) verdicts: BTreeMap<(RecordId, ChangeHash), Verdict>,
    pub(crate) scopes: BTreeMap<InstallId, Vec<AreaId>>,
    pub(crate) hold_key: Option<&'static str>,
    pub(crate) refuse_key: Option<&'static str>,
    pub(crate) requests: usize,
    pub(crate) pushed: usize,
    decisions: Vec<Decision>,
}

/// A record.
#[derive(Clone)]
pub(crate) struct Kept {
    kind: Kind,
    pub(crate) area: AreaId,
    family: RecordId,
    history: History,
    open: OpenValues,
    pub(crate) changes: Vec<(Change, Vec<u8>)>,
}

#[derive(Clone, Copy)]
enum Entry {
    Change(RecordId, ChangeHash),
    Join(RecordId),
    Leave(RecordId),
}

impl Server {
    pub(crate) fn new() -> Self {
        Self {
            epoch: Epoch(1),
            records: BTreeMap::new(),
            feeds: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            scopes: BTreeMap::new(),
            hold_key: None,
            refuse_key: None,
            requests: 0,
            pushed: 0,
            decisions: Vec::new(),
        }
    }

    /// A new install for `areas` (100 is Jeddah, 101 and 102 lie in it).
    pub(crate) fn enrol(&mut self, n: u8, areas: &[u32]) -> EnrolAnswer {
        let install_id = InstallId::new([n; 16]);
        let assigned: Vec<AreaId> = areas.iter().copied().map(AreaId).collect();
        self.scopes.insert(install_id, assigned.clone());
        let area = |id: u32, parent, code: &str| Area {
            id: AreaId(id),
            parent,
            code: code.to_owned(),
            name_ar: code.to_owned(),
            name_en: None,
        };
        let areas = vec![
            area(1, None, "SA-02"),
            area(100, Some(AreaId(1)), "JED"),
            area(101, Some(AreaId(100)), "JED-01"),
            area(102, Some(AreaId(100)), "JED-02"),
        ];
        let (token, token_expires_at, role) = (install_id.to_string(), i64::MAX, Role::Surveyor);
        let (token_life_s, refresh_token) = (900, String::new());
        EnrolAnswer {
            install_id,
            token,
            token_expires_at,
            token_life_s,
            hold_life_s: HOLD_S,
            refresh_token,
            role,
            assigned,
            family: None,
            areas,
            server: None,
        }
    }

    pub(crate) fn shown(&self, record: RecordId, key: &str) -> Option<Scalar> {
        self.records.get(&record)?.open.shown(key).cloned()
    }

    pub(crate) fn open_count(&self, record: RecordId, key: &str) -> usize {
        self.records.get(&record).map_or(0, |kept| kept.open.open_ops(key).len())
    }

    pub(crate) fn move_to(&mut self, record: RecordId, area: u32) {
        let kept = self.records.get_mut(&record).unwrap();
        let from = std::mem::replace(&mut kept.area, AreaId(area));
        self.feeds.entry(from).or_default().push(Entry::Leave(record));
        self.feeds.entry(AreaId(area)).or_default().push(Entry::Join(record));
    }

    /// A person decided about held work; every phone of a test is told, as if it were its own.
    pub(crate) fn rule(&mut self, (record, change): (RecordId, ChangeHash), outcome: Outcome, note: &str) {
        let number = self.decisions.len() as u64 + 1;
        self.decisions.push(Decision { number, record, change, outcome, note: note.to_owned() });
    }

    /// As after a restore from a backup taken when `backup` was cloned.
    pub(crate) fn restore(&mut self, backup: &Self) {
        let (epoch, scopes, requests) = (Epoch(self.epoch.0 + 1), self.scopes.clone(), self.requests);
        *self = Self { epoch, scopes, requests, ..backup.clone() };
    }

    /// A change of the server's own, as after a decision of the centre.
    pub(crate) fn decide(&mut self, record: RecordId, key: &str, value: Scalar) {
        let actor = usra_sync_protocol::id::Actor::new(InstallId::SERVER, 0);
        let kept = &self.records[&record];
        let put = change::Put { key: key.to_owned(), value, replaces: kept.open.open_ops(key) };
        let draft = change::Draft {
            actor,
            seq: kept.history.next_seq(actor),
            start_op: kept.history.max_op() + 1,
            time: 0,
            deps: kept.history.heads(),
            puts: vec![put],
        };
        let (change, bytes) = change::write(draft).unwrap();
        self.keep(record, change, bytes);
    }

    /// Answers a sealed request of `install`.
    pub(crate) fn answer(&mut self, install: InstallId, body: &[u8]) -> Result<Vec<u8>, Failure> {
        let malformed = Failure::Problem { problem: Problem::BodyMalformed, retry_after_ms: None };
        let request = open(body).and_then(|frames| decode_request(&frames)).map_err(|_fault| malformed)?;
        self.requests += 1;
        let response = self.sync(install, request);
        Ok(seal(&encode_response(&response)))
    }

    fn sync(&mut self, install: InstallId, request: SyncRequest) -> SyncResponse {
        let old_life = request.cursor.as_ref().is_some_and(|cursor| cursor.epoch != self.epoch);
        let mut verdicts = Vec::new();
        for push in request.pushes {
            for bytes in &push.changes {
                self.pushed += 1;
                verdicts.push(self.judge(install, &push, bytes, old_life));
            }
        }
        let scope = self.scopes[&install].clone();
        let heads = scope.iter().map(|area| (*area, self.feeds.get(area).map_or(0, Vec::len) as u64)).collect();
        let cursor = Cursor { epoch: self.epoch, areas: heads };
        let unheard = self.decisions.iter().filter(|decision| decision.number > request.heard);
        let decisions = unheard.cloned().collect();
        let mut response = SyncResponse { verdicts, decisions, ..SyncResponse::default() };
        if old_life || request.digest.is_some() {
            let compared = request.digest.is_some();
            let buckets = request.digest.map(|theirs| self.differing(&scope, &theirs)).unwrap_or_default();
            response.repair = Some(RepairAnswer { epoch: self.epoch, buckets, compared, cursor });
        }
        if !request.wanted.is_empty() {
            response.deliveries = request.wanted.iter().filter_map(|record| self.whole(*record)).collect();
        } else if response.repair.is_none() {
            let held = request.cursor.map(|cursor| cursor.areas).unwrap_or_default();
            self.page(install, &scope, &held, &mut response);
        }
        response
    }

    fn judge(&mut self, install: InstallId, push: &Push, bytes: &[u8], relay: bool) -> Verdict {
        let Ok(change) = change::read(bytes) else { return Verdict::Refused(Reason::ChangeMalformed) };
        match self.verdicts.get(&(push.record, change.hash())) {
            Some(Verdict::Accepted) => return Verdict::Duplicate,
            Some(known @ (Verdict::Held { .. } | Verdict::Refused(_))) => return known.clone(),
            Some(Verdict::Waiting(_) | Verdict::Duplicate) | None => {}
        }
        let verdict = self.decide_on((install, relay), push, &change, bytes);
        self.verdicts.insert((push.record, change.hash()), verdict.clone());
        verdict
    }

    fn decide_on(
        &mut self,
        (install, relay): (InstallId, bool),
        push: &Push,
        change: &Change,
        bytes: &[u8],
    ) -> Verdict {
        if change.draft().actor.install() != install {
            return if relay { Verdict::Waiting(Reason::Relayed) } else { Verdict::Refused(Reason::ForeignActor) };
        }
        let area = self.records.get(&push.record).map_or(push.area, |kept| kept.area);
        if !self.scopes[&install].contains(&area) {
            return Verdict::Held { reason: Reason::OutOfScope, fields: vec![] };
        }
        if push.family != push.record && !self.records.contains_key(&push.family) {
            return Verdict::Waiting(Reason::FamilyMissing);
        }
        let not_taken = |hash: &ChangeHash| {
            matches!(self.verdicts.get(&(push.record, *hash)), Some(Verdict::Held { .. } | Verdict::Refused(_)))
        };
        if change.draft().deps.iter().any(not_taken) {
            return Verdict::Held { reason: Reason::AfterHeld, fields: vec![] };
        }
        let has = |key: Option<&str>| change.draft().puts.iter().any(|put| Some(put.key.as_str()) == key);
        if has(self.refuse_key) {
            return Verdict::Refused(Reason::ChangeMalformed);
        }
        if has(self.hold_key) {
            let fields = self.hold_key.into_iter().map(str::to_owned).collect();
            return Verdict::Held { reason: Reason::FieldNotAllowed, fields };
        }
        let kind = Kind::from_number(push.kind).unwrap();
        self.records.entry(push.record).or_insert_with(|| Kept {
            kind,
            area: push.area,
            family: push.family,
            history: History::default(),
            open: OpenValues::default(),
            changes: Vec::new(),
        });
        match self.records[&push.record].history.check(change) {
            Ok(Known::Already) => Verdict::Duplicate,
            Ok(Known::New) => {
                self.keep(push.record, change.clone(), bytes.to_vec());
                Verdict::Accepted
            }
            Err(ContextFault::DepsMissing(_)) => Verdict::Waiting(Reason::DepsMissing),
            Err(ContextFault::Forked) => Verdict::Refused(Reason::Forked),
            Err(fault) => panic!("a phone made a change that does not fit: {fault}"),
        }
    }

    fn keep(&mut self, record: RecordId, change: Change, bytes: Vec<u8>) {
        let kept = self.records.get_mut(&record).unwrap();
        kept.history.insert(&change).unwrap();
        kept.open.apply(&change, &());
        self.feeds.entry(kept.area).or_default().push(Entry::Change(record, change.hash()));
        self.verdicts.insert((record, change.hash()), Verdict::Accepted);
        kept.changes.push((change, bytes));
    }

    fn differing(&self, scope: &[AreaId], theirs: &[Digest; 256]) -> BTreeMap<u8, Vec<BucketRecord>> {
        let rows: Vec<(RecordId, Digest)> = self
            .records
            .iter()
            .filter(|(_, kept)| scope.contains(&kept.area) && !kept.changes.is_empty())
            .map(|(id, kept)| (*id, digest::of_record(*id, &kept.history.heads())))
            .collect();
        let ours = digest::of_all(rows.iter().copied());
        let mut buckets = BTreeMap::new();
        for bucket in (0..=255_u8).filter(|at| ours[usize::from(*at)] != theirs[usize::from(*at)]) {
            let inside = rows.iter().filter(|(id, _)| digest::bucket_of(*id) == bucket);
            buckets.insert(
                bucket,
                inside.map(|(record, digest)| BucketRecord { record: *record, digest: *digest }).collect(),
            );
        }
        buckets
    }

    fn whole(&self, record: RecordId) -> Option<Delivery> {
        let kept = self.records.get(&record)?;
        let changes = kept.changes.iter().map(|(_, bytes)| bytes.clone()).collect();
        Some(Delivery { record, kind: kept.kind, area: kept.area, family: kept.family, changes })
    }

    fn page(&self, install: InstallId, scope: &[AreaId], held: &BTreeMap<AreaId, u64>, response: &mut SyncResponse) {
        let gone = held.keys().filter(|area| !scope.contains(area));
        response.leaves.extend(gone.map(|area| Leave::Area(*area)));
        let mut areas: BTreeMap<AreaId, u64> =
            scope.iter().map(|area| (*area, held.get(area).copied().unwrap_or_default())).collect();
        let mut room = PAGE;
        for (area, at) in &mut areas {
            let feed = self.feeds.get(area).map(Vec::as_slice).unwrap_or_default();
            let new = &feed[usize::try_from(*at).unwrap()..];
            for entry in new.iter().take(room) {
                *at += 1;
                self.enter(install, scope, (*area, *entry), response);
            }
            response.more |= new.len() > room;
            room = room.saturating_sub(new.len());
        }
        response.cursor = Some(Cursor { epoch: self.epoch, areas });
    }

    fn enter(&self, install: InstallId, scope: &[AreaId], (area, entry): (AreaId, Entry), response: &mut SyncResponse) {
        match entry {
            Entry::Change(record, hash) => {
                let kept = &self.records[&record];
                let (change, bytes) = kept.changes.iter().find(|(change, _)| change.hash() == hash).unwrap();
                if kept.area == area && change.draft().actor.install() != install {
                    let changes = vec![bytes.clone()];
                    let (kind, family) = (kept.kind, kept.family);
                    response.deliveries.push(Delivery { record, kind, area, family, changes });
                }
            }
            Entry::Join(record) if self.records[&record].area == area => {
                response.deliveries.extend(self.whole(record));
            }
            Entry::Leave(record) if !scope.contains(&self.records[&record].area) => {
                response.leaves.push(Leave::Record(record));
            }
            Entry::Join(_) | Entry::Leave(_) => {}
        }
    }
}

/// The model behind a transport; the token names the install.
pub(crate) struct Wire(pub(crate) std::sync::Mutex<Server>);

impl Transport for &Wire {
    async fn exchange(&self, request: Outgoing) -> Result<Vec<u8>, Failure> {
        let install = request.token.parse().unwrap();
        self.0.lock().unwrap().answer(install, &request.body)
    }
}
