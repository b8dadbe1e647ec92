//! `Repo` as an argument of axum handlers.

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use super::{current_user::NoUser, sender::Doubt};
use crate::{app::ApiHandle, entity::Entity, repo::Repo};

impl<S, E> FromRequestParts<S> for Repo<E>
where
    S: Send + Sync,
    E: Entity,
    ApiHandle: FromRef<S>,
{
    type Rejection = NoUser;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, NoUser> {
        let repo = ApiHandle::from_ref(state).repo();
        repo.map_err(|error| NoUser::new(parts, error, Doubt::default()))
    }
}
