//! National id and iqama numbers: ten digits, first 1 or 2, Luhn over all ten. There are about 10^8 real ones, so the number
//! travels sealed and rests encrypted; records hold its last four digits only.

use super::canonical::is_digits;
use super::{ValueFault, luhn};
use crate::arabic;

/// The ten ASCII digits of a national id. Demo people have first digit 9, which counts only in demo mode.
///
/// # Errors
/// [`ValueFault::NotNationalId`].
pub fn national_id(input: &str, demo: bool) -> Result<String, ValueFault> {
    let digits = arabic::latin_digits(input.trim());
    let first = digits.chars().next();
    let real = matches!(first, Some('1' | '2')) || (demo && first == Some('9'));
    let sound = is_digits(&digits, 10) && luhn::is_sound(digits.chars().filter_map(|c| c.to_digit(10)));
    if real && sound { Ok(digits) } else { Err(ValueFault::NotNationalId) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_id_counts_in_demo_mode_only() {
        let demo = (0..10).map(|digit| format!("900000000{digit}")).find(|id| national_id(id, true).is_ok()).unwrap();
        assert_eq!(national_id(&demo, false), Err(ValueFault::NotNationalId));
    }
}
