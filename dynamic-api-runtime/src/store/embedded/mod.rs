//! The embedded store: documents in one file, or in memory, without a database server.
//!
//! It is durable on [redb](https://docs.rs/redb), a store of sorted keys and values with atomic commits. What is built on top:
//!
//! * A collection is a table from the encoded `_id` to the document's BSON; an index is a table whose keys are the encoded values
//!   followed by the encoded `_id` (`entries`). The catalogue names the indexes (`catalogue`).
//! * Reads go to the snapshot of the last commit and wait for nobody (`view`); a plan decides which rows they look at (`plan`,
//!   `bounds`, `constraint`, `order`, `search`, `walk`, `scan`, `window`), and each ends at its time limit or when nobody waits for it
//!   (`effort`, `background`).
//! * What has expired is part of no answer from that instant on, and removed by later writes (`expiry`).
//! * All writes go through one thread (`writer`). Each is decided on a draft (`draft`, `operation`), so that a failed one leaves
//!   nothing; those that wait share one durable commit.
//! * A transaction is a draft on a snapshot, with what it read; the writer commits it where no later commit touched that
//!   (`transaction`, `history`).
//!
//! What a filter, an update or a pipeline means is the business of `semantics`, which knows no tables.

mod background;
mod batch;
mod bounds;
mod catalogue;
mod constraint;
mod draft;
mod effort;
mod entries;
mod error;
mod expiry;
mod history;
mod index_report;
mod integrity;
mod open;
mod operation;
mod order;
mod pipeline;
mod plan;
mod prepare;
mod range;
mod scan;
mod search;
pub(in crate::store) mod semantics;
mod shared;
mod store;
mod transaction;
mod view;
mod walk;
mod window;
mod writer;

pub use self::{integrity::IntegrityReport, store::EmbeddedStore};
