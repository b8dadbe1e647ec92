//! An application: entities, a store and settings, made into an axum router.

mod builder;
mod check;
mod collections;
mod connection;
mod cors;
mod error;
mod handle;
mod policies;
mod serve;
mod server;
mod settings;
mod table;

pub use self::{
    builder::{DynamicApi, DynamicApiBuilder},
    cors::Cors,
    error::{BuildError, Conflict, ServeError},
    handle::ApiHandle,
    settings::{InvalidToken, ReplyMode, WebSocketConfig},
    table::{RouteInfo, RouteTable},
};
pub(crate) use self::{handle::Shared, table::Mounted};
