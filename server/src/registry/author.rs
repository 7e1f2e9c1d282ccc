//! Who wrote or decided something, in words for people: a phone by its person, the centre by who sat at the desk.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use usra_sync_protocol::id::{ChangeHash, InstallId, RecordId, RegionId};
use uuid::Uuid;

use crate::storage::audit::{self, AuditRow, Filter};
use crate::storage::person::{self, Person};

/// Audit rows looked at for a record: more than it can have decisions.
const ROWS: i64 = 10_000;

/// Who it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// Somebody with a phone or an account.
    Person(Person),
    /// Somebody at the server's command line, by the name of their account there.
    Operator(String),
    /// The centre; who of it is not written down.
    Centre,
}

/// Who is known of the authors of a record.
#[derive(Clone, Debug, Default)]
pub struct Authors {
    people: BTreeMap<Uuid, Person>,
    /// Who decided what the centre's own changes wrote, by their names.
    decided: BTreeMap<String, AuditRow>,
}

impl Authors {
    /// Those of the records and the installs.
    ///
    /// # Errors
    /// The database is away.
    pub async fn of(
        conn: &mut PgConnection,
        region: RegionId,
        (records, installs): (&[RecordId], &[Uuid]),
    ) -> Result<Self, sqlx::Error> {
        let mut decided = BTreeMap::new();
        for record in records {
            let filter = Filter { record: Some(record.0), ..Filter::default() };
            let rows = audit::list(conn, region, &filter, ROWS).await?;
            decided.extend(
                rows.into_iter().flat_map(|row| changes(&row).into_iter().map(move |change| (change, row.clone()))),
            );
        }
        let staff = decided.values().filter_map(|row: &AuditRow| row.by_id);
        let ids: Vec<Uuid> = installs.iter().copied().chain(staff).collect();
        Ok(Self { people: person::of_ids(conn, region, &ids).await?, decided })
    }

    /// Who made a change of this install and name.
    #[must_use]
    pub fn who(&self, install: Uuid, change: Option<ChangeHash>) -> Author {
        if install != InstallId::SERVER.0 {
            return self.people.get(&install).cloned().map_or(Author::Centre, Author::Person);
        }
        let row = change.and_then(|change| self.decided.get(&change.to_string()));
        let person = row.and_then(|row| row.by_id).and_then(|id| self.people.get(&id));
        match (person, row.and_then(|row| row.by_name.clone())) {
            (Some(person), _) => Author::Person(person.clone()),
            (None, Some(name)) => Author::Operator(name),
            (None, None) => Author::Centre,
        }
    }
}

fn changes(row: &AuditRow) -> Vec<String> {
    let listed = row.detail.get("changes").and_then(|changes| changes.as_array());
    listed.into_iter().flatten().filter_map(|change| change.as_str().map(str::to_owned)).collect()
}
