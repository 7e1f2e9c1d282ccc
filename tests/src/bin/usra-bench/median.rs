//! The median of each figure over several runs. Machines are shared: one run may have been disturbed.

use crate::fleet::Traffic;
use crate::gauge::Cost;
use crate::reference::Least;
use crate::report::Row;

/// One row for each step, in order.
pub(crate) fn of(runs: &[Vec<Row>]) -> Vec<Row> {
    let steps = runs.first().map_or(0, Vec::len);
    (0..steps).filter_map(|step| row(&runs.iter().filter_map(|run| run.get(step)).collect::<Vec<_>>())).collect()
}

fn row(rows: &[&Row]) -> Option<Row> {
    let first = rows.first()?;
    let real = |figure: fn(&Row) -> f64| middle(rows, figure, f64::total_cmp);
    let whole = |figure: fn(&Row) -> u64| middle(rows, figure, u64::cmp);
    let traffic = Traffic {
        requests: whole(|row| row.cost.traffic.requests),
        bytes_up: whole(|row| row.cost.traffic.bytes_up),
        bytes_down: whole(|row| row.cost.traffic.bytes_down),
        body_up: whole(|row| row.cost.traffic.body_up),
        body_down: whole(|row| row.cost.traffic.body_down),
    };
    let cost = Cost {
        wall_s: real(|row| row.cost.wall_s),
        server_s: real(|row| row.cost.server_s),
        postgres_s: real(|row| row.cost.postgres_s),
        server_kib: whole(|row| row.cost.server_kib),
        postgres_kib: whole(|row| row.cost.postgres_kib),
        disk_bytes: whole(|row| row.cost.disk_bytes),
        traffic,
    };
    let least = Least { cpu_s: real(|row| row.least.cpu_s), zstd_bytes: whole(|row| row.least.zstd_bytes) };
    Some(Row { step: first.step, records: first.records, least, cost })
}

fn middle<T: Copy + Default>(rows: &[&Row], figure: fn(&Row) -> T, order: fn(&T, &T) -> std::cmp::Ordering) -> T {
    let mut figures: Vec<T> = rows.iter().map(|row| figure(row)).collect();
    figures.sort_by(order);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}
