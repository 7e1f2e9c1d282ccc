//! Bytes to text: a byte order mark is dropped, UTF-16 (Excel's "Unicode text") is read, anything else must be UTF-8.

/// The text of a file, or `None` when it is in no encoding that we read.
#[must_use]
pub fn text(bytes: Vec<u8>) -> Option<String> {
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes).ok(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    if rest.is_empty() { text.ok() } else { None }
}

/// The delimiter of a table: whichever of comma, semicolon (Kobo's older exports) and tab stands most often in its header.
#[must_use]
pub fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |wanted: u8| header.bytes().filter(|byte| *byte == wanted).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|candidate| count(*candidate)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arabic_is_the_same_text_in_each_encoding_that_excel_writes() {
        let utf16: Vec<u8> = "\u{feff}أسرة".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(utf16), Some("أسرة".to_owned()));
        assert_eq!(text("\u{feff}أسرة".as_bytes().to_vec()), Some("أسرة".to_owned()));
        assert_eq!(text("أسرة".as_bytes().to_vec()), Some("أسرة".to_owned()));
        assert_eq!(text(vec![0xc3, 0x28]), None, "Windows-1256 is refused, not guessed");
    }

    #[test]
    fn the_delimiter_is_what_the_header_uses() {
        assert_eq!(delimiter("a,b,c"), b',');
        assert_eq!(delimiter("a;b;c\n1,2;3"), b';');
        assert_eq!(delimiter("a\tb"), b'\t');
        assert_eq!(delimiter("alone"), b',');
    }
}
