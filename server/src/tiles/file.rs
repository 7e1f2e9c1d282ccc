//! An archive's file, read in places on threads that may wait for a disk. It is not mapped into memory: a mapped file that somebody cuts short
//! would end the server.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use pmtiles::{AsyncBackend, BackendResponse, PmtResult};

/// The file.
#[derive(Clone, Debug)]
pub(super) struct TilesFile(Arc<File>);

impl TilesFile {
    /// Opens it for reading.
    pub(super) async fn open(path: &Path) -> io::Result<Self> {
        let file = tokio::fs::File::open(path).await?.into_std().await;
        Ok(Self(Arc::new(file)))
    }
}

impl AsyncBackend for TilesFile {
    async fn read(&self, offset: u64, length: usize) -> PmtResult<BackendResponse> {
        let file = Arc::clone(&self.0);
        let bytes = tokio::task::spawn_blocking(move || read_at(&file, offset, length)).await;
        Ok(BackendResponse::new(bytes.map_err(io::Error::other)??))
    }
}

/// Up to `length` bytes from `offset`; fewer where the file ends. No more memory is taken than the file has bytes there, whatever is asked.
fn read_at(file: &File, offset: u64, length: usize) -> io::Result<Bytes> {
    let there = usize::try_from(file.metadata()?.len().saturating_sub(offset)).unwrap_or(usize::MAX);
    let mut bytes = vec![0; length.min(there)];
    file.read_exact_at(&mut bytes, offset)?;
    Ok(bytes.into())
}
