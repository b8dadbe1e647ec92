//! The types of its own that a route can have for its body, its query and its result, and what the generated types are to it.

pub(crate) mod body;
mod list_query;
mod misfit;
mod presenter;
pub(crate) mod query;

pub use self::{
    body::{CreateBody, UpdateBody},
    list_query::ListQuery,
    presenter::{DeletePresenter, Presenter},
};
pub(crate) use self::{
    list_query::OwnFilter,
    presenter::{PresentDeleted, present_deleted},
};
pub use crate::context::CallContext;
