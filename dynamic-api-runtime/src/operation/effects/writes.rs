//! Where the writes of a call go, and what was written.

use std::{
    ops::Deref,
    sync::{Mutex, PoisonError},
};

use bson::RawDocumentBuf;

use super::{cascade, fate::Fate};
use crate::{call::RawCall, entity::EntityMeta, error::Error, store::Collections};

/// What a write did to one document: what everything that hangs on writes reads.
#[derive(Debug, Clone)]
pub(in crate::operation) struct Written {
    /// The entity, as it was declared.
    pub(in crate::operation) entity: &'static EntityMeta,
    /// The document before; `None` where it is new.
    pub(in crate::operation) before: Option<RawDocumentBuf>,
    /// The document since; `None` where it is no more.
    pub(in crate::operation) after: Option<RawDocumentBuf>,
}

/// Where the writes of a call go: the store, or a transaction on it.
pub(in crate::operation) struct Writes<'t> {
    on: &'t dyn Collections,
    is_watched: bool,
    written: Mutex<Vec<Written>>,
}

impl<'t> Writes<'t> {
    /// Writes that nothing hangs on.
    pub(in crate::operation) fn to(on: &'t dyn Collections) -> Self {
        Self { on, is_watched: false, written: Mutex::default() }
    }

    /// Writes in a transaction, on which something hangs.
    pub(super) fn watched(on: &'t dyn Collections) -> Self {
        Self { is_watched: true, ..Self::to(on) }
    }

    /// Whether something hangs on them, which is to know what documents were before, and are since.
    pub(in crate::operation) fn are_watched(&self) -> bool {
        self.is_watched
    }

    /// Says what a document was and is: before the end of its transaction something may be made of that.
    pub(in crate::operation) fn wrote(
        &self,
        call: &RawCall,
        before: Option<&RawDocumentBuf>,
        after: Option<&RawDocumentBuf>,
    ) {
        if self.is_watched {
            let (before, after) = (before.cloned(), after.cloned());
            self.note([Written { entity: call.resource.declared(), before, after }]);
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
        if self.is_watched {
            let resource = &call.resource;
            let followed =
                cascade::follow(self.on, &resource.limits, resource.declared(), documents, fate).await?;
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
