//! What an install's signature covers, and how it travels in a header: `Usra-Signature: NONCE.SIGNATURE` over method, path,
//! nonce, token and body. Pure bytes: the signing and the checking (Ed25519) are each side's own.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// The header that carries a phone's signature.
pub const HEADER: &str = "usra-signature";

/// Sixteen random bytes that make every sending of a request its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nonce(pub [u8; 16]);

/// One request as its signature sees it.
#[derive(Clone, Copy)]
pub struct SignedRequest<'a> {
    /// `POST`.
    pub method: &'a str,
    /// The address as the server knows it, `/v1/sync`: proxies may put something before it.
    pub path: &'a str,
    /// The access token it is sent with; empty where there is none yet. It ends the signature's life with its own.
    pub token: &'a str,
    /// The body as sent.
    pub body: &'a [u8],
}

impl fmt::Debug for SignedRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest").field("path", &self.path).finish_non_exhaustive()
    }
}

impl SignedRequest<'_> {
    /// The bytes to sign.
    #[must_use]
    pub fn bytes(&self, nonce: Nonce) -> Vec<u8> {
        let (token, body) = (text(&Sha256::digest(self.token)), text(&Sha256::digest(self.body)));
        let Self { method, path, .. } = self;
        format!("usra request 1\n{method}\n{path}\n{}\n{token}\n{body}", text(&nonce.0)).into_bytes()
    }
}

/// A phone's signature with its nonce, as the header carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// What makes this sending its own.
    pub nonce: Nonce,
    /// Over [`SignedRequest::bytes`].
    pub signature: [u8; 64],
}

/// A header that is none of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature cannot be read")]
pub struct Unreadable;

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", text(&self.nonce.0), text(&self.signature))
    }
}

impl FromStr for Stamp {
    type Err = Unreadable;

    fn from_str(header: &str) -> Result<Self, Unreadable> {
        let (nonce, signature) = header.split_once('.').ok_or(Unreadable)?;
        Ok(Self { nonce: Nonce(read(nonce)?), signature: read(signature)? })
    }
}

/// Bytes in the letters of addresses and headers (base64url without padding).
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Undoes [`text`].
///
/// # Errors
/// [`Unreadable`] for another alphabet or length.
pub fn read<const N: usize>(written: &str) -> Result<[u8; N], Unreadable> {
    URL_SAFE_NO_PAD.decode(written).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(method: &str, path: &str, token: &str, body: &[u8]) -> Vec<u8> {
        SignedRequest { method, path, token, body }.bytes(Nonce([1; 16]))
    }

    #[test]
    fn a_signature_covers_method_path_token_body_and_nonce() {
        let one = bytes("POST", "/v1/sync", "t", b"b");
        let others = [
            bytes("PUT", "/v1/sync", "t", b"b"),
            bytes("POST", "/v1/token", "t", b"b"),
            bytes("POST", "/v1/sync", "u", b"b"),
            bytes("POST", "/v1/sync", "t", b"c"),
            SignedRequest { method: "POST", path: "/v1/sync", token: "t", body: b"b" }.bytes(Nonce([2; 16])),
        ];
        assert!(others.iter().all(|other| *other != one));
        let golden = "usra request 1\nPOST\n/v1/sync\nAQEBAQEBAQEBAQEBAQEBAQ\n\
            47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\n47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
        assert_eq!(String::from_utf8(bytes("POST", "/v1/sync", "", b"")).unwrap(), golden);
    }

    #[test]
    fn headers_are_read_as_they_were_written_and_anything_else_is_unreadable() {
        let stamp = Stamp { nonce: Nonce([7; 16]), signature: [9; 64] };
        assert_eq!(stamp.to_string().parse(), Ok(stamp));
        for bad in ["", ".", "AQ.AQ", "no signature", &format!("{stamp}x")] {
            assert_eq!(bad.parse::<Stamp>(), Err(Unreadable), "{bad}");
        }
    }
}
