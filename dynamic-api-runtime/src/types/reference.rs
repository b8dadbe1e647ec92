//! `Ref<E>`: the id of a document of another entity, which a client can have replaced by what it refers to.

use std::{
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
    str::FromStr,
};

use bson::Bson;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ApiType, Id, ParseIdError, Schema};
use crate::{
    entity::{Entity, EntityMeta},
    present::{Present, view},
};

/// The id of a document of `E`: as an [`Id`] in the store and in JSON, and replaced by the document's view where a route is
/// declared with `populate` and a client asks for it.
///
/// ```
/// # use dynamic_api_runtime::{entity::Entity, types::{Id, Ref}};
/// # fn of<User: Entity>() {
/// let author: Ref<User> = Id::new().into();
/// assert_eq!(author.to_string(), author.id().to_string());
/// # }
/// ```
pub struct Ref<E> {
    id: Id,
    of: PhantomData<fn() -> E>,
}

impl<E> Ref<E> {
    /// A reference to the document with this id, whether there is one or not.
    pub const fn new(id: Id) -> Self {
        Self { id, of: PhantomData }
    }

    /// The id of the document.
    pub const fn id(self) -> Id {
        self.id
    }
}

/// An entity that others refer to.
#[derive(Clone, Copy)]
pub struct Related {
    /// What is known of it at compile time.
    pub meta: &'static EntityMeta,
    /// How clients see its documents.
    pub(crate) present: Present,
}

/// What is behind a function, since two entities may refer to each other.
pub(crate) fn related<E: Entity>() -> Related {
    Related { meta: E::META, present: view::<E> }
}

impl<E: Entity> ApiType for Ref<E> {
    const SCHEMA: &'static Schema = &Schema::Ref(related::<E>);
}

/// A field that can be populated: a [`Ref`], or an `Option`, a `Vec` or a `Box` of what can.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be populated",
    label = "no reference",
    note = "give the field the type `Ref<E>`, `Option<Ref<E>>` or `Vec<Ref<E>>`, where `E` is the entity that it refers to"
)]
pub trait Reference {
    /// The entity that it refers to.
    type Target: Entity;
}

impl<E: Entity> Reference for Ref<E> {
    type Target = E;
}

impl<R: Reference> Reference for Option<R> {
    type Target = R::Target;
}

impl<R: Reference> Reference for Vec<R> {
    type Target = R::Target;
}

impl<R: Reference> Reference for Box<R> {
    type Target = R::Target;
}

impl fmt::Debug for Related {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Related").field(&self.meta.name).finish()
    }
}

// By hand, since a derive would ask the same of `E`.

impl<E> Clone for Ref<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Ref<E> {}

impl<E> PartialEq for Ref<E> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<E> Eq for Ref<E> {}

impl<E> PartialOrd for Ref<E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Ref<E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.id.cmp(&other.id)
    }
}

impl<E> Hash for Ref<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<E> fmt::Debug for Ref<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ref({})", self.id)
    }
}

impl<E> fmt::Display for Ref<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

impl<E> From<Id> for Ref<E> {
    fn from(id: Id) -> Self {
        Self::new(id)
    }
}

impl<E> From<Ref<E>> for Id {
    fn from(reference: Ref<E>) -> Self {
        reference.id
    }
}

impl<E> From<Ref<E>> for Bson {
    fn from(reference: Ref<E>) -> Self {
        reference.id.into()
    }
}

impl<E> FromStr for Ref<E> {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::new)
    }
}

impl<E> Serialize for Ref<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.id.serialize(serializer)
    }
}

impl<'de, E> Deserialize<'de> for Ref<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Id::deserialize(deserializer).map(Self::new)
    }
}
