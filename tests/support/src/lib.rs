//! What the tests stand on: a real MongoDB, fresh stores, and the official Socket.IO client.
//!
//! Everything here panics with a message for the developer where it can't be had: a test never passes without having run.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod install;
mod mongod;
mod socket;
mod stores;

pub use self::{
    mongod::{Mongod, Topology, mongod},
    socket::{ConnectError, NodeClient, Socket, binary},
    stores::{TestStore, both_stores, embedded_store, mongo_store},
};
