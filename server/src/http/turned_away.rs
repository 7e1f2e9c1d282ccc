//! When every seat is taken most requests that come are refused, so refusing must cost next to nothing: a new connection that asks for
//! work is answered before its request is read as one. Those who watch, and whoever speaks HTTP/2, are served as usual.

use std::io;
use std::sync::OnceLock;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use usra_sync_protocol::problem::Problem;

use crate::config::Config;
use crate::http::problem::RETRY_AFTER_S;
use crate::http::seat::Seats;

/// How a request for work begins, whatever it is.
const WORK: &[u8] = b"POST /v1/";
/// More of a request than is read before it is refused; usual ones come whole.
const READ_BYTES: usize = 16 * 1024;

/// The answer, the same for all.
static REFUSAL: OnceLock<Vec<u8>> = OnceLock::new();

/// Answers a connection with `overloaded` if it asks for work and every seat is taken; whether it was answered.
///
/// # Errors
/// The connection broke, or nothing came in time.
pub async fn is(stream: &mut TcpStream, seats: &Seats, config: &Config) -> io::Result<bool> {
    if !seats.are_taken() {
        return Ok(false);
    }
    let mut opening = [0; WORK.len()];
    let seen = timeout(config.header_timeout, stream.peek(&mut opening)).await??;
    if opening.get(..seen) != Some(WORK) || !seats.are_taken() {
        return Ok(false);
    }
    // What was sent is taken first: closing on unread bytes would tear the answer away from the client.
    let mut unread = Vec::with_capacity(READ_BYTES);
    let _some = stream.read_buf(&mut unread).await?;
    stream.write_all(REFUSAL.get_or_init(refusal)).await?;
    stream.shutdown().await?;
    seats.count_refusal();
    Ok(true)
}

fn refusal() -> Vec<u8> {
    let body = serde_json::to_vec(&Problem::Overloaded.body(None)).unwrap_or_default();
    let mut answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\nretry-after: {RETRY_AFTER_S}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend_from_slice(&body);
    answer
}
