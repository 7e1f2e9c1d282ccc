//! What each zstd level makes of real uploads: the first request of every phone, opened and compressed again.

use anyhow::Result;
use usra_client_sdk::sync::Surroundings;
use usra_client_sdk::transport::Failure;
use usra_sync_protocol::sync::open;
use usra_tests::clock::Here;
use usra_tests::harness::Handset;

use crate::process;
use crate::report::line;

const LEVELS: [i32; 6] = [1, 3, 6, 9, 12, 19];

/// Prints bytes and processor time of each level. The phones send nothing: their requests count as failed.
pub(crate) fn compare(handsets: &mut [Handset]) -> Result<()> {
    let mut requests = Vec::new();
    for handset in handsets {
        let Some(body) = handset.phone.next_request(Here.now_ms())? else { continue };
        requests.push(open(&body)?);
        handset.phone.failed(Failure::Unreachable, Here.now_ms(), 0)?;
        handset.phone.retry_now();
    }
    let plain: usize = requests.iter().map(Vec::len).sum();
    line(&format!("\nFirst uploads of all phones: {} requests, {plain} bytes of frames", requests.len()));
    line("zstd level       bytes   CPU s");
    for level in LEVELS {
        let before = process::cpu_s(std::process::id())?;
        let sizes = requests.iter().map(|frames| Ok(zstd::bulk::compress(frames, level)?.len()));
        let bytes = sizes.sum::<Result<usize>>()?;
        let cpu_s = process::cpu_s(std::process::id())? - before;
        line(&format!("{level:>10}  {bytes:>10}  {cpu_s:>6.2}"));
    }
    Ok(())
}
