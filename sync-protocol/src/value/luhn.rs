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
