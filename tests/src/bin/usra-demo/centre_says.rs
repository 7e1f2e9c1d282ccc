//! What the centre now knows, read from its typed tables and from `usra counts`.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::Value;
use sqlx::PgPool;
use usra_sync_protocol::code_list;
use usra_tests::harness::Centre;
use usra_tests::people::place;

use crate::show;

/// Prints families by governorate and by activity, the sizes of the tables, and what waits for a person.
pub(crate) async fn tables(pool: &PgPool, centre: &Centre) -> Result<()> {
    let by_place = count(pool, "select coalesce(governorate, '—'), count(*) from family group by 1").await?;
    show::table("Families by governorate / الأسر حسب المحافظة", by_place, |code| {
        place::governorate(code).map(|place| (place.name_ar, place.name_en))
    });
    let by_activity = count(pool, "select coalesce(primary_activity, '—'), count(*) from family group by 1").await?;
    show::table("Families by activity / الأسر حسب النشاط", by_activity, |code| {
        code_list::activity(code).map(|activity| (activity.ar.as_str(), activity.en.as_str()))
    });
    show::line("\nRows in the typed tables");
    for table in ["family", "household", "household_member", "need", "licence", "consent", "product", "visit"] {
        let sql = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        let rows: i64 = sqlx::query_scalar(sql).fetch_one(pool).await?;
        show::line(&format!("  {rows:>7}  {table}"));
    }
    let counts = centre.run(&["counts", "--by", "governorate,activity", "--json"])?;
    show::line(&format!("\nusra counts: {} families", counts.get("families").unwrap_or(&Value::Null)));
    show::line(&format!("not known yet: {}", counts.get("not_known_yet").unwrap_or(&Value::Null)));
    Ok(())
}

async fn count(pool: &PgPool, sql: &'static str) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(sql).fetch_all(pool).await?;
    Ok(rows.into_iter().collect())
}
