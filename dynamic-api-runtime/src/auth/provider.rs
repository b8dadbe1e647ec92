//! The cryptography of `jsonwebtoken`: HMAC-SHA-256 of `hmac` and `sha2`, and with the feature `asymmetric` the signatures of
//! `ring`.
//!
//! That crate knows one provider for a process. It is installed with the first keys; a program that has installed another
//! before keeps its own, which then signs here too. The keys are tried out when they are made, so that one which can't do that
//! stops the start.

use hmac::{Hmac, Mac};
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, EncodingKey,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{Error, ErrorKind, Result},
    jwk::ThumbprintHash,
    signature::{self, Signer, Verifier},
};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::mac;

#[cfg(feature = "asymmetric")]
mod asymmetric;

#[cfg(feature = "asymmetric")]
use self::asymmetric::{ed_private, rsa_private};
#[cfg(feature = "asymmetric")]
pub(super) use self::asymmetric::{public_key, rsa_public};

/// Makes the provider that of the process, unless there is one.
pub(super) fn install() {
    let _ = PROVIDER.install_default();
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils {
        rsa_pub_components_from_private_key: rsa_private,
        rsa_pub_components_from_public_key: rsa_public,
        ec_pub_components_from_private_key: |_, algorithm| Err(unsupported(algorithm)),
        ed_pub_components_from_private_key: |key, _| ed_private(key),
        compute_digest: digest,
    },
};

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    match algorithm {
        Algorithm::HS256 if key.family() == AlgorithmFamily::Hmac => {
            Ok(Box::new(Hs256(mac::keyed(key.as_bytes()))))
        }
        #[cfg(feature = "asymmetric")]
        algorithm => asymmetric::signer(*algorithm, key),
        #[cfg(not(feature = "asymmetric"))]
        algorithm => Err(unsupported(*algorithm)),
    }
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    match algorithm {
        Algorithm::HS256 if key.family() == AlgorithmFamily::Hmac => {
            Ok(Box::new(Hs256(mac::keyed(key.try_get_as_bytes()?))))
        }
        #[cfg(feature = "asymmetric")]
        algorithm => asymmetric::verifier(*algorithm, key),
        #[cfg(not(feature = "asymmetric"))]
        algorithm => Err(unsupported(*algorithm)),
    }
}

#[cfg(not(feature = "asymmetric"))]
fn rsa_private(_: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    Err(unsupported(Algorithm::RS256))
}

#[cfg(not(feature = "asymmetric"))]
fn rsa_public(_: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    Err(unsupported(Algorithm::RS256))
}

#[cfg(not(feature = "asymmetric"))]
fn ed_private(_: &[u8]) -> Result<Vec<u8>> {
    Err(unsupported(Algorithm::EdDSA))
}

/// What a program reads that uses `jsonwebtoken` for other algorithms itself.
fn unsupported(algorithm: Algorithm) -> Error {
    let message = format!(
        "{algorithm:?} is not among the algorithms of dynamic-api's provider: install another one with \
         CryptoProvider::install_default() before the application is built"
    );
    ErrorKind::Provider(message).into()
}

fn digest(data: &[u8], hash: ThumbprintHash) -> Result<Vec<u8>> {
    match hash {
        ThumbprintHash::SHA256 => Ok(Sha256::digest(data).to_vec()),
        ThumbprintHash::SHA384 => Ok(Sha384::digest(data).to_vec()),
        ThumbprintHash::SHA512 => Ok(Sha512::digest(data).to_vec()),
        _ => Err(ErrorKind::UnsupportedAlgorithm.into()),
    }
}

struct Hs256(Hmac<Sha256>);

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, signature::Error> {
        Ok(self.0.clone().chain_update(message).finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    /// In constant time.
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), signature::Error> {
        let mac = self.0.clone().chain_update(message);
        mac.verify_slice(signature).map_err(signature::Error::from_source)
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}
