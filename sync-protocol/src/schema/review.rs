//! Whether open values of one field need a person, or the merge's winner is enough.

use super::field::{Concurrent, Field, Rule};
use crate::scalar::Scalar;

/// Whether these open values of `field` wait for a person. Equal values never do; a cleared value differs from any other.
#[must_use]
pub fn needs_review(field: &Field, open: &[&Scalar]) -> bool {
    let differ = open.windows(2).any(|pair| matches!(pair, [one, other] if one != other));
    differ
        && match field.concurrent {
            Concurrent::Review => true,
            Concurrent::ReviewWhen(Rule::GovernorateDiffers) => differ_by(open, governorate),
            Concurrent::ReviewWhen(Rule::PriorityDiffersByTwo) => priorities_apart(open),
            Concurrent::Latest | Concurrent::Set | Concurrent::Log | Concurrent::ServerOrder => false,
        }
}

/// The governorate of a centre's code (`JED` of `JED-01`). A district's name tells none: then the field `governorate` itself is reviewed.
fn governorate(value: &Scalar) -> Option<&str> {
    let (place, number) = value.as_text()?.split_once('-')?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(place)
}

fn differ_by<'v>(open: &[&'v Scalar], part: impl Fn(&'v Scalar) -> Option<&'v str>) -> bool {
    let mut parts = open.iter().filter_map(|value| part(value));
    let first = parts.next();
    parts.any(|other| Some(other) != first)
}

fn priorities_apart(open: &[&Scalar]) -> bool {
    let number = |value: &&Scalar| if let Scalar::Int(number) = value { Some(*number) } else { None };
    let numbers = || open.iter().filter_map(number);
    let cleared = open.iter().any(|value| value.is_null());
    cleared || numbers().max().zip(numbers().min()).is_some_and(|(most, least)| most.saturating_sub(least) >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::schema;

    fn review(kind: Kind, key: &str, open: &[Scalar]) -> bool {
        needs_review(schema::field(kind, key).unwrap().0, &open.iter().collect::<Vec<_>>())
    }

    #[test]
    fn what_identifies_waits_for_a_person_and_what_describes_does_not() {
        let names = ["أ".into(), "ب".into()];
        assert!(review(Kind::Family, "mobile", &["+966550000001".into(), "+966550000002".into()]));
        assert!(!review(Kind::Family, "name_ar", &names));
        assert!(!review(Kind::Family, "mobile", &["+966550000001".into(), "+966550000001".into()]));
    }

    #[test]
    fn a_centre_is_reviewed_only_across_governorates() {
        assert!(review(Kind::Family, "centre", &["JED-01".into(), "MKH-01".into()]));
        assert!(!review(Kind::Family, "centre", &["JED-01".into(), "JED-02".into()]));
    }

    #[test]
    fn priorities_two_apart_are_reviewed() {
        assert!(review(Kind::Household, "need/a/priority", &[1.into(), 3.into()]));
        assert!(!review(Kind::Household, "need/a/priority", &[1.into(), 2.into()]));
    }
}
