//! One-time codes: on their way to the user, and back as a proof that they arrived.

use super::{Flow, login::LOGIN};
use crate::{
    auth::{
        Throttled,
        accounts::{Accounts, AsyncDelivery},
        broadcast::Subject,
        code::{CodePurpose, OneTimeCode},
        credentials::StoredCode,
        deliver::Delivery,
        hooks::Turn,
        session::later,
        users::User,
    },
    call::RawReply,
    error::Error,
    types::{DateTime, Id},
};

/// What a client calls the login here.
const IDENTIFIER: &str = "identifier";
pub(super) const CODE: &str = "code";

/// Makes a one-time code.
struct MakeCode;

impl AsyncDelivery for MakeCode {
    async fn make(self, accounts: &Accounts, user: &User) -> Result<Delivery, Error> {
        let code = OneTimeCode::new()?;
        let stored = StoredCode {
            digest: accounts.0.codes.digest(CodePurpose::Login, user.id, code.digits()),
            expires_at: later(DateTime::now(), accounts.config().code_lifetime),
            attempts: 0,
        };
        accounts.0.credentials.set_code(user.id, &stored).await?;
        Ok(Delivery::Code(code.digits().to_owned()))
    }
}

impl Flow<'_> {
    pub(super) async fn send_code(&self) -> Result<RawReply, Error> {
        let args = self.args(&[IDENTIFIER, LOGIN])?;
        let login = args.text(&[IDENTIFIER, LOGIN])?;
        self.must_deliver()?;
        self.count(Throttled::Code, &login)?;
        let user = self.accounts.0.users.by_login(&login).await?;
        self.accounts.deliver_to(user, MakeCode)?;
        Ok(RawReply::nothing())
    }

    pub(super) async fn verify_code(&self) -> Result<RawReply, Error> {
        let user = self.proved_by_code().await?;
        self.enter(user).await
    }

    pub(super) async fn verify_email(&self) -> Result<RawReply, Error> {
        let user = self.proved_by_code().await?;
        self.accounts.0.credentials.set_verified(user.id).await?;
        self.accounts.after(Turn::AfterVerifyEmail, &user).await;
        Ok(self.telling(RawReply::nothing(), Subject::User(&user)))
    }

    /// The user whose code came back.
    async fn proved_by_code(&self) -> Result<User, Error> {
        let args = self.args(&[IDENTIFIER, LOGIN, CODE])?;
        let (login, code) = (args.text(&[IDENTIFIER, LOGIN])?, args.text(&[CODE])?);
        self.must_deliver()?;
        self.count(Throttled::Code, &login)?;
        let user = self.accounts.0.users.by_login(&login).await?;
        // The same work for a user who does not exist.
        let id = user.as_ref().map_or_else(Id::new, |user| user.id);
        let stored = self.accounts.0.credentials.try_code(id).await?;
        let (user, stored) = user.zip(stored).ok_or(Error::InvalidCredentials)?;
        let is_right = self.accounts.0.codes.matches(CodePurpose::Login, id, &stored.digest, &code);
        if is_right && self.accounts.0.credentials.take_code(id, &stored.digest).await? {
            Ok(user)
        } else {
            Err(Error::InvalidCredentials)
        }
    }
}
