//! Our own accept loop, because `axum::serve` has no limit on the time a request's head may take. It bounds connections (`crowd`),
//! heads and stalled answers, speaks HTTP/1 and HTTP/2, and when told to stop finishes what it began.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::config::Config;
use crate::http::crowd::{Crowd, Guest};
use crate::http::pace::Pace;
use crate::http::seat::Seats;
use crate::http::stream::Watched;
use crate::http::tries::Peer;
use crate::http::turned_away;

/// A pause after a failed accept (out of descriptors): trying again at once would spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How often a quiet HTTP/2 connection is asked whether it still lives.
const PING_EVERY: Duration = Duration::from_secs(20);

/// Serves `router` until `stop`, then finishes the requests in flight within `config.shutdown_timeout`. `seats` are those that the
/// router gives its requests.
pub async fn serve(
    listener: TcpListener,
    (router, seats): (Router, Seats),
    config: &Config,
    stop: impl Future<Output = ()>,
) {
    let (open, crowd) = (GracefulShutdown::new(), Crowd::new(config.max_connections));
    let house = Arc::new(House { builder: builder(config), router, seats, config: config.clone() });
    let (mut stop, mut pace) = (std::pin::pin!(stop), Pace::default());
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = async {
                pace.next(&house.seats).await;
                accept(&listener, &crowd).await
            } => accepted,
        };
        let Some((stream, peer, guest)) = accepted else { continue };
        let (house, watcher) = (Arc::clone(&house), open.watcher());
        tokio::spawn(async move {
            tokio::select! {
                () = house.receive(stream, peer, (&guest, watcher)) => {}
                () = guest.told_to_leave() => {}
            }
        });
    }
    drop(listener);
    if timeout(config.shutdown_timeout, open.shutdown()).await.is_err() {
        tracing::warn!("stopped before every request in flight was answered");
    }
}

/// What every connection is served with.
struct House {
    builder: Builder<TokioExecutor>,
    router: Router,
    seats: Seats,
    config: Config,
}

impl House {
    /// Serves one connection to its end. A client that went away or was cut is its own news; the requests it made were logged.
    async fn receive(&self, mut stream: TcpStream, peer: Peer, (guest, watcher): (&Arc<Guest>, Watcher)) {
        if !matches!(turned_away::is(&mut stream, &self.seats, &self.config).await, Ok(false)) {
            return;
        }
        // What serves a request takes kilobytes; who is turned away does not need them.
        Box::pin(self.serve(stream, peer, (guest, watcher))).await;
    }

    async fn serve(&self, stream: TcpStream, peer: Peer, (guest, watcher): (&Arc<Guest>, Watcher)) {
        let stream = Watched::new(stream, self.config.header_timeout, self.config.write_pause);
        let router = self.router.clone().layer(Extension(peer)).layer(Extension(Arc::clone(guest)));
        let connection = self.builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
        let _cut = watcher.watch(connection.into_owned()).await;
    }
}

/// One connection at a time waits for a place here; further ones queue in the kernel and not in our memory.
async fn accept(listener: &TcpListener, crowd: &Crowd) -> Option<(TcpStream, Peer, Arc<Guest>)> {
    match listener.accept().await {
        Ok((stream, address)) => {
            // Answers are written whole; waiting to fill a packet only delays them.
            stream.set_nodelay(true).ok()?;
            Some((stream, Peer(address.ip()), crowd.enter().await?))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

fn builder(config: &Config) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(config.header_timeout);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(config.header_timeout)
        // One phone needs one stream; a proxy some dozens.
        .max_concurrent_streams(64);
    builder
}
