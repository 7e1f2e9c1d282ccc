//! A field day of one seed, for measuring: each phone registers families with four products each and corrects them, offline. Its
//! size and mix are those of the workload that other sync systems were measured with: a family of some 25 values in lists and plain
//! fields, three corrections of it, one of each product, 12 changes in all for 5 records.
//!
//! What that workload has and the registry keeps elsewhere, or not at all, goes into the nearest field of the family that holds as
//! much, so that a record stays one record: the five values of a member and the three of a need into a row of licences, coordinates
//! into the English name, the time of the last correction into the address, the number in the paper list into the source's key,
//! skills and services into sets. Photos are their hashes, as there.

mod family;
mod product;
mod words;

use usra_sync_protocol::scalar::Scalar;

use crate::dice::Dice;
use crate::people::Fields;
use crate::people::place::Governorate;

/// Records of one family, itself included.
pub const RECORDS_OF_A_FAMILY: u32 = 5;

/// A family of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visited {
    /// The family's record as it is registered.
    pub family: Fields,
    /// What is corrected afterwards, one change each.
    pub corrections: Vec<Fields>,
    /// Its products, each with its correction.
    pub products: Vec<(Fields, Fields)>,
}

/// The `number`th family of the day, living in `home`. The same arguments give the same family.
#[must_use]
pub fn visit(seed: u64, number: u32, home: Governorate) -> Visited {
    let mut dice = Dice::new(seed, 5_000_000 + u64::from(number));
    let family = family::registered(&mut dice, number, home);
    let corrections = family::corrections(&mut dice, &family);
    let products = (1..RECORDS_OF_A_FAMILY).map(|_| (product::registered(&mut dice), product::corrected(&mut dice)));
    Visited { products: products.collect(), family, corrections }
}

/// One more need, and more of the note: what a record is corrected with later.
#[must_use]
pub fn correction(seed: u64, turn: u32, note: &str) -> Fields {
    family::later(&mut Dice::new(seed, 6_000_000 + u64::from(turn)), turn, note)
}

fn put(fields: &mut Fields, key: impl Into<String>, value: impl Into<Scalar>) {
    fields.push((key.into(), value.into()));
}

fn number(dice: &mut Dice, range: std::ops::RangeInclusive<u32>) -> Scalar {
    Scalar::Int(i64::from(dice.of(range)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::place::GOVERNORATES;

    #[test]
    fn a_day_has_the_size_and_mix_of_the_workload_it_stands_for() {
        let days: Vec<Visited> = (0..200).map(|number| visit(7, number, GOVERNORATES[0])).collect();
        let changes: usize = days.iter().map(|day| 1 + day.corrections.len() + 2 * day.products.len()).sum();
        assert_eq!(changes, 200 * 12);
        let text = |fields: &Fields| {
            fields.iter().map(|(key, value)| key.len() + value.as_text().map_or(4, str::len)).sum::<usize>()
        };
        let mean = |sizes: Vec<usize>| sizes.iter().sum::<usize>() / sizes.len();
        let families = mean(days.iter().map(|day| text(&day.family)).collect());
        let products = mean(days.iter().flat_map(|day| &day.products).map(|(made, _)| text(made)).collect());
        // As JSON, with quotes, braces and ids, they are 1,564 and 829 bytes there.
        assert!((1_200..1_700).contains(&families), "{families}");
        assert!((650..850).contains(&products), "{products}");
    }

    #[test]
    fn the_same_seed_is_the_same_day_and_another_seed_another() {
        assert_eq!(visit(1, 3, GOVERNORATES[2]), visit(1, 3, GOVERNORATES[2]));
        assert_ne!(visit(1, 3, GOVERNORATES[2]), visit(2, 3, GOVERNORATES[2]));
    }
}
