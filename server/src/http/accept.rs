//! Our own accept loop, because `axum::serve` has no limit on the time a request's head may take. It bounds connections,
//! heads and stalled answers, speaks HTTP/1 and HTTP/2, and when told to stop finishes what it began.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::config::Config;
use crate::http::stream::Watched;
use crate::http::tries::Peer;

/// A pause after a failed accept (out of descriptors): trying again at once would spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How often a quiet HTTP/2 connection is asked whether it still lives.
const PING_EVERY: Duration = Duration::from_secs(20);

/// Serves `router` until `stop`, then finishes the requests in flight within `config.shutdown_timeout`.
pub async fn serve(listener: TcpListener, router: Router, config: &Config, stop: impl Future<Output = ()>) {
    let (builder, open) = (builder(config), GracefulShutdown::new());
    let room = Arc::new(Semaphore::new(config.max_connections));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &room) => accepted,
        };
        let Some((stream, peer, permit)) = accepted else { continue };
        let stream = Watched::new(stream, config.header_timeout, config.write_pause);
        let service = TowerToHyperService::new(router.clone().layer(Extension(peer)));
        let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
        let connection = open.watch(connection);
        tokio::spawn(async move {
            // A client that went away or was cut is its own news; the requests it made were logged.
            let _cut = connection.await;
            drop(permit);
        });
    }
    drop(listener);
    if timeout(config.shutdown_timeout, open.shutdown()).await.is_err() {
        tracing::warn!("stopped before every request in flight was answered");
    }
}

/// Waits for room first, so that further clients queue in the kernel and not in our memory.
async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> Option<(TcpStream, Peer, OwnedSemaphorePermit)> {
    let permit = room.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, address)) => {
            // Answers are written whole; waiting to fill a packet only delays them.
            stream.set_nodelay(true).ok()?;
            Some((stream, Peer(address.ip()), permit))
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
