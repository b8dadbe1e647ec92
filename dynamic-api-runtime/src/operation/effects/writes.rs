//! Where the writes of a call go, and what was written.

use std::{
    ops::Deref,
    sync::{Mutex, PoisonError},
};

use bson::RawDocumentBuf;

use super::{cascade, fate::Fate, hooks};
use crate::{
    call::{RawCall, RouteKind},
    entity::EntityMeta,
    error::Error,
    hook::AfterHook,
    store::{Collections, Transaction},
};

/// What a write did to one document: what everything that hangs on writes reads.
#[derive(Debug, Clone)]
pub(in crate::operation) struct Written {
    /// The entity, as it was declared.
    pub(in crate::operation) entity: &'static EntityMeta,
    /// The document before; `None` where it is new.
    pub(in crate::operation) before: Option<RawDocumentBuf>,
    /// The document since; `None` where it is no more.
    pub(in crate::operation) after: Option<RawDocumentBuf>,
    /// What was done to it, or to the one that it went with.
    pub(super) kind: RouteKind,
    /// What comes after the commit.
    pub(super) after_save: Vec<AfterHook>,
}

impl Written {
    /// What became of a document with another one: no hook of the call's own route is about it.
    pub(super) fn with_another(
        call: &RawCall,
        entity: &'static EntityMeta,
        before: RawDocumentBuf,
        after: Option<RawDocumentBuf>,
        fate: Option<Fate>,
    ) -> Self {
        let is_saved = matches!(fate, None | Some(Fate::Restored(_)));
        let after_save = entity.hooks.after_save.filter(|_| is_saved).into_iter().collect();
        Self { entity, before: Some(before), after, kind: call.kind(), after_save }
    }
}

/// Where the writes of a call go: the store, or a transaction on it.
pub(in crate::operation) struct Writes<'t> {
    on: &'t dyn Collections,
    running: Option<&'t dyn Transaction>,
    written: Mutex<Vec<Written>>,
}

impl<'t> Writes<'t> {
    /// Writes that nothing hangs on.
    pub(in crate::operation) fn to(on: &'t dyn Collections) -> Self {
        Self { on, running: None, written: Mutex::default() }
    }

    /// Writes in a transaction, on which something hangs.
    pub(super) fn watched(running: &'t dyn Transaction) -> Self {
        Self { running: Some(running), ..Self::to(running) }
    }

    /// The transaction, where something hangs on them.
    pub(in crate::operation) fn running(&self) -> Option<&'t dyn Transaction> {
        self.running
    }

    /// Whether something hangs on them, which is to know what documents were before, and are since.
    pub(in crate::operation) fn are_watched(&self) -> bool {
        self.running.is_some()
    }

    /// Says what a document was and is: before the end of its transaction something may be made of that.
    pub(in crate::operation) fn wrote(
        &self,
        call: &RawCall,
        before: Option<&RawDocumentBuf>,
        after: Option<&RawDocumentBuf>,
    ) {
        if self.are_watched() {
            let (before, after) = (before.cloned(), after.cloned());
            let (entity, after_save) = (call.resource.declared(), hooks::after_save(call));
            self.note([Written { entity, before, after, kind: call.kind(), after_save }]);
        }
    }

    /// Does what is to be done to others before documents of the call's entity meet their fate.
    ///
    /// # Errors
    /// Where others keep that from happening.
    pub(in crate::operation) async fn follow(
        &self,
        call: &RawCall,
        documents: &[&RawDocumentBuf],
        fate: Fate,
    ) -> Result<(), Error> {
        if let Some(running) = self.running {
            let followed = cascade::follow(call, running, call.resource.declared(), documents, fate).await?;
            self.note(followed);
        }
        Ok(())
    }

    pub(super) fn note(&self, written: impl IntoIterator<Item = Written>) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).extend(written);
    }

    /// All that was written, in order.
    pub(super) fn into_written(self) -> Vec<Written> {
        self.written.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'t> Deref for Writes<'t> {
    type Target = dyn Collections + 't;

    fn deref(&self) -> &Self::Target {
        self.on
    }
}
