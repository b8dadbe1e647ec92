//! What a repository writes: on the road that the routes take, from an entity or its changes to a stored document.

use bson::RawDocumentBuf;

use super::{On, Repo};
use crate::{
    document,
    entity::{Entity, Stored},
    error::Error,
    operation::{Attempts, Change},
    patch::Plan,
    query::{Filter, Find, Update, Where},
    server_fields::ID,
};

impl<E: Entity, C: On> Repo<E, C> {
    /// Stores a new document.
    ///
    /// # Errors
    /// [`Error::Duplicate`] where a unique value is taken; [`Error::Invalid`] where a password is none by the settings.
    pub async fn create(&self, entity: E) -> Result<Stored<E>, Error> {
        let document = self.new_document(&entity).await?;
        self.insert(std::slice::from_ref(&document)).await?;
        Stored::read(&document)
    }

    /// Stores new documents; all of them or none only within a transaction.
    ///
    /// # Errors
    /// As [`Repo::create`].
    pub async fn create_many(&self, entities: impl IntoIterator<Item = E>) -> Result<Vec<Stored<E>>, Error> {
        let entities: Vec<E> = entities.into_iter().collect();
        let mut documents = Vec::with_capacity(entities.len());
        for entity in entities {
            documents.push(self.new_document(&entity).await?);
        }
        if !documents.is_empty() {
            self.insert(&documents).await?;
        }
        documents.iter().map(|document| Stored::read(document)).collect()
    }

    /// Changes the first document that satisfies a condition, and returns it as it is then; `None` where there is none.
    ///
    /// The condition is part of the write: with one that says what was read before, it is a change of what still is so.
    ///
    /// # Errors
    /// As [`Repo::create`].
    pub async fn update_one(
        &self,
        condition: impl Into<Where<E>>,
        changes: E::Update,
    ) -> Result<Option<Stored<E>>, Error> {
        let (filter, change) = (self.filter(condition), self.change(&changes).await?);
        let changed = self.changed(&filter, &change).await.map_err(|error| self.told(error))?;
        changed.map(|document| Stored::read(&document)).transpose()
    }

    /// Changes all documents that satisfy a condition, and returns how many they are; all of them or none only within a transaction.
    ///
    /// # Errors
    /// As [`Repo::create`].
    pub async fn update_many(
        &self,
        condition: impl Into<Where<E>>,
        changes: E::Update,
    ) -> Result<u64, Error> {
        let (filter, change) = (self.filter(condition), self.change(&changes).await?);
        let Some((_, update)) = change.direct() else { return self.change_each(&filter, &change).await };
        let changed = self.on.collections().update_many(E::META.collection, &filter, update).await;
        changed.map_err(|error| self.told(error))
    }

    /// Deletes the first document that satisfies a condition, and returns whether there was one. With `soft_delete` it is marked and
    /// stays in place.
    ///
    /// # Errors
    /// Where the store can't be asked.
    pub async fn delete_one(&self, condition: impl Into<Where<E>>) -> Result<bool, Error> {
        let (on, filter) = (self.on.collections(), self.filter(condition));
        let deleted = if E::META.soft_delete {
            let marked = on.update_one(E::META.collection, &filter, &document::deletion()).await;
            marked.map(|document| document.is_some())
        } else {
            on.delete_one(E::META.collection, &filter).await.map(|deleted| deleted > 0)
        };
        deleted.map_err(|error| self.told(error))
    }

    /// Deletes all documents that satisfy a condition, as [`Repo::delete_one`] does one, and returns how many they were.
    ///
    /// # Errors
    /// Where the store can't be asked.
    pub async fn delete_many(&self, condition: impl Into<Where<E>>) -> Result<u64, Error> {
        let (on, filter) = (self.on.collections(), self.filter(condition));
        let deleted = if E::META.soft_delete {
            on.update_many(E::META.collection, &filter, &document::deletion()).await
        } else {
            on.delete_many(E::META.collection, &filter).await
        };
        deleted.map_err(|error| self.told(error))
    }

    async fn new_document(&self, entity: &E) -> Result<RawDocumentBuf, Error> {
        let members = entity.to_document().map_err(Error::internal)?;
        let members = match self.data.known(E::META)? {
            Some(sealing) => sealing.document(members).await?,
            None => members,
        };
        let (_, document) = document::new_document(E::META, &members).map_err(|error| self.told(error))?;
        Ok(document)
    }

    async fn insert(&self, documents: &[RawDocumentBuf]) -> Result<(), Error> {
        let stored = self.on.collections().insert(E::META.collection, documents).await;
        stored.map_err(|error| self.told(error))
    }

    async fn change(&self, changes: &E::Update) -> Result<Change, Error> {
        let members = bson::serialize_to_raw_document_buf(changes).map_err(Error::internal)?;
        let change = Change::new(Plan::members(document::update(&members)?), E::META);
        match self.data.known(E::META)? {
            Some(sealing) => change.sealed(sealing).await,
            None => Ok(change),
        }
    }

    /// Changes a document: at once where nothing is computed of it, else as it was read, on condition that it still is that.
    async fn changed(&self, filter: &Filter, change: &Change) -> Result<Option<RawDocumentBuf>, Error> {
        let (on, collection) = (self.on.collections(), E::META.collection);
        if let Some((_, update)) = change.direct() {
            return Ok(on.update_one(collection, filter, update).await?);
        }
        let mut attempts = Attempts::default();
        loop {
            let find = Find::new(filter.clone()).limit(1).time_limit(self.data.limits().read_time);
            let Some(document) = on.find(collection, &find).await?.pop() else { return Ok(None) };
            let update: Update = change.of(&document)?;
            let same = filter.clone().and(Filter::Same(document));
            if let Some(changed) = on.update_one(collection, &same, &update).await? {
                return Ok(Some(changed));
            }
            attempts.another().await?;
        }
    }

    /// Changes each document by itself, since something is computed of it.
    async fn change_each(&self, filter: &Filter, change: &Change) -> Result<u64, Error> {
        let find = Find::new(filter.clone()).time_limit(self.data.limits().read_time);
        let find = Find { byte_limit: Some(self.data.limits().reply_bytes), ..find };
        let mut changed = 0;
        for document in self.read(&find).await? {
            let id = document.get_object_id(ID).map_err(Error::internal)?;
            let this = Filter::eq(ID, id).and(filter.clone());
            let written = self.changed(&this, change).await.map_err(|error| self.told(error))?;
            changed += u64::from(written.is_some());
        }
        Ok(changed)
    }
}
