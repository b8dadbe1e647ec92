//! Who a socket is, from its handshake or a login until its token ends. It knows of no event but the one that tells the end.

use std::{
    convert::Infallible,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use serde_json::json;
use socketioxide::{
    adapter::LocalAdapter,
    handler::{FromConnectParts, Value},
    socket::Socket,
};

use super::presence::{Place, Presence};
use crate::{
    auth::Refusal,
    broadcast::Audience,
    call::{Principal, UserPrincipal},
    error::Error,
    types::{DateTime, Id},
};

/// The event that tells a socket that it is nobody any more.
const UNAUTHORIZED: &str = "unauthorized";
/// What it says of a token that has expired, in the words of a handshake.
const EXPIRED: &str = "the token has expired";
/// The same of a session that has ended before its time.
const ENDED: &str = "the session has ended";

/// Who a socket is.
pub(crate) struct Identity {
    socket: Weak<Socket<LocalAdapter>>,
    /// Where it is looked after; none where the application has no accounts.
    presence: Option<Arc<Presence>>,
    current: Mutex<Current>,
}

#[derive(Default)]
struct Current {
    principal: Principal,
    /// Held to be looked after.
    _place: Option<Place>,
}

/// A socket that connects, held without keeping it.
pub(super) struct Newcomer(Weak<Socket<LocalAdapter>>);

impl FromConnectParts<LocalAdapter> for Newcomer {
    type Error = Infallible;

    fn from_connect_parts(socket: &Arc<Socket<LocalAdapter>>, _: &Option<Value>) -> Result<Self, Infallible> {
        Ok(Self(Arc::downgrade(socket)))
    }
}

impl Identity {
    /// A socket that is nobody yet.
    pub(super) fn new(Newcomer(socket): Newcomer, presence: Option<Arc<Presence>>) -> Arc<Self> {
        Arc::new(Self { socket, presence, current: Mutex::default() })
    }

    pub(super) fn presence(&self) -> Option<&Arc<Presence>> {
        self.presence.as_ref()
    }

    /// Who the socket is now. That a token has expired is so at once, whenever it is told.
    pub(super) fn principal(&self) -> Principal {
        let principal = self.current().principal.clone();
        match principal.user() {
            Some(user) if user.expires_at() <= DateTime::now() => {
                self.expire(user);
                Principal::Anonymous
            }
            _ => principal,
        }
    }

    /// Whether the socket is among those that hear of something.
    pub(super) fn is_of(&self, audience: Audience) -> bool {
        audience == Audience::Everybody || self.presence.is_none() || self.principal().user().is_some()
    }

    /// Takes a token that somebody sent.
    ///
    /// # Errors
    /// Why it does not say who the socket is, which stays who it was.
    pub(super) async fn authenticate(self: &Arc<Self>, token: &str) -> Result<Principal, Refusal> {
        let presence = self.presence.as_ref().ok_or(Refusal::Failed(Error::NotAvailable))?;
        let principal = presence.accounts().authenticate(token).await?;
        self.become_user(principal.clone()).await?;
        Ok(principal)
    }

    /// Makes the socket a user, whose session is still there.
    pub(super) async fn become_user(self: &Arc<Self>, principal: Principal) -> Result<(), Refusal> {
        let Some((presence, user)) = self.presence.as_ref().zip(principal.user()) else { return Ok(()) };
        let place = presence.seat(self, user);
        let as_user = Current { principal: principal.clone(), _place: Some(place) };
        let before = mem::replace(&mut *self.current(), as_user);
        // Asked with the place taken: of a session that ends after the answer, the place is told.
        let refusal = match presence.accounts().is_alive(user.session(), user.id()).await {
            Ok(true) => return Ok(()),
            Ok(false) => Refusal::Ended,
            Err(refusal) => refusal,
        };
        let mut current = self.current();
        if current.principal == principal {
            *current = before;
        }
        Err(refusal)
    }

    /// Makes the socket nobody, and tells it so, where it is of this session.
    pub(super) fn end(&self, session: Id) {
        self.end_if(ENDED, |user| user.session() == session);
    }

    /// The same where it is of any session.
    pub(super) fn end_any(&self) {
        self.end_if(ENDED, |_| true);
    }

    /// The same where its token has expired.
    pub(super) fn expire(&self, token: &UserPrincipal) {
        self.end_if(EXPIRED, |user| user == token);
    }

    /// Tells the socket why a token that it sent is none.
    pub(super) fn tell(&self, reason: &str) {
        let Some(socket) = self.socket.upgrade() else { return };
        let message = format!("Unauthorized: {reason}");
        let told = socket
            .emit(UNAUTHORIZED, &json!({ "statusCode": 401, "error": "Unauthorized", "message": message }));
        if let Err(error) = told {
            tracing::debug!(%error, "a socket could not be told that it is nobody any more");
        }
    }

    fn end_if(&self, reason: &str, is_meant: impl Fn(&UserPrincipal) -> bool) {
        let mut current = self.current();
        if current.principal.user().is_some_and(is_meant) {
            *current = Current::default();
            drop(current);
            self.tell(reason);
        }
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
