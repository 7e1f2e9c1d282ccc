//! What a check costs: the thread's own processor time and the most memory that was allocated at one moment.

use std::time::Duration;

use peak_alloc::PeakAlloc;
use rustix::time::{ClockId, clock_gettime};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Processor time that no input of a decoder may take.
const TIME: Duration = Duration::from_millis(50);
/// Memory that no input of a decoder may take.
const BYTES: usize = 64 * 1024 * 1024;

/// What something cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    time: Duration,
    bytes: usize,
}

/// Runs something and tells its cost.
pub(crate) fn measure<T>(run: impl FnOnce() -> T) -> (T, Cost) {
    ALLOCATOR.reset_peak_usage();
    let (before, began) = (ALLOCATOR.current_usage(), now());
    let result = run();
    let bytes = ALLOCATOR.peak_usage().saturating_sub(before);
    (result, Cost { time: now().saturating_sub(began), bytes })
}

/// Runs a decoder, which must stay within both limits. Where it takes too long it may try twice more: a page fault or an
/// interrupt is not the decoder's.
pub(crate) fn within_limits<T>(run: impl Fn() -> T) -> T {
    let (result, mut cost) = measure(&run);
    for _ in 0..2 {
        if cost.time <= TIME * slower() {
            break;
        }
        cost = measure(&run).1;
    }
    assert!(cost.time <= TIME * slower(), "it takes {:?}", cost.time);
    assert!(cost.bytes <= BYTES, "it takes {} bytes", cost.bytes);
    result
}

/// How much longer the same takes where nothing is optimised.
fn slower() -> u32 {
    if cfg!(debug_assertions) { 10 } else { 1 }
}

fn now() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}
