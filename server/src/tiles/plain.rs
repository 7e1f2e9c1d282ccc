//! The text of an attribution, which archives keep as HTML.

/// Letters of an attribution at most.
const LONGEST: usize = 300;

/// What stands for a sign in HTML; the last of them makes no other.
const SIGNS: [(&str, &str); 7] =
    [("&copy;", "©"), ("&nbsp;", " "), ("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];

/// The text without its tags, in one line.
pub(super) fn plain(html: &str) -> String {
    let mut inside = false;
    let mut text = String::new();
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    let text = SIGNS.iter().fold(text, |text, (name, sign)| text.replace(name, sign));
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribution_is_told_without_its_markup() {
        let html =
            "<a href=\"https://example.org/a>b\" onclick='x()'>&copy; Example &amp;amp; Co</a>,\n <b>and</b> others";
        assert_eq!(
            plain("<a href=\"https://example.org\">&copy; OpenStreetMap contributors</a>"),
            "© OpenStreetMap contributors"
        );
        assert!(plain(html).ends_with("© Example &amp; Co, and others") && !plain(html).contains('<'));
        assert_eq!(plain("&lt;b&gt; &amp;lt;"), "<b> &lt;");
        assert_eq!(plain(&"x".repeat(1_000)).len(), LONGEST);
        assert_eq!(plain("<img src=x"), "");
    }
}
