//! HTTP in and out: requests become calls, replies and errors become responses. It knows of no store and of no operation.

mod body;
mod cookie;
mod current_user;
mod decode;
mod error;
mod jwks;
pub(crate) mod paths;
mod repo;
mod request;
mod respond;
mod router;
pub(crate) mod sender;
mod session;

pub(crate) use self::{respond::not_found, router::router};
