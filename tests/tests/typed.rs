//! The typed tables, cell by cell: they are what phones show, and the comparison notices when they are not.

#![expect(clippy::unwrap_used, reason = "what cannot be set up fails the test")]

use usra_client_sdk::Query;
use usra_tests::harness::Scene;
use usra_tests::typed::{Shown, differences};

fn shown(scene: &Scene) -> Shown {
    let all = scene.one.phone.list(&Query { limit: 1_000, ..Query::default() }).unwrap();
    let view = |id| scene.one.phone.record(id).unwrap().unwrap().fields;
    all.into_iter().map(|summary| (summary.id, (summary.kind, view(summary.id)))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_the_typed_tables_is_what_phones_show_and_a_cell_that_is_not_is_named() {
    let mut scene = Scene::set(31).await.unwrap();
    scene.one.put(scene.family, "workers_family", 4_i64).unwrap();
    scene.one.put(scene.family, "activity/FOOD-BAKE", true).unwrap();
    scene.settle().await.unwrap();
    let shown = shown(&scene);
    let database = scene.centre.database().await.unwrap();
    let agreed = differences(&database.pool, &shown).await.unwrap();
    assert_eq!(agreed, Vec::<String>::new());

    for damage in ["update family set workers_family = 99", "delete from family", "update family set activities = '{}'"]
    {
        let mut conn = database.pool.acquire().await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("begin; {damage}; commit"))).execute(&mut *conn).await.unwrap();
        assert!(!differences(&database.pool, &shown).await.unwrap().is_empty(), "unnoticed: {damage}");
    }
    database.close().await;
}
