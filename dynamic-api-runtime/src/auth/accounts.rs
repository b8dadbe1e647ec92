//! The accounts of a running application: who a token is of, and the tokens that a user gets.

use std::{fmt, sync::Arc, time::Duration};

use tokio::sync::Semaphore;

use super::{
    CodeKey, Hasher, Keys, Limiter, Vault,
    config::{AuthConfig, SessionCheck},
    credentials::Credentials,
    deliver::{Delivery, Recipient},
    hooks::{LoginCheck, Turn},
    jwks::Jwks,
    session::{Client, Sessions, Watcher},
    sign::TokenUse,
    token::{Access, Claims, Refresh, TokenError, TokenPair},
    user_type::UserType,
    users::{User, Users},
};
use crate::{
    call::{Principal, UserPrincipal},
    entity::EntityMeta,
    error::Error,
    store::Store,
    types::{DateTime, Id},
};

/// How much may be on its way to users at a time.
const DELIVERIES: usize = 256;
/// How long a delivery may take.
const DELIVERY_TIME: Duration = Duration::from_secs(60);

/// The accounts of a running application. Cheap to clone.
#[derive(Clone)]
pub struct Accounts(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) config: AuthConfig,
    pub(super) keys: Keys,
    pub(super) hasher: Hasher,
    pub(super) limiter: Limiter,
    pub(super) codes: CodeKey,
    pub(super) vault: Vault,
    pub(super) users: Users,
    pub(super) sessions: Sessions,
    pub(super) credentials: Credentials,
    deliveries: Arc<Semaphore>,
}

/// Why a token does not say who calls.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// It is none that is valid.
    #[error(transparent)]
    Token(TokenError),
    /// It is valid, and its session is no more.
    #[error("the session has ended")]
    Ended,
    /// It could not be found out.
    #[error(transparent)]
    Failed(Error),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Token(_) | Refusal::Ended => Self::Unauthorized,
            Refusal::Failed(error) => error,
        }
    }
}

impl Accounts {
    /// Accounts by settings that were checked before.
    pub(crate) fn new(store: &Store, of: UserType, config: AuthConfig) -> Result<Self, Vec<String>> {
        let keys = Keys::new(&config)?;
        let failed = |error: Error| vec![format!("auth: {error}")];
        let derived = |purpose| keys.derived(TokenUse::Mfa, purpose).map_err(failed);
        let (codes, vault) = (CodeKey::new(derived("codes")?), Vault::new(derived("second factors")?));
        let collection = of.entity.collection;
        let refresh = config.lifetime_of(TokenUse::Refresh);
        let sessions = Sessions::new(store.clone(), collection, config.session_cap, config.grace, refresh);
        let inner = Inner {
            hasher: Hasher::new(&config.hashing).map_err(failed)?,
            limiter: Limiter::new(&config.rate_limits),
            codes,
            vault,
            users: Users::new(store.clone(), of),
            sessions,
            credentials: Credentials::new(store.clone(), collection),
            deliveries: Arc::new(Semaphore::new(DELIVERIES)),
            keys,
            config,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Who an access token is of.
    pub(crate) async fn authenticate(&self, token: &str) -> Result<Principal, Refusal> {
        let claims = self.0.keys.verify::<Access>(token).map_err(Refusal::Token)?;
        if self.0.config.sessions == SessionCheck::Always
            && !self.is_alive(claims.session, claims.user_id).await?
        {
            return Err(Refusal::Ended);
        }
        Ok(principal(claims))
    }

    /// Whether a session has not ended.
    pub(crate) async fn is_alive(&self, session: Id, user: Id) -> Result<bool, Refusal> {
        let alive = self.0.sessions.is_alive(session, user).await;
        alive.map_err(|error| Refusal::Failed(error.of_entity(self.entity())))
    }

    /// Tells a watcher of the sessions that this process ends before their time, from now on.
    pub(crate) fn watch(&self, watcher: Watcher) {
        self.0.sessions.watch(watcher);
    }

    /// Whether other processes may end sessions too.
    pub(crate) fn are_shared(&self) -> bool {
        self.0.sessions.are_shared()
    }

    /// Those of the sessions that are no more, whoever has ended them.
    pub(crate) async fn ended_of(&self, sessions: &[Id]) -> Result<Vec<Id>, Error> {
        self.0.sessions.ended_of(sessions).await.map_err(|error| error.of_entity(self.entity()))
    }

    /// The public keys of access tokens.
    pub(crate) fn jwks(&self) -> Jwks {
        self.0.keys.jwks()
    }

    /// The settings.
    pub(crate) fn config(&self) -> &AuthConfig {
        &self.0.config
    }

    /// The entity of the users.
    /// Where it keeps what is nobody's to see.
    pub(crate) fn collections(&self) -> [String; 2] {
        let users = self.entity().collection;
        [super::session::collection(users), super::credentials::collection(users)]
    }

    pub(crate) fn entity(&self) -> &'static EntityMeta {
        self.0.users.of.entity
    }

    /// The name of the field that holds a user's password.
    pub(crate) fn password_field(&self) -> &'static str {
        self.0.users.of.account.password
    }

    /// The hashes of passwords.
    pub(crate) fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    /// Begins a session of a user and returns its tokens, for ways to log in of the program's own: OAuth, single sign-on.
    /// `device` is what the session is called in the user's list of sessions. Neither hooks nor a second factor are asked.
    ///
    /// # Errors
    /// [`Error::DocumentNotFound`] where there is no such user.
    pub async fn mint_pair(&self, user: Id, device: Option<&str>) -> Result<TokenPair, Error> {
        let mint = async {
            let user = self.0.users.by_id(user).await?.ok_or(Error::DocumentNotFound)?;
            Ok(self.open(&user, &Client::new(device, None)).await?.1)
        };
        mint.await.map_err(|error: Error| error.of_entity(self.entity()))
    }

    /// Ends all sessions of a user.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn end_sessions(&self, user: Id) -> Result<u64, Error> {
        self.end_sessions_of(&[user]).await
    }

    /// Ends all sessions of several users.
    pub(crate) async fn end_sessions_of(&self, users: &[Id]) -> Result<u64, Error> {
        self.0.sessions.end_all(users).await.map_err(|error| error.of_entity(self.entity()))
    }

    /// Begins a session of a user who has proved who it is.
    pub(super) async fn open(&self, user: &User, client: &Client) -> Result<(Principal, TokenPair), Error> {
        let session = Id::new();
        let refresh = self.0.keys.claims::<Refresh>(user.id, session, ())?;
        let opened = self.pair(user, session, &refresh)?;
        self.0.sessions.begin(session, user.id, &refresh.token_id, client).await?;
        // Who changes the password ends all sessions after that: this one is either among them, or the change is seen here.
        if !self.0.users.is_unchanged(user).await? {
            self.0.sessions.end(user.id, session).await?;
            return Err(Error::InvalidCredentials);
        }
        Ok(opened)
    }

    /// The tokens of a session, and who calls by them.
    pub(super) fn pair(
        &self,
        user: &User,
        session: Id,
        refresh: &Claims<Refresh>,
    ) -> Result<(Principal, TokenPair), Error> {
        let says = self.0.users.claims(&user.document)?;
        let access = self.0.keys.claims::<Access>(user.id, session, says)?;
        let pair =
            TokenPair { access_token: self.0.keys.sign(&access)?, refresh_token: self.0.keys.sign(refresh)? };
        Ok((principal(access), pair))
    }

    /// Whether the program lets this go on.
    pub(super) async fn before(&self, turn: Turn, user: &User) -> Result<(), Error> {
        match &self.0.config.hooks {
            Some(hooks) => hooks.at(turn, &user.document).await,
            None => Ok(()),
        }
    }

    /// Tells the program what has happened. It can't be undone, so that a failure is logged and nothing else.
    pub(super) async fn after(&self, turn: Turn, user: &User) {
        if let Err(error) = self.before(turn, user).await {
            tracing::error!(%error, ?turn, user = %user.id, "a hook of accounts failed");
        }
    }

    /// What the program says of a login.
    pub(super) async fn login_check(&self, user: &User, password: &str) -> Result<LoginCheck, Error> {
        match &self.0.config.hooks {
            Some(hooks) => hooks.check_login(&user.document, password).await,
            None => Ok(LoginCheck::ByPassword),
        }
    }

    /// Does what ends in a delivery, beside the call that asks for it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where too much is on its way, whether there is such a user or not.
    pub(super) fn deliver_to(&self, user: Option<User>, make: impl AsyncDelivery) -> Result<(), Error> {
        let place = self.0.deliveries.clone().try_acquire_owned().map_err(|_| Error::Unavailable)?;
        let Some(user) = user else { return Ok(()) };
        let accounts = self.clone();
        tokio::spawn(async move {
            let _place = place;
            let work = async {
                let delivery = make.make(&accounts, &user).await?;
                let login = accounts.0.users.login(&user.document);
                let recipient = Recipient { login, document: user.document.clone() };
                let deliverer = accounts.0.config.deliverer.as_ref().ok_or(Error::NotAvailable)?;
                deliverer.deliver(&recipient, &delivery).await.map_err(Error::Internal)
            };
            let outcome = tokio::time::timeout(DELIVERY_TIME, work).await;
            if let Err(error) = outcome.unwrap_or(Err(Error::Unavailable)) {
                let cause: &(dyn std::error::Error + 'static) = match &error {
                    Error::Internal(cause) => &**cause,
                    other => other,
                };
                tracing::error!(error = cause, user = %user.id, "a delivery failed");
            }
        });
        Ok(())
    }
}

/// What makes a delivery, once it is known for whom.
pub(super) trait AsyncDelivery: Send + 'static {
    fn make(self, accounts: &Accounts, user: &User) -> impl Future<Output = Result<Delivery, Error>> + Send;
}

/// Who a token is of.
fn principal(claims: Claims<Access>) -> Principal {
    let expires_at = i64::try_from(claims.expires_at).unwrap_or(i64::MAX).saturating_mul(1000);
    let expires_at = DateTime::from_millis(expires_at);
    Principal::User(Arc::new(UserPrincipal::new(claims.user_id, claims.session, claims.user, expires_at)))
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").field("users", &self.0.users).finish_non_exhaustive()
    }
}
