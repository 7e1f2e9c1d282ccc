//! The columns of a list that is taken out: what each is called, to people and to programs, and what it holds of a family.

use time::{Date, OffsetDateTime};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::schema;

use super::super::value;
use crate::storage::taken_family::TakenRow;
use crate::words::Lang;

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Text(Option<String>),
    /// A code and its word.
    Code(Option<(String, String)>),
    Day(Option<Date>),
    Moment(OffsetDateTime),
    Whole(Option<i64>),
}

/// What a column holds of a family.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of {
    Text(fn(&TakenRow) -> Option<&String>),
    /// A code of the list.
    Code(&'static str, fn(&TakenRow) -> Option<&String>),
    /// How it is counted.
    Standing,
    Day(fn(&TakenRow) -> Option<Date>),
    Moment(fn(&TakenRow) -> OffsetDateTime),
    Whole(fn(&TakenRow) -> Option<i64>),
}

/// What heads a column.
#[derive(Clone, Copy, Debug)]
enum Head {
    /// The label of a family's field.
    Field,
    /// A message.
    Message(&'static str),
}

/// Who gets a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum For {
    Everyone,
    /// Who sees households.
    Households,
    /// Who asks for personal columns, and may.
    Personal,
}

/// A column.
#[derive(Debug)]
pub(super) struct Column {
    /// The field's key, or a name of its own.
    key: &'static str,
    head: Head,
    whose: For,
    pub(super) of: Of,
}

impl Column {
    /// What programs call it: `official/file_no` is `file_no`.
    pub(super) fn name(&self) -> &'static str {
        self.key.rsplit('/').next().unwrap_or(self.key)
    }

    /// What people call it.
    pub(super) fn head(&self, lang: Lang) -> String {
        match self.head {
            Head::Message(message) => lang.say(message).into_owned(),
            Head::Field => schema::field(Kind::Family, self.key)
                .map_or_else(String::new, |(field, _)| value::label(lang, field, None)),
        }
    }

    /// What it holds of a family.
    pub(super) fn cell(&self, lang: Lang, row: &TakenRow) -> Cell {
        match self.of {
            Of::Text(of) => Cell::Text(of(row).cloned()),
            Of::Code(list, of) => Cell::Code(of(row).map(|code| (code.clone(), value::word(lang, list, code)))),
            Of::Standing => Cell::Code(Some((row.standing.clone(), standing(lang, &row.standing)))),
            Of::Day(of) => Cell::Day(of(row)),
            Of::Moment(of) => Cell::Moment(of(row)),
            Of::Whole(of) => Cell::Whole(of(row)),
        }
    }
}

/// A list to write.
pub(super) struct Sheet {
    pub(super) lang: Lang,
    pub(super) columns: Vec<&'static Column>,
    pub(super) rows: Vec<TakenRow>,
}

/// The columns for somebody who sees households or not, with the personal ones or not.
pub(super) fn columns(households: bool, personal: bool) -> Vec<&'static Column> {
    let gets = |column: &&Column| match column.whose {
        For::Everyone => true,
        For::Households => households,
        For::Personal => households && personal,
    };
    COLUMNS.iter().filter(gets).collect()
}

static COLUMNS: [Column; 23] = [
    field("official/file_no", Of::Text(|row| row.file_no.as_ref())),
    field("name_ar", Of::Text(|row| row.name_ar.as_ref())),
    field("name_en", Of::Text(|row| row.name_en.as_ref())),
    field("governorate", Of::Code("governorate", |row| row.governorate.as_ref())),
    field("centre", Of::Code("centre", |row| row.centre.as_ref())),
    field("district", Of::Text(|row| row.district.as_ref())),
    own("sector", "by-sector", Of::Code("sector", |row| row.sector.as_ref())),
    field("primary_activity", Of::Code("activity", |row| row.activity.as_ref())),
    field("official/status", Of::Code("family_status", |row| Some(&row.status))),
    own("standing", "by-standing", Of::Standing),
    field("official/verified_on", Of::Day(|row| row.verified_on)),
    own("created_at", "take-out-created", Of::Moment(|row| row.created_at)),
    own("changed_at", "changed", Of::Moment(|row| row.changed_at)),
    field("started_year", Of::Whole(|row| row.started_year.map(i64::from))),
    field("place_of_work", Of::Code("place_of_work", |row| row.place_of_work.as_ref())),
    field("workers_family", Of::Whole(|row| row.workers_family.map(i64::from))),
    field("workers_hired", Of::Whole(|row| row.workers_hired.map(i64::from))),
    field("lead_time_days", Of::Whole(|row| row.lead_time_days.map(i64::from))),
    own("products", "take-out-products", Of::Whole(|row| Some(row.products))),
    Column { whose: For::Households, ..own("open_needs", "take-out-needs", Of::Whole(|row| Some(row.needs))) },
    Column { whose: For::Personal, ..field("mobile", Of::Text(|row| row.mobile.as_ref())) },
    Column { whose: For::Personal, ..field("address", Of::Text(|row| row.address.as_ref())) },
    Column { whose: For::Personal, ..field("short_address", Of::Text(|row| row.short_address.as_ref())) },
];

const fn field(key: &'static str, of: Of) -> Column {
    Column { key, head: Head::Field, whose: For::Everyone, of }
}

const fn own(key: &'static str, message: &'static str, of: Of) -> Column {
    Column { key, head: Head::Message(message), whose: For::Everyone, of }
}

fn standing(lang: Lang, standing: &str) -> String {
    lang.say(&format!("standing-{standing}")).into_owned()
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;

    use time::macros::{date, datetime};
    use uuid::Uuid;

    use super::*;

    /// A made-up family of Jeddah, with a name of one's choice.
    pub(in super::super) fn made_up(name: &str) -> TakenRow {
        TakenRow {
            record_id: Uuid::from_u128(9),
            file_no: None,
            name_ar: Some(name.to_owned()),
            name_en: None,
            governorate: Some("JED".to_owned()),
            centre: None,
            district: None,
            sector: Some("FOOD".to_owned()),
            activity: Some("FOOD-BAKE".to_owned()),
            status: "provisional".to_owned(),
            standing: "provisional".to_owned(),
            verified_on: Some(date!(2026 - 11 - 29)),
            created_at: datetime!(2026-11-28 21:30 UTC),
            changed_at: datetime!(2026-11-29 09:00 UTC),
            started_year: Some(2_019),
            place_of_work: None,
            workers_family: Some(2),
            workers_hired: None,
            lead_time_days: None,
            products: 3,
            needs: 1,
            mobile: Some("+966500000001".to_owned()),
            address: None,
            short_address: None,
        }
    }

    /// A list of them, with every column.
    pub(in super::super) fn sheet(names: &[&str]) -> Sheet {
        let rows = names.iter().map(|name| made_up(name)).collect();
        Sheet { lang: Lang::Ar, columns: columns(true, true), rows }
    }

    fn names(columns: &[&'static Column]) -> BTreeSet<&'static str> {
        columns.iter().map(|column| column.name()).collect()
    }

    #[test]
    fn every_column_has_a_name_and_a_head_of_its_own_in_both_languages() {
        let all = columns(true, true);
        assert_eq!(names(&all).len(), COLUMNS.len());
        for lang in Lang::ALL {
            let heads: BTreeSet<String> = all.iter().map(|column| column.head(lang)).collect();
            assert_eq!(heads.len(), COLUMNS.len(), "{heads:?}");
            assert!(!heads.contains(""));
        }
    }

    #[test]
    fn what_is_personal_must_be_asked_for_and_is_never_a_partners() {
        let hidden = ["mobile", "address", "short_address"];
        assert!(hidden.iter().all(|name| names(&columns(true, true)).contains(name)));
        assert!(hidden.iter().all(|name| !names(&columns(true, false)).contains(name)));
        let partner = names(&columns(false, true));
        assert!(hidden.iter().chain(&["open_needs"]).all(|name| !partner.contains(name)));
    }

    #[test]
    fn no_sensitive_field_is_in_a_column_that_everyone_gets() {
        for column in columns(false, false) {
            if let Some((field, _)) = schema::field(Kind::Family, column.key) {
                assert!(!value::Sight::Partner.hides(field), "{}", column.key);
            }
        }
    }
}
