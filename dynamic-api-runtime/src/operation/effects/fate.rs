//! What becomes of documents that others refer to, and of those with them.

use bson::{Bson, RawDocument};

use crate::{
    query::{FieldUpdate, Filter, Update},
    server_fields::{DELETED_AT, ID, IS_DELETED, UPDATED_AT},
    types::DateTime,
};

/// What becomes of documents that others refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::operation) enum Fate {
    /// They are no more.
    Removed,
    /// They are marked as deleted, at this time, and stay where they are.
    Marked(bson::DateTime),
    /// They were marked at this time, and are no more.
    Restored(bson::DateTime),
}

impl Fate {
    /// What an update of the server's own members makes of a document.
    pub(in crate::operation) fn of_mark(mark: &Update, document: &RawDocument) -> Option<Self> {
        let (_, change) = mark.0.iter().find(|(path, _)| path == DELETED_AT)?;
        match change {
            FieldUpdate::Set(Bson::DateTime(at)) => Some(Self::Marked(*at)),
            FieldUpdate::Unset => document.get_datetime(DELETED_AT).ok().map(Self::Restored),
            _ => None,
        }
    }

    /// Which documents of those that refer by a field are concerned: what went by itself before its parent does not come back with
    /// it, which the time of the deletion tells.
    pub(super) fn concerned(self, is_soft: bool) -> Filter {
        match self {
            Self::Marked(_) if is_soft => Filter::eq(DELETED_AT, Bson::Null),
            Self::Restored(at) => Filter::eq(DELETED_AT, at),
            Self::Marked(_) | Self::Removed => Filter::All,
        }
    }

    /// What becomes of the documents that go or come with them: those that can't be marked are no more.
    pub(super) fn of_child(self, is_soft: bool) -> Option<Self> {
        match self {
            Self::Removed => Some(Self::Removed),
            Self::Marked(_) if !is_soft => Some(Self::Removed),
            Self::Restored(_) if !is_soft => None,
            fate => Some(fate),
        }
    }

    /// The update that brings it about; `None` where it is a removal.
    pub(super) fn update(self) -> Option<Update> {
        let update = match self {
            Self::Removed => return None,
            Self::Marked(at) => Update::default().set(IS_DELETED, true).set(DELETED_AT, at),
            Self::Restored(_) => {
                Update::default().set(IS_DELETED, false).with(DELETED_AT, FieldUpdate::Unset)
            }
        };
        Some(update.set(UPDATED_AT, DateTime::now()))
    }
}

/// The id of a stored document, as others hold it.
pub(super) fn id_of(document: &RawDocument) -> Option<bson::oid::ObjectId> {
    document.get_object_id(ID).ok()
}
