//! Bytes in letters that people read aloud and type: Crockford's base 32, without I, L, O and U.

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Fifteen bytes as 24 letters.
#[must_use]
pub fn written(bytes: &[u8; 15]) -> String {
    bytes.chunks(5).flat_map(eight).collect()
}

/// Undoes [`written`]; `None` for another length or another letter.
#[must_use]
pub fn read(text: &str) -> Option<[u8; 15]> {
    let digits: Vec<u64> = text.bytes().map(digit).collect::<Option<_>>()?;
    let fives = digits.chunks(8).flat_map(|eight| {
        let bits = eight.iter().fold(0_u64, |bits, digit| bits << 5 | digit);
        bits.to_be_bytes().into_iter().skip(3)
    });
    let bytes: Vec<u8> = fives.collect();
    if digits.len() == 24 { bytes.try_into().ok() } else { None }
}

/// Undoes what typing does: spaces, hyphens, lower case, and the letters people take for digits.
#[must_use]
pub fn normalise(typed: &str) -> String {
    let kept = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    kept.map(|letter| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    })
    .collect()
}

fn digit(letter: u8) -> Option<u64> {
    LETTERS.iter().zip(0..).find(|(known, _)| **known == letter).map(|(_, digit)| digit)
}

fn eight(five: &[u8]) -> Vec<char> {
    let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let at = |place: u32| LETTERS.get((bits >> (5 * place) & 31) as usize).copied();
    (0..8).rev().filter_map(at).map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_goes_into_the_letters_and_comes_back() {
        assert_eq!((written(&[255; 15]), written(&[0; 15])), ("Z".repeat(24), "0".repeat(24)));
        let bytes = [0, 1, 2, 3, 4, 250, 251, 252, 253, 254, 33, 66, 132, 16, 8];
        assert_eq!(read(&written(&bytes)), Some(bytes));
        assert_eq!((read("U0000000"), read("0")), (None, None));
    }
}
