//! Settings that tests share.

#![allow(clippy::unwrap_used)]

use super::{
    config::AuthConfig,
    sign::{SigningKey, TokenUse},
};

pub(super) const SECRETS: [(TokenUse, &str); 4] = [
    (TokenUse::Access, "Qm1o9w2kXz7Lr5Tn0Vb8Yc4Gd6Hf3Js1Pa"),
    (TokenUse::Refresh, "zU7iE1oB5nM9vC3xK8lJ2hG6fD4sA0qWyT"),
    (TokenUse::Reset, "p0O9i8U7z6T5r4E3w2Q1mNbVcXyLkJhGfD"),
    (TokenUse::Mfa, "h3Kd8Sj2Fb7Vm1Xc6Zl9Qw4Er5Ty0Ui-oP"),
];

/// Settings with the secrets above.
pub(super) fn config() -> AuthConfig {
    let with = |config: AuthConfig, (token, secret)| config.key(token, SigningKey::secret(secret));
    SECRETS.into_iter().fold(AuthConfig::default().leeway(std::time::Duration::ZERO), with)
}
