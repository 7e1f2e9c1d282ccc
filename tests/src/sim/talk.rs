//! Conversations of phones with the centre, over a bad line or a good one.

use usra_client_sdk::{Failure, Progress};
use usra_sync_protocol::problem::Problem;
use usra_sync_protocol::sync::{SyncRequest, decode_request, encode_request, open, seal};

use super::centre::{Death, Reply};
use super::handset::{Line, Stopped};
use super::line::{Fate, cut, fate};
use super::play::{Letter, Play};
use super::violation::{Holds, Violation, demand};
use crate::dice::Dice;

/// Feed rows of a page, as the server has it.
const ROWS: usize = 20_000;
/// Exchanges of one conversation; far more than any run's records need.
const EXCHANGES: u32 = 200;

impl Play {
    /// Some exchanges over a bad line.
    pub(super) fn talk(&mut self, who: usize, dice: &mut Dice) -> Holds {
        let Some(who) = self.here(who) else { return Ok(()) };
        if dice.chance(80) {
            self.retry(who);
        }
        let dies = dice.chance(8).then(|| (dice.of(0..=3), dice.chance(50)));
        for _ in 0..dice.of(1..=6) {
            if let Some((commits, keeps)) = dies {
                self.light(who, commits, keeps);
            }
            if !self.exchange(who, dice)? {
                break;
            }
        }
        if let Some(handset) = self.handsets.get(who) {
            handset.douse();
        }
        Ok(())
    }

    fn light(&self, who: usize, commits: u32, keeps: bool) {
        if let Some(handset) = self.handsets.get(who) {
            handset.light(commits, keeps);
        }
    }

    fn retry(&mut self, who: usize) {
        if let Some(handset) = self.handsets.get_mut(who) {
            handset.phone.retry_now();
        }
    }

    /// A conversation over a good line, to its end. Whether it ended well.
    pub(super) fn sync(&mut self, who: usize) -> Holds<bool> {
        let Some(who) = self.here(who) else { return Ok(false) };
        self.retry(who);
        for _ in 0..EXCHANGES {
            let Some((body, rows)) = self.asked(who, None)? else { return Ok(false) };
            let Some(reply) = self.ask(who, (&body, rows), Death::Never)? else { return Ok(false) };
            let problem = matches!(reply, Reply::Problem(_));
            if !self.hand_over(who, reply)? {
                return Ok(!problem);
            }
        }
        Err(Violation::of("a conversation ends", format!("{EXCHANGES} exchanges of phone {who}")))
    }

    /// The next request, or the one that is on the line.
    fn asked(&mut self, who: usize, dice: Option<&mut Dice>) -> Holds<Option<(Vec<u8>, usize)>> {
        let now_ms = self.now_ms;
        let Some(handset) = self.handsets.get_mut(who) else { return Ok(None) };
        match std::mem::take(&mut handset.line) {
            Line::Asked(body, rows) => return Ok(Some((body, rows))),
            Line::Answered(reply) => {
                if !self.hand_over(who, reply)? {
                    return Ok(None);
                }
            }
            Line::Idle => {}
        }
        let Some(handset) = self.handsets.get_mut(who) else { return Ok(None) };
        let at_ms = handset.now_ms(now_ms);
        let body = match handset.act(|phone| phone.next_request(at_ms))? {
            Ok(body) => body,
            Err(Stopped::Died) => {
                self.died(who, true);
                None
            }
            Err(Stopped::Refused(fault)) => return Err(Violation::of("a phone can always ask", format!("{fault:?}"))),
        };
        if self.handsets.get(who).is_some_and(|handset| handset.phone.status(at_ms).is_ok_and(|status| status.expired))
        {
            // What it held is gone: it owes nothing of what a restore lost.
            self.let_go(who);
        }
        let Some(body) = body else { return Ok(None) };
        let Some(dice) = dice else { return Ok(Some((body, ROWS))) };
        self.bounded(body, dice).map(Some)
    }

    /// Sometimes a phone wants little at a time, and the centre looks at few rows.
    fn bounded(&mut self, body: Vec<u8>, dice: &mut Dice) -> Holds<(Vec<u8>, usize)> {
        let rows = if dice.chance(25) { dice.of(2..=12) as usize } else { ROWS };
        if !dice.chance(30) {
            return Ok((body, rows));
        }
        let request = open(&body).and_then(|frames| decode_request(&frames)).map_err(Violation::broken)?;
        if request.want_bytes == 0 {
            return Ok((body, rows));
        }
        self.count("small pages");
        Ok((seal(&encode_request(&SyncRequest { want_bytes: 1, ..request })), rows))
    }

    /// One exchange over a bad line; whether another follows at once.
    fn exchange(&mut self, who: usize, dice: &mut Dice) -> Holds<bool> {
        let Some((body, rows)) = self.asked(who, Some(dice))? else { return Ok(false) };
        match fate(dice) {
            Fate::RequestLost => self.lose(who, "requests lost", Failure::Timeout),
            Fate::RequestCut => self.cut_request(who, &body, dice),
            Fate::RequestLate => {
                let token = self.token(who);
                self.air.push(Letter { token, body });
                self.lose(who, "requests late", Failure::Timeout)
            }
            Fate::RequestSlow => Ok(self.keep_line(who, "requests slow", Line::Asked(body, rows))),
            Fate::Overload => self.lose(
                who,
                "overloads",
                Failure::Problem { problem: Problem::Overloaded, retry_after_ms: Some(5_000) },
            ),
            Fate::CentreDies(true) => self.centre_dies(who, (&body, rows), Death::BeforeCommit),
            Fate::CentreDies(false) => self.centre_dies(who, (&body, rows), Death::AfterCommit),
            Fate::Doubled(times, later) => self.doubled(who, (body, rows), (times, later)),
            fate @ (Fate::Fine | Fate::AnswerLost | Fate::AnswerCut | Fate::AnswerSlow | Fate::Restart) => {
                self.answered(who, (&body, rows), fate, dice)
            }
        }
    }

    fn answered(&mut self, who: usize, asked: (&[u8], usize), fate: Fate, dice: &mut Dice) -> Holds<bool> {
        let Some(reply) = self.ask(who, asked, Death::Never)? else { return Ok(false) };
        match (fate, reply) {
            (Fate::AnswerLost, _) => self.lose(who, "answers lost", Failure::Timeout),
            (Fate::AnswerCut, Reply::Answer(answer)) => self.cut_answer(who, &cut(&answer, dice)),
            (Fate::AnswerSlow, reply) => Ok(self.keep_line(who, "answers slow", Line::Answered(reply))),
            (Fate::Restart, _) => self.restart(who).map(|()| false),
            (_, reply) => self.hand_over(who, reply),
        }
    }

    fn keep_line(&mut self, who: usize, fault: &'static str, line: Line) -> bool {
        if let Some(handset) = self.handsets.get_mut(who) {
            handset.line = line;
        }
        self.count(fault);
        self.say(who, &format!("waits ({fault})"));
        false
    }

    fn cut_request(&mut self, who: usize, body: &[u8], dice: &mut Dice) -> Holds<bool> {
        let part = cut(body, dice);
        self.count("requests cut");
        let reply = self.ask(who, (&part, ROWS), Death::Never)?;
        demand(matches!(reply, Some(Reply::Problem(_))), "a cut request is not taken", || {
            format!("{} bytes", part.len())
        })?;
        self.fail(who, Failure::Unreachable)?;
        self.say(who, "asks, and the request is cut");
        Ok(false)
    }

    fn cut_answer(&mut self, who: usize, part: &[u8]) -> Holds<bool> {
        self.count("answers cut");
        let now_ms = self.now_ms;
        let Some(handset) = self.handsets.get_mut(who) else { return Ok(false) };
        let at_ms = handset.now_ms(now_ms);
        let taken = handset.act(|phone| phone.receive(part, at_ms))?;
        demand(taken.is_err(), "a cut answer is not taken", || format!("{} bytes", part.len()))?;
        self.fail(who, Failure::Garbled)?;
        self.say(who, "gets a cut answer");
        Ok(false)
    }

    fn centre_dies(&mut self, who: usize, asked: (&[u8], usize), death: Death) -> Holds<bool> {
        let before = death == Death::BeforeCommit;
        // A problem is answered before the centre has anything to die over.
        if let Some(reply) = self.ask(who, asked, death)? {
            return self.hand_over(who, reply);
        }
        self.lose(
            who,
            if before { "centre dies before commit" } else { "centre dies after commit" },
            Failure::Unreachable,
        )
    }

    /// The same request arrives more than once: the same question gets the same answer.
    fn doubled(&mut self, who: usize, (body, rows): (Vec<u8>, usize), (times, later): (u32, bool)) -> Holds<bool> {
        self.count("requests doubled");
        let first = self.ask(who, (&body, rows), Death::Never)?;
        for _ in 1..times {
            self.ask(who, (&body, rows), Death::Never)?;
        }
        if later {
            let token = self.token(who);
            self.air.push(Letter { token, body });
        }
        self.say(who, &format!("asks, and the request arrives {times} times"));
        first.map_or(Ok(false), |reply| self.hand_over(who, reply))
    }

    /// A request that was under way arrives; nobody waits for its answer.
    pub(super) fn arrive(&mut self, dice: &mut Dice) -> Holds {
        if self.air.is_empty() {
            return Ok(());
        }
        let at = dice.of(0..=50) as usize % self.air.len();
        let letter = self.air.remove(at);
        self.count("late deliveries");
        self.tell("A request from before arrives.");
        self.ask_as(&letter.token, (&letter.body, ROWS), Death::Never).map(drop)
    }

    fn ask(&mut self, who: usize, asked: (&[u8], usize), death: Death) -> Holds<Option<Reply>> {
        let token = self.token(who);
        self.ask_as(&token, asked, death)
    }

    /// Hands a request to the centre, and what it did to the witness.
    pub(super) fn ask_as(&mut self, token: &str, (body, rows): (&[u8], usize), death: Death) -> Holds<Option<Reply>> {
        self.mark(body);
        let now = self.now();
        let (reply, handled) = self.centre.handle((token, body), rows, death, now)?;
        if let Some(handled) = &handled {
            for _ in 0..handled.bundles {
                self.count("bundles sent");
            }
            self.witness.look(&self.centre, handled, now)?;
        }
        if let Some(Reply::Answer(answer)) = &reply {
            self.mark(answer);
        }
        Ok(reply)
    }

    /// The phone takes what the centre said; whether it goes on at once.
    fn hand_over(&mut self, who: usize, reply: Reply) -> Holds<bool> {
        let answer = match reply {
            Reply::Answer(answer) => answer,
            Reply::Problem(problem) => {
                self.fail(who, Failure::Problem { problem, retry_after_ms: None })?;
                self.say(who, &format!("is told {}", problem.code()));
                return Ok(false);
            }
        };
        let now_ms = self.now_ms;
        let Some(handset) = self.handsets.get_mut(who) else { return Ok(false) };
        let (at_ms, keeps) = (handset.now_ms(now_ms), handset.phone.store().fuse.get().is_some_and(|(_, keeps)| keeps));
        match handset.act(|phone| phone.receive(&answer, at_ms))? {
            Ok(progress) => {
                self.hears(who, progress);
                Ok(progress.more)
            }
            Err(Stopped::Died) => {
                self.died(who, keeps);
                Ok(false)
            }
            Err(Stopped::Refused(fault)) => {
                Err(Violation::of("a phone takes every whole answer", format!("phone {who}: {fault:?}")))
            }
        }
    }

    /// What an answer brought, for the story; one that brought nothing leaves only its bytes in the trace.
    fn hears(&mut self, who: usize, progress: Progress) {
        let Progress { accepted, waiting, held, refused, received, unreadable, left, .. } = progress;
        let named = [
            (accepted, "accepted"),
            (waiting, "waiting"),
            (held, "held"),
            (refused, "refused"),
            (received, "received"),
            (unreadable, "unreadable"),
            (left, "left"),
        ];
        let news: Vec<String> =
            named.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        if !news.is_empty() {
            self.say(who, &format!("hears: {}", news.join(", ")));
        }
    }

    fn lose(&mut self, who: usize, fault: &'static str, failure: Failure) -> Holds<bool> {
        self.count(fault);
        self.fail(who, failure)?;
        self.say(who, &format!("asks in vain ({fault})"));
        Ok(false)
    }

    pub(super) fn fail(&mut self, who: usize, failure: Failure) -> Holds {
        let now_ms = self.now_ms;
        let Some(handset) = self.handsets.get_mut(who) else { return Ok(()) };
        let at_ms = handset.now_ms(now_ms);
        match handset.act(|phone| phone.failed(failure, at_ms, 7))? {
            Err(Stopped::Refused(fault)) => Err(Violation::of("a phone takes every failure", format!("{fault:?}"))),
            Err(Stopped::Died) => {
                self.died(who, true);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// A phone's process ends and starts again.
    pub(super) fn restart(&mut self, who: usize) -> Holds {
        let Some(who) = self.here(who) else { return Ok(()) };
        if let Some(handset) = self.handsets.get_mut(who) {
            handset.restart()?;
        }
        self.count("phone restarts");
        self.say(who, "restarts");
        Ok(())
    }

    fn token(&self, who: usize) -> String {
        let identity = self.handsets.get(who).and_then(|handset| handset.phone.identity());
        identity.map(|identity| identity.token.clone()).unwrap_or_default()
    }
}
