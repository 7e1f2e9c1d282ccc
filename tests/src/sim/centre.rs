//! The model centre: sealed bytes in, sealed bytes out, and what of it was committed when it dies in between.

use std::sync::Arc;

use time::{Duration, OffsetDateTime};
use usra_server::sync::author::Author;
use usra_server::sync::course::{self, Asked};
use usra_server::sync::reach::AreaTree;
use usra_server::sync::{LATE_GRACE, page, push};
use usra_sync_protocol::area::Area;
use usra_sync_protocol::id::{Epoch, InstallId};
use usra_sync_protocol::place;
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::sync::{
    SyncRequest, SyncResponse, Verdict, decode_request, decode_response, encode_response, open, seal_with,
};

use super::answer::answer;
use super::ingest;
use super::pack::Packed;
use super::tables::Tables;
use super::violation::{Holds, Violation};

/// How long a revoked install is heard, as the server has it.
const LAST_WORD: Duration = Duration::hours(1);
/// Two governorates with two centres each: a small region has more moves that matter.
const AREAS: [u32; 7] = [1, 200, 201, 202, 300, 301, 302];

/// When the centre dies over a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Death {
    Never,
    BeforeCommit,
    AfterCommit,
}

/// What comes back to a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Answer(Vec<u8>),
    Problem(Problem),
}

/// What the centre did about one request, for the witness.
#[derive(Clone, Debug)]
pub(super) struct Handled {
    pub(super) install: InstallId,
    pub(super) request: SyncRequest,
    pub(super) verdicts: Vec<Verdict>,
    /// What the answer says, its bundles included.
    pub(super) response: Option<SyncResponse>,
    /// The answer.
    pub(super) body: Vec<u8>,
    /// How many bundles it has.
    pub(super) bundles: usize,
}

/// The centre.
#[derive(Clone, Debug)]
pub(super) struct Centre {
    pub(super) areas: Vec<Area>,
    pub(super) tree: AreaTree,
    pub(super) tables: Tables,
    /// Bundles that its task has packed and not put yet.
    pub(super) packed: Vec<Packed>,
}

impl Centre {
    pub(super) fn new(epoch: Epoch) -> Self {
        let areas: Vec<Area> = place::areas().into_iter().filter(|area| AREAS.contains(&area.id.0)).collect();
        let tree = AreaTree::new(areas.clone());
        Self { areas, tree, tables: Tables::new(epoch), packed: Vec::new() }
    }

    /// Answers a request; no reply when it dies over it. `rows` bounds the feed rows of a page.
    pub(super) fn handle(
        &mut self,
        (token, body): (&str, &[u8]),
        rows: usize,
        death: Death,
        now: OffsetDateTime,
    ) -> Holds<(Option<Reply>, Option<Handled>)> {
        let (install, request) = match self.admit(token, body, now) {
            Ok(admitted) => admitted,
            Err(problem) => return Ok((Some(Reply::Problem(problem)), None)),
        };
        if death != Death::Never {
            self.packed.clear();
        }
        if death == Death::BeforeCommit {
            // All of it is done, and none of it is kept.
            let mut lost = self.clone();
            lost.sync(install, request, rows, now)?;
            return Ok((None, None));
        }
        let before = self.clone_if(death);
        let mut handled = self.sync(install, request, rows, now)?;
        if let Some(mut before) = before {
            // The changes were committed, what came after was not.
            before.take_in(install, handled.request.clone(), now)?;
            (self.tables, handled.response) = (before.tables, None);
            return Ok((None, Some(handled)));
        }
        Ok((Some(Reply::Answer(handled.body.clone())), Some(handled)))
    }

    fn clone_if(&self, death: Death) -> Option<Self> {
        (death == Death::AfterCommit).then(|| self.clone())
    }

    /// Whose request it is and what it says, as the server's door decides.
    fn admit(&mut self, token: &str, body: &[u8], now: OffsetDateTime) -> Result<(InstallId, SyncRequest), Problem> {
        let id: InstallId = token.parse().or(Err(Problem::TokenUnknown))?;
        let install = self.tables.installs.get_mut(&id).ok_or(Problem::TokenUnknown)?;
        if install.revoked && install.last_word_until.is_some_and(|until| until <= now) {
            return Err(Problem::InstallRevoked);
        }
        if install.reused && !install.revoked {
            return Err(Problem::TokenReused);
        }
        let request = open(body).and_then(|frames| decode_request(&frames));
        let request =
            request.map_err(|_fault| if install.revoked { Problem::InstallRevoked } else { Problem::BodyMalformed })?;
        if install.revoked {
            if request.pushes.is_empty() {
                return Err(Problem::InstallRevoked);
            }
            install.last_word_until.get_or_insert(now + LAST_WORD);
        }
        Ok((id, request))
    }

    fn sync(&mut self, install: InstallId, request: SyncRequest, rows: usize, now: OffsetDateTime) -> Holds<Handled> {
        let verdicts = self.take_in(install, request.clone(), now)?;
        let author = self.author(install, &request, now);
        let SyncRequest { cursor, digest, wanted, want_bytes, heard, .. } = request.clone();
        let cursor = cursor.unwrap_or_else(|| page::from_the_start(self.tables.epoch));
        let asked = Asked { cursor, digest, wanted, want_bytes };
        let (ready, response) = if author.revoked {
            (Vec::new(), SyncResponse::default())
        } else {
            answer(&mut self.tables, &author, (asked, heard), rows, now)?
        };
        let response = SyncResponse { verdicts: verdicts.clone(), ..response };
        let body = seal_with(&ready, &encode_response(&response)).map_err(Violation::broken)?;
        let response = open(&body).and_then(|frames| decode_response(&frames)).map_err(Violation::broken)?;
        Ok(Handled { install, request, verdicts, response: Some(response), body, bundles: ready.len() })
    }

    /// The pushes of a request, in one transaction.
    fn take_in(&mut self, install: InstallId, request: SyncRequest, now: OffsetDateTime) -> Holds<Vec<Verdict>> {
        let relay = course::is_of_another_life(request.cursor.as_ref(), self.tables.epoch);
        let author = Arc::new(self.author(install, &request, now));
        let offers = push::offers(&author, request.pushes, relay);
        if offers.is_empty() { Ok(Vec::new()) } else { ingest::push(&mut self.tables, &self.tree, &offers, now) }
    }

    fn author(&self, id: InstallId, request: &SyncRequest, now: OffsetDateTime) -> Author {
        let terms = self.tables.terms(id, now, now - LATE_GRACE);
        let install = self.tables.installs.get(&id);
        let (role, family) = install.map_or((Role::Surveyor, None), |install| (install.role, install.family));
        let (scope, grace) = self.tree.spread(&terms, family);
        let decision_count = self.tables.decisions.get(&id).map_or(0, Vec::len) as u64;
        let revoked = install.is_none_or(|install| install.revoked);
        let author = Author { grace, revoked, decision_count, ..Author::new(id, role, scope) };
        course::claiming(author, request.cursor.clone(), self.tables.epoch, now - LATE_GRACE)
    }
}
