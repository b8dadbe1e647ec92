//! What must be read again and is stored all the same, such as the secret of an authenticator app: encrypted, by
//! XChaCha20-Poly1305 with a random nonce, and bound to its user.

use std::fmt;

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

use super::{keys::DerivedKeys, random};
use crate::{error::Error, types::Id};

const NONCE: usize = 24;

/// Encrypts with the key of now, and reads what was encrypted with one before.
pub(crate) struct Vault(DerivedKeys);

/// A text out of the vault.
pub(crate) struct Opened {
    /// The text.
    pub(crate) text: Zeroizing<String>,
    /// Whether it is of the key of now; else it is to be stored anew.
    pub(crate) is_current: bool,
}

impl Vault {
    /// A vault by the keys that [`Keys::derived`](super::Keys::derived) makes.
    pub(crate) fn new(keys: DerivedKeys) -> Self {
        Self(keys)
    }

    /// What is stored of a text of a user: nonce and ciphertext in base64url.
    pub(crate) fn close(&self, user: Id, text: &str) -> Result<String, Error> {
        let nonce = random::bytes::<NONCE>()?;
        let payload = Payload { msg: text.as_bytes(), aad: &user.object_id().bytes() };
        let sealed = cipher(&self.0.current).encrypt((&*nonce).into(), payload);
        let sealed = sealed.map_err(|_| Error::internal("a text can't be encrypted"))?;
        Ok(BASE64URL_NOPAD.encode(&[nonce.as_slice(), &sealed].concat()))
    }

    /// The text that was stored of a user; `None` where it was changed, is another user's, or of a key that is gone.
    pub(crate) fn open(&self, user: Id, stored: &str) -> Option<Opened> {
        let bytes = BASE64URL_NOPAD.decode(stored.as_bytes()).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        let aad = user.object_id().bytes();
        let open =
            |key: &[u8; 32]| cipher(key).decrypt(nonce.into(), Payload { msg: sealed, aad: &aad }).ok();
        let (place, text) =
            self.0.all().enumerate().find_map(|(place, key)| open(key).map(|text| (place, text)))?;
        let text = String::from_utf8(text).ok().map(Zeroizing::new)?;
        Some(Opened { text, is_current: place == 0 })
    }
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.into())
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(..)")
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened(..)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const TEXT: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn vault(current: u8, retired: &[u8]) -> Vault {
        let key = |byte: &u8| Zeroizing::new([*byte; 32]);
        Vault::new(DerivedKeys { current: key(&current), retired: retired.iter().map(key).collect() })
    }

    #[test]
    fn a_text_is_read_by_its_user_alone() {
        let (vault, user) = (vault(1, &[]), Id::new());
        let stored = vault.close(user, TEXT).unwrap();
        let opened = vault.open(user, &stored).unwrap();
        assert_eq!((opened.text.as_str(), opened.is_current), (TEXT, true));
        assert!(vault.open(Id::new(), &stored).is_none());
        assert!(!stored.contains(TEXT));
        assert_ne!(stored, vault.close(user, TEXT).unwrap(), "equal texts are not seen to be equal");
    }

    #[test]
    fn what_was_changed_is_not_read() {
        let (vault, user) = (vault(1, &[]), Id::new());
        let stored = vault.close(user, TEXT).unwrap();
        for place in 0..stored.len() {
            let changed = if stored.as_bytes()[place] == b'A' { "B" } else { "A" };
            let mut text = stored.clone();
            text.replace_range(place..=place, changed);
            assert!(vault.open(user, &text).is_none(), "{place}");
        }
        for broken in ["", "A", "?", &stored[..20], &stored[4..], TEXT] {
            assert!(vault.open(user, broken).is_none(), "{broken}");
        }
    }

    #[test]
    fn a_changed_key_reads_what_was_stored_before_as_long_as_it_is_retired() {
        let user = Id::new();
        let stored = vault(1, &[]).close(user, TEXT).unwrap();
        let opened = vault(2, &[1]).open(user, &stored).unwrap();
        assert_eq!((opened.text.as_str(), opened.is_current), (TEXT, false));
        assert!(vault(2, &[]).open(user, &stored).is_none());
    }

    #[test]
    fn nothing_of_it_is_shown() {
        let (vault, user) = (vault(1, &[]), Id::new());
        let opened = vault.open(user, &vault.close(user, TEXT).unwrap()).unwrap();
        assert_eq!(format!("{vault:?} {opened:?}"), "Vault(..) Opened(..)");
    }
}
