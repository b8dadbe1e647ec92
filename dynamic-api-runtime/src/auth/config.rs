//! What a program states of its accounts: secrets, times, limits.

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, env, fmt, sync::Arc, time::Duration};

use super::{
    address::{ForwardedHeader, TrustedProxies},
    broadcast::AuthBroadcast,
    cookie::RefreshCookie,
    deliver::{Deliver, Deliverer},
    env as environment,
    hashing::PasswordHashing,
    hooks::{AuthHooks, Hooks, Typed},
    keys::Keys,
    random,
    rate::RateLimits,
    sign::{SigningKey, TokenUse, VerifyingKey},
};
use crate::{call::AccountKind, entity::UserEntity};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// What clocks may differ by at most (RFC 7519, section 4.1.4: a few minutes).
const MAX_LEEWAY: Duration = Duration::from_secs(120);
/// How long a refresh token may be used a second time at most: more is no protection any more.
const MAX_GRACE: Duration = MINUTE;
const NAME: &str = "dynamic-api";

/// The settings of accounts. What is wrong with them is told when the application is built, all at once.
///
/// ```
/// use std::time::Duration;
/// use dynamic_api_runtime::auth::{AuthConfig, TokenUse};
///
/// let config = AuthConfig::development()
///     .issuer("https://shop.example")
///     .audience("shop")
///     .lifetime(TokenUse::Access, Duration::from_secs(5 * 60))
///     .login_with_user();
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct AuthConfig {
    tokens: [TokenSetting; 4],
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) leeway: Duration,
    pub(crate) code_lifetime: Duration,
    pub(crate) session_cap: usize,
    pub(crate) grace: Duration,
    pub(crate) hashing: PasswordHashing,
    pub(crate) rate_limits: RateLimits,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) forwarded_header: ForwardedHeader,
    pub(crate) refresh_cookie: Option<RefreshCookie>,
    pub(crate) sessions: SessionCheck,
    pub(crate) login_answer: LoginAnswer,
    pub(crate) registration: Registration,
    pub(super) hooks: Option<Arc<dyn Hooks>>,
    pub(super) deliverer: Option<Deliverer>,
    pub(super) broadcasts: BTreeMap<AccountKind, AuthBroadcast>,
    origin: Origin,
}

/// What is stated of the tokens of one use.
#[derive(Clone)]
pub(super) struct TokenSetting {
    pub(super) signing: Option<SigningKey>,
    pub(super) retired: Vec<VerifyingKey>,
    pub(super) lifetime: Duration,
}

/// When it is looked up whether the session of an access token still is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SessionCheck {
    /// As tokens are refreshed: an access token lives on until it expires.
    #[default]
    OnRefresh,
    /// With every call.
    Always,
}

/// What a login is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum LoginAnswer {
    #[default]
    Tokens,
    TokensAndUser,
}

/// Who may register users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Registration {
    #[default]
    Everybody,
    /// Who has a token.
    Users,
}

/// Where the secrets come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Stated,
    MadeAtStart,
}

impl Default for AuthConfig {
    /// Without secrets: each use of tokens needs a [`AuthConfig::key`].
    fn default() -> Self {
        let lifetimes = [15 * MINUTE, 7 * DAY, 15 * MINUTE, 5 * MINUTE];
        Self {
            tokens: lifetimes.map(|lifetime| TokenSetting { signing: None, retired: vec![], lifetime }),
            issuer: NAME.to_owned(),
            audience: NAME.to_owned(),
            leeway: Duration::from_secs(5),
            code_lifetime: 10 * MINUTE,
            session_cap: 10,
            grace: Duration::ZERO,
            hashing: PasswordHashing::default(),
            rate_limits: RateLimits::default(),
            trusted_proxies: TrustedProxies::default(),
            forwarded_header: ForwardedHeader::default(),
            refresh_cookie: None,
            sessions: SessionCheck::default(),
            login_answer: LoginAnswer::default(),
            registration: Registration::default(),
            hooks: None,
            deliverer: None,
            broadcasts: BTreeMap::new(),
            origin: Origin::Stated,
        }
    }
}

impl AuthConfig {
    /// The secrets of `AUTH_ACCESS_SECRET`, `AUTH_REFRESH_SECRET`, `AUTH_RESET_SECRET` and `AUTH_MFA_SECRET`, each of its own
    /// and of at least 32 random bytes, and the names of `AUTH_ISSUER` and `AUTH_AUDIENCE` where these are set.
    ///
    /// A key can still be given in place of a variable. What is missing or weak then stops the start, naming the variable.
    pub fn from_env() -> Self {
        environment::read(|name| env::var(name).ok())
    }

    /// Random secrets, made here and now: tokens end with the process, and no other process takes them. For development alone.
    pub fn development() -> Self {
        let mut config = Self { origin: Origin::MadeAtStart, ..Self::default() };
        for token in TokenUse::ALL {
            // Without randomness there is no secret, which is told as one that is missing.
            if let Ok(secret) = random::bytes::<32>() {
                config = config.key(token, SigningKey::secret(secret.to_vec()));
            }
        }
        config
    }

    /// Sets what tokens of a use are signed with.
    #[must_use]
    pub fn key(mut self, token: TokenUse, key: SigningKey) -> Self {
        self.token_mut(token).signing = Some(key);
        self
    }

    /// Adds a key that signed tokens of a use before, to be kept until the last of them has expired. Second factors
    /// and recovery codes are kept by the secret of [`TokenUse::Mfa`]: retire that one as long as there are any of its time.
    #[must_use]
    pub fn retired_key(mut self, token: TokenUse, key: VerifyingKey) -> Self {
        self.token_mut(token).retired.push(key);
        self
    }

    /// Sets how long tokens of a use are valid. Default 15 minutes for access and reset, 7 days for refresh, 5 minutes for a
    /// second factor.
    #[must_use]
    pub fn lifetime(mut self, token: TokenUse, lifetime: Duration) -> Self {
        self.token_mut(token).lifetime = lifetime;
        self
    }

    /// Sets how long a one-time code is valid. Default 10 minutes.
    #[must_use]
    pub fn code_lifetime(mut self, lifetime: Duration) -> Self {
        self.code_lifetime = lifetime;
        self
    }

    /// Sets who issues the tokens: their `iss`.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = issuer.into();
        self
    }

    /// Sets whom the tokens are for: their `aud`.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = audience.into();
        self
    }

    /// Sets what the clocks of several servers may differ by, at most 2 minutes. Default 5 seconds.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Sets how many sessions a user has at most; a further one ends that which was unused longest. Default 10.
    #[must_use]
    pub fn session_cap(mut self, sessions: usize) -> Self {
        self.session_cap = sessions;
        self
    }

    /// Sets for how long the last refresh token may be used once more, at most a minute: for clients that send two requests at
    /// once. Default not at all.
    #[must_use]
    pub fn grace(mut self, window: Duration) -> Self {
        self.grace = window;
        self
    }

    /// Sets how passwords are hashed, and which are accepted.
    #[must_use]
    pub fn password_hashing(mut self, hashing: PasswordHashing) -> Self {
        self.hashing = hashing;
        self
    }

    /// Sets how often the account routes may be called.
    #[must_use]
    pub fn rate_limits(mut self, limits: RateLimits) -> Self {
        self.rate_limits = limits;
        self
    }

    /// Sets the proxies whose word on a client's address is taken, and the header in which they name it. Default none.
    #[must_use]
    pub fn trusted_proxies(mut self, proxies: TrustedProxies, header: ForwardedHeader) -> Self {
        (self.trusted_proxies, self.forwarded_header) = (proxies, header);
        self
    }

    /// Hands the refresh token out as a cookie, and not in the answer's body.
    #[must_use]
    pub fn refresh_cookie(mut self, cookie: RefreshCookie) -> Self {
        self.refresh_cookie = Some(cookie);
        self
    }

    /// Looks up with every call whether the session of its token still is, so that a logout ends access tokens at once.
    #[must_use]
    pub fn strict_sessions(mut self) -> Self {
        self.sessions = SessionCheck::Always;
        self
    }

    /// Answers a login with the `user` besides the tokens.
    #[must_use]
    pub fn login_with_user(mut self) -> Self {
        self.login_answer = LoginAnswer::TokensAndUser;
        self
    }

    /// Lets only callers with a token register users; [`AuthHooks::may`] says which of them.
    #[must_use]
    pub fn protected_register(mut self) -> Self {
        self.registration = Registration::Users;
        self
    }

    /// Sets what the program does at the turns of an account's life.
    #[must_use]
    pub fn hooks<U: UserEntity>(mut self, hooks: impl AuthHooks<U>) -> Self {
        self.hooks = Some(Arc::new(Typed::<U, _>::new(hooks)));
        self
    }

    /// Sets how reset tokens and one-time codes reach their users. Without it, the routes that need it are answered with a 503.
    #[must_use]
    pub fn deliver(mut self, deliver: impl Deliver) -> Self {
        self.deliverer = Some(Deliverer::new(deliver));
        self
    }

    /// Tells sockets of the calls of an account route that succeed.
    #[must_use]
    pub fn broadcast(mut self, account: AccountKind, broadcast: AuthBroadcast) -> Self {
        self.broadcasts.insert(account, broadcast);
        self
    }

    /// Whether there is something that sockets are told.
    pub(crate) fn tells_sockets(&self) -> bool {
        !self.broadcasts.is_empty()
    }

    /// Everything that is wrong with the settings, in words for the developer who starts the application. Secrets are named by
    /// their variable and never shown.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Keys::new(self).err().unwrap_or_default();
        problems.extend(self.equal_keys());
        problems.extend(self.broken_rules());
        problems.extend(self.hashing.problems());
        problems.extend(self.rate_limits.problems());
        problems.extend(self.trusted_proxies.problems());
        problems.extend(self.refresh_cookie.iter().flat_map(RefreshCookie::problems));
        problems
    }

    /// Says in the log what a developer should know of settings that are right.
    pub(crate) fn log(&self) {
        if self.origin == Origin::MadeAtStart {
            tracing::warn!(
                "the secrets of accounts are random and made at this start: tokens end with the process. Set {} and the \
                 others before others than you use this",
                TokenUse::Access.variable()
            );
        }
    }

    pub(super) fn token(&self, token: TokenUse) -> &TokenSetting {
        &self.tokens[index(token)]
    }

    /// How long tokens of a use are valid.
    pub(crate) fn lifetime_of(&self, token: TokenUse) -> Duration {
        self.token(token).lifetime
    }

    fn token_mut(&mut self, token: TokenUse) -> &mut TokenSetting {
        &mut self.tokens[index(token)]
    }

    fn equal_keys(&self) -> Vec<String> {
        let material = |token: TokenUse| self.token(token).signing.as_ref().map(|key| &key.0.material);
        let mut problems = vec![];
        for (index, first) in TokenUse::ALL.into_iter().enumerate() {
            for second in TokenUse::ALL.into_iter().skip(index + 1) {
                if material(first).is_some() && material(first) == material(second) {
                    let (first, second) = (first.variable(), second.variable());
                    problems.push(format!("{first} and {second} are equal: each needs a secret of its own"));
                }
            }
        }
        problems
    }

    fn broken_rules(&self) -> Vec<String> {
        let lifetime = |token| self.lifetime_of(token);
        let is_whole = |time: Duration| time.as_secs() > 0;
        let rules = [
            (
                TokenUse::ALL.into_iter().all(|token| is_whole(lifetime(token)))
                    && is_whole(self.code_lifetime),
                "a lifetime must be at least a second",
            ),
            (
                lifetime(TokenUse::Access) <= lifetime(TokenUse::Refresh),
                "an access token must not live longer than the refresh token beside it",
            ),
            (!self.issuer.is_empty() && !self.audience.is_empty(), "issuer and audience must not be empty"),
            (self.leeway <= MAX_LEEWAY, "leeway must not be above 2 minutes"),
            (self.grace <= MAX_GRACE, "grace must not be above a minute"),
            (self.session_cap > 0, "session_cap must be at least 1"),
        ];
        let broken = rules.into_iter().filter(|(kept, _)| !kept);
        broken.map(|(_, rule)| format!("auth: {rule}")).collect()
    }
}

/// The place of a use in the settings, which are in the order of [`TokenUse::ALL`].
fn index(token: TokenUse) -> usize {
    match token {
        TokenUse::Access => 0,
        TokenUse::Refresh => 1,
        TokenUse::Reset => 2,
        TokenUse::Mfa => 3,
    }
}

impl fmt::Debug for AuthConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthConfig")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("sessions", &self.sessions)
            .finish_non_exhaustive()
    }
}
