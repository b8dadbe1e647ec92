//! What becomes of documents that refer to one that is deleted.

use super::{Entity, EntityMeta};
use crate::{
    query::Field as TypedField,
    types::{Id, Ref},
};

/// Documents of another entity (or of the same) that refer to those of an entity by a field, and what becomes of them.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Cascade {
    /// The entity that refers. It is behind a function, since two entities may refer to each other.
    pub child: fn() -> &'static EntityMeta,
    /// The stored name of the field by which it does.
    pub field: &'static str,
    /// What becomes of its documents.
    pub on_delete: OnDelete,
}

/// What becomes of a document whose parent is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    /// It is deleted as well.
    Delete,
    /// It keeps its parent from being deleted.
    Restrict,
    /// It refers to nothing any more.
    SetNull,
}

impl Cascade {
    /// Deletes the documents of `C` with the document of `P` that they refer to.
    pub const fn delete<P, C: Entity, T: RefersTo<P>>(field: TypedField<C, T>) -> Self {
        Self::new(field, OnDelete::Delete)
    }

    /// Keeps a document of `P` as long as documents of `C` refer to it.
    pub const fn restrict<P, C: Entity, T: RefersTo<P>>(field: TypedField<C, T>) -> Self {
        Self::new(field, OnDelete::Restrict)
    }

    /// Clears the field of documents of `C` whose document of `P` is deleted.
    pub const fn set_null<P, C: Entity, T: RefersTo<P>>(field: TypedField<C, Option<T>>) -> Self {
        Self::new(field, OnDelete::SetNull)
    }

    const fn new<C: Entity, T>(field: TypedField<C, T>, on_delete: OnDelete) -> Self {
        Self { child: meta::<C>, field: field.name(), on_delete }
    }
}

fn meta<E: Entity>() -> &'static EntityMeta {
    E::META
}

/// A value that refers to one document of `P`: an [`Id`], a [`Ref`], or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` does not refer to a document of `{P}`",
    label = "no reference to `{P}`",
    note = "give the field the type `Ref<{P}>`, `Id`, or an `Option` of one of them"
)]
pub trait RefersTo<P> {}

impl<P> RefersTo<P> for Id {}
impl<P> RefersTo<P> for Ref<P> {}
impl<P, T: RefersTo<P>> RefersTo<P> for Option<T> {}
