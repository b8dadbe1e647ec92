//! Accounts: their settings, and what sessions and account routes are built of. It knows no transport and no store.

mod address;
mod code;
mod config;
mod cookie;
mod env;
#[cfg(test)]
mod fixtures;
mod hashing;
mod jwks;
mod keys;
mod limit;
mod mac;
pub(crate) mod password;
mod provider;
mod random;
mod rate;
mod secret;
mod sign;
mod token;
pub(crate) mod totp;
mod vault;

pub(crate) use self::{
    address::client_address,
    code::{CodeKey, CodePurpose, OneTimeCode, OpaqueToken, RecoveryCodes},
    jwks::Jwks,
    keys::{DerivedKeys, Keys},
    limit::Limiter,
    password::{Hasher, Verified},
    token::{Access, Claims, Mfa, Refresh, Reset, TokenError, TokenKind},
    vault::{Opened, Vault},
};
pub use self::{
    address::{ForwardedHeader, TrustedProxies},
    config::AuthConfig,
    cookie::RefreshCookie,
    hashing::PasswordHashing,
    rate::{RateLimit, RateLimits, RouteLimits, Throttled},
    sign::{SigningKey, TokenUse, VerifyingKey},
    token::TokenPair,
};
