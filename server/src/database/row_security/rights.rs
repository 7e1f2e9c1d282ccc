//! What the server's role may do with each table: no more than the server does. Whoever gets to run a statement of their own
//! as the server cannot rewrite history with it.

/// Every right that a table can give.
const ALL: [&str; 7] = ["select", "insert", "update", "delete", "truncate", "references", "trigger"];

/// Tables whose rows are written once.
const WRITTEN_ONCE: [&str; 4] = ["change", "licence_decision", "published_count", "published_family"];
/// Tables whose rows end but stay.
const STAY: [&str; 10] = [
    "region",
    "area",
    "install",
    "assignment",
    "enrolment_code",
    "token_family",
    "record",
    "audit_head",
    "staff",
    "sms_day",
];

fn of(table: &str) -> &'static [&'static str] {
    if STAY.contains(&table) {
        return &["select", "insert", "update"];
    }
    // The audit trail only grows; a table that is added to it does too.
    if WRITTEN_ONCE.contains(&table) || table.starts_with("audit") {
        return &["select", "insert"];
    }
    &["select", "insert", "update", "delete"]
}

/// The rights that the server lacks on `table`, and those that it has too much.
pub(super) fn differ(table: &str, granted: &[String]) -> (Vec<&'static str>, Vec<&'static str>) {
    let (of, has) = (of(table), |right: &&str| granted.iter().any(|granted| granted == right));
    let lacks = of.iter().copied().filter(|right| !has(right)).collect();
    let excess = ALL.iter().copied().filter(|right| has(right) && !of.contains(right)).collect();
    (lacks, excess)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trail_and_the_changes_only_grow() {
        for table in ["change", "audit", "audit_read", "licence_decision", "published_count", "published_family"] {
            assert_eq!(of(table), ["select", "insert"], "{table}");
        }
        assert_eq!(of("audit_head"), ["select", "insert", "update"]);
    }

    #[test]
    fn rights_are_told_apart_into_too_few_and_too_many() {
        let granted = ["select".to_owned(), "truncate".to_owned()];
        assert_eq!(differ("change", &granted), (vec!["insert"], vec!["truncate"]));
    }
}
