//! File numbers, `MKH-JED-00001-7`: region, governorate, number within it, check digit. The check digit is Luhn's over the
//! whole, a letter standing as two digits (A is 10, Z is 35).

use super::canonical::is_digits;
use super::luhn;

/// The file number of the `number`th family of a governorate; `None` when the code is not three capitals or the number has over five digits.
#[must_use]
pub fn make(governorate: &str, number: u32) -> Option<String> {
    let stem = format!("MKH-{governorate}-{number:05}");
    (0..10).map(|digit| format!("{stem}-{digit}")).find(|whole| is_sound(whole))
}

/// Whether `text` is a file number with a sound check digit.
#[must_use]
pub fn is_sound(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let place = |part: &str| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    let shaped = matches!(parts.as_slice(), [region, governorate, number, check]
        if place(region) && place(governorate) && is_digits(number, 5) && is_digits(check, 1));
    shaped && luhn::is_sound(digits(text).into_iter())
}

fn digits(text: &str) -> Vec<u32> {
    let values = text.chars().filter_map(|c| c.to_digit(36));
    values.flat_map(|value| if value < 10 { vec![value] } else { vec![value / 10, value % 10] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_the_first_family_of_jeddah_is_the_one_in_the_domain() {
        assert_eq!(make("JED", 1).as_deref(), Some("MKH-JED-00001-7"));
        assert!(!is_sound("MKH-JED-00001-8"));
        assert!(!is_sound("MKH-JED-00010-7"));
        assert_eq!(make("JED", 100_000), None);
    }

    #[test]
    fn each_part_has_its_letters_and_their_number() {
        // A sound check digit does not make up for a wrong shape.
        let sound = |stem: &str| {
            let mut whole = (0..10).map(|digit| format!("{stem}{digit}"));
            whole.any(|text| luhn::is_sound(digits(&text).into_iter()) && is_sound(&text))
        };
        assert!(sound("MKH-JED-00001-"));
        for stem in
            ["MK-JED-00001-", "mKH-JED-00001-", "MKH-JE1-00001-", "MKH-JED-0001-", "MKH-JED-0000A-", "MKH-JED-00001"]
        {
            assert!(!sound(stem), "{stem}");
        }
        assert_eq!(digits("9AZ"), [9, 1, 0, 3, 5]);
    }
}
