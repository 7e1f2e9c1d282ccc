//! Finds a column by its title: exactly, or by the end of it, since exports put the groups' names in front. A title that fits
//! two columns is refused with both.

use super::fault::ImportFault;
use super::mapping::{Mapping, Titles};
use super::table::Table;

/// Finds columns of one table and says in the mapping's lines what is missing.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) table: &'a Table,
}

impl Columns<'_> {
    /// The column of the first title that there is. `at` is where the mapping speaks of it.
    pub(super) fn need(self, titles: &Titles, at: usize) -> Result<usize, ImportFault> {
        self.find(titles, at)?.ok_or_else(|| {
            let (wanted, file) = (titles.0.join("` / `"), &self.table.file);
            let near = titles.0.first().and_then(|title| self.nearest(title));
            let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            self.mapping.fault(at, format!("{file} has no column `{wanted}`{hint}"))
        })
    }

    /// The column of the first title that there is, if any.
    pub(super) fn find(self, titles: &Titles, at: usize) -> Result<Option<usize>, ImportFault> {
        for title in &titles.0 {
            if let Some(found) = self.titled(title, at)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The columns into which a select-multiple was split: `question/option`, as (option, column).
    pub(super) fn options(self, titles: &Titles) -> Vec<(String, usize)> {
        let separator = self.mapping.body.tool.separator();
        let of = |title: &String| -> Vec<(String, usize)> {
            let matching = |(at, have): (usize, &String)| {
                let (question, option) = have.rsplit_once('/')?;
                ends_with(question, title, separator).then(|| (option.to_owned(), at))
            };
            self.table.header.iter().enumerate().filter_map(matching).collect()
        };
        titles.0.iter().map(of).find(|found| !found.is_empty()).unwrap_or_default()
    }

    fn titled(self, title: &str, at: usize) -> Result<Option<usize>, ImportFault> {
        if let Some(exact) = self.table.position(title) {
            return Ok(Some(exact));
        }
        let separator = self.mapping.body.tool.separator();
        let fits = |(_, have): &(usize, &String)| ends_with(have, title, separator);
        let found: Vec<(usize, &String)> = self.table.header.iter().enumerate().filter(fits).collect();
        match found.as_slice() {
            [] => Ok(None),
            [(column, _)] => Ok(Some(*column)),
            [(_, one), (_, other), ..] => {
                let what = format!("`{title}` fits two columns of {}: `{one}` and `{other}`", self.table.file);
                Err(self.mapping.fault(at, what))
            }
        }
    }

    /// The title that shares the longest beginning or end with the wanted one, three letters at least.
    fn nearest(&self, title: &str) -> Option<&str> {
        let likeness =
            |have: &str| shared(have.chars(), title.chars()).max(shared(have.chars().rev(), title.chars().rev()));
        let best = self.table.header.iter().max_by_key(|have| likeness(have))?;
        (likeness(best) >= 3).then_some(best.as_str())
    }
}

fn shared(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other).take_while(|(one, other)| one == other).count()
}

fn ends_with(have: &str, title: &str, separator: char) -> bool {
    have == title || have.strip_suffix(title).is_some_and(|before| before.ends_with(separator))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping() -> Mapping {
        Mapping::parse("source = \"s\"\ntool = \"odk-central\"\nrecord = []\n").unwrap()
    }

    fn titles(title: &str) -> Titles {
        Titles(vec![title.to_owned()])
    }

    #[test]
    fn a_column_is_found_by_the_end_of_its_title_and_never_by_a_guess() {
        let table = Table::read("t.csv", "g-name,h-name,g-age,act/bake,act/sew\n".into()).unwrap();
        let mapping = mapping();
        let columns = Columns { mapping: &mapping, table: &table };
        assert_eq!(columns.need(&titles("age"), 0), Ok(2));
        assert_eq!(columns.need(&titles("h-name"), 0), Ok(1));
        assert!(columns.need(&titles("name"), 0).unwrap_err().to_string().contains("two columns"));
        assert!(columns.need(&titles("agee"), 0).unwrap_err().to_string().contains("no column `agee`"));
        assert!(columns.need(&titles("g-nam"), 0).unwrap_err().to_string().contains("did you mean `g-name`"));
        assert_eq!(columns.options(&titles("act")), [("bake".to_owned(), 3), ("sew".to_owned(), 4)]);
    }
}
