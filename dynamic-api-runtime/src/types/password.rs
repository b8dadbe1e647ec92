//! `Password`: a text from a client, a hash in the store, and nothing to anybody who would read it.

use std::{fmt, ops::RangeInclusive};

use bson::{Binary, spec::BinarySubtype};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Visitor},
    ser,
};
use zeroize::{Zeroize, Zeroizing};

/// How many characters a password has.
pub(crate) const PASSWORD_CHARS: RangeInclusive<usize> = 8..=128;
/// How many bytes are taken from somebody who says to know a password. What is longer was never one.
const MAX_OFFERED: usize = 1024;
/// The binary subtype (of those that are a user's own) of a password on its way to its hash.
pub(crate) const PLAINTEXT: BinarySubtype = BinarySubtype::UserDefined(0xd7);

/// A user's password.
///
/// From a client it is a string of 8 to 128 Unicode characters of any kind. It is stored as its argon2id hash in PHC form, and
/// can't be serialized to JSON: a field of this type is no part of any output, filter or sort. The text is overwritten when it
/// is no longer needed.
///
/// ```
/// use dynamic_api_runtime::types::Password;
///
/// let password = Password::new("correct horse battery staple")?;
/// assert_eq!(format!("{password:?}"), "Password(..)");
/// assert!(serde_json::to_string(&password).is_err());
/// # Ok::<(), dynamic_api_runtime::types::PasswordError>(())
/// ```
///
/// It belongs directly into an entity: behind an untagged or internally tagged enum, or `#[serde(flatten)]`, serde does not say
/// whether it reads a client's text or a stored hash.
#[derive(Clone)]
pub struct Password(Form);

#[derive(Clone)]
enum Form {
    Plain(Zeroizing<String>),
    Hash(String),
}

/// The text is no password: it is shorter than 8 characters or longer than 128.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a password must be a string of 8 to 128 characters")]
pub struct PasswordError;

impl Password {
    /// A password as a client would send it.
    ///
    /// # Errors
    /// The text is shorter than 8 characters or longer than 128.
    pub fn new(text: impl Into<String>) -> Result<Self, PasswordError> {
        let text = Zeroizing::new(text.into());
        if Self::is_acceptable(&text) { Ok(Self(Form::Plain(text))) } else { Err(PasswordError) }
    }

    /// What somebody says to be a password. It may be shorter than a new one: rules were others once.
    pub(crate) fn offered(text: impl Into<String>) -> Result<Self, PasswordError> {
        let text = Zeroizing::new(text.into());
        if text.len() <= MAX_OFFERED { Ok(Self(Form::Plain(text))) } else { Err(PasswordError) }
    }

    /// Whether a text may be a password.
    pub(crate) fn is_acceptable(text: &str) -> bool {
        text.len() <= PASSWORD_CHARS.end() * char::MAX.len_utf8()
            && PASSWORD_CHARS.contains(&text.chars().count())
    }

    /// The text, where it is one.
    pub(crate) fn plain(&self) -> Option<&str> {
        match &self.0 {
            Form::Plain(text) => Some(text),
            Form::Hash(_) => None,
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl Serialize for Password {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return Err(ser::Error::custom("a password can't be shown"));
        }
        match &self.0 {
            Form::Plain(text) => {
                let mut binary = Binary { subtype: PLAINTEXT, bytes: text.as_bytes().to_vec() };
                let outcome = binary.serialize(serializer);
                binary.bytes.zeroize();
                outcome
            }
            Form::Hash(hash) => serializer.serialize_str(hash),
        }
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            // Whatever is sent is asked of the visitor: else the deserializer would tell of the value itself.
            deserializer.deserialize_any(ClientVisitor)
        } else {
            deserializer.deserialize_any(StoreVisitor)
        }
    }
}

/// Reads a client's text. What it sent instead is not told: it may be the password all the same.
struct ClientVisitor;

impl Visitor<'_> for ClientVisitor {
    type Value = Password;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PasswordError}")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Password, E> {
        Password::new(text).map_err(E::custom)
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Password, E> {
        Password::new(text).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Password, E> {
        Err(E::custom(PasswordError))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Password, E> {
        Err(E::custom(PasswordError))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Password, E> {
        Err(E::custom(PasswordError))
    }
}

/// Reads a stored hash, or the text that is about to become one.
struct StoreVisitor;

impl<'de> Visitor<'de> for StoreVisitor {
    type Value = Password;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the hash of a password")
    }

    fn visit_str<E: de::Error>(self, hash: &str) -> Result<Password, E> {
        Ok(Password(Form::Hash(hash.to_owned())))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Password, A::Error> {
        let binary = Binary::deserialize(de::value::MapAccessDeserializer::new(map))?;
        let bytes = Zeroizing::new(binary.bytes);
        let text = std::str::from_utf8(&bytes).ok().filter(|_| binary.subtype == PLAINTEXT);
        let text = text.ok_or_else(|| de::Error::custom("a binary is no hash of a password"))?;
        Password::offered(text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use bson::{RawDocumentBuf, rawdoc};
    use serde_json::json;

    use super::*;

    const TEXT: &str = "correct horse battery";

    #[derive(Debug, Serialize, Deserialize)]
    struct Account {
        password: Password,
    }

    fn from_json(value: serde_json::Value) -> Result<Account, String> {
        serde_json::from_str(&json!({ "password": value }).to_string()).map_err(|error| error.to_string())
    }

    fn to_bson(account: &Account) -> RawDocumentBuf {
        bson::serialize_to_raw_document_buf(account).unwrap()
    }

    #[test]
    fn its_length_is_counted_in_characters() {
        for (text, is_one) in [
            ("1234567".to_owned(), false),
            ("12345678".to_owned(), true),
            ("пароль12".to_owned(), true),
            ("\u{1f511}".repeat(7), false),
            ("\u{1f511}".repeat(8), true),
            ("\u{1f511}".repeat(128), true),
            ("x".repeat(128), true),
            ("x".repeat(129), false),
            ("    \u{0}   ".to_owned(), true),
            (String::new(), false),
        ] {
            assert_eq!(Password::new(text.clone()).is_ok(), is_one, "{text}");
            assert_eq!(from_json(json!(text)).is_ok(), is_one, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_without_what_was_sent() {
        for value in
            [json!("hunter2"), json!(20_041_978), json!(-20_041_978), json!(20_041.978), json!(["hunter2"])]
        {
            let message = from_json(value).unwrap_err();
            assert!(message.contains("a string of 8 to 128 characters"), "{message}");
            assert!(!message.contains("hunter") && !message.contains("20041"), "{message}");
        }
    }

    #[test]
    fn it_is_shown_to_nobody() {
        let plain = from_json(json!(TEXT)).unwrap();
        let stored = rawdoc! { "password": "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA" };
        let hash: Account = bson::deserialize_from_slice(stored.as_bytes()).unwrap();
        for account in [&plain, &hash] {
            assert_eq!(format!("{account:?}"), "Account { password: Password(..) }");
            let refused = serde_json::to_string(account).unwrap_err().to_string();
            assert_eq!(refused, "a password can't be shown");
            assert!(bson::serialize_to_bson(account).is_err(), "human-readable too");
        }
    }

    #[test]
    fn a_text_goes_to_bson_as_what_no_store_may_take() {
        let document = to_bson(&from_json(json!(TEXT)).unwrap());
        let binary = document.get_binary("password").unwrap();
        assert_eq!((binary.subtype, binary.bytes), (PLAINTEXT, TEXT.as_bytes()));
        let again: Account = bson::deserialize_from_slice(document.as_bytes()).unwrap();
        assert_eq!(again.password.plain(), Some(TEXT));
    }

    #[test]
    fn a_hash_comes_from_the_store_and_goes_there_again() {
        let stored = rawdoc! { "password": "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy" };
        let account: Account = bson::deserialize_from_slice(stored.as_bytes()).unwrap();
        assert_eq!(account.password.plain(), None);
        assert_eq!(to_bson(&account), stored);
    }

    #[test]
    fn a_client_can_not_send_a_hash() {
        let phc = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNo";
        let account = from_json(json!(phc)).unwrap();
        assert_eq!(account.password.plain(), Some(phc), "it is a text like any other");
        assert!(to_bson(&account).get_binary("password").is_ok());
    }

    #[test]
    fn other_binaries_are_no_password() {
        let stored = rawdoc! { "password": Binary { subtype: BinarySubtype::Generic, bytes: vec![1; 20] } };
        assert!(bson::deserialize_from_slice::<Account>(stored.as_bytes()).is_err());
    }

    #[test]
    fn what_is_offered_may_be_short_but_not_endless() {
        assert!(Password::offered("abc").is_ok());
        assert!(Password::offered("x".repeat(1024)).is_ok());
        assert!(Password::offered("x".repeat(1025)).is_err());
    }
}
