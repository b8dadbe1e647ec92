//! What the account routes do, one file for each part of an account's life. All of it is the same over every transport.

mod account;
mod args;
mod codes;
mod login;
mod mfa;
mod password;
mod register;
mod sessions;

use bson::RawDocumentBuf;
use serde::Serialize;
use serde_json::{Map, Value};

use self::args::Args;
use super::{
    Throttled, TokenPair,
    account_call::AccountCall,
    accounts::Accounts,
    broadcast::Subject,
    config::{LoginAnswer, Registration},
    users::User,
};
use crate::{
    call::{
        AccountKind, Credential, Principal, RawCall, RawReply, RouteKind, SessionChange, Success, Transport,
        UserPrincipal,
    },
    error::{Denial, Error},
};

/// Takes a call of an account route to its reply.
pub(crate) async fn perform(call: &RawCall) -> Result<RawReply, Error> {
    let RouteKind::Account(account) = call.route.kind else {
        return Err(Error::internal("the route is none of accounts"));
    };
    let accounts = call.resource.accounts.as_ref().ok_or(Error::NotAvailable)?;
    let flow = Flow { accounts, call, account };
    flow.may().await?;
    match account {
        AccountKind::Register => flow.register().await,
        AccountKind::Login => flow.login().await,
        AccountKind::GetAccount => flow.get_account().await,
        AccountKind::UpdateAccount => flow.update_account().await,
        AccountKind::ResetPassword => flow.reset_password().await,
        AccountKind::ChangePassword => flow.change_password().await,
        AccountKind::RefreshToken => flow.refresh().await,
        AccountKind::Logout => flow.logout().await,
        AccountKind::LogoutAll => flow.logout_all().await,
        AccountKind::SendCode => flow.send_code().await,
        AccountKind::VerifyCode => flow.verify_code().await,
        AccountKind::VerifyEmail => flow.verify_email().await,
        AccountKind::ListSessions => flow.list_sessions().await,
        AccountKind::EndSession => flow.end_session().await,
        AccountKind::MfaEnrol => flow.mfa_enrol().await,
        AccountKind::MfaConfirm => flow.mfa_confirm().await,
        AccountKind::MfaDisable => flow.mfa_disable().await,
        AccountKind::MfaLogin => flow.mfa_login().await,
    }
}

/// A call of an account route.
struct Flow<'a> {
    accounts: &'a Accounts,
    call: &'a RawCall,
    account: AccountKind,
}

/// What a login is answered with.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PairAnswer<'a> {
    access_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Map<String, Value>>,
}

impl<'a> Flow<'a> {
    /// Whether the caller may call this at all; nothing was read before.
    async fn may(&self) -> Result<(), Error> {
        let is_protected = match self.account {
            AccountKind::Register => self.accounts.config().registration == Registration::Users,
            account => account.credential() == Credential::Access,
        };
        if is_protected && self.call.principal == Principal::Anonymous {
            return Err(Error::Unauthorized);
        }
        let Some(hooks) = &self.accounts.0.config.hooks else { return Ok(()) };
        let call = AccountCall::of(self.call, self.account, &self.accounts.0.users.of);
        let allowed = hooks.may(&call).await;
        if allowed { Ok(()) } else { Err(Error::Forbidden(Denial::Access)) }
    }

    /// The user who calls.
    fn caller(&self) -> Result<&'a UserPrincipal, Error> {
        self.call.principal.user().ok_or(Error::Unauthorized)
    }

    /// The document of the user who calls, who may be gone by now.
    async fn user(&self) -> Result<User, Error> {
        self.accounts.0.users.by_id(self.caller()?.id()).await?.ok_or(Error::Unauthorized)
    }

    /// The members of the body; there are no others than these.
    fn args(&self, known: &[&str]) -> Result<Args<'a>, Error> {
        Args::read(&self.call.body, known)
    }

    /// Counts a call for an account and for the caller's address.
    fn count(&self, throttled: Throttled, account: &str) -> Result<(), Error> {
        self.accounts.0.limiter.check(throttled, Some(account), self.call.address)
    }

    /// The answer of a call that has given its caller new tokens.
    fn tokens(&self, (principal, pair): (Principal, TokenPair), success: Success) -> Result<RawReply, Error> {
        self.tokens_and_user((principal, pair), success, None)
    }

    /// [`Flow::tokens`] of a login, which may be answered with the user too.
    fn login_tokens(&self, opened: (Principal, TokenPair), user: &User) -> Result<RawReply, Error> {
        let shown = match self.accounts.config().login_answer {
            LoginAnswer::Tokens => None,
            LoginAnswer::TokensAndUser => Some(self.accounts.0.users.account(&user.document)?),
        };
        self.tokens_and_user(opened, Success::Ok, shown)
    }

    fn tokens_and_user(
        &self,
        (principal, pair): (Principal, TokenPair),
        success: Success,
        user: Option<Map<String, Value>>,
    ) -> Result<RawReply, Error> {
        // In cookie mode no script gets to see the refresh token.
        let in_cookie =
            self.call.transport == Transport::Http && self.accounts.config().refresh_cookie.is_some();
        let answer = PairAnswer {
            access_token: &pair.access_token,
            refresh_token: (!in_cookie).then_some(&pair.refresh_token),
            user,
        };
        let mut reply = json(success, &answer)?;
        reply.session = Some(SessionChange::Promoted { principal, pair });
        Ok(reply)
    }

    /// A reply with what others are told of the user that the call was of.
    fn telling(&self, reply: RawReply, subject: Subject<'_>) -> RawReply {
        RawReply { broadcast: self.accounts.broadcast(self.account, subject), ..reply }
    }

    /// The answer that shows an account.
    fn account(&self, document: &RawDocumentBuf) -> Result<RawReply, Error> {
        json(Success::Ok, &self.accounts.0.users.account(document)?)
    }
}

fn json<T: Serialize + ?Sized>(success: Success, answer: &T) -> Result<RawReply, Error> {
    serde_json::to_vec(answer).map(|json| RawReply::new(success, json)).map_err(Error::internal)
}

/// The reply of a call that has ended its caller's session.
fn ended() -> RawReply {
    RawReply { session: Some(SessionChange::Ended), ..RawReply::nothing() }
}
