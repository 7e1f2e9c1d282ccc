//! The child in which automerge judges: it reads a history from its input and answers with a byte and a reason. Whoever asks
//! starts it, and starts another one when it aborted or said nothing for too long.

use std::cell::RefCell;
use std::io::{Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use sha2::{Digest as _, Sha256};

use crate::agree;

/// Set in the child's environment.
const WORKER: &str = "USRA_WORKER";
/// Where findings are kept.
const FINDINGS: &str = "FINDINGS";
/// A judgement takes a millisecond; this long says that it never ends.
const PATIENCE: Timespec = Timespec { tv_sec: 5, tv_nsec: 0 };
/// Memory of the child, so that a bomb ends it and not the machine.
const MEMORY_BYTES: u64 = 1 << 30;

thread_local! {
    static CHILD: RefCell<Option<Child>> = const { RefCell::new(None) };
}

/// Serves and never comes back when this process is a worker; otherwise does nothing.
///
/// # Panics
/// When the system gives a worker no limit of memory, or nobody hears its answer.
pub fn serve_if_asked() {
    if std::env::var_os(WORKER).is_none() {
        return;
    }
    let _default_hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_told_by_the_answer| {}));
    let limit = rustix::process::Rlimit { current: Some(MEMORY_BYTES), maximum: Some(MEMORY_BYTES) };
    rustix::process::setrlimit(rustix::process::Resource::As, limit).unwrap();
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    while let Some(question) = receive(&mut input) {
        let judged = std::panic::catch_unwind(|| agree::judge(&agree::split(&question)));
        let verdict = judged.unwrap_or_else(|_panic| Err("a panic".to_owned()));
        send(&mut output, verdict.err().unwrap_or_default().as_bytes()).unwrap();
    }
    std::process::exit(0);
}

/// What automerge says of a history.
pub(crate) fn ask(history: &[u8]) -> Result<(), String> {
    CHILD.with_borrow_mut(|child| {
        let running = child.get_or_insert_with(start);
        let answer = exchange(running, history);
        match answer.as_deref() {
            Ok("") => return Ok(()),
            Ok(_) => {}
            Err(_) => {
                let _gone = running.kill();
                let _status = running.wait();
                *child = None;
            }
        }
        Err(answer.unwrap_or_else(|reason| reason))
    })
}

fn start() -> Child {
    let program = std::env::current_exe().unwrap();
    let mut command = Command::new(program);
    command.env(WORKER, "1").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().unwrap()
}

fn exchange(child: &mut Child, history: &[u8]) -> Result<String, String> {
    let (input, output) = (child.stdin.as_mut().unwrap(), child.stdout.as_mut().unwrap());
    send(input, history).map_err(|_gone| "an abort".to_owned())?;
    if !answers(output) {
        return Err("no end".to_owned());
    }
    let answer = receive(output).ok_or("an abort")?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Whether anything comes in time. The fuzzer's own alarm interrupts the wait, which then begins again.
fn answers(output: &ChildStdout) -> bool {
    let mut ready = [PollFd::new(output, PollFlags::IN)];
    let mut wait = || poll(&mut ready, Some(&PATIENCE));
    std::iter::repeat_with(&mut wait).find(|waited| *waited != Err(Errno::INTR)) != Some(Ok(0))
}

fn send(to: &mut impl Write, bytes: &[u8]) -> std::io::Result<()> {
    to.write_all(&u32::try_from(bytes.len()).unwrap().to_be_bytes())?;
    to.write_all(bytes)?;
    to.flush()
}

fn receive(from: &mut impl Read) -> Option<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length).ok()?;
    let mut bytes = vec![0; usize::try_from(u32::from_be_bytes(length)).ok()?];
    from.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

/// Writes a finding down and lets the run go on.
pub(crate) fn keep_finding(bytes: &[u8], what: &str) {
    let folder = std::env::var(FINDINGS).unwrap_or_else(|_unset| ".".to_owned());
    let [first, second, ..] = <[u8; 32]>::from(Sha256::digest(bytes)).map(u64::from);
    let name = format!("{first:02x}{second:02x}{:04x}", bytes.len());
    eprintln!("finding {name}: {what}");
    std::fs::write(format!("{folder}/crash-{name}"), bytes).unwrap();
}
