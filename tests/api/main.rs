//! The API as clients see it, over HTTP and Socket.IO, on both stores.

#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod access;
mod accounts;
mod aggregates;
mod bounds;
mod builder;
mod commands;
mod cursors;
mod custom;
mod effects;
mod entities;
mod fuzz;
mod hooks;
mod host;
mod http;
mod http_input;
mod http_port;
mod http_protocol;
mod http_routes;
mod library;
mod list_filters;
mod lists;
mod outage;
mod patches;
mod policies;
mod random;
mod references;
mod repositories;
mod server;
mod shapes;
mod shutdown;
mod socket_flood;
mod socket_input;
mod socket_routes;
mod socket_settings;
mod trash;
mod validation;
mod via;
mod writes;
