//! What can be asked of a collection: filters, sorts, pages and updates as data, free of any store's dialect. [`Where`] is a filter of one
//! entity, with its types.

mod filter;
mod find;
mod request;
mod sort;
pub(crate) mod text;
mod typed;
mod update;

pub use filter::{Filter, Op, TextSearch};
pub use find::{Find, Position, Projection};
pub(crate) use request::{
    Count, ListRequest, MAX_PAGE, Paging, Place, ReadRequest, Selection, Trashed, cursor, place_of,
};
pub use sort::{Direction, Sort};
pub use typed::{Field, Where};
pub use update::{FieldUpdate, Replacement, Update};
