//! Enrolment links, `https://server/enrol/CODE#FINGERPRINT`: what a QR code holds and what a person may type instead.

use usra_sync_protocol::fingerprint::Fingerprint;

/// An enrolment link taken apart: the server's address, the code, and the fingerprint of the server's key.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolLink {
    /// The server's address without a path.
    pub server_url: String,
    /// The single-use code.
    pub code: String,
    /// How the phone knows the server from any other.
    pub fingerprint: Fingerprint,
}

/// Why a text is no enrolment link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkFault {
    /// It has another form.
    #[error("this is no enrolment link")]
    Unreadable,
    /// It does not say by which fingerprint the server is known. Who left it out may stand in between, so it is refused.
    #[error("the link does not carry the server's fingerprint")]
    NoFingerprint,
}

impl std::fmt::Display for EnrolLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/enrol/{}#{}", self.server_url, self.code, self.fingerprint)
    }
}

impl std::fmt::Debug for EnrolLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnrolLink").field("server_url", &self.server_url).finish_non_exhaustive()
    }
}

impl EnrolLink {
    /// Reads `https://server/enrol/CODE#FINGERPRINT`, scanned or typed.
    ///
    /// # Errors
    /// A [`LinkFault`].
    pub fn parse(link: &str) -> Result<Self, LinkFault> {
        let (address, fingerprint) = link.trim().split_once('#').map_or((link.trim(), None), |(a, f)| (a, Some(f)));
        let split = address.trim_end_matches('/').rsplit_once("/enrol/");
        let (server_url, code) = split.ok_or(LinkFault::Unreadable)?;
        let name = server_url.strip_prefix("https://").or_else(|| server_url.strip_prefix("http://"));
        let sound = name.is_some_and(|name| plain(name, ".-:[]/_~%")) && plain(code, "-_.");
        if !sound {
            return Err(LinkFault::Unreadable);
        }
        let fingerprint = fingerprint.filter(|text| !text.is_empty()).ok_or(LinkFault::NoFingerprint)?;
        let fingerprint = fingerprint.parse().or(Err(LinkFault::Unreadable))?;
        Ok(Self { server_url: server_url.to_owned(), code: code.to_owned(), fingerprint })
    }
}

/// Letters, digits and these signs, at least one: nothing that a screen would not show, or show as something else.
fn plain(text: &str, signs: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || signs.contains(letter))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_link_is_read_as_it_was_shown_and_a_cut_one_never_names_another_code(host in "[a-z0-9.]{1,20}(:[0-9]{1,4})?(/[a-z]{1,4})?", code in "[A-Z0-9-]{1,12}", key: [u8; 32]) {
            let link = EnrolLink { server_url: format!("https://{host}"), code, fingerprint: Fingerprint::of(&key) };
            let shown = link.to_string();
            prop_assert_eq!(EnrolLink::parse(&shown), Ok(link));
            for cut in 0..shown.len() {
                prop_assert!(EnrolLink::parse(shown.get(..cut).unwrap()).is_err(), "cut at {}", cut);
            }
            prop_assert!(EnrolLink::parse(&(shown + "0")).is_err());
        }
    }

    #[test]
    fn a_link_gives_server_code_and_fingerprint_and_anything_else_gives_nothing() {
        let golden = "https://usra.example:8443/enrol/AB-12#N1GGS1MDRTK486HQBQZ4807Y";
        let link = EnrolLink::parse(&format!(" {golden} ")).unwrap();
        assert_eq!((link.server_url.as_str(), link.code.as_str()), ("https://usra.example:8443", "AB-12"));
        assert_eq!((link.to_string().as_str(), link.fingerprint), (golden, Fingerprint::of(&[7; 32])));
        let typed = "https://usra.example:8443/enrol/AB-12/#n1gg-s1md-rtk4-86hq-bqz4-8o7y";
        assert_eq!(EnrolLink::parse(typed).as_ref(), Ok(&link));
        let without = EnrolLink::parse("https://usra.example/enrol/AB-12");
        assert_eq!(without, Err(LinkFault::NoFingerprint));
        for wrong in [
            "AB-12",
            "ftp://x/enrol/A",
            "https:///enrol/A",
            "https://x/enrol/",
            "https://x/enrol/a?b",
            "https://x\u{1b}[2J/enrol/A",
            "https://centre@other/enrol/A",
            "https://x/enrol/A\u{202e}",
        ] {
            let (alone, with) =
                (EnrolLink::parse(wrong), EnrolLink::parse(&format!("{wrong}#N1GGS1MDRTK486HQBQZ4807Y")));
            assert_eq!((alone, with), (Err(LinkFault::Unreadable), Err(LinkFault::Unreadable)), "{wrong}");
        }
        assert_eq!(EnrolLink::parse("https://x/enrol/A#KJPP"), Err(LinkFault::Unreadable));
    }
}
