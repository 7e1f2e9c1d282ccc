//! A request's seat among those that are worked on at once. A request whose body is still on its way gives its seat up until the rest is
//! here, and then comes before all newcomers; so slow senders keep nobody from being served. What such bodies may take together is
//! bounded.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// KiB of bodies that may be on their way at once, by their declared lengths: 32 of the longest, thousands of usual ones.
const ON_THE_WAY_KIB: usize = 128 * 1024;

/// The seats of one server; cheap to clone.
#[derive(Clone, Debug)]
pub struct Seats {
    free: Arc<Semaphore>,
    refused: Arc<AtomicU64>,
    on_the_way: Arc<Semaphore>,
}

/// The seat of one request; given back when the last clone goes.
#[derive(Clone, Debug)]
pub struct Seat {
    of: Seats,
    held: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
}

impl Seats {
    /// So many seats.
    #[must_use]
    pub fn new(count: usize) -> Self {
        let (free, on_the_way) = (Arc::new(Semaphore::new(count)), Arc::new(Semaphore::new(ON_THE_WAY_KIB)));
        Self { free, refused: Arc::default(), on_the_way }
    }

    /// Whether none is free at this moment.
    #[must_use]
    pub fn are_taken(&self) -> bool {
        self.free() == 0
    }

    /// How many are free at this moment.
    #[must_use]
    pub fn free(&self) -> usize {
        self.free.available_permits()
    }

    /// One more was refused for want of a seat.
    pub fn count_refusal(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// How many were refused since this was last asked.
    #[must_use]
    pub fn take_refusals(&self) -> u64 {
        self.refused.swap(0, Ordering::Relaxed)
    }

    /// A seat, if one is free.
    #[must_use]
    pub fn take(&self) -> Option<Seat> {
        let held = Arc::clone(&self.free).try_acquire_owned().ok()?;
        Some(Seat { of: self.clone(), held: Arc::new(Mutex::new(Some(held))) })
    }
}

impl Seat {
    /// Gives the seat up while a body of so many bytes arrives; `None` when too much is on its way already.
    #[must_use]
    pub fn leave(&self, size_bytes: usize) -> Option<OwnedSemaphorePermit> {
        let kib = u32::try_from(size_bytes.div_ceil(1024).max(1)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.of.on_the_way).try_acquire_many_owned(kib).ok()?;
        self.put(None);
        Some(room)
    }

    /// Takes a seat again, before all newcomers; whether there was one in time.
    pub async fn come_back(&self, patience: Duration) -> bool {
        let seat = timeout(patience, Arc::clone(&self.of.free).acquire_owned()).await;
        let Ok(Ok(seat)) = seat else { return false };
        self.put(Some(seat));
        true
    }

    fn put(&self, seat: Option<OwnedSemaphorePermit>) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = seat;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_left_comes_back_before_newcomers() {
        let seats = Seats::new(1);
        let slow = seats.take().unwrap();
        let room = slow.leave(900).unwrap();
        let quick = seats.take().unwrap();
        assert!(seats.take().is_none());
        let coming = tokio::spawn(async move { slow.come_back(Duration::from_secs(5)).await.then_some(slow) });
        tokio::task::yield_now().await;
        drop((quick, room));
        let seated = coming.await.unwrap().unwrap();
        assert!(seats.take().is_none());
        drop(seated);
        assert!(seats.take().is_some());
    }

    #[tokio::test]
    async fn bodies_on_their_way_take_bounded_memory_together() {
        let seats = Seats::new(100);
        let longest = 4 * 1024 * 1024;
        let all: Vec<_> = (0..100).filter_map(|_| seats.take()).collect();
        let on_the_way: Vec<_> = all.iter().filter_map(|seat| seat.leave(longest)).collect();
        assert_eq!(on_the_way.len(), 32);
    }
}
