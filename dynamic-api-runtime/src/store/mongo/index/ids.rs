//! What the `_id`s of a collection are.

use bson::spec::ElementType;

use super::super::client::MongoStore;
use crate::{
    query::{Filter, Find, Op, Projection},
    store::{Collections, StoreError, StoreResult, type_name::type_name},
};

/// The type of the first `_id` that is no ObjectId, found through the index on `_id`.
pub(in super::super) async fn foreign_id_type(
    store: &MongoStore,
    collection: &str,
) -> StoreResult<Option<String>> {
    let foreign = Filter::Not(Box::new(Filter::field("_id", Op::Type(vec![ElementType::ObjectId]))));
    let first = Find::new(foreign).limit(1).project(Projection::Only(Vec::new()));
    let Some(row) = store.find(collection, &first).await?.pop() else { return Ok(None) };
    let id = row.get("_id").map_err(StoreError::other)?;
    Ok(id.map(|id| type_name(id.element_type()).to_owned()))
}
