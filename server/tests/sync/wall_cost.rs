//! What row security costs: the same ingest as the server's role and as the owner, whom no policy binds, by turns in one run.
//! Processor time of the two PostgreSQL backends is read, not the clock: it does not tell how busy the machine is.

use std::sync::Arc;

use sqlx::PgPool;
use usra_server::config::Config;
use usra_server::database::connect;
use usra_server::sync::author::Author;
use usra_server::sync::ingest::Ingest;
use usra_server::sync::offer::Offer;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::sync::Verdict;

use crate::centre::{Centre, JEDDAH, REGION, now};
use crate::pen::{Pen, put};

const ROUNDS: u16 = 40;
const RECORDS: u16 = 100;

/// An ingest task, and the process that serves its connection.
struct Side {
    ingest: Ingest,
    process: i32,
    took_ms: Vec<f64>,
}

impl Side {
    async fn of(centre: &Centre, pool: PgPool, name: &str) -> Self {
        let one = Config { pool_size: 1, ..Config::default() };
        let pool = connect::pool((*pool.connect_options()).clone().application_name(name), &one).await.unwrap();
        let ingest = Ingest::start(&pool, REGION, Arc::new(centre.areas().await));
        // Now the task has its connection.
        ingest.push(Vec::new(), now()).await.unwrap();
        let sql = "select pid from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()";
        let process = sqlx::query_scalar(sql).bind(name).fetch_one(&pool).await.unwrap();
        Self { ingest, process, took_ms: Vec::new() }
    }

    /// Milliseconds of processor so far.
    fn spent_ms(&self) -> f64 {
        let told = std::fs::read_to_string(format!("/proc/{}/schedstat", self.process)).unwrap();
        told.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e6
    }

    async fn push(&mut self, offers: Vec<Offer>) {
        let before = self.spent_ms();
        let verdicts = self.ingest.push(offers, now()).await.unwrap();
        assert_eq!(verdicts, vec![Verdict::Accepted; usize::from(RECORDS)]);
        self.took_ms.push(self.spent_ms() - before);
    }

    /// The median and the least.
    fn told_ms(mut self) -> (f64, f64) {
        self.took_ms.sort_by(f64::total_cmp);
        let at = |place: usize| self.took_ms.get(place).copied().unwrap_or_default();
        (at(self.took_ms.len() / 2), at(0))
    }
}

fn offers(phone: &Arc<Author>, round: u16) -> Vec<Offer> {
    let one = |number: u16| {
        let mut random = [0; 10];
        random[..4].copy_from_slice(&(u32::from(round) << 16 | u32::from(number)).to_be_bytes());
        let mut pen = Pen::new(phone, RecordId::new(1, random), JEDDAH);
        let fields = ["name_ar", "name_en", "district", "address", "capacity_note"];
        pen.write(fields.map(|field| put(field, "عسل")).to_vec()).1
    };
    (0..RECORDS).map(one).collect()
}

#[tokio::test]
#[ignore = "a measurement; it prints, and promises nothing"]
#[expect(clippy::print_stdout, reason = "a measurement prints")]
async fn what_row_security_costs_an_ingest() {
    let centre = Centre::start().await;
    let phone = centre.phone(1, JEDDAH).await;
    let mut walled = Side::of(&centre, centre.pool(), "walled").await;
    let mut unbound = Side::of(&centre, centre.owner(), "unbound").await;
    for round in 0..ROUNDS {
        walled.push(offers(&phone, 2 * round)).await;
        unbound.push(offers(&phone, 2 * round + 1)).await;
    }
    let ((walled, walled_least), (unbound, unbound_least)) = (walled.told_ms(), unbound.told_ms());
    println!(
        "{RECORDS} records a batch, {ROUNDS} batches each, ms of processor: median {walled:.2} behind the wall, {unbound:.2} without, \
         x {:.3}; least {walled_least:.2} and {unbound_least:.2}, x {:.3}",
        walled / unbound,
        walled_least / unbound_least
    );
}
