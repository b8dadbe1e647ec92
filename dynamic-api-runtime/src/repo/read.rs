//! What a repository reads.

use bson::RawDocumentBuf;

use super::{On, Repo};
use crate::{
    entity::{Entity, Stored},
    error::Error,
    query::{Find, Sort, Where},
    store::BoxFuture,
    types::Id,
};

/// Documents to be read, in an order, and how many: await it.
#[must_use = "nothing is read until it is awaited"]
pub struct Rows<'r, E, C> {
    repo: &'r Repo<E, C>,
    find: Find,
}

impl<E, C> Rows<'_, E, C> {
    /// Sets the order; documents that are equal in it come by their ids.
    pub fn sort(mut self, sort: Sort) -> Self {
        self.find.sort = sort.stable();
        self
    }

    /// Leaves out so many of the first.
    pub fn skip(mut self, rows: u64) -> Self {
        self.find.skip = rows;
        self
    }

    /// At most so many.
    pub fn limit(mut self, rows: u64) -> Self {
        self.find.limit = Some(rows);
        self
    }
}

impl<'r, E: Entity, C: On> IntoFuture for Rows<'r, E, C> {
    type Output = Result<Vec<Stored<E>>, Error>;
    type IntoFuture = BoxFuture<'r, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let found = self.repo.read(&self.find).await?;
            found.iter().map(|document| Stored::read(document)).collect()
        })
    }
}

impl<E, C> std::fmt::Debug for Rows<'_, E, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Rows").field(&self.find).finish()
    }
}

impl<E: Entity, C: On> Repo<E, C> {
    /// The documents that satisfy a condition.
    ///
    /// Awaited, it fails with [`Error::ReplyTooLarge`] where they are more bytes than [`Limits::reply_bytes`](crate::resource::Limits),
    /// and with [`Error::Internal`] where one of them is not of the entity's shape.
    pub fn find(&self, condition: impl Into<Where<E>>) -> Rows<'_, E, C> {
        let limits = self.data.limits();
        let find = Find::new(self.filter(condition)).time_limit(limits.read_time);
        Rows { repo: self, find: Find { byte_limit: Some(limits.reply_bytes), ..find } }
    }

    /// A document that satisfies a condition; `None` where there is none.
    ///
    /// # Errors
    /// As [`Repo::find`].
    pub async fn find_one(&self, condition: impl Into<Where<E>>) -> Result<Option<Stored<E>>, Error> {
        Ok(self.find(condition).limit(1).await?.pop())
    }

    /// The document of an id; `None` where there is none.
    ///
    /// # Errors
    /// As [`Repo::find`].
    pub async fn get(&self, id: Id) -> Result<Option<Stored<E>>, Error> {
        self.find_one(id).await
    }

    /// How many documents satisfy a condition.
    ///
    /// # Errors
    /// Where the store can't be asked.
    pub async fn count(&self, condition: impl Into<Where<E>>) -> Result<u64, Error> {
        let filter = self.filter(condition);
        let limit = Some(self.data.limits().read_time);
        let counted = self.on.collections().count_within(E::META.collection, &filter, limit).await;
        counted.map_err(|error| self.told(error))
    }

    pub(super) async fn read(&self, find: &Find) -> Result<Vec<RawDocumentBuf>, Error> {
        let found = self.on.collections().find(E::META.collection, find).await;
        found.map_err(|error| self.told(Error::of_read(error, self.data.limits())))
    }
}
