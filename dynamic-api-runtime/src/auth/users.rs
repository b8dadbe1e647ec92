//! The documents of users, as accounts read and change them.

use bson::{RawDocument, RawDocumentBuf};
use serde_json::{Map, Value};

use super::user_type::UserType;
use crate::{
    error::Error,
    query::{Filter, Find, Update},
    server_fields::{ID, UPDATED_AT},
    store::Store,
    types::{DateTime, Id},
};

/// The users of an application.
pub(crate) struct Users {
    store: Store,
    pub(super) of: UserType,
}

/// A user, as it was read.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(super) id: Id,
    pub(super) document: RawDocumentBuf,
}

impl User {
    pub(super) fn new(document: RawDocumentBuf) -> Result<Self, Error> {
        let id = document.get_object_id(ID).map_err(Error::internal)?.into();
        Ok(Self { id, document })
    }
}

impl Users {
    pub(super) fn new(store: Store, of: UserType) -> Self {
        Self { store, of }
    }

    /// The living user of a login.
    pub(super) async fn by_login(&self, login: &str) -> Result<Option<User>, Error> {
        self.find(Filter::eq(self.of.account.login, login)).await
    }

    /// The living user of an id.
    pub(super) async fn by_id(&self, id: Id) -> Result<Option<User>, Error> {
        self.find(Filter::eq(ID, id)).await
    }

    /// Whether the user is there, with the password that was read.
    pub(super) async fn is_unchanged(&self, user: &User) -> Result<bool, Error> {
        let unchanged = Filter::eq(ID, user.id).and(self.has_password_of(user)).and(self.of.entity.living());
        Ok(self.store.count(self.of.entity.collection, &unchanged).await? > 0)
    }

    async fn find(&self, filter: Filter) -> Result<Option<User>, Error> {
        let find = Find::new(filter.and(self.of.entity.living())).limit(1);
        let found = self.store.find(self.of.entity.collection, &find).await?.pop();
        found.map(User::new).transpose()
    }

    /// Puts another hash in the place of the one that was read; `None` where that is no longer there.
    pub(super) async fn set_password(&self, user: &User, hash: &str) -> Result<Option<User>, Error> {
        let (unchanged, update) = self.new_password(user, hash);
        let changed = self.store.update_one(self.of.entity.collection, &unchanged, &update).await?;
        changed.map(User::new).transpose()
    }

    /// The user as long as the password is the one that was read, and the update to another hash.
    pub(super) fn new_password(&self, user: &User, hash: &str) -> (Filter, Update) {
        let unchanged = Filter::eq(ID, user.id).and(self.has_password_of(user)).and(self.of.entity.living());
        let update = Update::default().set(self.of.account.password, hash).set(UPDATED_AT, DateTime::now());
        (unchanged, update)
    }

    fn has_password_of(&self, user: &User) -> Filter {
        let hash = self.password(user).map_or(bson::Bson::Null, Into::into);
        Filter::eq(self.of.account.password, hash)
    }

    /// The hash of the password of a user; `None` where there is none, as of a user who came by another way.
    pub(super) fn password<'u>(&self, user: &'u User) -> Option<&'u str> {
        user.document.get_str(self.of.account.password).ok()
    }

    /// What a user is known by, where that is a text.
    pub(super) fn login(&self, document: &RawDocument) -> String {
        document.get_str(self.of.account.login).unwrap_or_default().to_owned()
    }

    /// What tokens say of a user: the claim fields, as clients see them.
    pub(super) fn claims(&self, document: &RawDocument) -> Result<Map<String, Value>, Error> {
        let shown = self.of.shown(document)?;
        Ok(picked(&shown, self.of.account.claims.iter().copied()))
    }

    /// A user as the account routes show it: the id, the login and the claim fields.
    pub(super) fn account(&self, document: &RawDocument) -> Result<Map<String, Value>, Error> {
        let shown = self.of.shown(document)?;
        let names = ["id", self.of.account.login].into_iter().chain(self.of.account.claims.iter().copied());
        Ok(picked(&shown, names))
    }
}

impl std::fmt::Debug for Users {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Users").field("entity", &self.of.entity.name).finish_non_exhaustive()
    }
}

/// These members of a user that is shown.
pub(super) fn picked<'n>(
    shown: &Map<String, Value>,
    names: impl Iterator<Item = &'n str>,
) -> Map<String, Value> {
    names.filter_map(|name| Some((name.to_owned(), shown.get(name)?.clone()))).collect()
}
