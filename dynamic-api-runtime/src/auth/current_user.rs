//! The user who calls, as handlers of a program's own get it.

use std::{any::TypeId, ops::Deref, sync::Arc};

use super::accounts::Accounts;
use crate::{
    call::{Principal, UserPrincipal},
    entity::{Stored, UserEntity},
    error::Error,
};

/// The user who calls: the stored document, which it derefs to, and what the access token says.
///
/// It is an argument of axum handlers whose state holds the application's [`ApiHandle`](crate::app::ApiHandle); a caller without
/// a valid token gets a 401. As an `Option` it is `None` then, as on a public route. Handlers of sockets ask
/// [`CurrentUser::of_socket`].
///
/// ```
/// use axum::{Router, routing::get};
/// use dynamic_api_runtime::{app::ApiHandle, auth::CurrentUser, entity::UserEntity};
///
/// async fn whoami<U: UserEntity>(user: CurrentUser<U>) -> String {
///     user.id().to_string()
/// }
///
/// async fn greeting<U: UserEntity>(user: Option<CurrentUser<U>>) -> &'static str {
///     if user.is_some() { "Welcome back" } else { "Welcome" }
/// }
///
/// fn routes<U: UserEntity>(api: ApiHandle) -> Router {
///     Router::new().route("/whoami", get(whoami::<U>)).route("/", get(greeting::<U>)).with_state(api)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct CurrentUser<U> {
    principal: Arc<UserPrincipal>,
    user: Stored<U>,
}

impl<U> CurrentUser<U> {
    /// What the access token says of the user.
    pub fn principal(&self) -> &UserPrincipal {
        &self.principal
    }

    /// The user alone.
    pub fn into_inner(self) -> Stored<U> {
        self.user
    }
}

impl<U> Deref for CurrentUser<U> {
    type Target = Stored<U>;

    fn deref(&self) -> &Stored<U> {
        &self.user
    }
}

impl Accounts {
    /// The user who calls.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] where nobody calls, or the user is no more; [`Error::NotAvailable`] where users are of another
    /// type.
    pub async fn current_user<U: UserEntity>(&self, principal: &Principal) -> Result<CurrentUser<U>, Error> {
        if self.0.users.of.id != TypeId::of::<U>() {
            tracing::error!(asked = U::META.name, users = self.entity().name, "users are of another type");
            return Err(Error::NotAvailable);
        }
        let Principal::User(principal) = principal else { return Err(Error::Unauthorized) };
        let user = self.0.users.by_id(principal.id()).await.map_err(|error| error.of_entity(U::META))?;
        let user = user.ok_or(Error::Unauthorized)?;
        let user = Stored::from_document(&user.document).map_err(Error::internal)?;
        Ok(CurrentUser { principal: principal.clone(), user })
    }
}
