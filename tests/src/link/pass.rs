//! One request through the link: read whole from the phone, carried with or without a fault, the answer read to its end.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Fault, Shared};

/// Heads of ours have under 1 KiB.
const HEAD_MAX: usize = 16 * 1024;
/// A server that says nothing for so long is not answering.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) async fn pass(mut phone: TcpStream, shared: &Shared) -> Result<()> {
    let request = read_request(&mut phone).await?;
    shared.count(request.len(), 0);
    let fault = shared.next_fault();
    let Some(answer) = carry(shared.server, &request, fault).await? else { return Ok(()) };
    let answer = match fault {
        Some(Fault::CutAnswer(len)) => answer.get(..len).unwrap_or(&answer),
        Some(Fault::LoseLarge(most)) if answer.len() > most => return Ok(()),
        _ => &answer,
    };
    if let Some(Fault::Slow(rate)) = fault {
        slow(&mut phone, answer, rate).await?;
        shared.count(0, answer.len());
        return phone.shutdown().await;
    }
    let pause = if let Some(Fault::Crawl(us)) = fault { Duration::from_micros(us) } else { Duration::ZERO };
    crawl(&mut phone, answer, pause).await?;
    shared.count(0, answer.len());
    phone.shutdown().await
}

/// Writes byte by byte when there is to be a pause after each.
async fn crawl(to: &mut TcpStream, bytes: &[u8], pause: Duration) -> Result<()> {
    if pause.is_zero() {
        return to.write_all(bytes).await;
    }
    to.set_nodelay(true)?;
    for byte in bytes {
        to.write_all(std::slice::from_ref(byte)).await?;
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

/// Writes in pieces of a tenth of a second.
async fn slow(to: &mut TcpStream, bytes: &[u8], rate: u32) -> Result<()> {
    for piece in bytes.chunks((rate as usize / 10).max(1)) {
        tokio::time::sleep(Duration::from_millis(100)).await;
        to.write_all(piece).await?;
    }
    Ok(())
}

async fn carry(server: SocketAddr, request: &[u8], fault: Option<Fault>) -> Result<Option<Vec<u8>>> {
    match fault {
        Some(Fault::LoseLarge(most)) if request.len() > most => Ok(None),
        None | Some(Fault::CutAnswer(_) | Fault::LoseLarge(_)) => exchange(server, request, false).await.map(Some),
        Some(Fault::Drop) => Ok(None),
        Some(Fault::Void) => exchange(server, request, false).await.map(|_lost| None),
        Some(Fault::CutRequest(len)) => send_part(server, request.get(..len).unwrap_or(request)).await.map(|()| None),
        Some(Fault::Twice) => {
            exchange(server, request, false).await?;
            exchange(server, request, false).await.map(Some)
        }
        Some(Fault::Late(ms)) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            exchange(server, request, false).await.map(Some)
        }
        Some(Fault::Drip(piece)) => drip(server, request, piece.max(1)).await.map(Some),
        Some(Fault::HalfClose) => exchange(server, request, true).await.map(Some),
        Some(Fault::Crawl(us)) => {
            let mut stream = TcpStream::connect(server).await?;
            crawl(&mut stream, request, Duration::from_micros(us)).await?;
            read_answer(stream).await.map(Some)
        }
        Some(Fault::Slow(rate)) => {
            let mut stream = TcpStream::connect(server).await?;
            slow(&mut stream, request, rate).await?;
            read_answer(stream).await.map(Some)
        }
        Some(Fault::Abandon(us)) => abandon(server, request, Duration::from_micros(us)).await.map(|()| None),
        Some(Fault::Flood(times)) => flood(server, request, times).await.map(Some),
    }
}

async fn exchange(server: SocketAddr, request: &[u8], half_close: bool) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(request).await?;
    if half_close {
        stream.shutdown().await?;
    }
    read_answer(stream).await
}

async fn drip(server: SocketAddr, request: &[u8], piece: usize) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    for part in request.chunks(piece) {
        stream.write_all(part).await?;
        tokio::task::yield_now().await;
    }
    read_answer(stream).await
}

async fn abandon(server: SocketAddr, request: &[u8], after: Duration) -> Result<()> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(request).await?;
    tokio::time::sleep(after).await;
    Ok(())
}

async fn flood(server: SocketAddr, request: &[u8], times: usize) -> Result<Vec<u8>> {
    let (mut all, request) = (tokio::task::JoinSet::new(), request.to_vec());
    for _ in 0..times {
        let request = request.clone();
        all.spawn(async move { exchange(server, &request, false).await });
    }
    let first = all.join_next().await.ok_or(Error::from(ErrorKind::UnexpectedEof))?;
    all.join_all().await;
    first.map_err(Error::other)?
}

/// Sends a beginning and hangs up; waits until the server has noticed, so that a test knows that it is over.
async fn send_part(server: SocketAddr, part: &[u8]) -> Result<()> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(part).await?;
    stream.shutdown().await?;
    read_answer(stream).await.map(|_unread| ())
}

async fn read_answer(mut stream: TcpStream) -> Result<Vec<u8>> {
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.map_err(|_late| Error::from(ErrorKind::TimedOut))??;
    Ok(answer)
}

/// Reads one request and asks in it for the connection to be closed after its answer, so that the answer ends where it ends.
async fn read_request(phone: &mut TcpStream) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            break end;
        }
        if bytes.len() > HEAD_MAX || phone.read_buf(&mut bytes).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    };
    let (head, body) = bytes.split_at(end);
    let head = String::from_utf8_lossy(head).into_owned();
    let (mut body, length) = (body.get(4..).unwrap_or_default().to_vec(), content_length(&head));
    while body.len() < length {
        if phone.read_buf(&mut body).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    let mut request = format!("{head}\r\nconnection: close\r\n\r\n").into_bytes();
    request.append(&mut body);
    Ok(request)
}

fn content_length(head: &str) -> usize {
    let named = |line: &str| {
        line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))?.1.trim().parse().ok()
    };
    head.lines().find_map(named).unwrap_or(0)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
