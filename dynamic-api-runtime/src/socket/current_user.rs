//! `CurrentUser` in handlers of sockets.

use std::sync::Arc;

use socketioxide::extract::SocketRef;

use super::identity::Identity;
use crate::{auth::CurrentUser, call::Principal, entity::UserEntity, error::Error};

impl Principal {
    /// Who a socket is now, by its handshake or a login since: for handlers that are registered on a namespace of the API.
    pub fn of_socket(socket: &SocketRef) -> Self {
        let identity = socket.extensions.get::<Arc<Identity>>();
        identity.map_or(Self::Anonymous, |identity| identity.principal())
    }
}

impl<U: UserEntity> CurrentUser<U> {
    /// The user that a socket is, for handlers that are registered with
    /// [`on_connect`](crate::app::DynamicApiBuilder::on_connect).
    ///
    /// # Errors
    /// [`Error::Unauthorized`] where the socket is nobody.
    pub async fn of_socket(socket: &SocketRef) -> Result<Self, Error> {
        let identity = socket.extensions.get::<Arc<Identity>>().ok_or(Error::Unauthorized)?;
        let presence = identity.presence().ok_or(Error::NotAvailable)?;
        presence.accounts().current_user(&identity.principal()).await
    }
}
