//! What tokens are signed with, as a program states it: a secret, or a key pair with the name by which its tokens find it.

use std::fmt;

use super::secret::Secret;

/// What a token is for. Each has a key of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names say it")]
pub enum TokenUse {
    Access,
    Refresh,
    Reset,
    Mfa,
}

impl TokenUse {
    pub(super) const ALL: [Self; 4] = [Self::Access, Self::Refresh, Self::Reset, Self::Mfa];

    /// The claim `typ` of such a token.
    pub(super) const fn typ(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
            Self::Reset => "reset",
            Self::Mfa => "mfa",
        }
    }

    /// The type in a token's header (RFC 8725, section 3.11).
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Access => "access+jwt",
            Self::Refresh => "refresh+jwt",
            Self::Reset => "reset+jwt",
            Self::Mfa => "mfa+jwt",
        }
    }

    /// The environment variable that holds its secret.
    pub(super) const fn variable(self) -> &'static str {
        match self {
            Self::Access => "AUTH_ACCESS_SECRET",
            Self::Refresh => "AUTH_REFRESH_SECRET",
            Self::Reset => "AUTH_RESET_SECRET",
            Self::Mfa => "AUTH_MFA_SECRET",
        }
    }
}

/// What signs the tokens of one use.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(pub(super) KeySource);

/// What verifies tokens that were signed before the key was changed, until they expire.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey(pub(super) KeySource);

/// The material of a key. A PEM is read when the application is built, so that what is wrong with it is told with the rest.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct KeySource {
    pub(super) form: KeyForm,
    /// `None` where the name is made of the key itself.
    pub(super) kid: Option<String>,
    pub(super) material: Secret,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyForm {
    Secret,
    #[cfg(feature = "asymmetric")]
    Ed25519,
    #[cfg(feature = "asymmetric")]
    Rsa,
}

impl KeySource {
    fn secret(bytes: impl Into<Vec<u8>>) -> Self {
        Self { form: KeyForm::Secret, kid: None, material: Secret::new(bytes) }
    }

    #[cfg(feature = "asymmetric")]
    fn pem(form: KeyForm, kid: impl Into<String>, pem: impl Into<Vec<u8>>) -> Self {
        Self { form, kid: Some(kid.into()), material: Secret::new(pem) }
    }
}

impl SigningKey {
    /// HS256 with a secret of at least 32 random bytes, such as the text that `openssl rand -base64 48` writes.
    pub fn secret(bytes: impl Into<Vec<u8>>) -> Self {
        Self(KeySource::secret(bytes))
    }

    /// EdDSA with an Ed25519 private key in PEM (PKCS #8), which `openssl genpkey -algorithm ed25519` writes. `kid` is the name
    /// of the key in tokens and in the key set.
    #[cfg(feature = "asymmetric")]
    pub fn ed25519_pem(kid: impl Into<String>, pem: impl Into<Vec<u8>>) -> Self {
        Self(KeySource::pem(KeyForm::Ed25519, kid, pem))
    }

    /// RS256 with an RSA private key of at least 2048 bits in PEM (PKCS #8 or PKCS #1). `kid` is the name of the key in tokens
    /// and in the key set.
    #[cfg(feature = "asymmetric")]
    pub fn rsa_pem(kid: impl Into<String>, pem: impl Into<Vec<u8>>) -> Self {
        Self(KeySource::pem(KeyForm::Rsa, kid, pem))
    }
}

impl VerifyingKey {
    /// The secret that signed tokens by HS256 before.
    pub fn secret(bytes: impl Into<Vec<u8>>) -> Self {
        Self(KeySource::secret(bytes))
    }

    /// The Ed25519 public key in PEM, by the `kid` that its tokens have.
    #[cfg(feature = "asymmetric")]
    pub fn ed25519_pem(kid: impl Into<String>, pem: impl Into<Vec<u8>>) -> Self {
        Self(KeySource::pem(KeyForm::Ed25519, kid, pem))
    }

    /// The RSA public key in PEM, by the `kid` that its tokens have.
    #[cfg(feature = "asymmetric")]
    pub fn rsa_pem(kid: impl Into<String>, pem: impl Into<Vec<u8>>) -> Self {
        Self(KeySource::pem(KeyForm::Rsa, kid, pem))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({:?}, {:?})", self.0.form, self.0.kid)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({:?}, {:?})", self.0.form, self.0.kid)
    }
}
