//! The Luhn check digit, over all digits given.

/// Whether the digits, the check digit last, have a sum that ends in zero. No digits are not sound.
pub(super) fn is_sound(digits: impl DoubleEndedIterator<Item = u32>) -> bool {
    let mut any = false;
    let sum: u32 = (0_usize..)
        .zip(digits.rev())
        .map(|(place, digit)| {
            any = true;
            let doubled = digit * 2;
            if place % 2 == 0 { digit } else { doubled / 10 + doubled % 10 }
        })
        .sum();
    any && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::is_sound;

    fn sound(text: &str) -> bool {
        is_sound(text.chars().filter_map(|c| c.to_digit(10)))
    }

    #[test]
    fn the_check_digit_of_each_stem_is_the_known_one() {
        // ISO/IEC 7812-1, annex B has the first; the others by hand: every second digit doubled, its digits added.
        for (stem, digit) in [("7992739871", 3), ("18", 2), ("55", 4), ("91", 9), ("1", 8)] {
            let good: Vec<u32> = (0..10).filter(|digit| sound(&format!("{stem}{digit}"))).collect();
            assert_eq!(good, [digit], "{stem}");
        }
        assert!(!sound(""));
    }
}
