//! Why an application does not start, in words for the developer who starts it.

use std::fmt;

use crate::store::StoreError;

/// Why an application can't be built.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Settings or entities contradict each other: all there is to change, at once.
    #[error("the application can't be built:{}", listed(.0))]
    Conflicts(Vec<Conflict>),
    /// A collection can't be made ready.
    #[error("{entity} (collection {collection}) can't be made ready: {source}")]
    Store {
        /// The entity.
        entity: &'static str,
        /// Its collection.
        collection: &'static str,
        /// What the store says.
        source: StoreError,
    },
    /// A collection holds documents that the API can't address.
    #[error(
        "{entity} (collection {collection}) has documents whose _id is of type {found}: an API addresses documents by ObjectId"
    )]
    ForeignId {
        /// The entity.
        entity: &'static str,
        /// Its collection.
        collection: &'static str,
        /// The BSON type of such an `_id`.
        found: String,
    },
}

/// As [`Display`](fmt::Display): what `main` prints of an error that it returns is for people.
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Two things that can't be together, or one that can't be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Conflict {
    /// Two routes answer the same requests.
    #[error("{request} is both {first} and {second}: change the path, sub_path or version of one")]
    Path {
        /// The method and path.
        request: String,
        /// The one, as `User::get_one`.
        first: String,
        /// The other.
        second: String,
    },
    /// Two routes answer the same event.
    #[error(
        "event {event} in namespace {namespace} is both {first} and {second}: set event or namespace of one"
    )]
    Event {
        /// The event.
        event: &'static str,
        /// Where both are.
        namespace: String,
        /// The one, as `User::get_one`.
        first: String,
        /// The other.
        second: String,
    },
    /// Two entities have one collection and say different things of it.
    #[error("collection {collection} is used by {first} and {second}, which differ in {difference}")]
    Collection {
        /// The collection.
        collection: &'static str,
        /// The one entity.
        first: &'static str,
        /// The other.
        second: &'static str,
        /// What they say differently.
        difference: String,
    },
    /// An entity was given twice.
    #[error("{0} is a resource twice")]
    Twice(&'static str),
    /// No store was given.
    #[error("there is no store: give one with store(..)")]
    NoStore,
    /// A setting that can't be.
    #[error("{0}")]
    Setting(String),
}

fn listed(conflicts: &[Conflict]) -> String {
    conflicts.iter().map(|conflict| format!("\n  {conflict}")).collect()
}

/// Why an application does not serve.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// It can't be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The address can't be read or resolved.
    #[error("the address to listen on can't be used (host:port is expected): {0}")]
    Address(#[source] std::io::Error),
    /// The address can't be listened on: another process has it, or it is none of this machine's.
    #[error("can't listen on {addresses}: {source}")]
    Listen {
        /// What the address came to.
        addresses: String,
        /// What the system says.
        source: std::io::Error,
    },
}

/// As [`Display`](fmt::Display): what `main` prints of an error that it returns is for people.
impl fmt::Debug for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
