//! Hooks before a write: what they are given, and how one of them is asked about a stored document.

use std::{fmt, ops::Deref};

use bson::{Bson, RawDocument};

use super::{
    context::WriteContext,
    difference::difference,
    function::{BeforeDelete, BeforeSave},
};
use crate::{
    entity::{Entity, Stored},
    error::Error,
    store::BoxFuture,
    types::Id,
};

/// What a hook before a save knows besides the entity that is to be saved; the rest is in [`WriteContext`].
///
/// ```
/// # use dynamic_api_runtime::{Error, hook::Saving};
/// # struct Post { title: String, slug: String, edits: u32 }
/// async fn stamped(mut post: Post, saving: Saving<'_, Post>) -> Result<Post, Error> {
///     match saving.before() {
///         Some(before) => post.edits = before.edits + 1,
///         None => post.slug = post.title.to_lowercase().replace(' ', "-"),
///     }
///     Ok(post)
/// }
/// ```
pub struct Saving<'a, E> {
    id: Id,
    before: Option<Stored<E>>,
    context: WriteContext<'a>,
}

impl<E> Saving<'_, E> {
    /// The id of the document, also of a new one.
    pub fn id(&self) -> Id {
        self.id
    }

    /// The document as it is stored; `None` where it is a new one.
    pub fn before(&self) -> Option<&Stored<E>> {
        self.before.as_ref()
    }
}

/// What a hook before a deletion knows besides the document; the rest is in [`WriteContext`].
///
/// ```
/// # use dynamic_api_runtime::{Error, entity::Stored, hook::Deleting};
/// # struct Post { published: bool }
/// fn not_while_published(post: &Stored<Post>, deleting: Deleting<'_>) -> Result<(), Error> {
///     let keeps = post.published && deleting.is_soft();
///     if keeps { Err(Error::refused(409, "Withdraw the post first")) } else { Ok(()) }
/// }
/// ```
#[derive(Clone, Copy)]
pub struct Deleting<'a> {
    is_soft: bool,
    context: WriteContext<'a>,
}

impl Deleting<'_> {
    /// Whether the document is marked and stays in place, from where it can be brought back.
    pub fn is_soft(&self) -> bool {
        self.is_soft
    }
}

impl<'a, E> Deref for Saving<'a, E> {
    type Target = WriteContext<'a>;

    fn deref(&self) -> &Self::Target {
        &self.context
    }
}

impl<'a> Deref for Deleting<'a> {
    type Target = WriteContext<'a>;

    fn deref(&self) -> &Self::Target {
        &self.context
    }
}

impl<E> fmt::Debug for Saving<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Saving").field(&self.id).field(&self.context).finish()
    }
}

impl fmt::Debug for Deleting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Deleting").field(&self.context).finish()
    }
}

/// A document that is about to be saved.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct SaveMoment<'a> {
    /// As it is stored; `None` where it is new.
    pub(crate) before: Option<&'a RawDocument>,
    /// As it would be stored.
    pub(crate) after: &'a RawDocument,
    pub(crate) context: WriteContext<'a>,
}

/// A document that is about to be deleted.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct DeleteMoment<'a> {
    pub(crate) document: &'a RawDocument,
    pub(crate) is_soft: bool,
    pub(crate) context: WriteContext<'a>,
}

/// The members that a hook changes of a document that is about to be saved; null for those that it takes away.
pub fn before_save<'a, E, F, Shape>(
    hook: F,
    moment: SaveMoment<'a>,
) -> BoxFuture<'a, Result<Vec<(&'static str, Bson)>, Error>>
where
    E: Entity,
    F: BeforeSave<E, Shape>,
    Shape: 'a,
{
    Box::pin(async move {
        let stored = Stored::<E>::read(moment.after)?;
        let before = moment.before.map(Stored::<E>::read).transpose()?;
        let saving = Saving { id: stored.id(), before, context: moment.context };
        let entity = stored.into_inner();
        let was = entity.to_document().map_err(Error::internal)?;
        let entity = hook.save(entity, saving).await?;
        let is = entity.to_document().map_err(Error::internal)?;
        difference(E::META, moment.after, &was, &is)
    })
}

/// Whether a hook lets a document be deleted.
pub fn before_delete<'a, E, F, Shape>(hook: F, moment: DeleteMoment<'a>) -> BoxFuture<'a, Result<(), Error>>
where
    E: Entity,
    F: BeforeDelete<E, Shape>,
    Shape: 'a,
{
    Box::pin(async move {
        let document = Stored::<E>::read(moment.document)?;
        hook.delete(&document, Deleting { is_soft: moment.is_soft, context: moment.context }).await
    })
}
