//! Where the writes of a call go, and what was written.

use std::{
    ops::Deref,
    sync::{Mutex, PoisonError},
};

use bson::RawDocumentBuf;

use crate::{call::RawCall, error::Error, store::Collections};

/// What a write did to one document: what everything that hangs on writes reads.
#[derive(Debug, Clone)]
#[expect(dead_code, reason = "nothing hangs on writes yet")]
pub(in crate::operation) struct Written {
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

    /// Says that a document was written, and does what is to happen in the same transaction.
    ///
    /// # Errors
    /// Where that can't be done; the transaction is to fail.
    pub(in crate::operation) async fn wrote(&self, _call: &RawCall, written: Written) -> Result<(), Error> {
        if self.is_watched {
            self.written.lock().unwrap_or_else(PoisonError::into_inner).push(written);
        }
        Ok(())
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

impl Written {
    /// A new document.
    pub(in crate::operation) fn created(after: &RawDocumentBuf) -> Self {
        Self { before: None, after: Some(after.clone()) }
    }
}
