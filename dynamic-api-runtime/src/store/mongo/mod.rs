//! The store on MongoDB, over the official driver. It speaks the driver's language; nothing of the driver leaves it but through
//! [`MongoStore::database`] and [`MongoStore::collection`].

mod client;
mod collections;
mod compile;
mod duplicate;
mod error;
mod index;
mod indexes;
mod operation;
mod seek;
mod standalone;
mod transaction;
mod undo;
mod update_each;
mod walk;

pub use mongodb;

pub use self::{client::MongoStore, error::DriverError};
