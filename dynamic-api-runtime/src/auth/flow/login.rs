//! A login by password. Whether it was the login or the password that was wrong is not to be told by the answer nor by its time.

use serde_json::json;

use super::{Flow, json};
use crate::{
    auth::{
        Mfa, Throttled, Verified,
        broadcast::Subject,
        hooks::{LoginCheck, Turn},
        session::Client,
        users::User,
    },
    call::{RawReply, Success},
    error::Error,
    types::Password,
};

/// What a client may call the login field whatever its name is.
pub(super) const LOGIN: &str = "login";

impl Flow<'_> {
    pub(super) async fn login(&self) -> Result<RawReply, Error> {
        let users = &self.accounts.0.users;
        let account = users.of.account;
        let names = [account.login, LOGIN];
        let args = self.args(&[account.login, LOGIN, account.password])?;
        let (login, password) = (args.text(&names)?, args.password(account.password)?);
        self.count(Throttled::Login, &login)?;
        let user = users.by_login(&login).await?;
        let user = self.proved(user, &password).await?;
        self.enter(user).await
    }

    /// The user, where the password is the user's.
    async fn proved(&self, user: Option<User>, password: &Password) -> Result<User, Error> {
        let users = &self.accounts.0.users;
        let stored = user.as_ref().and_then(|user| users.password(user));
        // Before anything is said of the user, so that each takes the time of a hash.
        let verified = self.accounts.hasher().verify(stored, password).await?;
        let user = user.ok_or(Error::InvalidCredentials)?;
        let offered = password.plain().unwrap_or_default();
        match (self.accounts.login_check(&user, offered).await?, verified) {
            (LoginCheck::Accept, _) | (LoginCheck::ByPassword, Verified::Yes) => Ok(user),
            (LoginCheck::ByPassword, Verified::YesRehash) => self.rehashed(user, password).await,
            _ => Err(Error::InvalidCredentials),
        }
    }

    /// The user with a hash by the settings of now.
    async fn rehashed(&self, user: User, password: &Password) -> Result<User, Error> {
        let hash = match self.accounts.hasher().hash(password).await {
            Ok(hash) => hash,
            // The next login is as good.
            Err(Error::Unavailable) => return Ok(user),
            Err(error) => return Err(error),
        };
        let users = &self.accounts.0.users;
        match users.set_password(&user, &hash).await? {
            Some(renewed) => Ok(renewed),
            // Another login has renewed it, or the password was changed: its end decides.
            None => {
                let renewed = users.by_id(user.id).await?.ok_or(Error::InvalidCredentials)?;
                let stored = users.password(&renewed);
                match self.accounts.hasher().verify(stored, password).await? {
                    Verified::No => Err(Error::InvalidCredentials),
                    Verified::Yes | Verified::YesRehash => Ok(renewed),
                }
            }
        }
    }

    /// Gives tokens to a user who has proved who it is, or asks for the second factor where there is one.
    pub(super) async fn enter(&self, user: User) -> Result<RawReply, Error> {
        if self.accounts.0.credentials.read(user.id).await?.mfa.is_none() {
            return self.enter_at_once(user).await;
        }
        let claims = self.accounts.0.keys.claims::<Mfa>(user.id, (), ())?;
        let token = self.accounts.0.keys.sign(&claims)?;
        json(Success::Ok, &json!({ "mfaRequired": true, "mfaToken": token }))
    }

    /// Gives tokens to a user of whom nothing more is asked.
    pub(super) async fn enter_at_once(&self, user: User) -> Result<RawReply, Error> {
        self.accounts.before(Turn::BeforeLogin, &user).await?;
        let opened = self.accounts.open(&user, &Client::of(self.call)).await?;
        self.accounts.after(Turn::AfterLogin, &user).await;
        Ok(self.telling(self.login_tokens(opened, &user)?, Subject::User(&user)))
    }
}
