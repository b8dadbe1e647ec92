//! What sockets are told of the users that account routes change: chosen fields, to chosen sockets.

use std::{any::TypeId, fmt, sync::Arc};

use bson::RawDocument;

use super::{
    accounts::Accounts,
    check::is_password,
    user_type::UserType,
    users::{User, picked},
};
use crate::{
    broadcast::{Audience, Broadcast, BroadcastShape, Item},
    call::AccountKind,
    entity::{Stored, UserEntity},
    error::Error,
    types::Id,
};

/// The members that clients see of every document besides its fields.
const OF_SERVER: [&str; 3] = ["id", "createdAt", "updatedAt"];

/// What sockets are told once a call of an account route has succeeded, by the event of the route with `-broadcast` behind it:
/// `auth-login-broadcast`. Its payload is `[{..}]`, with the chosen fields of the user.
///
/// Sockets that are users hear it, in the namespace of the accounts, but for the one that called. It reaches the sockets of this
/// process.
///
/// ```
/// use dynamic_api_runtime::{auth::{AuthBroadcast, AuthConfig}, call::AccountKind};
///
/// let config = AuthConfig::development()
///     .broadcast(AccountKind::Login, AuthBroadcast::fields(["id", "name"]))
///     .broadcast(AccountKind::Register, AuthBroadcast::fields(["id"]).rooms(["staff"]));
/// ```
#[derive(Clone)]
pub struct AuthBroadcast {
    fields: Vec<String>,
    rooms: Option<Rooms>,
    audience: Audience,
    shape: BroadcastShape,
}

#[derive(Clone)]
enum Rooms {
    Named(Vec<String>),
    Of { users: TypeId, rooms: Arc<RoomsOf> },
}

type RoomsOf = dyn Fn(&RawDocument) -> Result<Vec<String>, Error> + Send + Sync;

impl AuthBroadcast {
    /// Tells these members of the user, as clients see them. One that clients don't see stops the start.
    pub fn fields<F: Into<String>>(fields: impl IntoIterator<Item = F>) -> Self {
        Self {
            fields: fields.into_iter().map(Into::into).collect(),
            rooms: None,
            audience: Audience::default(),
            shape: BroadcastShape::default(),
        }
    }

    /// Tells it to the sockets in these rooms alone.
    #[must_use]
    pub fn rooms<R: Into<String>>(mut self, rooms: impl IntoIterator<Item = R>) -> Self {
        self.rooms = Some(Rooms::Named(rooms.into_iter().map(Into::into).collect()));
        self
    }

    /// Tells it to the sockets in the rooms that a function says of the user alone: none is nobody.
    #[must_use]
    pub fn rooms_of<U: UserEntity>(
        mut self,
        rooms: impl Fn(&Stored<U>) -> Vec<String> + Send + Sync + 'static,
    ) -> Self {
        let of_document = move |document: &RawDocument| {
            Stored::<U>::from_document(document).map(|user| rooms(&user)).map_err(Error::internal)
        };
        self.rooms = Some(Rooms::Of { users: TypeId::of::<U>(), rooms: Arc::new(of_document) });
        self
    }

    /// Tells it to sockets that are nobody too.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.audience = Audience::Everybody;
        self
    }

    /// Sets what the event holds: by default an array, as every broadcast.
    #[must_use]
    pub fn shape(mut self, shape: BroadcastShape) -> Self {
        self.shape = shape;
        self
    }

    /// What is wrong with the broadcast of a route.
    pub(super) fn problems(&self, account: AccountKind, of: &UserType) -> Vec<String> {
        let (name, route) = (of.entity.name, account.name());
        if !is_told(account) {
            return vec![format!(
                "auth: {route} has no broadcast: it changes nothing that others may hear of"
            )];
        }
        let mut problems = vec![];
        if self.fields.is_empty() {
            problems.push(format!("auth: the broadcast of {route} tells no field"));
        }
        let of_others = matches!(&self.rooms, Some(Rooms::Of { users, .. }) if *users != of.id);
        if of_others {
            problems.push(format!(
                "auth: the rooms of the broadcast of {route} are of users of another type than {name}"
            ));
        }
        problems.extend(self.fields.iter().filter_map(|field| {
            let reason = unseen(of, field)?;
            Some(format!("auth: the broadcast of {route} can't tell {name}::{field}, which {reason}"))
        }));
        problems
    }

    fn item(&self, accounts: &Accounts, document: &RawDocument, id: Id) -> Result<Item, Error> {
        let shown = accounts.0.users.of.shown(document)?;
        let rooms = match &self.rooms {
            None => None,
            Some(Rooms::Named(names)) => Some(names.clone()),
            Some(Rooms::Of { rooms, .. }) => Some(rooms(document)?),
        };
        Item::new(id, &picked(&shown, self.fields.iter().map(String::as_str)), rooms)
    }
}

/// Whether a route does something that others may hear of. That somebody asked for a reset or a code says who has an account.
fn is_told(account: AccountKind) -> bool {
    use AccountKind::{GetAccount, ListSessions, MfaEnrol, ResetPassword, SendCode};
    !matches!(account, GetAccount | ListSessions | ResetPassword | SendCode | MfaEnrol)
}

/// Why clients don't see a member of a user.
fn unseen(of: &UserType, name: &str) -> Option<&'static str> {
    if OF_SERVER.contains(&name) {
        return None;
    }
    match of.entity.field(name) {
        None => Some("is no field"),
        Some(field) if is_password(field.schema) => Some("is a password"),
        Some(field) if field.hidden => Some("is hidden"),
        Some(field) if !field.is_visible() => Some("is write_only"),
        Some(field) if field.readable_by.is_some() => Some("is not for everybody to see"),
        Some(_) => None,
    }
}

/// Of whom something is told.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    /// A user, as it is now.
    User(&'a User),
    /// One that is still to be read.
    Id(Id),
}

impl Accounts {
    /// What is told of a call of an account route that has succeeded.
    pub(super) fn broadcast(&self, account: AccountKind, subject: Subject<'_>) -> Option<Broadcast> {
        let setting = self.0.config.broadcasts.get(&account)?.clone();
        let (audience, shape) = (setting.audience, setting.shape);
        let (accounts, read, id) = match subject {
            Subject::User(user) => (self.clone(), Some(user.clone()), user.id),
            Subject::Id(id) => (self.clone(), None, id),
        };
        let items = move || async move {
            let user = match read {
                Some(user) => Some(user),
                None => accounts.0.users.by_id(id).await?,
            };
            user.iter().map(|user| setting.item(&accounts, &user.document, id)).collect()
        };
        let event = format!("{}-broadcast", account.event());
        Some(Broadcast { event, audience, shape, items: Box::new(move || Box::pin(items())) })
    }
}

impl fmt::Debug for AuthBroadcast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthBroadcast")
            .field("fields", &self.fields)
            .field("audience", &self.audience)
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}
