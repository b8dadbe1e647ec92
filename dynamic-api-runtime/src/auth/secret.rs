//! A secret of the server's own: bytes that are shown to nobody and overwritten when they are no longer needed, and what makes
//! such bytes too easy to guess.

use std::fmt;

use zeroize::Zeroizing;

/// What a secret of HMAC-SHA-256 holds at least (RFC 7518, section 3.2: as many bits as the hash has).
pub(super) const MIN_SECRET: usize = 32;
/// How many different bytes a secret holds at least: 32 random hex digits have fewer once in a million years of starts.
const MIN_DISTINCT: usize = 8;
/// How many bits the frequencies of its bytes give a secret at least. 32 random hex digits have about 115.
const MIN_BITS: f64 = 90.0;
/// Words of examples and of first attempts.
const PLACEHOLDERS: [&str; 10] = [
    "changeme",
    "change-me",
    "change_me",
    "secret",
    "password",
    "example",
    "default",
    "placeholder",
    "replace",
    "qwerty",
];

/// Bytes that nobody may see.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    pub(super) fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Why the bytes are no secret, in words that go on after its name.
    pub(super) fn weakness(&self) -> Option<String> {
        let bytes = self.bytes();
        if bytes.len() < MIN_SECRET {
            return Some(format!("is too short: {} of at least {MIN_SECRET} bytes", bytes.len()));
        }
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        if PLACEHOLDERS.iter().any(|word| text.contains(word)) {
            return Some("reads like a placeholder".to_owned());
        }
        let is_weak = distinct(bytes) < MIN_DISTINCT
            || bits(bytes) < MIN_BITS
            || is_repeated(bytes)
            || is_counted(bytes);
        is_weak.then(|| "is easy to guess".to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

fn counts(bytes: &[u8]) -> [u32; 256] {
    let mut counts = [0; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    counts
}

fn distinct(bytes: &[u8]) -> usize {
    counts(bytes).iter().filter(|count| **count > 0).count()
}

/// Shannon's entropy of the bytes, were each drawn by the frequencies that they have.
fn bits(bytes: &[u8]) -> f64 {
    let length = bytes.len() as f64;
    let bits_of = |count: &u32| {
        let frequency = f64::from(*count) / length;
        -frequency.log2() * f64::from(*count)
    };
    counts(bytes).iter().filter(|count| **count > 0).map(bits_of).sum()
}

/// Whether a part of at most half the length is written again and again.
fn is_repeated(bytes: &[u8]) -> bool {
    (1..=bytes.len() / 2)
        .any(|period| bytes.iter().zip(&bytes[period..]).all(|(earlier, later)| earlier == later))
}

/// Whether most bytes are the one before, counted on or back: `abcdef`, `98765`.
fn is_counted(bytes: &[u8]) -> bool {
    let counted = bytes.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) <= 1).count();
    counted * 2 > bytes.len()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use data_encoding::{BASE64, HEXLOWER};

    use super::*;
    use crate::auth::random;

    #[test]
    fn what_can_be_guessed_is_no_secret() {
        for text in [
            "",
            "short",
            "0123456789abcdef0123456789abcde",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabcabcabcabcabcabcabc",
            "abcdefghijklmnopqrstuvwxyz0123456789",
            "my-very-long-secret-for-the-tokens-42",
            "CHANGEME-q8w7e6r5t4z3u2i1o0p9a8s7d6f5",
            "a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4",
        ] {
            assert!(Secret::new(text).weakness().is_some(), "{text}");
        }
    }

    #[test]
    fn random_bytes_are_a_secret_in_every_usual_writing() {
        for _ in 0..200 {
            let bytes = random::bytes::<32>().unwrap();
            for secret in [
                Secret::new(bytes.to_vec()),
                Secret::new(BASE64.encode(&*bytes)),
                Secret::new(HEXLOWER.encode(&*bytes)),
                Secret::new(HEXLOWER.encode(&bytes[..16])),
            ] {
                assert_eq!(secret.weakness(), None, "{:?}", secret.bytes());
            }
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        assert_eq!(format!("{:?}", Secret::new("hunter2hunter2")), "Secret(..)");
    }
}
