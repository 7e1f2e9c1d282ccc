//! Passwords: argon2id with the parameters that OWASP advises (19 MiB, two passes, one lane; Password Storage Cheat Sheet, 2025).
//! Hashing takes some 20 ms of a processor, so it happens on threads of its own, and only so many at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Letters that a chosen password has at the least (NIST SP 800-63B-4 asks for 8 beside a second factor).
const LETTERS_MIN: usize = 12;
/// Bytes that are hashed at the most.
const BYTES_MAX: usize = 1_024;
/// A hash of nothing anyone knows, with today's parameters: verified where there is no account, so that it takes as long.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password as it was typed: wiped when dropped, never printed. Unicode's compatibility form (NFKC), so that two keyboards agree.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// Why a password is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Too short.
    #[error("a password has at least {LETTERS_MIN} letters")]
    Short,
    /// Too long.
    #[error("a password has at most {BYTES_MAX} bytes")]
    Long,
}

impl Password {
    /// As typed to sign in.
    ///
    /// # Errors
    /// It is longer than any password.
    pub fn typed(text: &str) -> Result<Self, PasswordRefused> {
        if text.len() > BYTES_MAX {
            Err(PasswordRefused::Long)
        } else {
            Ok(Self(Zeroizing::new(text.nfkc().collect())))
        }
    }

    /// A new one, as its person chose it.
    ///
    /// # Errors
    /// It is too short or too long.
    pub fn chosen(text: &str) -> Result<Self, PasswordRefused> {
        let password = Self::typed(text)?;
        if password.0.chars().count() < LETTERS_MIN { Err(PasswordRefused::Short) } else { Ok(password) }
    }

    /// What is kept of it, with 16 bytes of randomness.
    ///
    /// # Errors
    /// There is no memory to do it in.
    pub fn hash(&self, random: [u8; 16]) -> Result<String, argon2::password_hash::Error> {
        Ok(Argon2::default().hash_password_with_salt(self.0.as_bytes(), &random)?.to_string())
    }

    fn is(&self, hash: &str) -> bool {
        Argon2::default().verify_password(self.0.as_bytes(), hash).is_ok()
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

/// Where passwords are verified: so many at once, the others wait.
#[derive(Clone, Debug)]
pub struct Passwords {
    places: Arc<Semaphore>,
    verified: Arc<AtomicU64>,
}

impl Passwords {
    /// With `places` at once, each of which takes a processor and 19 MiB.
    #[must_use]
    pub fn new(places: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), verified: Arc::default() }
    }

    /// Whether `password` is the one that `hash` is of; nobody's, and just as slow, without a hash.
    pub async fn verify(&self, password: Password, hash: Option<String>) -> bool {
        let Ok(_place) = self.places.acquire().await else { return false };
        self.verified.fetch_add(1, Ordering::Relaxed);
        let known = hash.is_some();
        let work = move || password.is(hash.as_deref().unwrap_or(NOBODYS));
        tokio::task::spawn_blocking(work).await.unwrap_or(false) && known
    }

    /// How many were verified, for whoever watches.
    #[must_use]
    pub fn verified(&self) -> u64 {
        self.verified.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_its_hash_and_no_other_whichever_keyboard_typed_it() {
        let hash = Password::chosen("correct horse ﬁne").unwrap().hash([7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(Password::typed("correct horse fine").unwrap().is(&hash));
        assert!(!Password::typed("correct horse fin").unwrap().is(&hash));
        assert_eq!(Password::chosen("elevenchars").err(), Some(PasswordRefused::Short));
        assert_eq!(format!("{:?}", Password::typed("secret").unwrap()), "Password");
    }

    #[tokio::test]
    async fn where_there_is_no_account_a_hash_is_still_verified() {
        let passwords = Passwords::new(1);
        assert!(!passwords.verify(Password::typed("").unwrap(), None).await);
        assert_eq!(passwords.verified(), 1);
        let same = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(same(NOBODYS), same(&Password::typed("").unwrap().hash([1; 16]).unwrap()));
        assert!(
            Argon2::default().verify_password(b"x", NOBODYS).unwrap_err()
                == argon2::password_hash::Error::PasswordInvalid
        );
    }
}
