//! A bad network between one phone and the server: a real TCP proxy that loses, delays, repeats, drips and cuts whole HTTP
//! requests and answers, by seeded dice or by order. It counts what passed on the phone's side.
//! It knows just enough of HTTP/1.1 to tell where a request ends; one connection carries one request.

mod fault;
mod pass;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub use fault::{Fault, Weather};

/// What passed so far, seen from the phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Requests that the phone made.
    pub requests: u64,
    /// Requests that something was done to.
    pub faults: u64,
    /// Bytes that the phone sent, heads included.
    pub bytes_up: u64,
    /// Bytes that reached the phone, heads included.
    pub bytes_down: u64,
}

/// The link of one phone; closed when dropped.
#[derive(Debug)]
pub struct Link {
    /// The address that the phone speaks to.
    pub url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    weather: Weather,
    tally: Tally,
    faults: BTreeMap<&'static str, u64>,
}

impl Link {
    /// Opens a link to `server`.
    ///
    /// # Errors
    /// No port is free.
    pub async fn open(server: SocketAddr, weather: Weather) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let state = Mutex::new(State { weather, tally: Tally::default(), faults: BTreeMap::new() });
        let shared = Arc::new(Shared { server, state });
        let task = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { url, shared, task })
    }

    /// Changes the weather from the next request on.
    pub fn set(&self, weather: Weather) {
        self.shared.with(|state| state.weather = weather);
    }

    /// What passed so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.shared.with(|state| state.tally)
    }

    /// How often something was done to a request, by what.
    #[must_use]
    pub fn faults(&self) -> BTreeMap<&'static str, u64> {
        self.shared.with(|state| state.faults.clone())
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn next_fault(&self) -> Option<Fault> {
        self.with(|state| {
            let fault = state.weather.next();
            state.tally.requests += 1;
            state.tally.faults += u64::from(fault.is_some());
            if let Some(fault) = fault {
                *state.faults.entry(fault.name()).or_default() += 1;
            }
            fault
        })
    }

    fn count(&self, up: usize, down: usize) {
        self.with(|state| {
            state.tally.bytes_up += up as u64;
            state.tally.bytes_down += down as u64;
        });
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut open = tokio::task::JoinSet::new();
    while let Ok((phone, _)) = listener.accept().await {
        while open.try_join_next().is_some() {}
        open.spawn(carry(phone, Arc::clone(&shared)));
    }
}

/// Carries one request. A link that fails is a bad link: the phone sees a closed connection.
async fn carry(phone: TcpStream, shared: Arc<Shared>) {
    let _closed = pass::pass(phone, &shared).await;
}
