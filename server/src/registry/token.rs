//! The written forms of an install's two tokens. A refresh token is `FAMILY.SECRET`: the family's part never changes, so that
//! an old token is known for what it is.

use crate::registry::code;

/// An access token and a refresh token.
#[derive(Clone)]
pub struct Tokens {
    /// Goes with every request.
    pub access: String,
    /// Gets the next two.
    pub refresh: String,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    /// New ones of the family that `family` names.
    #[must_use]
    pub fn new(family: &str, access: [u8; 32], refresh: [u8; 32]) -> Self {
        Self { access: code::token(access), refresh: format!("{family}.{}", code::token(refresh)) }
    }
}

/// The family's part of a refresh token; empty for what is none.
#[must_use]
pub fn family(refresh: &str) -> &str {
    refresh.split_once('.').map_or("", |(family, _)| family)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_refresh_tokens_of_a_family_name_it_and_nothing_else_does() {
        let tokens = Tokens::new("F", [1; 32], [2; 32]);
        assert_eq!((family(&tokens.refresh), family("F"), family("")), ("F", "", ""));
        assert_ne!(Tokens::new("F", [1; 32], [3; 32]).refresh, tokens.refresh);
    }
}
