//! The public keys of access tokens, for programs that verify them without asking (RFC 7517).

use jsonwebtoken::{
    Algorithm,
    jwk::{Jwk, JwkSet, PublicKeyUse},
};
use serde::Serialize;

use super::keys::{Key, Keys};

/// The document at `/.well-known/jwks.json`: `{"keys": [...]}`. A secret is never part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Jwks(JwkSet);

impl Jwks {
    /// Whether there is no public key.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.keys.is_empty()
    }
}

impl Keys {
    /// The public keys, the one that signs first; none where tokens are signed with a secret.
    pub(crate) fn jwks(&self) -> Jwks {
        Jwks(JwkSet { keys: self.of_access().filter_map(public).collect() })
    }
}

fn public(key: &Key) -> Option<Jwk> {
    if !matches!(key.algorithm, Algorithm::EdDSA | Algorithm::RS256) {
        return None;
    }
    let mut jwk = Jwk::from_decoding_key(&key.decoding, Some(key.algorithm)).ok()?;
    jwk.common.key_id = Some(key.kid.clone());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Some(jwk)
}
