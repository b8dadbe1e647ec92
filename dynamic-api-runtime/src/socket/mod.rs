//! Socket.IO in and out: events become calls, replies and errors become acknowledgements and events. It knows of no store and
//! of no operation.
//!
//! Each namespace has one fallback handler over a map of its events, so that a socket costs the same whatever the number of
//! routes, and every event is answered, known or not.

mod broadcast;
mod call;
mod current_user;
mod delivery;
mod dispatch;
mod elsewhere;
mod handshake;
mod identity;
mod memory;
mod packet;
mod presence;
mod reply;
mod server;
mod writes;

pub(crate) use self::server::{OnConnect, Settings, mount, register};
