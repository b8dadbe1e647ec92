//! `CurrentUser` as an argument of axum handlers.

use std::time::Duration;

use axum::{
    extract::{FromRef, FromRequestParts, OptionalFromRequestParts, OriginalUri},
    response::{IntoResponse, Response},
};
use http::request::Parts;
use tokio::time::timeout;

use super::{
    respond,
    sender::{self, Doubt},
    session,
};
use crate::{
    app::ApiHandle,
    auth::{Accounts, CurrentUser},
    call::Principal,
    entity::UserEntity,
    error::Error,
};

/// How long it may take to find out who calls.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a handler was not called: the problem that the client reads, as from every other route.
#[derive(Debug)]
pub struct NoUser {
    error: Error,
    doubt: Doubt,
    instance: String,
}

impl NoUser {
    pub(super) fn new(parts: &Parts, error: Error, doubt: Doubt) -> Self {
        let original = parts.extensions.get::<OriginalUri>().map(|OriginalUri(uri)| uri);
        Self { error, doubt, instance: original.unwrap_or(&parts.uri).path().to_owned() }
    }
}

impl IntoResponse for NoUser {
    fn into_response(self) -> Response {
        let mut response = respond::problem(&self.error, &self.instance);
        session::failure_headers(response.headers_mut(), &self.error, &self.doubt);
        response
    }
}

impl<S, U> FromRequestParts<S> for CurrentUser<U>
where
    S: Send + Sync,
    U: UserEntity,
    ApiHandle: FromRef<S>,
{
    type Rejection = NoUser;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, NoUser> {
        let (handle, mut doubt) = (ApiHandle::from_ref(state), Doubt::default());
        let user = async {
            let accounts = handle.accounts().ok_or(Error::NotAvailable)?;
            let principal = caller(accounts, parts, &mut doubt).await?;
            accounts.current_user(&principal).await
        };
        let user = timeout(PATIENCE, user).await.unwrap_or(Err(Error::Unavailable));
        user.map_err(|error| NoUser::new(parts, error, doubt))
    }
}

impl<S, U> OptionalFromRequestParts<S> for CurrentUser<U>
where
    S: Send + Sync,
    U: UserEntity,
    ApiHandle: FromRef<S>,
{
    type Rejection = NoUser;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, NoUser> {
        match <Self as FromRequestParts<S>>::from_request_parts(parts, state).await {
            Ok(user) => Ok(Some(user)),
            Err(NoUser { error: Error::Unauthorized, .. }) => Ok(None),
            Err(failed) => Err(failed),
        }
    }
}

async fn caller(accounts: &Accounts, parts: &Parts, doubt: &mut Doubt) -> Result<Principal, Error> {
    match sender::token(&parts.headers) {
        Some(token) => sender::principal(accounts, token, doubt).await,
        None => Ok(Principal::Anonymous),
    }
}
