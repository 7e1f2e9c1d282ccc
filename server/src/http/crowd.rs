//! Who is connected, and who makes room for whom. When every place is taken a newcomer gets the place of whoever we have waited for
//! longest: a connection that did not send its request yet, or not all of it; else one that was answered. A connection whose
//! request is worked on keeps its place. So sockets that send a byte a second only ever displace each other.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// Places kept free for newcomers, so that they need not wait until those who were sent away are gone.
const SPARE: usize = 64;

/// All connections of one server; cheap to clone.
#[derive(Clone, Debug)]
pub struct Crowd {
    places: Arc<Semaphore>,
    waited_for: Arc<Mutex<WaitedFor>>,
}

/// Connections that we wait for; the first one goes first.
#[derive(Debug, Default)]
struct WaitedFor {
    last: u64,
    first_to_go: BTreeMap<(Rank, u64), Arc<Notify>>,
}

/// Whose place is taken before whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// It owes us a request, or the rest of one.
    Owes,
    /// It has been answered and may be taking the answer.
    Answered,
}

/// One connection's place.
#[derive(Debug)]
pub struct Guest {
    crowd: Crowd,
    standing: Mutex<Standing>,
    leave: Arc<Notify>,
    _place: OwnedSemaphorePermit,
}

#[derive(Debug, Default)]
struct Standing {
    at_work: usize,
    waited_for: Option<(Rank, u64)>,
}

impl Crowd {
    /// Room for so many.
    #[must_use]
    pub fn new(places: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(places + SPARE)), waited_for: Arc::default() }
    }

    /// A place, if need be another's; waits only while every connection is being worked for. `None` when nobody is let in any more.
    pub async fn enter(&self) -> Option<Arc<Guest>> {
        if self.places.available_permits() <= SPARE {
            self.send_one_away();
        }
        let place = Arc::clone(&self.places).acquire_owned().await.ok()?;
        let (standing, leave) = (Mutex::default(), Arc::default());
        let guest = Arc::new(Guest { crowd: self.clone(), standing, leave, _place: place });
        guest.is_waited_for(Rank::Owes);
        Some(guest)
    }

    fn send_one_away(&self) {
        if let Some((_, one)) = lock(&self.waited_for).first_to_go.pop_first() {
            one.notify_one();
        }
    }
}

impl Guest {
    /// Ends when somebody else gets this place.
    pub async fn told_to_leave(&self) {
        self.leave.notified().await;
    }

    /// While this lives the connection owes us the rest of its request, and may lose its place for it.
    #[must_use]
    pub fn owing(self: &Arc<Self>) -> Owing {
        self.is_waited_for(Rank::Owes);
        Owing(Arc::clone(self))
    }

    fn is_waited_for(&self, rank: Rank) {
        let (mut standing, mut waited_for) = (lock(&self.standing), lock(&self.crowd.waited_for));
        waited_for.last += 1;
        let key = (rank, waited_for.last);
        waited_for.first_to_go.insert(key, Arc::clone(&self.leave));
        if let Some(before) = standing.waited_for.replace(key) {
            waited_for.first_to_go.remove(&before);
        }
    }

    fn is_not_waited_for(&self) {
        if let Some(key) = lock(&self.standing).waited_for.take() {
            lock(&self.crowd.waited_for).first_to_go.remove(&key);
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.is_not_waited_for();
    }
}

/// A connection that owes us the rest of a request.
#[derive(Debug)]
pub struct Owing(Arc<Guest>);

impl Drop for Owing {
    fn drop(&mut self) {
        self.0.is_not_waited_for();
    }
}

/// Keeps the connection's place while one of its requests is worked on.
pub async fn keep_place(request: Request, next: Next) -> Response {
    let Some(guest) = request.extensions().get::<Arc<Guest>>().cloned() else { return next.run(request).await };
    let _at_work = AtWork::begin(guest);
    next.run(request).await
}

struct AtWork(Arc<Guest>);

impl AtWork {
    fn begin(guest: Arc<Guest>) -> Self {
        lock(&guest.standing).at_work += 1;
        guest.is_not_waited_for();
        Self(guest)
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        let left = {
            let mut standing = lock(&self.0.standing);
            standing.at_work = standing.at_work.saturating_sub(1);
            standing.at_work
        };
        if left == 0 {
            self.0.is_waited_for(Rank::Answered);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    async fn is_sent_away(guest: &Guest) -> bool {
        timeout(Duration::from_millis(20), guest.told_to_leave()).await.is_ok()
    }

    #[tokio::test]
    async fn a_newcomer_gets_the_place_of_whoever_was_waited_for_longest() {
        let crowd = Crowd::new(2);
        let (first, second) = (crowd.enter().await.unwrap(), crowd.enter().await.unwrap());
        let _newcomer = crowd.enter().await.unwrap();
        assert!(is_sent_away(&first).await && !is_sent_away(&second).await);
    }

    #[tokio::test]
    async fn who_is_worked_for_keeps_the_place_and_who_owes_goes_before_who_was_answered() {
        let crowd = Crowd::new(3);
        let [working, answered, owing] =
            [crowd.enter().await, crowd.enter().await, crowd.enter().await].map(Option::unwrap);
        let _at_work = AtWork::begin(Arc::clone(&working));
        drop(AtWork::begin(Arc::clone(&answered)));
        crowd.send_one_away();
        assert!(is_sent_away(&owing).await);
        crowd.send_one_away();
        assert!(is_sent_away(&answered).await);
        crowd.send_one_away();
        assert!(!is_sent_away(&working).await);
    }

    #[tokio::test]
    async fn the_rest_of_a_request_is_waited_for_like_its_beginning() {
        let crowd = Crowd::new(1);
        let guest = crowd.enter().await.unwrap();
        let _at_work = AtWork::begin(Arc::clone(&guest));
        let owing = guest.owing();
        crowd.send_one_away();
        assert!(is_sent_away(&guest).await);
        drop(owing);
        assert!(lock(&crowd.waited_for).first_to_go.is_empty());
    }
}
