//! A connection that cannot be held for nothing: the first bytes must come in time (the step in which HTTP/1 and HTTP/2
//! are told apart has no time limit of its own), and an answer must keep moving.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

use crate::fail_point::FailPoint;

/// Bytes after which the protocol is certain: the length of HTTP/2's preface.
const OPENING_BYTES: usize = 24;

/// A TCP stream with a deadline on its opening and on every stalled write.
#[derive(Debug)]
pub struct Watched {
    inner: TcpStream,
    opening: Option<Pin<Box<Sleep>>>,
    received: usize,
    write_pause: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Watched {
    /// Watches `inner`: `opening` for its first bytes, `write_pause` for every stall of an answer.
    #[must_use]
    pub fn new(inner: TcpStream, opening: Duration, write_pause: Duration) -> Self {
        Self { inner, opening: Some(Box::pin(sleep(opening))), received: 0, write_pause, stalled: None }
    }

    fn note_write<T>(&mut self, cx: &mut Context<'_>, wrote: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if wrote.is_ready() {
            self.stalled = None;
            return wrote;
        }
        let pause = self.write_pause;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(pause)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buf);
        self.received = self.received.saturating_add(buf.filled().len() - before);
        if self.received >= OPENING_BYTES {
            self.opening = None;
        }
        let Some(opening) = self.opening.as_mut() else { return read };
        if opening.deadline() <= Instant::now() || (read.is_pending() && opening.as_mut().poll(cx).is_ready()) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.note_write(cx, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.note_write(cx, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        FailPoint::AfterAnswer.reach();
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
