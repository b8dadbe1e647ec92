//! The API as clients see it, over HTTP and Socket.IO, on both stores.

#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod entities;
mod http;
mod http_routes;
mod builder;
mod http_input;
mod http_protocol;
mod server;
mod socket_input;
mod socket_routes;
