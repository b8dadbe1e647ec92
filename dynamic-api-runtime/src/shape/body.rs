//! Bodies: what a client sends, on its way to an entity or to changes of one.

use bson::{RawDocument, RawDocumentBuf};
use serde::{
    de::{DeserializeOwned, value::MapDeserializer},
    forward_to_deserialize_any,
};
use serde_json::value::RawValue;

use super::misfit;
use crate::{
    call::BodyForm,
    context::CallContext,
    document,
    entity::Entity,
    error::Error,
    input::{self, CreateInput, Members, UpdateInput, Violations},
    patch::{self, Plan},
    policy::from_user,
    validate,
};

/// A body of a route that makes documents of `E`: of `create_one`, of each item of `create_many`, of `replace_one` and
/// `upsert_one`.
///
/// Names that start with `$` or hold a dot are refused before; which other members are refused is for the type to say
/// (`#[serde(deny_unknown_fields)]`). A member that doesn't fit is a 400 that names it.
///
/// ```
/// # use dynamic_api_runtime::{Error, call::Principal, entity::Entity, shape::{CallContext, CreateBody}};
/// # fn of<Product: Entity + From<(String, f64)>>() {
/// #[derive(serde::Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct NewProduct { name: String, cents: u32 }
///
/// # struct Wrapper<P>(P);
/// # trait Body<E> { fn into_entity(self, context: &CallContext<'_>) -> Result<E, Error>; }
/// # impl<Product: Entity + From<(String, f64)>> Body<Product> for NewProduct {
/// // impl CreateBody<Product> for NewProduct {
/// fn into_entity(self, _: &CallContext<'_>) -> Result<Product, Error> {
///     if self.cents == 0 {
///         return Err(Error::violation("/cents", "range", "cents must be above 0"));
///     }
///     Ok(Product::from((self.name, f64::from(self.cents) / 100.0)))
/// }
/// # }
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the body of a route that makes documents of `{E}`",
    label = "no body of `{E}`",
    note = "derive `Deserialize` for it and implement `CreateBody<{E}>`, whose `into_entity` makes the entity"
)]
pub trait CreateBody<E: Entity>: DeserializeOwned + Send + 'static {
    /// Makes the entity to store.
    ///
    /// # Errors
    /// What the client is to be told, best an [`Error::violation`] at a JSON pointer into the body.
    fn into_entity(self, context: &CallContext<'_>) -> Result<E, Error>;

    /// The members of a body as the document to store; `None` where there are violations.
    #[doc(hidden)]
    fn decode(
        members: &Members<'_>,
        at: &str,
        context: &CallContext<'_>,
        violations: &mut Violations,
    ) -> Result<Option<RawDocumentBuf>, Error> {
        let Some(body) = read::<Self>(members, at, violations) else { return Ok(None) };
        let entity = body.into_entity(context).map_err(|error| error.below(at))?;
        let document = entity.to_document().map_err(Error::internal)?;
        let before = violations.len();
        validate::members(E::META.fields, &document, at, violations);
        judge(&document, at, context, before, violations)?;
        Ok((violations.len() == before).then_some(document))
    }
}

/// A body of a route that changes documents of `E`: of `update_one` and `update_many`.
///
/// It comes to the entity's generated update, all of whose fields it can set, `read_only` ones too: the way to have a route for
/// each step that a document may take. Only `application/json` is read into it, and no JSON Patch.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the body of a route that changes documents of `{E}`",
    label = "no body of changes to `{E}`",
    note = "derive `Deserialize` for it and implement `UpdateBody<{E}>`, whose `into_update` makes the changes"
)]
pub trait UpdateBody<E: Entity>: DeserializeOwned + Send + 'static {
    /// Makes the changes to store.
    ///
    /// # Errors
    /// As [`CreateBody::into_entity`].
    fn into_update(self, context: &CallContext<'_>) -> Result<E::Update, Error>;

    /// The members of a body as the members to change; `None` where there are violations.
    #[doc(hidden)]
    fn decode(
        members: &Members<'_>,
        at: &str,
        context: &CallContext<'_>,
        violations: &mut Violations,
    ) -> Result<Option<RawDocumentBuf>, Error> {
        let Some(body) = read::<Self>(members, at, violations) else { return Ok(None) };
        let update = body.into_update(context).map_err(|error| error.below(at))?;
        let members = bson::serialize_to_raw_document_buf(&update).map_err(Error::internal)?;
        let before = violations.len();
        validate::members(E::META.fields, &members, at, violations);
        Ok((violations.len() == before).then_some(members))
    }

    /// A patch as what it asks of a document.
    #[doc(hidden)]
    fn patch(form: BodyForm, _json: &[u8], _: &CallContext<'_>) -> Result<Plan, Error> {
        match form {
            BodyForm::Members => Err(Error::InvalidBody),
            BodyForm::MergePatch | BodyForm::JsonPatch => {
                Err(Error::UnsupportedMediaType { accepted: "application/json" })
            }
        }
    }
}

impl<E, I> CreateBody<E> for I
where
    E: Entity,
    I: CreateInput<E>,
{
    fn into_entity(self, _: &CallContext<'_>) -> Result<E, Error> {
        let members = bson::serialize_to_raw_document_buf(&self).map_err(Error::internal)?;
        let document = document::with_defaults(E::META, &members)?;
        E::from_document(&document).map_err(Error::internal)
    }

    fn decode(
        members: &Members<'_>,
        at: &str,
        context: &CallContext<'_>,
        violations: &mut Violations,
    ) -> Result<Option<RawDocumentBuf>, Error> {
        let before = violations.len();
        let entity = context.entity();
        let read = input::read::<I>(members, at, entity.fields, input::undeclared(entity), violations);
        let Some(document) = read else { return Ok(None) };
        judge(&document, at, context, before, violations)?;
        Ok((violations.len() == before).then_some(document))
    }
}

impl<E, I> UpdateBody<E> for I
where
    E: Entity,
    I: UpdateInput<E>,
{
    fn into_update(self, _: &CallContext<'_>) -> Result<E::Update, Error> {
        Ok(UpdateInput::into_update(self))
    }

    fn decode(
        members: &Members<'_>,
        at: &str,
        context: &CallContext<'_>,
        violations: &mut Violations,
    ) -> Result<Option<RawDocumentBuf>, Error> {
        let entity = context.entity();
        Ok(input::decode::<I>(members, at, entity.fields, input::undeclared(entity), violations))
    }

    fn patch(form: BodyForm, json: &[u8], context: &CallContext<'_>) -> Result<Plan, Error> {
        let fields = context.entity().fields;
        match form {
            BodyForm::Members => Err(Error::InvalidBody),
            BodyForm::MergePatch => patch::merge_patch::<I>(json, fields),
            BodyForm::JsonPatch => patch::json_patch::<I>(json, fields),
        }
    }
}

/// Asks the rules over several fields about a document that will be stored as it is. Of others more is known when they are stored.
fn judge(
    members: &RawDocument,
    at: &str,
    context: &CallContext<'_>,
    before: usize,
    violations: &mut Violations,
) -> Result<(), Error> {
    let entity = context.entity();
    // What computes fields may count on their rules.
    let can_be_asked = violations.len() == before || entity.derive_on_save.is_none();
    if entity.rules.is_empty() || !context.makes_new() || !can_be_asked {
        return Ok(());
    }
    let with_caller = from_user(context.principal(), entity, members)?;
    let complete = document::complete(entity, with_caller.as_deref().unwrap_or(members))?;
    match validate::whole(entity, &complete).map_err(|error| error.below(at)) {
        Err(Error::Invalid(found)) => found.into_iter().for_each(|violation| violations.push(violation)),
        judged => judged?,
    }
    Ok(())
}

/// Reads members into a type of the user's own.
pub(crate) fn read<B: DeserializeOwned>(
    members: &Members<'_>,
    at: &str,
    violations: &mut Violations,
) -> Option<B> {
    if let Err(found) = members.names(at) {
        found.into_iter().for_each(|violation| violations.push(violation));
        return None;
    }
    match serde_path_to_error::deserialize(MembersDeserializer(members)) {
        Ok(body) => Some(body),
        Err(error) => {
            violations.push(misfit::violation(at, "type", &error));
            None
        }
    }
}

/// Members as a map, so that the type may be an enum or a struct.
pub(super) struct MembersDeserializer<'m, 'a>(pub(super) &'m Members<'a>);

impl<'de> serde::Deserializer<'de> for MembersDeserializer<'_, 'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        let members = self.0.0.iter().map(|(name, value): &(_, &'de RawValue)| (&**name, *value));
        visitor.visit_map(MapDeserializer::new(members))
    }

    fn deserialize_enum<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let members = self.0.0.iter().map(|(name, value): &(_, &'de RawValue)| (&**name, *value));
        visitor.visit_enum(serde::de::value::MapAccessDeserializer::new(MapDeserializer::new(members)))
    }

    fn deserialize_newtype_struct<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}
