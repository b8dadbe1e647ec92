//! What a user proves something with besides a password: one-time codes, recovery codes, and tokens. Only their hashes are
//! stored.

use std::fmt;

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{keys::DerivedKeys, mac, random};
use crate::{error::Error, types::Id};

const DIGITS: usize = 6;
/// How many recovery codes a user gets.
const RECOVERY_CODES: usize = 10;
/// What a recovery code is made of: 80 bits, which are 16 letters.
const RECOVERY_BYTES: usize = 10;

/// A code of six digits, each code as likely as any other.
pub(crate) struct OneTimeCode(Zeroizing<String>);

impl OneTimeCode {
    /// A new code.
    pub(crate) fn new() -> Result<Self, Error> {
        let number = random::below(10_u32.pow(DIGITS as u32))?;
        Ok(Self(Zeroizing::new(format!("{number:0DIGITS$}"))))
    }

    /// The digits, for their user alone.
    pub(crate) fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCode(..)")
    }
}

/// What a code is for. The same digits have another hash for another purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodePurpose {
    /// To log in without a password.
    Login,
    /// To log in without the second factor.
    Recovery,
}

/// The secret that codes are hashed with. There are so few of six digits that a plain hash would hide none.
pub(crate) struct CodeKey(DerivedKeys);

impl CodeKey {
    /// The keys that [`Keys::derived`](super::Keys::derived) makes.
    pub(crate) fn new(keys: DerivedKeys) -> Self {
        Self(keys)
    }

    /// What is stored of a code: its HMAC, bound to the purpose and to the user, so that it is worth nothing to another.
    pub(crate) fn digest(&self, purpose: CodePurpose, user: Id, code: &str) -> String {
        BASE64URL_NOPAD.encode(&mac(&*self.0.current, purpose, user, code).finalize().into_bytes())
    }

    /// Whether a code is that of a stored hash, in a time that does not depend on how much of it is right.
    pub(crate) fn matches(&self, purpose: CodePurpose, user: Id, stored: &str, code: &str) -> bool {
        let stored = BASE64URL_NOPAD.decode(stored.as_bytes());
        // A hash that can't be read is compared as well, and is equal to none.
        let bytes = stored.as_deref().unwrap_or(&[0; 32]);
        let is_of = |key: &[u8; 32]| mac(key, purpose, user, code).verify_slice(bytes).is_ok();
        let is_equal = self.0.all().fold(false, |found, key| is_of(key) | found);
        is_equal && stored.is_ok()
    }

    /// Which of a user's recovery codes this is, by its place among the stored hashes; all of them are compared.
    pub(crate) fn find_recovery(&self, user: Id, stored: &[String], code: &str) -> Option<usize> {
        let code = plain(code);
        stored.iter().enumerate().fold(None, |found, (index, stored)| {
            let is_it = self.matches(CodePurpose::Recovery, user, stored, &code);
            if is_it { Some(index) } else { found }
        })
    }
}

fn mac(key: &[u8], purpose: CodePurpose, user: Id, code: &str) -> Hmac<Sha256> {
    let purpose: &[u8] = match purpose {
        CodePurpose::Login => b"login",
        CodePurpose::Recovery => b"recovery",
    };
    // What is before the code is of a known length, so that no part runs into the next.
    mac::keyed(key)
        .chain_update((purpose.len() as u64).to_be_bytes())
        .chain_update(purpose)
        .chain_update(user.object_id().bytes())
        .chain_update(code)
}

impl fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeKey(..)")
    }
}

/// The codes that stand for a lost second factor, each once: `abcd-efgh-ijkl-mnop`.
pub(crate) struct RecoveryCodes(Vec<Zeroizing<String>>);

impl RecoveryCodes {
    /// New codes.
    pub(crate) fn new() -> Result<Self, Error> {
        let code =
            |_| Ok(Zeroizing::new(grouped(&BASE32_NOPAD.encode(&*random::bytes::<RECOVERY_BYTES>()?))));
        (0..RECOVERY_CODES).map(code).collect::<Result<_, Error>>().map(Self)
    }

    /// The codes, to be shown to their user once.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|code| code.as_str())
    }

    /// What is stored of them.
    pub(crate) fn digests(&self, key: &CodeKey, user: Id) -> Vec<String> {
        self.0.iter().map(|code| key.digest(CodePurpose::Recovery, user, &plain(code))).collect()
    }
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCodes(..)")
    }
}

fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.to_lowercase().chars().collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// A recovery code however a user has typed it.
fn plain(code: &str) -> Zeroizing<String> {
    Zeroizing::new(
        code.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect(),
    )
}

/// What is stored of a token, and what a token that comes in is looked up by: the SHA-256 of its name. That is random, and needs
/// neither salt nor secret, since nobody can try that many.
pub(super) fn token_digest(token: &str) -> String {
    BASE64URL_NOPAD.encode(&Sha256::digest(token))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::HashSet;

    use super::*;

    fn key() -> CodeKey {
        CodeKey::new(DerivedKeys { current: random::bytes().unwrap(), retired: vec![] })
    }

    #[test]
    fn a_code_is_six_digits_leading_zeros_included() {
        let codes: Vec<OneTimeCode> = (0..5000).map(|_| OneTimeCode::new().unwrap()).collect();
        assert!(codes.iter().all(|code| code.digits().len() == 6));
        assert!(codes.iter().all(|code| code.digits().bytes().all(|digit| digit.is_ascii_digit())));
        assert!(codes.iter().any(|code| code.digits().starts_with('0')));
    }

    #[test]
    fn a_code_is_worth_something_for_its_user_and_purpose_alone() {
        let (key, user, login) = (key(), Id::new(), CodePurpose::Login);
        let stored = key.digest(login, user, "012345");
        assert!(key.matches(login, user, &stored, "012345"));
        for code in ["012346", "12345", "", "0123450", "012345 "] {
            assert!(!key.matches(login, user, &stored, code), "{code}");
        }
        assert!(!key.matches(login, Id::new(), &stored, "012345"));
        assert!(!key.matches(CodePurpose::Recovery, user, &stored, "012345"));
        assert!(!self::key().matches(login, user, &stored, "012345"), "another server's secret");
    }

    #[test]
    fn what_is_stored_shows_no_code() {
        let (key, user) = (key(), Id::new());
        let stored = key.digest(CodePurpose::Login, user, "012345");
        assert_ne!(stored, BASE64URL_NOPAD.encode(&Sha256::digest("012345")));
        assert_eq!(stored.len(), 43);
        for broken in ["", "?", &stored[1..], &format!("{stored}A"), &"A".repeat(43)] {
            assert!(!key.matches(CodePurpose::Login, user, broken, "012345"), "{broken}");
        }
    }

    #[test]
    fn codes_outlive_the_secret_as_long_as_it_is_retired() {
        let (user, old, new) = (Id::new(), random::bytes().unwrap(), random::bytes().unwrap());
        let before = CodeKey::new(DerivedKeys { current: old.clone(), retired: vec![] });
        let after = CodeKey::new(DerivedKeys { current: new.clone(), retired: vec![old] });
        let forgotten = CodeKey::new(DerivedKeys { current: new, retired: vec![] });
        let stored = before.digest(CodePurpose::Recovery, user, "abcd");
        assert!(after.matches(CodePurpose::Recovery, user, &stored, "abcd"));
        assert!(!after.matches(CodePurpose::Recovery, user, &stored, "abce"));
        assert!(!forgotten.matches(CodePurpose::Recovery, user, &stored, "abcd"));
        assert_ne!(after.digest(CodePurpose::Recovery, user, "abcd"), stored);
    }

    #[test]
    fn recovery_codes_are_found_however_they_are_typed() {
        let (key, user) = (key(), Id::new());
        let codes = RecoveryCodes::new().unwrap();
        let mut stored = codes.digests(&key, user);
        let texts: Vec<&str> = codes.texts().collect();
        assert_eq!(texts.iter().collect::<HashSet<_>>().len(), 10);
        for (index, text) in texts.iter().enumerate() {
            assert_eq!((text.len(), text.split('-').count()), (19, 4), "{text}");
            assert_eq!(key.find_recovery(user, &stored, text), Some(index));
            let typed = format!(" {} ", text.to_uppercase().replace('-', " "));
            assert_eq!(key.find_recovery(user, &stored, &typed), Some(index));
            assert_eq!(key.find_recovery(Id::new(), &stored, text), None);
        }
        stored.remove(3);
        assert_eq!(key.find_recovery(user, &stored, texts[3]), None, "it was used");
        assert_eq!(key.find_recovery(user, &stored, ""), None);
    }

    #[test]
    fn a_token_is_looked_up_by_its_hash() {
        assert_ne!(token_digest("first"), token_digest("second"));
        // FIPS 180-2, appendix B.1.
        let abc =
            data_encoding::HEXLOWER.encode(&BASE64URL_NOPAD.decode(token_digest("abc").as_bytes()).unwrap());
        assert_eq!(abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn nothing_of_them_is_shown() {
        let code = OneTimeCode::new().unwrap();
        assert_eq!(format!("{code:?}"), "OneTimeCode(..)");
        assert_eq!(format!("{:?}", RecoveryCodes::new().unwrap()), "RecoveryCodes(..)");
        assert_eq!(format!("{:?}", key()), "CodeKey(..)");
    }
}
