//! Documents that go with those that they refer to, or come back with them: the program's own doing, whoever calls, so that no
//! policy of a caller is asked about them.
//!
//! It is found out first, level by level, so that neither cycles nor long chains matter; then it is done, the last level first, so that
//! without transactions too no document outlives what it refers to.

use std::collections::{HashSet, VecDeque};

use bson::{Bson, RawDocumentBuf, oid::ObjectId};

use super::{
    Written,
    fate::{Fate, id_of},
    hooks,
};
use crate::{
    call::RawCall,
    document,
    entity::{Cascade, EntityMeta, OnDelete},
    error::{DuplicateField, Error},
    query::{FieldUpdate, Filter, Find, Projection, Update},
    resource::Limits,
    server_fields::{ID, UPDATED_AT},
    store::{StoreError, Transaction, in_memory},
    types::DateTime,
};

/// Documents of one entity that share a fate.
struct Level {
    entity: &'static EntityMeta,
    ids: Vec<ObjectId>,
    fate: Fate,
}

/// What is to be done to documents that refer to others.
enum Task {
    Share(&'static EntityMeta, Fate, Vec<RawDocumentBuf>),
    Clear(&'static EntityMeta, &'static str, Vec<RawDocumentBuf>),
}

/// What goes with some documents.
struct Plan<'a> {
    call: &'a RawCall,
    on: &'a dyn Transaction,
    limits: &'a Limits,
    /// All that go, by their collections.
    gone: HashSet<(&'static str, ObjectId)>,
    tasks: Vec<Task>,
    /// What may not be left.
    restricting: Vec<(&'static EntityMeta, Filter)>,
    /// How many more may go.
    left: usize,
}

/// Does to what refers to some documents what is to be done when those meet their fate, and tells what was written.
///
/// # Errors
/// [`Error::StillReferred`] where one of the others keeps them, [`Error::CascadeTooLarge`] where they are too many, and what a hook
/// before the deletion of one of them returns.
pub(super) async fn follow(
    call: &RawCall,
    on: &dyn Transaction,
    entity: &'static EntityMeta,
    documents: &[&RawDocumentBuf],
    fate: Fate,
) -> Result<Vec<Written>, Error> {
    if entity.cascades.is_empty() {
        return Ok(vec![]);
    }
    let ids: Vec<ObjectId> = documents.iter().filter_map(|document| id_of(document)).collect();
    let gone = ids.iter().map(|id| (entity.collection, *id)).collect();
    let limits = &call.resource.limits;
    let mut plan = Plan { call, on, limits, gone, tasks: vec![], restricting: vec![], left: limits.cascade };
    plan.find_out(Level { entity, ids, fate }).await?;
    plan.check().await?;
    plan.ask().await?;
    plan.carry_out().await
}

impl Plan<'_> {
    /// Finds all that is concerned, one level after the other.
    async fn find_out(&mut self, first: Level) -> Result<(), Error> {
        let mut levels = VecDeque::from([first]);
        while let Some(level) = levels.pop_front() {
            for cascade in level.entity.cascades {
                levels.extend(self.below(&level, cascade).await?);
            }
        }
        Ok(())
    }

    /// Finds what refers to the documents of a level by one field, and returns those of them that share their fate.
    async fn below(&mut self, level: &Level, cascade: &Cascade) -> Result<Option<Level>, Error> {
        let child = (cascade.child)();
        let referring = Filter::is_in(cascade.field, level.ids.iter().copied());
        let concerned = referring.clone().and(level.fate.concerned(child.soft_delete));
        match (cascade.on_delete, level.fate) {
            (OnDelete::Delete, _) => {
                let Some(fate) = level.fate.of_child(child.soft_delete) else { return Ok(None) };
                let found = self.find(child, concerned).await?;
                let found: Vec<RawDocumentBuf> =
                    found.into_iter().filter(|row| self.goes(child, row)).collect();
                if found.is_empty() {
                    return Ok(None);
                }
                let ids = found.iter().filter_map(|document| id_of(document)).collect();
                self.tasks.push(Task::Share(child, fate, found));
                Ok(Some(Level { entity: child, ids, fate }))
            }
            (OnDelete::Restrict, Fate::Removed | Fate::Marked(_)) => {
                self.restricting.push((child, concerned));
                Ok(None)
            }
            (OnDelete::SetNull, Fate::Removed | Fate::Marked(_)) => {
                let found = self.find(child, referring).await?;
                if !found.is_empty() {
                    self.tasks.push(Task::Clear(child, cascade.field, found));
                }
                Ok(None)
            }
            (OnDelete::Restrict | OnDelete::SetNull, Fate::Restored(_)) => Ok(None),
        }
    }

    /// Notes that a document goes; whether it did not yet.
    fn goes(&mut self, entity: &EntityMeta, document: &RawDocumentBuf) -> bool {
        id_of(document).is_some_and(|id| self.gone.insert((entity.collection, id)))
    }

    /// The documents of a filter, no more than may go.
    async fn find(&mut self, entity: &EntityMeta, filter: Filter) -> Result<Vec<RawDocumentBuf>, Error> {
        let find = Find::new(filter)
            .limit((self.left + self.gone.len() + 1) as u64)
            .byte_limit(self.limits.reply_bytes)
            .time_limit(self.limits.read_time);
        let too_large = Error::CascadeTooLarge { limit: self.limits.cascade };
        let found = match self.on.find(entity.collection, &find).await {
            Err(StoreError::ReadTooLarge) => return Err(too_large),
            found => found?,
        };
        // In a cycle those that go already are found again, and are no more for it.
        let is_new = |document: &&RawDocumentBuf| {
            id_of(document).is_none_or(|id| !self.gone.contains(&(entity.collection, id)))
        };
        let new = found.iter().filter(is_new).count();
        self.left = self.left.checked_sub(new).ok_or(too_large)?;
        Ok(found)
    }

    /// Refuses where something is left that may not be.
    async fn check(&self) -> Result<(), Error> {
        for (entity, filter) in &self.restricting {
            let gone = self.gone.iter().filter(|(collection, _)| *collection == entity.collection);
            let gone: Vec<ObjectId> = gone.map(|(_, id)| *id).collect();
            let left = Filter::Not(Box::new(Filter::is_in(ID, gone)));
            let find = Find {
                projection: Projection::Only(vec![ID.to_owned()]),
                ..Find::new(filter.clone().and(left)).limit(1).time_limit(self.limits.read_time)
            };
            if !self.on.find(entity.collection, &find).await?.is_empty() {
                return Err(Error::StillReferred(entity.name));
            }
        }
        Ok(())
    }

    /// Asks the hooks of all that are to go, before the first of them does.
    async fn ask(&self) -> Result<(), Error> {
        for task in &self.tasks {
            if let Task::Share(entity, fate, documents) = task {
                hooks::before_following(self.call, self.on, entity, documents, *fate).await?;
            }
        }
        Ok(())
    }

    async fn carry_out(self) -> Result<Vec<Written>, Error> {
        let mut written = vec![];
        for task in self.tasks.into_iter().rev() {
            let (entity, done) = match task {
                Task::Share(entity, fate, documents) => {
                    (entity, share(self.call, self.on, entity, fate, documents).await)
                }
                Task::Clear(entity, field, mut documents) => {
                    let goes = |row: &RawDocumentBuf| {
                        id_of(row).is_some_and(|id| self.gone.contains(&(entity.collection, id)))
                    };
                    documents.retain(|row| !goes(row));
                    (entity, clear(self.call, self.on, entity, field, documents).await)
                }
            };
            written.extend(done.map_err(|error| of_entity(error, entity))?);
        }
        Ok(written)
    }
}

/// The failure of a write, in the words of the entity that was written, but for its values: the caller may be none who sees them. A
/// conflict stays what it is, so that all is tried again.
fn of_entity(error: StoreError, entity: &EntityMeta) -> Error {
    match error {
        StoreError::Conflict => Error::Store(error),
        error => match Error::Store(error).of_entity(entity) {
            Error::Duplicate(fields) => Error::Duplicate(
                fields.into_iter().map(|field| DuplicateField { value: None, ..field }).collect(),
            ),
            error => error,
        },
    }
}

/// Lets documents have the fate of what they refer to.
async fn share(
    call: &RawCall,
    on: &dyn Transaction,
    entity: &'static EntityMeta,
    fate: Fate,
    documents: Vec<RawDocumentBuf>,
) -> Result<Vec<Written>, StoreError> {
    let ids: Vec<ObjectId> = documents.iter().filter_map(|document| id_of(document)).collect();
    let filter = Filter::is_in(ID, ids);
    let update = fate.update();
    let count = match &update {
        Some(update) => on.update_many(entity.collection, &filter, update).await?,
        None => on.delete_many(entity.collection, &filter).await?,
    };
    if count < documents.len() as u64 {
        return Err(StoreError::Conflict);
    }
    let written = |before: RawDocumentBuf| {
        let after = update.as_ref().map(|update| in_memory::updated(&before, update)).transpose()?;
        Ok(Written::with_another(call, entity, before, after, Some(fate)))
    };
    documents.into_iter().map(written).collect()
}

/// Lets documents refer to nothing any more, with what is computed of that.
async fn clear(
    call: &RawCall,
    on: &dyn Transaction,
    entity: &'static EntityMeta,
    field: &'static str,
    documents: Vec<RawDocumentBuf>,
) -> Result<Vec<Written>, StoreError> {
    let now = DateTime::now();
    let (mut changes, mut written) = (vec![], vec![]);
    for before in documents {
        let mut update = Update::default().with(field, FieldUpdate::Unset).set(UPDATED_AT, now);
        let after = in_memory::updated(&before, &update)?;
        for (name, change) in document::derived_changes(entity, &after)? {
            update = update.with(name, change);
        }
        let after = in_memory::updated(&before, &update)?;
        changes.push((Filter::eq(ID, id_of(&before).map_or(Bson::Null, Bson::from)), update));
        written.push(Written::with_another(call, entity, before, Some(after), None));
    }
    if changes.is_empty() {
        return Ok(written);
    }
    let count = on.update_each(entity.collection, &changes).await?;
    if count < changes.len() as u64 { Err(StoreError::Conflict) } else { Ok(written) }
}
