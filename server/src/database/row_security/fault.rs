//! A gap in the wall: what is wrong, and the statement that closes it.

pub(super) use crate::storage::row_security::quoted;

/// One gap. Names are those of roles, tables and policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The server's role is a superuser.
    Superuser(String),
    /// It bypasses row security.
    Bypasses(String),
    /// It can become a role that does.
    Becomes(String, String),
    /// It owns a table (and others, perhaps): an owner is not held by row security.
    Owns(String, String),
    /// It may create tables of its own beside ours.
    Creates(String),
    /// A table without row security.
    Open(String),
    /// A table without our policy.
    NoPolicy(String),
    /// A table with another policy that lets rows through.
    Widened(String, String),
    /// The role may more with a table than the server does.
    MayTooMuch(String, String, String),
    /// It may less.
    MayTooLittle(String, String, String),
}

/// Why the server does not start on this database.
#[derive(Debug, thiserror::Error)]
pub enum Unwalled {
    /// There are gaps.
    #[error("the wall between regions has gaps: {}", told(.0))]
    Gaps(Vec<Fault>),
    /// The database is away.
    #[error("whether regions are walled off could not be read")]
    Storage(#[from] sqlx::Error),
}

/// Gaps told at the start; all of them would hide the message. `usra doctor` tells all.
const TOLD: usize = 3;

fn told(faults: &[Fault]) -> String {
    let mut words: Vec<String> =
        faults.iter().take(TOLD).map(|fault| format!("{}. Fix: {}", fault.what(), fault.fix())).collect();
    if faults.len() > TOLD {
        words.push(format!("{} more, see `usra doctor`", faults.len() - TOLD));
    }
    if faults.iter().any(Fault::is_of_a_table) {
        words.push("`usra migrate` with USRA_OWNER_URL closes every gap of the tables".to_owned());
    }
    words.join("; ")
}

impl Fault {
    fn is_of_a_table(&self) -> bool {
        matches!(
            self,
            Self::Open(_) | Self::NoPolicy(_) | Self::Widened(..) | Self::MayTooMuch(..) | Self::MayTooLittle(..)
        )
    }

    /// What is wrong.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::Superuser(role) => format!("the server's role {role} is a superuser"),
            Self::Bypasses(role) => format!("the server's role {role} bypasses row security"),
            Self::Becomes(role, above) => format!("the server's role {role} can become {above}, which sees everything"),
            Self::Owns(role, table) => format!("the server's role {role} owns {table}"),
            Self::Creates(role) => format!("the server's role {role} may create tables"),
            Self::Open(table) => format!("table {table} has no row security"),
            Self::NoPolicy(table) => format!("table {table} has no policy one_region"),
            Self::Widened(table, policy) => format!("table {table} has a policy {policy} that lets more rows through"),
            Self::MayTooMuch(table, role, rights) => format!("{role} may {rights} on {table}"),
            Self::MayTooLittle(table, role, rights) => format!("{role} may not {rights} on {table}"),
        }
    }

    /// The SQL that closes it, for the owner of the tables.
    #[must_use]
    pub fn fix(&self) -> String {
        match self {
            Self::Superuser(_) | Self::Owns(..) => ANOTHER_ROLE.to_owned(),
            Self::Bypasses(role) => format!("alter role {} nobypassrls;", quoted(role)),
            Self::Becomes(role, above) => format!("revoke {} from {};", quoted(above), quoted(role)),
            Self::Creates(_) => {
                "revoke create on schema public from public; and let another role own the database".into()
            }
            Self::Open(table) => format!("alter table {} enable row level security;", quoted(table)),
            Self::NoPolicy(table) => format!(
                "drop policy if exists one_region on {table}; create policy one_region on {table} \
                 using (region_id = nullif(current_setting('usra.region', true), '')::integer);",
                table = quoted(table)
            ),
            Self::Widened(table, policy) => format!("drop policy {} on {};", quoted(policy), quoted(table)),
            Self::MayTooMuch(table, role, rights) => {
                format!("revoke {rights} on {} from {};", quoted(table), quoted(role))
            }
            Self::MayTooLittle(table, role, rights) => {
                format!("grant {rights} on {} to {};", quoted(table), quoted(role))
            }
        }
    }
}

/// For whoever gives the server the owner's URL, as one did before there were two roles.
const ANOTHER_ROLE: &str = "create role usra_server login password '(choose one)'; then give the server that role in \
    DATABASE_URL, the role that owns the tables in USRA_OWNER_URL, and run `usra migrate` once";
