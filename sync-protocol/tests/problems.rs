//! The table of problems that phones branch on: a code, its status and whether to retry never change by accident.

use usra_sync_protocol::problem::Problem;

#[test]
fn every_problem_keeps_its_code_its_status_and_whether_the_client_may_retry() {
    let line = |problem: &Problem| {
        let retry = if problem.retry() { "retry" } else { "final" };
        format!("{} {} {retry}\n", problem.code(), problem.status())
    };
    let table: String = Problem::ALL.iter().map(line).collect();
    assert_eq!(table, include_str!("golden/problems.txt"));
}
