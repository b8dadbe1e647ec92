//! The second factor by an authenticator app: set up, confirmed by a first code, asked for at every login.

use serde_json::json;

use super::{Flow, codes::CODE, json};
use crate::{
    auth::{
        Mfa, RecoveryCodes, Throttled, TokenKind,
        broadcast::Subject,
        credentials::StoredMfa,
        totp::{self, Enrolment},
    },
    call::{RawReply, Success},
    error::{Denial, Error},
    types::Id,
};

const MFA_TOKEN: &str = "mfaToken";

impl Flow<'_> {
    /// A secret for the caller's app. The factor counts once it is confirmed.
    pub(super) async fn mfa_enrol(&self) -> Result<RawReply, Error> {
        let user = self.user().await?;
        let accounts = self.accounts;
        if accounts.0.credentials.read(user.id).await?.mfa.is_some() {
            return Err(Error::Forbidden(Denial::Access));
        }
        let login = accounts.0.users.login(&user.document);
        let enrolment = Enrolment::new(&accounts.config().issuer, &login)?;
        let secret = accounts.0.vault.close(user.id, enrolment.secret())?;
        accounts.0.credentials.set_pending(user.id, secret).await?;
        json(Success::Ok, &json!({ "secret": enrolment.secret(), "uri": enrolment.uri() }))
    }

    /// The first code of the caller's app; the answer are the recovery codes, which nobody gets to see again.
    pub(super) async fn mfa_confirm(&self) -> Result<RawReply, Error> {
        let code = self.args(&[CODE])?.text(&[CODE])?;
        let (accounts, id) = (self.accounts, self.caller()?.id());
        self.count(Throttled::Login, &id.to_string())?;
        let row = accounts.0.credentials.read(id).await?;
        let pending = row.pending.filter(|_| row.mfa.is_none()).ok_or(Error::InvalidCredentials)?;
        let opened = accounts.0.vault.open(id, &pending).ok_or(Error::InvalidCredentials)?;
        let step = totp::verify(&opened.text, &code, None).map_err(|_| Error::InvalidCredentials)?;
        let recovery = RecoveryCodes::new()?;
        let mfa = StoredMfa {
            secret: accounts.0.vault.close(id, &opened.text)?,
            last_step: signed(step),
            recovery: recovery.digests(&accounts.0.codes, id),
        };
        if !accounts.0.credentials.confirm(id, &pending, &mfa).await? {
            return Err(Error::InvalidCredentials);
        }
        let texts: Vec<&str> = recovery.texts().collect();
        let reply = json(Success::Ok, &json!({ "recoveryCodes": texts }))?;
        Ok(self.telling(reply, Subject::Id(id)))
    }

    pub(super) async fn mfa_disable(&self) -> Result<RawReply, Error> {
        let code = self.args(&[CODE])?.text(&[CODE])?;
        let id = self.caller()?.id();
        self.count(Throttled::Login, &id.to_string())?;
        self.prove_second(id, &code).await?;
        self.accounts.0.credentials.remove_mfa(id).await?;
        Ok(self.telling(RawReply::nothing(), Subject::Id(id)))
    }

    /// The second half of a login.
    pub(super) async fn mfa_login(&self) -> Result<RawReply, Error> {
        let args = self.args(&[MFA_TOKEN, CODE])?;
        let (token, code) = (args.text(&[MFA_TOKEN])?, args.text(&[CODE])?);
        let claims = self.accounts.0.keys.verify::<Mfa>(&token).map_err(Mfa::refusal)?;
        self.count(Throttled::Login, &claims.user_id.to_string())?;
        let user = self.accounts.0.users.by_id(claims.user_id).await?.ok_or(Error::InvalidCredentials)?;
        self.prove_second(user.id, &code).await?;
        self.enter_at_once(user).await
    }

    /// Takes a code of a user's app, or one of the recovery codes: each once.
    async fn prove_second(&self, user: Id, code: &str) -> Result<(), Error> {
        let (credentials, codes) = (&self.accounts.0.credentials, &self.accounts.0.codes);
        let mfa = credentials.read(user).await?.mfa.ok_or(Error::InvalidCredentials)?;
        let recovery = codes.find_recovery(user, &mfa.recovery, code).and_then(|at| mfa.recovery.get(at));
        let taken = match recovery {
            Some(digest) => credentials.take_recovery(user, digest).await?,
            None => self.take_code_of_app(user, &mfa, code).await?,
        };
        if taken { Ok(()) } else { Err(Error::InvalidCredentials) }
    }

    async fn take_code_of_app(&self, user: Id, mfa: &StoredMfa, code: &str) -> Result<bool, Error> {
        let (credentials, vault) = (&self.accounts.0.credentials, &self.accounts.0.vault);
        let opened = vault.open(user, &mfa.secret);
        let opened = opened.ok_or_else(|| Error::internal("a second factor can't be read"))?;
        let last = u64::try_from(mfa.last_step).ok();
        let Ok(step) = totp::verify(&opened.text, code, last) else { return Ok(false) };
        let taken = credentials.take_step(user, mfa.last_step, signed(step)).await?;
        if taken && !opened.is_current {
            // It was encrypted with a key that is to go.
            credentials.renew_secret(user, &mfa.secret, vault.close(user, &opened.text)?).await?;
        }
        Ok(taken)
    }
}

/// A step as BSON has it.
fn signed(step: u64) -> i64 {
    i64::try_from(step).unwrap_or(i64::MAX)
}
