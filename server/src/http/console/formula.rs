//! What somebody typed stays text in a spreadsheet: no cell of CSV begins as a formula does.

/// What makes a spreadsheet take a cell for a formula.
const BEGINS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The text with a sign before it where it would be taken for a formula.
pub(super) fn harmless(text: String) -> String {
    if text.trim_start().starts_with(BEGINS) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_phone_becomes_a_formula() {
        for hostile in ["=1+1", "+1", "-1", "@sum(a1)", " =1", "\t=1"] {
            assert_eq!(harmless(hostile.to_owned()), format!("'{hostile}"));
        }
        assert_eq!(harmless("خوص = سعف".to_owned()), "خوص = سعف");
    }
}
