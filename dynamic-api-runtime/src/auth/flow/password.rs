//! A forgotten password: a token on its way to the user, and the new password that it is exchanged for, once.

use super::{Flow, login::LOGIN};
use crate::{
    auth::{
        Reset, Throttled, TokenKind,
        accounts::{Accounts, AsyncDelivery},
        broadcast::Subject,
        code::token_digest,
        deliver::Delivery,
        hooks::Turn,
        users::User,
    },
    call::RawReply,
    error::Error,
    operation,
    types::Password,
};

/// What clients call the login here whatever its name is.
const EMAIL: &str = "email";
const TOKEN: &str = "resetPasswordToken";
const NEW_PASSWORD: &str = "newPassword";

/// Makes a reset token.
struct MakeReset;

impl AsyncDelivery for MakeReset {
    async fn make(self, accounts: &Accounts, user: &User) -> Result<Delivery, Error> {
        let claims = accounts.0.keys.claims::<Reset>(user.id, (), ())?;
        let token = accounts.0.keys.sign(&claims)?;
        accounts.0.credentials.set_reset(user.id, bound(accounts, user, &claims.token_id)).await?;
        Ok(Delivery::Reset(token))
    }
}

/// What is stored of a reset: a hash of the token's name and of the password's hash, so that it is worth nothing once the
/// password is another.
fn bound(accounts: &Accounts, user: &User, token_id: &str) -> String {
    let password = accounts.0.users.password(user).unwrap_or_default();
    token_digest(&format!("{token_id} {password}"))
}

impl Flow<'_> {
    pub(super) async fn reset_password(&self) -> Result<RawReply, Error> {
        let login = self.accounts.0.users.of.account.login;
        let args = self.args(&[EMAIL, login, LOGIN])?;
        let login = args.text(&[EMAIL, login, LOGIN])?;
        self.must_deliver()?;
        self.count(Throttled::Reset, &login)?;
        let user = self.accounts.0.users.by_login(&login).await?;
        self.accounts.deliver_to(user, MakeReset)?;
        Ok(RawReply::nothing())
    }

    pub(super) async fn change_password(&self) -> Result<RawReply, Error> {
        let args = self.args(&[TOKEN, NEW_PASSWORD])?;
        let (token, text) = (args.text(&[TOKEN])?, args.text(&[NEW_PASSWORD])?);
        let accounts = self.accounts;
        let claims = accounts.0.keys.verify::<Reset>(&token).map_err(Reset::refusal)?;
        self.count(Throttled::Reset, &claims.user_id.to_string())?;
        let user = accounts.0.users.by_id(claims.user_id).await?.ok_or(Error::ResetTokenInvalid)?;
        let bound = bound(accounts, &user, &claims.token_id);
        if !accounts.0.credentials.has_reset(user.id, &bound).await? {
            return Err(Error::ResetTokenInvalid);
        }
        let hash = self.hash_new(&text).await?;
        accounts.before(Turn::BeforeChangePassword, &user).await?;
        if !accounts.0.credentials.take_reset(user.id, &bound).await? {
            return Err(Error::ResetTokenInvalid);
        }
        let (unchanged, update) = accounts.0.users.new_password(&user, &hash);
        let changed = operation::update_where(self.call, &unchanged, &update).await?;
        let changed = User::new(changed.ok_or(Error::ResetTokenInvalid)?)?;
        accounts.0.sessions.end_all(&[changed.id]).await?;
        accounts.after(Turn::AfterChangePassword, &changed).await;
        Ok(self.telling(RawReply::nothing(), Subject::User(&changed)))
    }

    /// Counts a reset that nobody could deliver as what it is, whoever it is for.
    pub(super) fn must_deliver(&self) -> Result<(), Error> {
        self.accounts.0.config.deliverer.as_ref().map(drop).ok_or(Error::NotAvailable)
    }

    /// The hash of a new password, which must be one by the settings.
    async fn hash_new(&self, text: &str) -> Result<String, Error> {
        self.accounts.hasher().accept(NEW_PASSWORD, text)?;
        let password = Password::offered(text).map_err(Error::internal)?;
        self.accounts.hasher().hash(&password).await
    }
}
