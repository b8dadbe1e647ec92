//! The keys of an application's tokens, ready to sign and verify (RFC 8725).
//!
//! A token names its key, and the key says the algorithm: what a token's header claims of its algorithm is only compared. Each
//! use of tokens has keys of its own.

#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::Mac;
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode, errors::ErrorKind,
};
use zeroize::Zeroizing;

use super::{
    config::AuthConfig,
    mac, provider, random,
    secret::Secret,
    sign::{KeyForm, KeySource, TokenUse},
    token::{Claims, Payload, TokenError, TokenKind},
};
use crate::{error::Error, types::Id};

/// A token is refused unread above this length. Headers of 8 KiB are what servers take as a rule.
const MAX_TOKEN: usize = 8 * 1024;

/// The keys of all uses.
pub(crate) struct Keys {
    sets: Vec<KeySet>,
    issuer: String,
    audience: String,
    leeway: u64,
}

/// The keys of one use.
struct KeySet {
    token: TokenUse,
    signing: EncodingKey,
    material: Secret,
    /// The secrets that were in its place.
    retired: Vec<Secret>,
    lifetime: Duration,
    /// The key that signs, and those that did.
    keys: Vec<Key>,
}

/// Secrets of one purpose: that of now, and those that were before the key was changed.
pub(crate) struct DerivedKeys {
    pub(super) current: Zeroizing<[u8; 32]>,
    pub(super) retired: Vec<Zeroizing<[u8; 32]>>,
}

impl DerivedKeys {
    /// All of them, that of now first.
    pub(super) fn all(&self) -> impl Iterator<Item = &[u8; 32]> {
        std::iter::once(&self.current).chain(&self.retired).map(|key| &**key)
    }
}

impl std::fmt::Debug for DerivedKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DerivedKeys(..)")
    }
}

/// What verifies tokens.
pub(super) struct Key {
    pub(super) kid: String,
    pub(super) algorithm: Algorithm,
    pub(super) decoding: DecodingKey,
    validation: Validation,
}

impl Keys {
    /// The keys that the settings name.
    ///
    /// # Errors
    /// What is wrong with them, all at once, in words for the developer who starts the application.
    pub(crate) fn new(config: &AuthConfig) -> Result<Self, Vec<String>> {
        provider::install();
        let (mut sets, mut problems) = (vec![], vec![]);
        for token in TokenUse::ALL {
            match KeySet::new(config, token) {
                Ok(set) => sets.push(set),
                Err(found) => problems.extend(found),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let (issuer, audience) = (config.issuer.clone(), config.audience.clone());
        Ok(Self { sets, issuer, audience, leeway: config.leeway.as_secs() })
    }

    /// New claims, valid from now on as long as the settings say.
    pub(crate) fn claims<K: TokenKind>(
        &self,
        user_id: Id,
        session: K::Session,
        user: K::User,
    ) -> Result<Claims<K>, Error> {
        let issued_at = now();
        let expires_at = issued_at.saturating_add(self.set::<K>()?.lifetime.as_secs());
        let token_id = random::name()?;
        Ok(Claims { user_id, session, user, token_id, issued_at, expires_at, kind: Default::default() })
    }

    /// The token that says these claims.
    pub(crate) fn sign<K: TokenKind>(&self, claims: &Claims<K>) -> Result<String, Error> {
        let set = self.set::<K>()?;
        let payload = claims.payload(&self.issuer, &self.audience);
        let token = set.sign(&payload).map_err(Error::internal)?;
        if token.len() > MAX_TOKEN {
            return Err(Error::internal("the claim fields of a user are too long for a token"));
        }
        Ok(token)
    }

    /// What a token says, where it is one of this kind and of this application, and valid now.
    pub(crate) fn verify<K: TokenKind>(&self, token: &str) -> Result<Claims<K>, TokenError> {
        if token.len() > MAX_TOKEN {
            return Err(TokenError::TooLong);
        }
        let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
        let set = self.set::<K>().map_err(|_| TokenError::UnknownKey)?;
        let key = set.key_of(&header)?;
        let data = decode::<Payload>(token, &key.decoding, &key.validation);
        let payload = data.map_err(|error| refusal(error.kind()))?.claims;
        // The moment of expiry is too late already (RFC 7519, section 4.1.4).
        if now() >= payload.exp.saturating_add(self.leeway) {
            return Err(TokenError::Expired);
        }
        Claims::read(payload)
    }

    /// Secrets for another purpose, made of those of a use: who knows one can't tell the others. The public half of a key pair
    /// is none to make a secret of, so that a retired one has none.
    pub(crate) fn derived(&self, token: TokenUse, purpose: &str) -> Result<DerivedKeys, Error> {
        let set = self.sets.iter().find(|set| set.token == token).ok_or(Error::NotAvailable)?;
        let of = |material: &Secret| mac_of(material.bytes(), &["derived", purpose]);
        Ok(DerivedKeys { current: of(&set.material), retired: set.retired.iter().map(of).collect() })
    }

    /// The keys that verify access tokens.
    pub(super) fn of_access(&self) -> impl Iterator<Item = &Key> {
        self.sets.iter().filter(|set| set.token == TokenUse::Access).flat_map(|set| &set.keys)
    }

    fn set<K: TokenKind>(&self) -> Result<&KeySet, Error> {
        self.sets.iter().find(|set| set.token == K::USE).ok_or(Error::NotAvailable)
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl KeySet {
    fn new(config: &AuthConfig, token: TokenUse) -> Result<Self, Vec<String>> {
        let name = token.variable();
        let setting = config.token(token);
        let Some(signing) = &setting.signing else {
            return Err(vec![format!(
                "{name} is missing: set it to at least 32 random bytes, such as openssl rand -base64 48 writes, or give a \
                 key with AuthConfig::key(TokenUse::{token:?}, ..)"
            )]);
        };
        let mut problems = vec![];
        let mut keys = vec![];
        let mut found = |problem: String| problems.push(format!("{name} {problem}"));
        let read = signing_key(&signing.0).map_err(&mut found).ok();
        for retired in &setting.retired {
            match verifying_key(&retired.0) {
                Ok((algorithm, decoding)) => keys.push(Key::new(config, &retired.0, algorithm, decoding)),
                Err(problem) => found(format!("has a retired key that {problem}")),
            }
        }
        let Some((algorithm, signing_key, decoding)) = read.filter(|_| problems.is_empty()) else {
            return Err(problems);
        };
        keys.insert(0, Key::new(config, &signing.0, algorithm, decoding));
        let material = signing.0.material.clone();
        let secrets = setting.retired.iter().filter(|key| key.0.form == KeyForm::Secret);
        let retired = secrets.map(|key| key.0.material.clone()).collect();
        let set = Self { token, signing: signing_key, material, retired, lifetime: setting.lifetime, keys };
        set.check().map_err(|problem| vec![format!("{name} {problem}")])?;
        Ok(set)
    }

    /// That no two keys have one name, and that what is signed can be verified: a program may have given `jsonwebtoken` a
    /// provider of its own.
    fn check(&self) -> Result<(), String> {
        let is_twice =
            |(index, key): (usize, &Key)| self.keys[..index].iter().any(|other| other.kid == key.kid);
        if self.keys.iter().enumerate().any(is_twice) {
            return Err("has two keys of one kid".to_owned());
        }
        let Some(key) = self.keys.first() else { return Ok(()) };
        let message = b"signed and verified";
        let tried = jsonwebtoken::crypto::sign(message, &self.signing, key.algorithm).and_then(|signature| {
            jsonwebtoken::crypto::verify(&signature, message, &key.decoding, key.algorithm)
        });
        match tried {
            Ok(true) => Ok(()),
            Ok(false) => Err("has a key whose signatures are not valid".to_owned()),
            Err(error) => Err(format!("has a key that can't sign: {error}")),
        }
    }

    fn sign(&self, payload: &Payload) -> jsonwebtoken::errors::Result<String> {
        let Some(key) = self.keys.first() else { return Err(ErrorKind::InvalidKeyFormat.into()) };
        let header = Header {
            typ: Some(self.token.media_type().to_owned()),
            kid: Some(key.kid.clone()),
            ..Header::new(key.algorithm)
        };
        encode(&header, payload, &self.signing)
    }

    fn key_of(&self, header: &Header) -> Result<&Key, TokenError> {
        if header.typ.as_deref() != Some(self.token.media_type()) {
            return Err(TokenError::Kind);
        }
        // What must be understood is not (RFC 7515, section 4.1.11).
        if header.crit.is_some() || header.enc.is_some() || header.zip.is_some() {
            return Err(TokenError::Malformed);
        }
        let kid = header.kid.as_deref().ok_or(TokenError::UnknownKey)?;
        let key = self.keys.iter().find(|key| key.kid == kid);
        key.filter(|key| key.algorithm == header.alg).ok_or(TokenError::UnknownKey)
    }
}

impl Key {
    fn new(config: &AuthConfig, source: &KeySource, algorithm: Algorithm, decoding: DecodingKey) -> Self {
        let mut validation = Validation::new(algorithm);
        validation.set_issuer(&[&config.issuer]);
        validation.set_audience(&[&config.audience]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = config.leeway.as_secs();
        Self { kid: kid(source), algorithm, decoding, validation }
    }
}

/// The name of a key. That of a secret is made of it, so that a changed secret is another key.
fn kid(source: &KeySource) -> String {
    let of_secret = || data_encoding::BASE64URL_NOPAD.encode(&mac_of(source.material.bytes(), &["kid"])[..9]);
    source.kid.clone().unwrap_or_else(of_secret)
}

type SigningPair = (Algorithm, EncodingKey, DecodingKey);

fn signing_key(source: &KeySource) -> Result<SigningPair, String> {
    let bytes = source.material.bytes();
    match source.form {
        KeyForm::Secret => {
            secret_weakness(source)?;
            Ok((Algorithm::HS256, EncodingKey::from_secret(bytes), DecodingKey::from_secret(bytes)))
        }
        #[cfg(feature = "asymmetric")]
        KeyForm::Ed25519 => pair(Algorithm::EdDSA, EncodingKey::from_ed_pem(bytes)),
        #[cfg(feature = "asymmetric")]
        KeyForm::Rsa => pair(Algorithm::RS256, EncodingKey::from_rsa_pem(bytes)),
    }
}

#[cfg(feature = "asymmetric")]
fn pair(algorithm: Algorithm, key: jsonwebtoken::errors::Result<EncodingKey>) -> Result<SigningPair, String> {
    let read = key.and_then(|key| provider::public_key(&key).map(|public| (algorithm, key, public)));
    // What the parser says of a private key is not for a log.
    read.map_err(|_| {
        format!("has no private key in PEM for {algorithm:?}, of 2048 bits at least where it is RSA")
    })
}

fn verifying_key(source: &KeySource) -> Result<(Algorithm, DecodingKey), String> {
    let bytes = source.material.bytes();
    match source.form {
        KeyForm::Secret => {
            secret_weakness(source)?;
            Ok((Algorithm::HS256, DecodingKey::from_secret(bytes)))
        }
        #[cfg(feature = "asymmetric")]
        KeyForm::Ed25519 => {
            let key = DecodingKey::from_ed_pem(bytes).ok().filter(|key| is_of_length(key, 32));
            key.map(|key| (Algorithm::EdDSA, key)).ok_or_else(|| "is no Ed25519 public key in PEM".to_owned())
        }
        #[cfg(feature = "asymmetric")]
        KeyForm::Rsa => {
            let key = DecodingKey::from_rsa_pem(bytes).ok().filter(is_large);
            key.map(|key| (Algorithm::RS256, key))
                .ok_or_else(|| "is no RSA public key of at least 2048 bits in PEM".to_owned())
        }
    }
}

#[cfg(feature = "asymmetric")]
fn is_of_length(key: &DecodingKey, length: usize) -> bool {
    key.try_get_as_bytes().is_ok_and(|bytes| bytes.len() == length)
}

#[cfg(feature = "asymmetric")]
fn is_large(key: &DecodingKey) -> bool {
    const BYTES: usize = 2048 / 8;
    key.try_get_as_bytes().and_then(provider::rsa_public).is_ok_and(|(modulus, _)| modulus.len() >= BYTES)
}

fn secret_weakness(source: &KeySource) -> Result<(), String> {
    let advice = "use at least 32 random bytes, such as openssl rand -base64 48 writes";
    source.material.weakness().map_or(Ok(()), |weakness| Err(format!("{weakness}: {advice}")))
}

/// The HMAC-SHA-256 of texts, each by its length, so that none runs into the next.
fn mac_of(key: &[u8], texts: &[&str]) -> Zeroizing<[u8; 32]> {
    let mut mac = mac::keyed(key);
    for text in texts {
        mac.update(&(text.len() as u64).to_be_bytes());
        mac.update(text.as_bytes());
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

fn refusal(kind: &ErrorKind) -> TokenError {
    match kind {
        ErrorKind::ExpiredSignature => TokenError::Expired,
        ErrorKind::ImmatureSignature => TokenError::NotYetValid,
        ErrorKind::InvalidSignature => TokenError::Signature,
        ErrorKind::InvalidIssuer | ErrorKind::InvalidAudience => TokenError::Foreign,
        ErrorKind::InvalidAlgorithm => TokenError::UnknownKey,
        _ => TokenError::Malformed,
    }
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
