//! Hooks after a save: what they are given, once the document is stored for good and its call answers.

use std::fmt;

use bson::RawDocumentBuf;

use super::function::AfterSave;
use crate::{
    call::{Principal, RawCall, RouteKind, Transport, UserPrincipal},
    entity::{Entity, Stored},
    error::Error,
    repo::{Data, Repo},
    store::BoxFuture,
};

/// What a hook after a save knows besides the document.
///
/// ```
/// # use dynamic_api_runtime::{Error, entity::Stored, hook::Saved};
/// # struct Post { title: String }
/// # async fn send(text: String) -> Result<(), Error> { Ok(()) }
/// async fn notify(post: Stored<Post>, saved: Saved<Post>) -> Result<(), Error> {
///     if saved.before().is_none() {
///         send(format!("{} is new", post.title)).await?;
///     }
///     Ok(())
/// }
/// ```
pub struct Saved<E> {
    before: Option<Stored<E>>,
    by: By,
}

/// Who saved it, and how.
#[derive(Clone)]
struct By {
    principal: Principal,
    transport: Transport,
    kind: RouteKind,
    data: Data,
}

impl<E> Saved<E> {
    /// The document as it was before; `None` where it is new.
    pub fn before(&self) -> Option<&Stored<E>> {
        self.before.as_ref()
    }

    /// The user who called, where one is known.
    pub fn user(&self) -> Option<&UserPrincipal> {
        self.by.principal.user()
    }

    /// How the call came in.
    pub fn transport(&self) -> Transport {
        self.by.transport
    }

    /// What the call did; of an item of a batch, what that did. Where the document came back or was changed with another one, it is what
    /// was done to that.
    pub fn kind(&self) -> RouteKind {
        self.by.kind
    }

    /// The documents of an entity, outside of any transaction.
    ///
    /// # Errors
    /// [`Error::NotAvailable`] where the application does not have the entity.
    pub fn repo<F: Entity>(&self) -> Result<Repo<F>, Error> {
        self.by.data.repo()
    }
}

impl<E> fmt::Debug for Saved<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Saved")
            .field("kind", &self.by.kind)
            .field("user", &self.user())
            .finish_non_exhaustive()
    }
}

/// A document that was saved.
#[doc(hidden)]
#[derive(Clone)]
pub struct Past {
    before: Option<RawDocumentBuf>,
    pub(super) after: RawDocumentBuf,
    by: By,
}

impl Past {
    pub(crate) fn new(
        call: &RawCall,
        kind: RouteKind,
        before: Option<RawDocumentBuf>,
        after: RawDocumentBuf,
    ) -> Self {
        let by = By {
            principal: call.principal.clone(),
            transport: call.transport,
            kind,
            data: call.resource.data.clone(),
        };
        Self { before, after, by }
    }

    /// A new document that nobody in particular has created.
    #[cfg(test)]
    #[allow(clippy::unwrap_used)]
    pub(super) fn of(after: RawDocumentBuf) -> Self {
        let store = crate::store::EmbeddedStore::in_memory().unwrap();
        let data = Data::new(store.into(), crate::resource::Limits::default(), []);
        let by = By {
            principal: Principal::Anonymous,
            transport: Transport::Http,
            kind: RouteKind::CreateOne,
            data,
        };
        Self { before: None, after, by }
    }
}

impl fmt::Debug for Past {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Past").field("kind", &self.by.kind).finish_non_exhaustive()
    }
}

/// Does what a hook does with a document that was saved.
pub fn after_save<E, F, Shape>(hook: F, past: Past) -> BoxFuture<'static, Result<(), Error>>
where
    E: Entity,
    F: AfterSave<E, Shape>,
    Shape: 'static,
{
    Box::pin(async move {
        let before = past.before.as_deref().map(Stored::<E>::read).transpose()?;
        hook.run(Stored::read(&past.after)?, Saved { before, by: past.by }).await
    })
}
