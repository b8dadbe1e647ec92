//! The settings of accounts in the environment.

use super::{
    config::AuthConfig,
    sign::{SigningKey, TokenUse},
};

const ISSUER: &str = "AUTH_ISSUER";
const AUDIENCE: &str = "AUTH_AUDIENCE";

/// What the environment says. A variable that is set to nothing is not set.
pub(super) fn read(variable: impl Fn(&str) -> Option<String>) -> AuthConfig {
    let set = |name| variable(name).filter(|value| !value.trim().is_empty());
    let mut config = AuthConfig::default();
    for token in TokenUse::ALL {
        if let Some(secret) = set(token.variable()) {
            config = config.key(token, SigningKey::secret(secret.trim()));
        }
    }
    if let Some(issuer) = set(ISSUER) {
        config = config.issuer(issuer.trim());
    }
    match set(AUDIENCE) {
        Some(audience) => config.audience(audience.trim()),
        None => config,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRETS: [(&str, &str); 4] = [
        ("AUTH_ACCESS_SECRET", "Qm1o9w2kXz7Lr5Tn0Vb8Yc4Gd6Hf3Js1Pa"),
        ("AUTH_REFRESH_SECRET", "zU7iE1oB5nM9vC3xK8lJ2hG6fD4sA0qWyT"),
        ("AUTH_RESET_SECRET", "p0O9i8U7z6T5r4E3w2Q1mNbVcXyLkJhGfD"),
        ("AUTH_MFA_SECRET", "h3Kd8Sj2Fb7Vm1Xc6Zl9Qw4Er5Ty0Ui-oP"),
    ];

    fn with(changed: &[(&str, &str)]) -> Vec<String> {
        let value = |name: &str| {
            let changed = changed.iter().find(|(variable, _)| *variable == name);
            changed
                .or_else(|| SECRETS.iter().find(|(variable, _)| *variable == name))
                .map(|(_, value)| (*value).to_owned())
        };
        read(value).problems()
    }

    #[test]
    fn four_good_secrets_are_enough() {
        assert_eq!(with(&[]), Vec::<String>::new());
        assert_eq!(
            with(&[("AUTH_ISSUER", "https://a.example"), ("AUTH_AUDIENCE", "shop")]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn every_missing_variable_is_named_at_once() {
        let problems = read(|_| None).problems();
        assert_eq!(problems.len(), 4, "{problems:?}");
        for (variable, _) in SECRETS {
            assert!(problems.iter().any(|problem| problem.contains(variable)), "{variable}");
        }
        assert!(with(&[("AUTH_MFA_SECRET", "  ")])[0].starts_with("AUTH_MFA_SECRET is missing"));
    }

    #[test]
    fn a_weak_variable_is_named_with_what_is_wrong() {
        let short = with(&[("AUTH_ACCESS_SECRET", "tooShort123")]);
        assert_eq!(short.len(), 1);
        assert!(
            short[0].starts_with("AUTH_ACCESS_SECRET is too short: 11 of at least 32 bytes"),
            "{short:?}"
        );
        let easy = with(&[("AUTH_RESET_SECRET", "abcabcabcabcabcabcabcabcabcabcabcabc")]);
        assert!(easy[0].starts_with("AUTH_RESET_SECRET is easy to guess"), "{easy:?}");
        let equal = with(&[("AUTH_REFRESH_SECRET", SECRETS[0].1)]);
        assert_eq!(
            equal,
            ["AUTH_ACCESS_SECRET and AUTH_REFRESH_SECRET are equal: each needs a secret of its own"]
        );
    }

    #[test]
    fn no_problem_shows_a_secret() {
        let shown = format!(
            "{:?}",
            with(&[("AUTH_ACCESS_SECRET", "tooShort123"), ("AUTH_MFA_SECRET", SECRETS[1].1)])
        );
        assert!(!shown.contains("tooShort123") && !shown.contains(SECRETS[1].1), "{shown}");
    }
}
