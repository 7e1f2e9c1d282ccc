//! No byte that a phone receives holds anything of a record that it may not see.

use usra_tests::canary::{Size, run};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_out_of_scope_reaches_a_phone_through_moves_revocations_pages_errors_repairs_and_losses() {
    let counts = run(Size { seed: 1, families: 12, steps: 2_000 }).await.unwrap();
    assert_eq!(counts.missing(), Vec::<&str>::new());
}
