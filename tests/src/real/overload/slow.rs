//! Thousands of sockets that send a byte a second: half of them never end the head of their request, half never its body. Each that
//! is cut comes back after a second.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::process::allow_open_files;

const HEAD: &[u8] =
    b"POST /v1/enrol HTTP/1.1\r\nhost: usra\r\ncontent-type: application/json\r\ncontent-length: 900\r\n";
const EVERY: Duration = Duration::from_secs(1);
/// A server that does not take a connection in this time has a full queue, which is as well.
const CONNECTING: Duration = Duration::from_secs(2);
/// Files open beside the slow sockets: requests under way, and what every process has.
const OTHERS: u64 = 6_500;

/// Lets this process open as many files as it needs; how many that is.
pub(super) fn raise_open_files(sockets: usize) -> Result<u64> {
    let allowed = allow_open_files(sockets as u64 + OTHERS)?;
    ensure!(allowed > sockets as u64, "only {allowed} files may be open on this machine");
    Ok(allowed)
}

/// The sockets; closed when dropped.
pub(super) struct Sockets {
    tasks: JoinSet<()>,
    count: usize,
    connected: Arc<AtomicUsize>,
    cut: Arc<AtomicU64>,
}

impl Sockets {
    pub(super) fn open(server: SocketAddr, count: usize) -> Self {
        let (connected, cut) = (Arc::<AtomicUsize>::default(), Arc::<AtomicU64>::default());
        let mut tasks = JoinSet::new();
        for number in 0..count {
            tasks.spawn(come_back(server, number % 2 == 0, (Arc::clone(&connected), Arc::clone(&cut))));
        }
        Self { tasks, count, connected, cut }
    }

    /// Waits until each has tried.
    pub(super) async fn until_connected(&self) {
        while self.connected.load(Ordering::Relaxed) < self.count {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Closes them; how often one was cut by the server.
    pub(super) async fn close(mut self) -> u64 {
        self.tasks.shutdown().await;
        self.cut.load(Ordering::Relaxed)
    }
}

async fn come_back(server: SocketAddr, in_body: bool, (connected, cut): (Arc<AtomicUsize>, Arc<AtomicU64>)) {
    loop {
        connected.fetch_add(1, Ordering::Relaxed);
        let _gone = drip(server, in_body).await;
        cut.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(EVERY).await;
    }
}

async fn drip(server: SocketAddr, in_body: bool) -> std::io::Result<()> {
    let mut stream = timeout(CONNECTING, TcpStream::connect(server)).await??;
    stream.write_all(HEAD).await?;
    if in_body {
        stream.write_all(b"\r\n{\"").await?;
    }
    let mut unread = [0; 512];
    loop {
        // A server that answers or closes has done with it.
        if timeout(EVERY, stream.read(&mut unread)).await.is_ok() {
            return Ok(());
        }
        stream.write_all(b"a").await?;
    }
}
