//! Accounts: who users are, how they prove it, and how long that holds. It knows no transport, and of stores only `Collections`.

mod account_call;
mod accounts;
mod address;
mod broadcast;
mod check;
mod code;
mod config;
mod cookie;
mod credentials;
mod current_user;
mod deliver;
mod env;
#[cfg(test)]
mod fixtures;
mod flow;
mod hashing;
mod hooks;
mod jwks;
mod keys;
mod limit;
mod mac;
pub(crate) mod password;
mod provider;
mod random;
mod rate;
mod routes;
mod sealing;
mod secret;
mod session;
mod sign;
mod token;
pub(crate) mod totp;
mod user_type;
mod users;
mod vault;
mod workers;

use crate::store::CollectionSpec;

pub use self::{
    account_call::AccountCall,
    accounts::Accounts,
    address::{ForwardedHeader, TrustedProxies},
    broadcast::AuthBroadcast,
    config::AuthConfig,
    cookie::RefreshCookie,
    current_user::CurrentUser,
    deliver::{Deliver, FileDelivery, LogDelivery, Recipient},
    hashing::{HashPriority, PasswordHashing},
    hooks::{AuthHooks, LoginCheck},
    rate::{RateLimit, RateLimits, RouteLimits, Throttled},
    sign::{SigningKey, TokenUse, VerifyingKey},
    token::TokenPair,
};
pub(crate) use self::{
    accounts::Refusal,
    address::client_address,
    check::problems,
    code::{CodeKey, RecoveryCodes},
    flow::perform,
    keys::Keys,
    limit::Limiter,
    mac::Fingerprints,
    password::{Hasher, Verified, has_plaintext},
    routes::ROUTES,
    sealing::Sealing,
    token::{Claims, Mfa, Refresh, Reset, TokenKind},
    user_type::UserType,
    vault::Vault,
};

/// The collections of accounts whose users are in this one.
pub(crate) fn collection_specs(users: &str) -> [CollectionSpec; 2] {
    [session::collection_spec(users), credentials::collection_spec(users)]
}
