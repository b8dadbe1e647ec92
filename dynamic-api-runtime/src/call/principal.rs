//! Who calls.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::types::{DateTime, Id};

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Principal {
    /// Nobody in particular.
    #[default]
    Anonymous,
    /// A user whose token is valid.
    User(Arc<UserPrincipal>),
}

/// A user, as the access token says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserPrincipal {
    id: Id,
    session: Id,
    claims: Map<String, Value>,
    expires_at: DateTime,
}

impl Principal {
    /// The user, where it is one.
    pub fn user(&self) -> Option<&UserPrincipal> {
        match self {
            Self::Anonymous => None,
            Self::User(user) => Some(user),
        }
    }
}

impl UserPrincipal {
    pub(crate) fn new(id: Id, session: Id, claims: Map<String, Value>, expires_at: DateTime) -> Self {
        Self { id, session, claims, expires_at }
    }

    /// The id of the user's document.
    pub fn id(&self) -> Id {
        self.id
    }

    /// The session that the token is of.
    pub fn session(&self) -> Id {
        self.session
    }

    /// The claim fields of the user, as they were when the token was made.
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// A claim as a value of a type; `None` where the token has none, or one of another form.
    ///
    /// ```
    /// use dynamic_api_runtime::call::UserPrincipal;
    ///
    /// fn is_admin(user: &UserPrincipal) -> bool {
    ///     user.claim::<String>("role").as_deref() == Some("admin")
    /// }
    /// ```
    pub fn claim<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.claims.get(name).and_then(|value| T::deserialize(value).ok())
    }

    /// When the token ends.
    pub fn expires_at(&self) -> DateTime {
        self.expires_at
    }
}
