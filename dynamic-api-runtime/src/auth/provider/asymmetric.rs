//! RS256 and EdDSA over `ring`.

use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind, EncodingKey,
    crypto::{JwtSigner, JwtVerifier},
    errors::{ErrorKind, Result},
    signature::{Error, Signer, Verifier},
};
use ring::{
    rand::SystemRandom,
    rsa::PublicKeyComponents,
    signature::{
        ED25519, Ed25519KeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
        UnparsedPublicKey,
    },
};

use super::unsupported;

pub(super) fn signer(algorithm: Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    match (algorithm, key.family()) {
        (Algorithm::RS256, AlgorithmFamily::Rsa) => Ok(Box::new(RsaSigner(rsa_pair(key.as_bytes())?))),
        (Algorithm::EdDSA, AlgorithmFamily::Ed) => Ok(Box::new(EdSigner(ed_pair(key.as_bytes())?))),
        (algorithm, _) => Err(unsupported(algorithm)),
    }
}

pub(super) fn verifier(algorithm: Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    let is_known = matches!(
        (algorithm, key.family()),
        (Algorithm::RS256, AlgorithmFamily::Rsa) | (Algorithm::EdDSA, AlgorithmFamily::Ed)
    );
    if !is_known {
        return Err(unsupported(algorithm));
    }
    Ok(Box::new(PublicKey { algorithm, kind: key.kind().clone() }))
}

/// What verifies the signatures of a private key.
pub(in crate::auth) fn public_key(key: &EncodingKey) -> Result<DecodingKey> {
    match key.family() {
        AlgorithmFamily::Rsa => Ok(DecodingKey::from_rsa_der(rsa_pair(key.as_bytes())?.public().as_ref())),
        AlgorithmFamily::Ed => Ok(DecodingKey::from_ed_der(&ed_private(key.as_bytes())?)),
        _ => Err(ErrorKind::InvalidKeyFormat.into()),
    }
}

/// Modulus and exponent.
pub(super) fn rsa_private(der: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    let PublicKeyComponents { n, e } = PublicKeyComponents::from(rsa_pair(der)?.public());
    Ok((n, e))
}

/// Modulus and exponent of an `RSAPublicKey` (RFC 8017, appendix A.1.1).
pub(in crate::auth) fn rsa_public(der: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    let read = || {
        let (sequence, rest) = element(der, 0x30)?;
        let (n, behind) = element(sequence, 0x02)?;
        let (e, end) = element(behind, 0x02)?;
        let unsigned = |number: &[u8]| number.iter().copied().skip_while(|byte| *byte == 0).collect();
        (rest.is_empty() && end.is_empty()).then(|| (unsigned(n), unsigned(e)))
    };
    read().ok_or_else(|| ErrorKind::InvalidRsaKey("it is no RSAPublicKey".to_owned()).into())
}

pub(super) fn ed_private(der: &[u8]) -> Result<Vec<u8>> {
    Ok(ed_pair(der)?.public_key().as_ref().to_vec())
}

fn rsa_pair(der: &[u8]) -> Result<RsaKeyPair> {
    RsaKeyPair::from_der(der).map_err(|error| ErrorKind::InvalidRsaKey(error.to_string()).into())
}

/// OpenSSL writes the private key alone, without the public one to check it by.
fn ed_pair(der: &[u8]) -> Result<Ed25519KeyPair> {
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(|_| ErrorKind::InvalidEddsaKey.into())
}

/// The content of the DER element of this tag that the bytes begin with, and what is behind it.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) =
        bytes.split_first().filter(|(first, _)| **first == tag).map(|(_, rest)| rest.split_first())??;
    let (length, rest) = match *first {
        short @ 0..=0x7f => (usize::from(short), rest),
        long @ 0x81..=0x82 => {
            let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

struct RsaSigner(RsaKeyPair);

impl Signer<Vec<u8>> for RsaSigner {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        let signed = self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature);
        signed.map_err(|_| Error::new())?;
        Ok(signature)
    }
}

impl JwtSigner for RsaSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::RS256
    }
}

struct EdSigner(Ed25519KeyPair);

impl Signer<Vec<u8>> for EdSigner {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}

impl JwtSigner for EdSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

struct PublicKey {
    algorithm: Algorithm,
    kind: DecodingKeyKind,
}

impl Verifier<Vec<u8>> for PublicKey {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        let verified = match (self.algorithm, &self.kind) {
            (Algorithm::RS256, DecodingKeyKind::RsaModulusExponent { n, e }) => {
                PublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
            (Algorithm::RS256, DecodingKeyKind::SecretOrDer(der)) => {
                UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).verify(message, signature)
            }
            (Algorithm::EdDSA, DecodingKeyKind::SecretOrDer(key)) => {
                UnparsedPublicKey::new(&ED25519, key).verify(message, signature)
            }
            _ => return Err(Error::new()),
        };
        verified.map_err(|_| Error::new())
    }
}

impl JwtVerifier for PublicKey {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
