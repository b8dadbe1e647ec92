//! What can be asked of a collection: filters, sorts, pages and updates as data, free of any store's dialect.

mod filter;
mod find;
mod request;
mod sort;
pub(crate) mod text;
mod update;

pub use filter::{Filter, Op, TextSearch};
pub use find::{Find, Position, Projection};
pub(crate) use request::{Count, ListRequest, Paging, ReadRequest, Selection, Trashed, cursor};
pub use sort::{Direction, Sort};
pub use update::{FieldUpdate, Replacement, Update};
