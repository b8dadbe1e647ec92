//! Conditions on the documents of one entity, written by the program itself: fields are constants that the macro makes, values are of
//! the fields' own types. Below is the untyped [`Filter`]; no client's text comes by here.

use std::{fmt, marker::PhantomData, ops::Not};

use bson::Bson;
use serde::Serialize;

use super::{Direction, Filter, Op, Sort};
use crate::{
    entity::Entity,
    generated::encode,
    server_fields::{CREATED_AT, DELETED_AT, ID, UPDATED_AT},
    types::{DateTime, Id},
};

/// A stored field of an entity, with its name and the type of its values: `PostFields::AUTHOR`.
///
/// The macro makes one of each field of the struct that is stored, besides those of the server's members: `ID`, `CREATED_AT`,
/// `UPDATED_AT`, and `DELETED_AT` of an entity that deletes softly. A password has none, since nobody can look for one.
pub struct Field<E, T> {
    name: &'static str,
    encode: fn(&T) -> bson::error::Result<Bson>,
    entity: PhantomData<fn() -> E>,
}

impl<E, T: Serialize> Field<E, T> {
    /// A field whose values serde writes.
    #[doc(hidden)]
    pub const fn new(name: &'static str) -> Self {
        Self::encoded(name, encode::<T>)
    }
}

impl<E, T> Field<E, T> {
    /// A field whose values a function of its own writes.
    #[doc(hidden)]
    pub const fn encoded(name: &'static str, encode: fn(&T) -> bson::error::Result<Bson>) -> Self {
        Self { name, encode, entity: PhantomData }
    }

    /// Its name in JSON and BSON.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The order of this field, smallest first.
    pub fn ascending(self) -> Sort {
        Sort::none().then(self.name, Direction::Ascending)
    }

    /// The order of this field, largest first.
    pub fn descending(self) -> Sort {
        Sort::none().then(self.name, Direction::Descending)
    }

    /// A value as it is stored. What BSON has no form for is an integer above `i64::MAX`, which no document holds and which is above all
    /// that are held: infinity compares like it, in every operator and also under a `not`.
    fn value(&self, value: impl Into<T>) -> Bson {
        (self.encode)(&value.into()).unwrap_or(Bson::Double(f64::INFINITY))
    }
}

impl<E> Field<E, Id> {
    /// The id of a document.
    #[doc(hidden)]
    pub const fn id() -> Self {
        Self::new(ID)
    }
}

impl<E> Field<E, DateTime> {
    /// When a document was created.
    #[doc(hidden)]
    pub const fn created_at() -> Self {
        Self::new(CREATED_AT)
    }

    /// When a document was last written.
    #[doc(hidden)]
    pub const fn updated_at() -> Self {
        Self::new(UPDATED_AT)
    }
}

impl<E> Field<E, Option<DateTime>> {
    /// When a document was deleted.
    #[doc(hidden)]
    pub const fn deleted_at() -> Self {
        Self::new(DELETED_AT)
    }
}

impl<E, T> Clone for Field<E, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, T> Copy for Field<E, T> {}

impl<E, T> fmt::Debug for Field<E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Field").field(&self.name).finish()
    }
}

/// A condition on the documents of an entity.
///
/// ```
/// # use dynamic_api_runtime::{entity::Entity, query::{Field, Where}, types::Id};
/// # struct PostFields<P>(P);
/// # impl<P> PostFields<P> {
/// #     const PUBLISHED: Field<P, bool> = Field::new("published");
/// #     const AUTHOR: Field<P, Id> = Field::new("author");
/// # }
/// # fn readable<Post: Entity>(user: Id) -> Where<Post> {
/// // What a reader may see: published posts, and those of their own.
/// Where::eq(PostFields::PUBLISHED, true).or(Where::eq(PostFields::AUTHOR, user))
/// # }
/// ```
///
/// Comparisons mean what they mean to MongoDB: an array matches also where an element of it does, and `gt`, `gte`, `lt` and `lte` hold
/// only between values of one kind. A field that a document lacks is like `null`.
pub struct Where<E> {
    filter: Filter,
    entity: PhantomData<fn() -> E>,
}

impl<E: Entity> Where<E> {
    /// Every document.
    pub fn all() -> Self {
        Filter::All.into()
    }

    /// No document.
    pub fn none() -> Self {
        Filter::Nothing.into()
    }

    /// The field has this value.
    pub fn eq<T>(field: Field<E, T>, value: impl Into<T>) -> Self {
        Self::on(field, Op::Eq(field.value(value)))
    }

    /// The field does not have this value.
    pub fn ne<T>(field: Field<E, T>, value: impl Into<T>) -> Self {
        Self::on(field, Op::Ne(field.value(value)))
    }

    /// The field has one of these values. Of none: no document.
    pub fn is_in<T, V: Into<T>>(field: Field<E, T>, values: impl IntoIterator<Item = V>) -> Self {
        Self::on(field, Op::In(values.into_iter().map(|value| field.value(value)).collect()))
    }

    /// The list of the field has this item.
    pub fn has<T>(field: Field<E, Vec<T>>, item: impl Into<T>) -> Self {
        match field.value([item.into()]) {
            Bson::Array(mut items) => Self::on(field, Op::Eq(items.pop().unwrap_or(Bson::Null))),
            value => Self::on(field, Op::Eq(value)),
        }
    }

    /// The field is above this value.
    pub fn gt<T>(field: Field<E, T>, value: impl Into<T>) -> Self {
        Self::on(field, Op::Gt(field.value(value)))
    }

    /// The field is above this value or equal to it.
    pub fn gte<T>(field: Field<E, T>, value: impl Into<T>) -> Self {
        Self::on(field, Op::Gte(field.value(value)))
    }

    /// The field is below this value.
    pub fn lt<T>(field: Field<E, T>, value: impl Into<T>) -> Self {
        Self::on(field, Op::Lt(field.value(value)))
    }

    /// The field is below this value or equal to it.
    pub fn lte<T>(field: Field<E, T>, value: impl Into<T>) -> Self {
        Self::on(field, Op::Lte(field.value(value)))
    }

    /// The field has a value, which is not `null`.
    pub fn exists<T>(field: Field<E, T>) -> Self {
        Self::on(field, Op::Ne(Bson::Null))
    }

    /// This and the other.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.filter.and(other.filter).into()
    }

    /// This, or the other, or both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self.filter, other.filter) {
            (Filter::Nothing, only) | (only, Filter::Nothing) => only,
            (Filter::All, _) | (_, Filter::All) => Filter::All,
            (Filter::Or(mut left), right) => {
                left.push(right);
                Filter::Or(left)
            }
            (left, right) => Filter::Or(vec![left, right]),
        }
        .into()
    }

    /// The condition as a store takes it.
    pub fn into_filter(self) -> Filter {
        self.filter
    }

    fn on<T>(field: Field<E, T>, op: Op) -> Self {
        Filter::field(field.name, op).into()
    }
}

impl<E: Entity> Not for Where<E> {
    type Output = Self;

    fn not(self) -> Self {
        match self.filter {
            Filter::All => Filter::Nothing,
            Filter::Nothing => Filter::All,
            Filter::Not(filter) => *filter,
            filter => Filter::Not(Box::new(filter)),
        }
        .into()
    }
}

/// What the typed conditions do not reach, such as a value within a value: `Filter::eq("address.city", "Paris").into()`.
impl<E> From<Filter> for Where<E> {
    fn from(filter: Filter) -> Self {
        Self { filter, entity: PhantomData }
    }
}

/// The document of an id.
impl<E: Entity> From<Id> for Where<E> {
    fn from(id: Id) -> Self {
        Self::eq(Field::id(), id)
    }
}

impl<E> Clone for Where<E> {
    fn clone(&self) -> Self {
        self.filter.clone().into()
    }
}

impl<E> fmt::Debug for Where<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Where").field(&self.filter).finish()
    }
}
