//! A row of a list as a family, or what is wrong with it. The schema's own parser decides; a wrong value that is needed to register leaves out
//! the row, any other is left out alone. Nothing is guessed.

use std::collections::BTreeSet;

use usra_sync_protocol::arabic;
use usra_sync_protocol::brought::{cell, identity};
use usra_sync_protocol::id::AreaId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::place;
use usra_sync_protocol::policy::Scope;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::schema::{self, Field};
use usra_sync_protocol::sync::Reason;
use usra_sync_protocol::value::{self, ValueFault};

use super::columns::Means;
use super::list::{Line, List};
use crate::sync::bring::Family;

/// Characters that a key may have.
const KEY_MAX: usize = 120;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing names the row.
    KeyMissing,
    /// What names it is too long.
    KeyTooLong,
    /// An earlier row has the same name.
    KeyRepeated,
    /// It is named by a national id, which no record holds.
    KeyIsNationalId,
    /// A value that is needed to register is empty or not accepted.
    Needed,
    /// The centre is of another governorate.
    CentreElsewhere,
    /// The place is no area.
    AreaUnknown,
    /// It is not among the areas of whoever brings the list in.
    OutOfScope,
    /// The value does not fit its field.
    Value(ValueFault),
    /// The record does not take it.
    Refused(Reason),
}

/// Something that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The row's number in the file.
    pub line: u64,
    /// The head of the column; empty where the whole row is to blame.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// Whether the whole row was left out.
    pub whole: bool,
    /// Why.
    pub fault: Fault,
}

/// What a list says.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Families, each with the number of its row.
    pub families: Vec<(u64, Family)>,
    /// What was left out.
    pub rejects: Vec<Reject>,
}

impl Reading {
    /// How many rows were left out whole.
    #[must_use]
    pub fn rows_rejected(&self) -> usize {
        self.rejects.iter().filter(|reject| reject.whole).count()
    }
}

/// Reads a list whose columns mean this, from `source`, for somebody who reaches `scope`.
#[must_use]
pub fn read(list: &List, columns: &[Means], (source, scope): (&str, &Scope)) -> Reading {
    let mut reading = Reading::default();
    let mut keys = BTreeSet::new();
    for line in &list.lines {
        let mut row = Row { list, columns, line, rejects: Vec::new() };
        match row.family((source, scope), &mut keys) {
            Ok(family) => reading.families.push((line.number, family)),
            Err((column, fault)) => row.reject(column, fault, true),
        }
        reading.rejects.extend(row.rejects);
    }
    reading
}

struct Row<'a> {
    list: &'a List,
    columns: &'a [Means],
    line: &'a Line,
    rejects: Vec<Reject>,
}

/// The column that is to blame, if one is, and why.
type Blame = (Option<usize>, Fault);

impl Row<'_> {
    fn family(&mut self, (source, scope): (&str, &Scope), keys: &mut BTreeSet<String>) -> Result<Family, Blame> {
        let key = self.key()?;
        if !keys.insert(key.clone()) {
            return Err((self.column(Means::Key), Fault::KeyRepeated));
        }
        let record = identity::record(source, Kind::Family, &key);
        let mut fields = self.values()?;
        complete(&mut fields);
        self.is_whole(&fields)?;
        let area = area_of(&fields).ok_or((self.place(), Fault::AreaUnknown))?;
        if !scope.holds(area, record) {
            return Err((self.place(), Fault::OutOfScope));
        }
        fields.push(("origin/system".to_owned(), Scalar::from(source)));
        fields.push(("origin/key".to_owned(), Scalar::from(key.as_str())));
        Ok(Family { record, area, fields })
    }

    fn key(&self) -> Result<String, Blame> {
        let column = self.column(Means::Key);
        let text = column.map(|column| self.text(column)).unwrap_or_default();
        let key = cell::whole_number(&text).unwrap_or(text);
        match key.chars().count() {
            0 => Err((column, Fault::KeyMissing)),
            length if length > KEY_MAX => Err((column, Fault::KeyTooLong)),
            _ if value::national_id(&key, true).is_ok() => Err((column, Fault::KeyIsNationalId)),
            _ => Ok(key),
        }
    }

    /// The values that fit; those that do not are noted, and end the row where they are needed.
    fn values(&mut self) -> Result<Vec<(String, Scalar)>, Blame> {
        let mut fields: Vec<(String, Scalar)> = Vec::new();
        // A centre is read after its governorate, which tells places of one name apart.
        let (centres, others): (Vec<_>, Vec<_>) =
            self.fields().into_iter().partition(|(_, field)| field.pattern == "centre");
        for (column, field) in others.into_iter().chain(centres) {
            let text = self.text(column);
            let given = fields.iter().find(|(key, _)| key == "governorate").and_then(|(_, value)| value.as_text());
            let read = match field.pattern {
                "centre" => centre(field, given, &text),
                _ => plain(field, &text),
            };
            match read {
                Ok(Scalar::Null) => {}
                Ok(value) => fields.push((field.pattern.to_owned(), value)),
                Err(fault) if is_needed(field) => return Err((Some(column), fault)),
                Err(fault) => self.reject(Some(column), fault, false),
            }
        }
        Ok(fields)
    }

    fn is_whole(&self, fields: &[(String, Scalar)]) -> Result<(), Blame> {
        let missing = schema::missing(Kind::Family, fields.iter().map(|(key, _)| key.as_str()));
        let Some(first) = missing.first() else { return Ok(()) };
        Err((self.column(Means::of_word(&first.key)), Fault::Needed))
    }

    fn fields(&self) -> Vec<(usize, &'static Field)> {
        let of = |(column, means): (usize, &Means)| match means {
            Means::Field(field) => Some((column, *field)),
            Means::Key | Means::Nothing => None,
        };
        self.columns.iter().enumerate().filter_map(of).collect()
    }

    fn column(&self, means: Means) -> Option<usize> {
        self.columns.iter().position(|known| *known == means && means != Means::Nothing)
    }

    /// The column of the place that decides the area.
    fn place(&self) -> Option<usize> {
        self.column(Means::of_word("governorate")).or(self.column(Means::of_word("centre")))
    }

    fn text(&self, column: usize) -> String {
        cell::clean(self.line.cells.get(column).map(String::as_str).unwrap_or_default(), &[])
    }

    fn reject(&mut self, column: Option<usize>, fault: Fault, whole: bool) {
        let head = column.and_then(|column| self.list.heads.get(column)).cloned().unwrap_or_default();
        let value = column.map(|column| self.text(column)).unwrap_or_default();
        self.rejects.push(Reject { line: self.line.number, column: head, value, whole, fault });
    }
}

fn is_needed(field: &Field) -> bool {
    schema::missing(Kind::Family, std::iter::empty()).iter().any(|missing| missing.key == field.pattern)
}

/// The value of a field; where it does not fit, other writings of the same thing are tried.
fn plain(field: &'static Field, text: &str) -> Result<Scalar, Fault> {
    value::parse(field, text).or_else(|fault| {
        let other = cell::rewritings(fault.code(), text).find_map(|text| value::parse(field, &text).ok());
        other.ok_or(Fault::Value(fault))
    })
}

/// A centre by its code or name; among those of its governorate where that is given.
fn centre(field: &'static Field, governorate: Option<&str>, text: &str) -> Result<Scalar, Fault> {
    let of = place::governorates().iter().find(|known| Some(known.code.as_str()) == governorate);
    let named = |known: &&place::Centre| {
        known.code.eq_ignore_ascii_case(text.trim()) || arabic::fold(&known.name_ar) == arabic::fold(text)
    };
    match of {
        Some(of) if !text.trim().is_empty() => match of.centres.iter().find(named) {
            Some(centre) => Ok(Scalar::from(centre.code.as_str())),
            None => plain(field, text).and(Err(Fault::CentreElsewhere)),
        },
        _ => plain(field, text),
    }
}

/// A centre says its governorate too.
fn complete(fields: &mut Vec<(String, Scalar)>) {
    let has = |key: &str| fields.iter().find(|(known, _)| known == key).and_then(|(_, value)| value.as_text());
    if has("governorate").is_none()
        && let Some((governorate, _)) = has("centre").and_then(place::centre)
    {
        let governorate = Scalar::from(governorate.code.as_str());
        fields.push(("governorate".to_owned(), governorate));
    }
}

/// The area of the narrowest place that is given.
fn area_of(fields: &[(String, Scalar)]) -> Option<AreaId> {
    let code = |key: &str| fields.iter().find(|(known, _)| known == key).and_then(|(_, value)| value.as_text());
    let areas = place::areas();
    let area = |code: &str| areas.iter().find(|area| area.code == code).map(|area| area.id);
    code("centre").and_then(area).or_else(|| code("governorate").and_then(area))
}

/// What became of a family, as something that was left out.
#[must_use]
pub fn refused(line: u64, reason: Reason) -> Reject {
    Reject { line, column: String::new(), value: String::new(), whole: true, fault: Fault::Refused(reason) }
}

#[cfg(test)]
mod tests {
    use super::super::columns;
    use super::super::list;
    use super::*;

    /// What a list says to somebody who reaches Jeddah (200) and Taif (300) with their centres.
    fn of(text: &str) -> Reading {
        let list = list::read(text.as_bytes()).unwrap();
        let scope = Scope { areas: (200..400).map(AreaId).collect(), family: None };
        read(&list, &columns::guess(&list.heads), ("list", &scope))
    }

    fn faults(reading: &Reading) -> Vec<(u64, bool, Fault)> {
        reading.rejects.iter().map(|reject| (reject.line, reject.whole, reject.fault)).collect()
    }

    fn value<'r>(reading: &'r Reading, place: usize, key: &str) -> Option<&'r Scalar> {
        reading.families[place].1.fields.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    #[test]
    fn a_row_is_read_as_a_person_would_type_it_and_says_where_it_is_from() {
        let reading = of("id,name,mobile,governorate,workers_family\n7.0,كعك,5.01234567E8,جدة,3.0\n");
        assert_eq!(faults(&reading), []);
        assert_eq!(value(&reading, 0, "mobile"), Some(&Scalar::from("+966501234567")));
        assert_eq!(value(&reading, 0, "workers_family"), Some(&Scalar::from(3)));
        assert_eq!(value(&reading, 0, "origin/key"), Some(&Scalar::from("7")));
        let (line, family) = &reading.families[0];
        assert_eq!((*line, family.area), (2, AreaId(200)));
        assert_eq!(family.record, identity::record("list", Kind::Family, "7"));
    }

    #[test]
    fn a_wrong_value_is_left_out_alone_unless_it_is_needed() {
        let reading = of("id,name,mobile,governorate\n1,كعك,12,جدة\n2,تمر,,القاهرة\n3,,,جدة\n,عسل,,جدة\n1,سدو,,جدة\n");
        assert_eq!(reading.families.len(), 1);
        assert_eq!(
            faults(&reading),
            [
                (2, false, Fault::Value(ValueFault::NotMobile)),
                (3, true, Fault::Value(ValueFault::NotInList { list: "governorate" })),
                (4, true, Fault::Needed),
                (5, true, Fault::KeyMissing),
                (6, true, Fault::KeyRepeated),
            ]
        );
        assert_eq!(reading.rows_rejected(), 4);
    }

    #[test]
    fn a_centre_is_told_by_its_governorate_and_tells_it() {
        let jeddah = place::governorates().iter().find(|known| known.code == "JED").unwrap();
        let taif = place::governorates().iter().find(|known| known.code == "TIF").unwrap();
        let (ours, other) = (&jeddah.centres[0], &taif.centres[0]);
        let reading = of(&format!(
            "id,name,governorate,centre\n1,كعك,جدة,{}\n2,تمر,جدة,{}\n3,عسل,,{}\n",
            ours.name_ar, other.code, other.code
        ));
        assert_eq!(value(&reading, 0, "centre"), Some(&Scalar::from(ours.code.as_str())));
        assert_eq!(faults(&reading), [(3, false, Fault::CentreElsewhere)]);
        assert_eq!(value(&reading, 2, "governorate"), Some(&Scalar::from("TIF")));
    }

    #[test]
    fn what_lies_outside_of_the_account_is_not_taken() {
        assert_eq!(faults(&of("id,name,governorate\n1,كعك,رابغ\n")), [(2, true, Fault::OutOfScope)]);
    }
}
