//! Texts for demos: printed on standard output, beside "ready", never into the log.

use std::io::{Write, stdout};

use super::text::Text;

/// Prints the code with enough of its number to know for whom it is.
pub fn print(text: &Text) {
    let mut out = stdout().lock();
    let line = line(text);
    let _closed = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn line(text: &Text) -> String {
    format!("Sign-in code for {}: {}", masked(&text.to), text.code)
}

/// `+9665•••••567`.
fn masked(number: &str) -> String {
    let count = number.chars().count();
    let hide = |(at, digit)| if at < 5 || at + 3 >= count { digit } else { '•' };
    number.chars().enumerate().map(hide).collect()
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;

    #[test]
    fn the_line_shows_the_code_and_not_the_number() {
        let (id, to, code) = ("1".to_owned(), "+966501234567".to_owned(), "042917".to_owned());
        let text = Text { id, to, code, at: OffsetDateTime::UNIX_EPOCH };
        assert_eq!(line(&text), "Sign-in code for +9665•••••567: 042917");
        assert_eq!(masked("+1"), "+1");
    }
}
