//! Sessions that go on and end: new tokens for old, logout, and the list of a user's own.

use zeroize::Zeroizing;

use super::{Args, Flow, ended, json};
use crate::{
    auth::{Claims, Refresh, Throttled, TokenKind, broadcast::Subject, session::Client},
    call::{RawReply, SessionChange, Success, Target},
    error::Error,
    operation::Deleted,
    types::Id,
};

/// The member of a body that holds a refresh token.
const REFRESH_TOKEN: &str = "refreshToken";

impl Flow<'_> {
    pub(super) async fn refresh(&self) -> Result<RawReply, Error> {
        let accounts = self.accounts;
        let claims = self.refresh_claims()?.ok_or(Error::Unauthorized)?;
        self.count(Throttled::Refresh, &claims.user_id.to_string())?;
        let user = accounts.0.users.by_id(claims.user_id).await?.ok_or(Error::InvalidRefreshToken)?;
        let next = accounts.0.keys.claims::<Refresh>(user.id, claims.session, ())?;
        let opened = accounts.pair(&user, claims.session, &next)?;
        let client = Client::of(self.call);
        let (used, next) = (&claims.token_id, &next.token_id);
        accounts.0.sessions.rotate(claims.session, user.id, used, next, &client).await?;
        Ok(self.telling(self.tokens(opened, Success::Ok)?, Subject::User(&user)))
    }

    pub(super) async fn logout(&self) -> Result<RawReply, Error> {
        let (user, session) = self.session()?;
        if !self.accounts.0.sessions.end(user, session).await? {
            return Err(Error::InvalidRefreshToken);
        }
        Ok(self.telling(ended(), Subject::Id(user)))
    }

    pub(super) async fn logout_all(&self) -> Result<RawReply, Error> {
        let (user, session) = self.session()?;
        // Whose session has ended may not end those of others.
        if !self.accounts.0.sessions.is_alive(session, user).await? {
            return Err(Error::InvalidRefreshToken);
        }
        self.accounts.0.sessions.end_all(&[user]).await?;
        Ok(self.telling(ended(), Subject::Id(user)))
    }

    pub(super) async fn list_sessions(&self) -> Result<RawReply, Error> {
        let caller = self.caller()?;
        json(Success::Ok, &self.accounts.0.sessions.list(caller.id(), caller.session()).await?)
    }

    pub(super) async fn end_session(&self) -> Result<RawReply, Error> {
        let caller = self.caller()?;
        let Target::One(text) = &self.call.target else { return Err(Error::InvalidQuery) };
        // As with every delete: what is no id is none of any document.
        let id: Option<Id> = text.parse().ok();
        let was_there = match id {
            Some(id) => self.accounts.0.sessions.end(caller.id(), id).await?,
            None => false,
        };
        let mut reply = json(Success::Ok, &Deleted { deleted_count: u64::from(was_there) })?;
        reply.session = (was_there && id == Some(caller.session())).then_some(SessionChange::Ended);
        Ok(if was_there { self.telling(reply, Subject::Id(caller.id())) } else { reply })
    }

    /// The user and the session that a call is of: by its refresh token, else by who calls over a socket.
    fn session(&self) -> Result<(Id, Id), Error> {
        if let Some(claims) = self.refresh_claims()? {
            return Ok((claims.user_id, claims.session));
        }
        let caller = self.caller()?;
        Ok((caller.id(), caller.session()))
    }

    /// What the refresh token says that came with the call; `None` where none came.
    fn refresh_claims(&self) -> Result<Option<Claims<Refresh>>, Error> {
        let args = Args::read_optional(&self.call.body, &[REFRESH_TOKEN])?;
        let sent = args.map(|args| args.optional_text(&[REFRESH_TOKEN])).transpose()?.flatten();
        let bearer = || self.call.bearer.as_ref().map(|token| Zeroizing::new(token.0.clone()));
        let Some(token) = sent.or_else(bearer) else { return Ok(None) };
        self.accounts.0.keys.verify::<Refresh>(&token).map(Some).map_err(Refresh::refusal)
    }
}
