//! Hashes of passwords (OWASP password storage cheat sheet): argon2id on threads of their own, a bounded number at a time.
//!
//! Hashes of bcrypt are verified too, since users of former Node applications move over with theirs, and renewed at the first
//! login.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::Error as HashError,
};
use bson::{RawBsonRef, RawDocument, RawDocumentBuf};
use data_encoding::BASE64URL_NOPAD;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use zeroize::{Zeroize, Zeroizing};

use super::{hashing::PasswordHashing, random, workers::Workers};
use crate::{
    error::Error,
    input::escape,
    types::{PLAINTEXT, Password},
};

/// What a stored hash may cost at most, so that a row that somebody else wrote can't stop the server: 1 GiB, 64 passes, and
/// bcrypt's 2^16 rounds.
const MAX_MEMORY: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 64;
const MAX_LANES: u32 = 64;
const MAX_BCRYPT_COST: u32 = 16;

/// Whether a password is that of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verified {
    /// It is.
    Yes,
    /// It is, and the hash is of another algorithm or of a lower cost than the settings say: store a new one.
    YesRehash,
    /// It is not.
    No,
}

/// Makes and verifies hashes. A clone shares the bounds.
#[derive(Clone)]
pub(crate) struct Hasher(Arc<Shared>);

struct Shared {
    params: Params,
    settings: PasswordHashing,
    /// A hash of no password, to do the same work for an account that does not exist.
    dummy: String,
    /// A place for each hash that is computed or waits.
    places: Arc<Semaphore>,
    /// A turn for each that is computed.
    turns: Arc<Semaphore>,
    /// Each at work has a turn.
    workers: Workers<Slot>,
}

/// A place and a turn. They belong to the work and not to who waits for it: a caller that goes away frees neither before the
/// thread is done.
struct Slot {
    _place: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
}

impl Hasher {
    /// A hasher by the settings, which were checked before.
    ///
    /// # Errors
    /// Argon2 has no such parameters, or the system no random bytes.
    pub(crate) fn new(settings: &PasswordHashing) -> Result<Self, Error> {
        let params = settings.params().ok_or_else(|| Error::internal("argon2 has no such parameters"))?;
        let nobody = BASE64URL_NOPAD.encode(&*random::bytes::<32>()?);
        let dummy = hash(&params, &nobody)?;
        let all = settings.at_a_time.saturating_add(settings.waiting).min(Semaphore::MAX_PERMITS);
        Ok(Self(Arc::new(Shared {
            params,
            settings: settings.clone(),
            dummy,
            places: Arc::new(Semaphore::new(all)),
            turns: Arc::new(Semaphore::new(settings.at_a_time.min(all))),
            workers: Workers::new(settings.priority),
        })))
    }

    /// The PHC string of a password's text.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where too many wait already.
    pub(crate) async fn hash(&self, password: &Password) -> Result<String, Error> {
        let text = Zeroizing::new(password.plain().unwrap_or_default().to_owned());
        let params = self.0.params.clone();
        self.run(move || hash(&params, &text)).await?
    }

    /// Whether the password is that of the stored hash. `None` is an account that does not exist, and takes the same time.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where too many wait already.
    pub(crate) async fn verify(&self, stored: Option<&str>, password: &Password) -> Result<Verified, Error> {
        let shared = self.0.clone();
        let stored = stored.map(str::to_owned);
        let text = Zeroizing::new(password.plain().unwrap_or_default().to_owned());
        self.run(move || match stored {
            Some(stored) => shared.verify(&stored, &text),
            None => shared.refuse(&text),
        })
        .await
    }

    /// Whether the settings accept a new password of this many characters.
    ///
    /// # Errors
    /// A violation of `field`.
    pub(super) fn accept(&self, field: &str, text: &str) -> Result<(), Error> {
        let chars = &self.0.settings.chars;
        if chars.contains(&text.chars().count()) {
            return Ok(());
        }
        let message = format!("{field} must be a string of {} to {} characters", chars.start(), chars.end());
        Err(Error::violation(format!("/{}", escape(field)), "range", message))
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let slot = self.slot().await?;
        let (tell, told) = oneshot::channel();
        let work = move || {
            // The caller may have gone away.
            let _ = tell.send(work());
            slot
        };
        self.0.workers.work(Box::new(work)).map_err(Error::internal)?;
        told.await.map_err(Error::internal)
    }

    async fn slot(&self) -> Result<Slot, Error> {
        let place = self.0.places.clone().try_acquire_owned().map_err(|_| Error::Unavailable)?;
        let turn = self.0.turns.clone().acquire_owned().await.map_err(|_| Error::Unavailable)?;
        Ok(Slot { _place: place, _turn: turn })
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

impl Shared {
    fn verify(&self, stored: &str, text: &str) -> Verified {
        let outcome = if stored.starts_with("$2") {
            verify_bcrypt(stored, text)
        } else {
            self.verify_argon2(stored, text)
        };
        outcome.unwrap_or_else(|| {
            tracing::warn!("a stored password is no hash that can be verified");
            self.refuse(text)
        })
    }

    /// `None` where it is no hash of argon2, or one that costs too much.
    fn verify_argon2(&self, stored: &str, text: &str) -> Option<Verified> {
        let hash = PasswordHash::new(stored).ok()?;
        let params = Params::try_from(&hash).ok().filter(is_bearable)?;
        match argon2(&self.params).verify_password(text.as_bytes(), &hash) {
            Ok(()) if self.is_current(&hash, &params) => Some(Verified::Yes),
            Ok(()) => Some(Verified::YesRehash),
            Err(HashError::PasswordInvalid) => Some(Verified::No),
            Err(_) => None,
        }
    }

    fn is_current(&self, hash: &PasswordHash, params: &Params) -> bool {
        hash.algorithm.as_str() == "argon2id"
            && hash.version == Some(Version::V0x13.into())
            && params.m_cost() >= self.params.m_cost()
            && params.t_cost() >= self.params.t_cost()
            && params.p_cost() >= self.params.p_cost()
    }

    /// The work of verifying, for nothing.
    fn refuse(&self, text: &str) -> Verified {
        let _ = self.verify_argon2(&self.dummy, text);
        Verified::No
    }
}

fn argon2(params: &Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
}

fn hash(params: &Params, text: &str) -> Result<String, Error> {
    let hash: PasswordHash = argon2(params).hash_password(text.as_bytes()).map_err(Error::internal)?;
    Ok(hash.to_string())
}

fn is_bearable(params: &Params) -> bool {
    params.m_cost() <= MAX_MEMORY && params.t_cost() <= MAX_PASSES && params.p_cost() <= MAX_LANES
}

/// A hash of bcrypt is of a lower standard whatever it costs. `None` where it is none.
fn verify_bcrypt(stored: &str, text: &str) -> Option<Verified> {
    let parts: bcrypt::HashParts = stored.parse().ok()?;
    if parts.get_cost() > MAX_BCRYPT_COST {
        return None;
    }
    match bcrypt::verify(text, stored).ok()? {
        true => Some(Verified::YesRehash),
        false => Some(Verified::No),
    }
}

/// The document with the hashes of its passwords in the place of their texts; `password_fields` are the names of its fields
/// that are passwords.
///
/// # Errors
/// A violation where a password is not of the length that the settings say; [`Error::Unavailable`] where too many hashes wait
/// already.
pub(crate) async fn seal(
    hasher: &Hasher,
    document: RawDocumentBuf,
    password_fields: &[&str],
) -> Result<RawDocumentBuf, Error> {
    if !has_plaintext(&document) {
        return Ok(document);
    }
    let mut sealed = RawDocumentBuf::new();
    for element in &document {
        let (name, value) = element.map_err(Error::internal)?;
        match plaintext(value).filter(|_| password_fields.contains(&name.as_str())) {
            Some(text) => {
                hasher.accept(name.as_str(), text)?;
                let password = Password::offered(text).map_err(Error::internal)?;
                sealed.append(name, hasher.hash(&password).await?);
            }
            None => sealed.append(name, value),
        }
    }
    document.into_bytes().zeroize();
    Ok(sealed)
}

/// Whether there is a password's text anywhere in the document: such a one must not be stored. A document that can't be read
/// counts as one.
pub(crate) fn has_plaintext(document: &RawDocument) -> bool {
    document.iter().any(|element| element.map_or(true, |(_, value)| is_plaintext(value)))
}

fn is_plaintext(value: RawBsonRef<'_>) -> bool {
    match value {
        RawBsonRef::Binary(binary) => binary.subtype == PLAINTEXT,
        RawBsonRef::Document(document) => has_plaintext(document),
        RawBsonRef::Array(array) => array.into_iter().any(|item| item.map_or(true, is_plaintext)),
        _ => false,
    }
}

fn plaintext(value: RawBsonRef<'_>) -> Option<&str> {
    let binary = value.as_binary().filter(|binary| binary.subtype == PLAINTEXT)?;
    std::str::from_utf8(binary.bytes).ok()
}
