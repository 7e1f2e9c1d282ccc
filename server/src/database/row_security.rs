//! The wall between regions: the server works as a role that owns nothing, and row security lets that role see the rows of one
//! region. The owner raises it after every migration, around every table that has a `region_id`, so that a new table is inside
//! without anyone thinking of it; the server looks at every start whether it stands (docs/decisions/0010).

mod fault;
mod rights;

use sqlx::PgConnection;

use crate::storage::row_security::{self as catalogue, Table};
pub use fault::{Fault, Unwalled};

/// The name of the role that `conn` logged in as.
///
/// # Errors
/// The database is away.
pub async fn role(conn: &mut PgConnection) -> Result<String, sqlx::Error> {
    Ok(catalogue::role(conn).await?.name)
}

/// Enables row security, makes the policy and sets the rights of `server` where they are not so yet, as the tables' owner.
/// What is as it should be is not touched, so that a running server is not held up.
///
/// # Errors
/// The database is away, or there is no such role.
pub async fn raise(owner: &mut PgConnection, server: &str) -> Result<(), sqlx::Error> {
    catalogue::lock(owner).await?;
    let own = ["_sqlx_migrations", "open_value", "listed_family", "held_licence"]
        .map(|name| format!("grant select on {name} to {};", fault::quoted(server)));
    catalogue::obey(owner, &own).await?;
    for table in catalogue::tables(owner, server).await? {
        let faults = of_table(&table, server);
        if !faults.is_empty() {
            let fixes: Vec<String> = faults.iter().map(Fault::fix).collect();
            catalogue::obey(owner, &fixes).await?;
        }
    }
    catalogue::unlock(owner).await
}

/// Refuses a role that could walk around the wall, and tables outside it.
///
/// # Errors
/// The wall has gaps, or the database is away.
pub async fn check(server: &mut PgConnection) -> Result<(), Unwalled> {
    let faults = faults(server).await?;
    if faults.is_empty() { Ok(()) } else { Err(Unwalled::Gaps(faults)) }
}

/// Every gap in the wall, as the server's role sees it.
///
/// # Errors
/// The database is away.
pub async fn faults(server: &mut PgConnection) -> Result<Vec<Fault>, sqlx::Error> {
    let role = catalogue::role(server).await?;
    let of_role = of_role(&role);
    if !of_role.is_empty() {
        // Such a role has every right; more would only hide the reason.
        return Ok(of_role);
    }
    let tables = catalogue::tables(server, &role.name).await?;
    Ok(tables.iter().flat_map(|table| of_table(table, &role.name)).collect())
}

fn of_role(role: &catalogue::Role) -> Vec<Fault> {
    let name = || role.name.clone();
    if role.superuser {
        return vec![Fault::Superuser(name())];
    }
    if role.bypass {
        return vec![Fault::Bypasses(name())];
    }
    let mut faults: Vec<Fault> = role.above.iter().map(|above| Fault::Becomes(name(), above.clone())).collect();
    if let Some(first) = role.owns.first() {
        faults.push(Fault::Owns(name(), first.clone()));
    }
    if role.creates {
        faults.push(Fault::Creates(name()));
    }
    faults
}

fn of_table(table: &Table, server: &str) -> Vec<Fault> {
    let name = || table.name.clone();
    let mut faults = Vec::new();
    if !table.enabled {
        faults.push(Fault::Open(name()));
    }
    if !table.policy {
        faults.push(Fault::NoPolicy(name()));
    }
    faults.extend(table.others.iter().map(|other| Fault::Widened(name(), other.clone())));
    let (lacks, excess) = rights::differ(&table.name, &table.granted);
    if !excess.is_empty() {
        faults.push(Fault::MayTooMuch(name(), server.to_owned(), excess.join(", ")));
    }
    if !lacks.is_empty() {
        faults.push(Fault::MayTooLittle(name(), server.to_owned(), lacks.join(", ")));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, granted: &[&str]) -> Table {
        let granted = granted.iter().map(|&word| word.to_owned()).collect();
        Table { name: name.to_owned(), enabled: true, policy: true, others: Vec::new(), granted }
    }

    #[test]
    fn a_table_as_it_should_be_has_no_fault_and_each_gap_has_its_own_statement() {
        let sound = table("need", &["select", "insert", "update", "delete"]);
        assert_eq!(of_table(&sound, "usra_server"), []);
        let gaps =
            Table { enabled: false, policy: false, others: vec!["all".to_owned()], ..table("change", &["delete"]) };
        let fixes: Vec<String> = of_table(&gaps, "usra_server").iter().map(Fault::fix).collect();
        assert_eq!(fixes.len(), 5, "{fixes:?}");
        assert_eq!(fixes[2], r#"drop policy "all" on "change";"#);
        assert_eq!(fixes[3], r#"revoke delete on "change" from "usra_server";"#);
        assert_eq!(fixes[4], r#"grant select, insert on "change" to "usra_server";"#);
    }

    #[test]
    fn a_role_that_could_walk_around_the_wall_is_named_with_the_way_out() {
        let role = catalogue::Role { name: "usra".to_owned(), superuser: true, ..catalogue::Role::default() };
        let message = Unwalled::Gaps(of_role(&role)).to_string();
        assert!(
            message.contains("usra is a superuser") && message.contains("create role usra_server login"),
            "{message}"
        );
        let heir = catalogue::Role { above: vec!["boss".to_owned()], creates: true, superuser: false, ..role };
        assert_eq!(of_role(&heir).len(), 2);
    }
}
