//! Synthetic families of one seed: what a surveyor would fill in on a visit, in the keys of the schema. Nobody is real:
//! names are thrown together, mobile numbers are of the unused `050 000` block, and no national id is in any record.

pub mod market;
pub mod name;
pub mod place;

mod family;
mod household;
mod product;
mod visit;

use usra_sync_protocol::scalar::Scalar;

use crate::dice::Dice;

use place::Governorate;

/// Fields of one record, in canonical form.
pub type Fields = Vec<(String, Scalar)>;

/// One family with everything a first visit records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Household {
    /// The governorate it lives in.
    pub governorate: &'static str,
    /// The activity it lives from.
    pub activity: &'static str,
    /// The family's own record.
    pub family: Fields,
    /// Members, needs, income.
    pub household: Fields,
    /// Four listings.
    pub products: Vec<Fields>,
    /// The visit itself.
    pub visit: Fields,
}

/// The `number`th family of `seed`, living in `home`. The same arguments give the same family.
#[must_use]
pub fn meet(seed: u64, number: u32, home: Governorate) -> Household {
    let mut dice = Dice::new(seed, 1_000 + u64::from(number));
    let activity = dice.pick(&market::ACTIVITIES);
    Household {
        governorate: home.code,
        activity: activity.code,
        family: family::fields(&mut dice, number, home, &activity),
        household: household::fields(&mut dice),
        products: activity.goods.iter().map(|good| product::fields(&mut dice, &activity, *good)).collect(),
        visit: visit::fields(&mut dice),
    }
}

fn put(fields: &mut Fields, key: impl Into<String>, value: impl Into<Scalar>) {
    fields.push((key.into(), value.into()));
}

fn number(value: u32) -> Scalar {
    Scalar::Int(i64::from(value))
}

fn date(year: u32, dice: &mut Dice) -> Scalar {
    let (month, day) = (dice.of(1..=12), dice.of(1..=28));
    Scalar::Text(format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use place::GOVERNORATES;

    #[test]
    fn the_same_seed_meets_the_same_family_and_another_seed_another() {
        assert_eq!(meet(1, 7, GOVERNORATES[0]), meet(1, 7, GOVERNORATES[0]));
        assert_ne!(meet(1, 7, GOVERNORATES[0]), meet(2, 7, GOVERNORATES[0]));
    }

    #[test]
    fn a_family_has_four_products_of_its_own_activity_and_some_25_fields() {
        for number in 0..200 {
            let met = meet(3, number, GOVERNORATES[number as usize % 17]);
            assert_eq!(met.products.len(), 4);
            assert!((20..=34).contains(&met.family.len()), "{}", met.family.len());
            let activity = Scalar::from(met.activity);
            assert!(met.products.iter().all(|product| product.contains(&("activity".to_owned(), activity.clone()))));
        }
    }

    #[test]
    fn every_field_is_one_that_a_surveyor_may_write_and_the_schema_takes() {
        use usra_sync_protocol::{kind::Kind, policy, role::Role, schema};
        for number in 0..200 {
            let met = meet(5, number, GOVERNORATES[number as usize % 17]);
            let mut records =
                vec![(Kind::Family, met.family), (Kind::Household, met.household), (Kind::Visit, met.visit)];
            records.extend(met.products.into_iter().map(|product| (Kind::Product, product)));
            let every =
                records.into_iter().flat_map(|(kind, fields)| fields.into_iter().map(move |field| (kind, field)));
            for (kind, (key, value)) in every {
                let field = schema::check(kind, &key, &value);
                let field = field.unwrap_or_else(|fault| panic!("{key} {value:?}: {fault:?}"));
                assert!(policy::check(Role::Surveyor, field, &value).is_ok(), "{key}");
            }
        }
    }

    #[test]
    fn no_field_is_given_twice_in_a_record() {
        for number in 0..200 {
            let met = meet(4, number, GOVERNORATES[0]);
            for record in [&met.family, &met.household, &met.visit, &met.products[0]] {
                let mut keys: Vec<_> = record.iter().map(|(key, _)| key).collect();
                keys.sort();
                keys.dedup();
                assert_eq!(keys.len(), record.len());
            }
        }
    }
}
