use super::*;

#[test]
fn development_needs_nothing_and_differs_at_every_start() {
    let (first, second) = (AuthConfig::development(), AuthConfig::development());
    assert_eq!(first.problems(), Vec::<String>::new());
    for token in TokenUse::ALL {
        assert!(first.token(token).signing != second.token(token).signing);
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let problems = AuthConfig::default()
        .key(TokenUse::Access, SigningKey::secret("short"))
        .retired_key(TokenUse::Access, VerifyingKey::secret("short too"))
        .lifetime(TokenUse::Refresh, Duration::from_secs(60))
        .lifetime(TokenUse::Reset, Duration::ZERO)
        .issuer("")
        .leeway(Duration::from_secs(121))
        .grace(Duration::from_secs(61))
        .session_cap(0)
        .password_hashing(PasswordHashing::default().cost(8, 1, 1))
        .trusted_proxies(TrustedProxies::Count(0), ForwardedHeader::XForwardedFor)
        .refresh_cookie(RefreshCookie::default().name("a b").path("auth"))
        .problems();
    for words in [
        "AUTH_ACCESS_SECRET is too short",
        "AUTH_ACCESS_SECRET has a retired key that is too short",
        "AUTH_REFRESH_SECRET is missing",
        "AUTH_RESET_SECRET is missing",
        "AUTH_MFA_SECRET is missing",
        "lifetime must be at least a second",
        "must not live longer than the refresh token",
        "issuer and audience",
        "leeway",
        "grace",
        "session_cap",
        "memory must be at least 19456",
        "passes must be at least 2",
        "count of 0",
        "none of a cookie",
        "must start with a slash",
    ] {
        assert!(problems.iter().any(|problem| problem.contains(words)), "{words}: {problems:#?}");
    }
    assert_eq!(problems.len(), 16, "{problems:#?}");
}

#[test]
fn nothing_of_a_secret_is_shown() {
    let key = SigningKey::secret("Qm1o9w2kXz7Lr5Tn0Vb8Yc4Gd6Hf3Js1Pa");
    let shown = format!("{:?} {key:?}", AuthConfig::default().key(TokenUse::Access, key.clone()));
    assert!(!shown.contains("Qm1o9"), "{shown}");
}
