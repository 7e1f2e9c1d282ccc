//! How fast newcomers are let in while hardly a seat is free: as many as there are seats for, and a few more who are told to come again.
//! Taking a connection, answering and closing it costs a twenty-fifth of real work, so that ten times as many requests as can be
//! served would take a third of the machine if each were told at once. Those beyond the pace stand in the kernel's queue, at no
//! cost, and get the next free seat or their answer a little later.

use std::time::Duration;

use tokio::time::sleep;

use crate::http::seat::Seats;

/// With so many free seats nobody waits.
const PLENTY: usize = 32;
/// How long the next wait, and how many are let in then beyond the free seats: some thousands a second are told.
const MOMENT: Duration = Duration::from_millis(2);
const BEYOND: usize = 16;

/// The pace of one accept loop.
#[derive(Debug, Default)]
pub struct Pace {
    left: usize,
}

impl Pace {
    /// Waits until it is the next one's turn. Dropped while it waits, it lets nobody in.
    pub async fn next(&mut self, seats: &Seats) {
        if self.left == 0 {
            if seats.free() < PLENTY {
                sleep(MOMENT).await;
            }
            self.left = seats.free() + BEYOND;
        }
        self.left -= 1;
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::yield_now;

    use super::*;

    /// How many of a thousand are let in before one has to wait.
    async fn at_once(pace: &mut Pace, seats: &Seats) -> usize {
        let mut count = 0;
        let all = async {
            while count < 1_000 {
                pace.next(seats).await;
                count += 1;
            }
        };
        tokio::select! {
            biased;
            () = all => {}
            () = yield_now() => {}
        }
        count
    }

    #[tokio::test]
    async fn with_plenty_of_seats_nobody_waits() {
        assert_eq!(at_once(&mut Pace::default(), &Seats::new(PLENTY)).await, 1_000);
    }

    #[tokio::test]
    async fn with_few_seats_as_many_come_at_once_as_there_are_seats_for_and_some() {
        let (seats, mut pace) = (Seats::new(3), Pace::default());
        pace.next(&seats).await;
        assert_eq!(at_once(&mut pace, &seats).await, 3 + BEYOND - 1);
        let _taken: Vec<_> = (0..3).filter_map(|_| seats.take()).collect();
        pace.next(&seats).await;
        assert_eq!(at_once(&mut pace, &seats).await, BEYOND - 1);
    }
}
