//! Queries of lists: the entity's own language, or a type of the user's.

use serde::de::DeserializeOwned;

use super::query;
use crate::{call::Query, context::CallContext, entity::Entity, error::Error, query::Filter};

/// The query of a `get_many` route that has one of its own: what its members ask for, as a filter.
///
/// The members that every list has (`page`, `limit`, `sort`, `fields`, `after`, `count`, `search`, `populate`, `trashed`) are taken
/// out before; all others are the type's to read. Those that can't be read are a 400 that names them.
///
/// ```
/// # use dynamic_api_runtime::{Error, entity::Entity, query::{Filter, Op}, shape::{CallContext, ListQuery}};
/// #[derive(serde::Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct Affordable { budget: f64 }
///
/// impl<Product: Entity> ListQuery<Product> for Affordable {
///     fn filter(&self, _: &CallContext<'_>) -> Result<Filter, Error> {
///         Ok(Filter::field("price", Op::Lte(self.budget.into())))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the query of a list of `{E}`",
    label = "no query of a list",
    note = "derive `Deserialize` for it and implement `ListQuery<{E}>`, whose `filter` returns the condition"
)]
pub trait ListQuery<E: Entity>: DeserializeOwned + Send + Sync + 'static {
    /// The condition on the rows of the list.
    ///
    /// # Errors
    /// What the client is to be told, best an [`Error::violation`] at the member.
    fn filter(&self, context: &CallContext<'_>) -> Result<Filter, Error>;

    /// How the members are read; `None` for the entity's own query language.
    #[doc(hidden)]
    const OWN: Option<OwnFilter> = Some(own::<E, Self>);
}

/// Reads the members that a list leaves to the type of its query.
pub(crate) type OwnFilter = fn(&Query, &CallContext<'_>) -> Result<Filter, Error>;

fn own<E: Entity, Q: ListQuery<E>>(query: &Query, context: &CallContext<'_>) -> Result<Filter, Error> {
    query::read::<Q>(query)?.filter(context)
}

/// The entity's own query language.
impl<E: Entity> ListQuery<E> for () {
    fn filter(&self, _: &CallContext<'_>) -> Result<Filter, Error> {
        Ok(Filter::All)
    }

    const OWN: Option<OwnFilter> = None;
}
