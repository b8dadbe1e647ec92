//! HTTP in and out: requests become calls, replies and errors become responses. It knows of no store and of no operation.

mod body;
mod decode;
pub(crate) mod paths;
mod request;
mod respond;
mod router;

pub(crate) use self::{respond::not_found, router::router};
