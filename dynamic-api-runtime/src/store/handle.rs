//! The store as an application holds it, and how it is chosen from the environment.

use std::{ops::Deref, sync::Arc};

use super::{Database, EmbeddedStore, StoreResult};

/// A database, shared by all that use it; cheap to clone.
///
/// ```no_run
/// # async fn run() -> Result<(), dynamic_api_runtime::store::StoreError> {
/// use dynamic_api_runtime::store::{EmbeddedStore, Store};
///
/// let from_environment = Store::from_env().await?;
/// let for_a_test: Store = EmbeddedStore::in_memory()?.into();
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Store(Arc<dyn Database>);

/// The variable that names a MongoDB.
const MONGODB_URI: &str = "MONGODB_URI";
/// The variable that names the embedded store's file.
const EMBEDDED_FILE: &str = "DYNAMIC_API_DATA";
/// The embedded store's file where nothing else is said, in the working directory.
const DEFAULT_FILE: &str = "dynamic-api.redb";

impl Store {
    /// The MongoDB that `MONGODB_URI` names; without that variable, the embedded store in the file that `DYNAMIC_API_DATA`
    /// names, `dynamic-api.redb` in the working directory by default.
    ///
    /// # Errors
    /// Where the database can't be reached or the file can't be opened. `MONGODB_URI` in a build without the `mongodb` feature
    /// is an error as well, and not the embedded store.
    pub async fn from_env() -> StoreResult<Self> {
        match std::env::var(MONGODB_URI) {
            Ok(uri) if !uri.is_empty() => mongo_at(&uri).await,
            _ => {
                let file = std::env::var_os(EMBEDDED_FILE).unwrap_or_else(|| DEFAULT_FILE.into());
                Ok(EmbeddedStore::open(file)?.into())
            }
        }
    }
}

#[cfg(feature = "mongodb")]
async fn mongo_at(uri: &str) -> StoreResult<Store> {
    Ok(super::MongoStore::connect(uri).await?.into())
}

#[cfg(not(feature = "mongodb"))]
async fn mongo_at(_: &str) -> StoreResult<Store> {
    Err(super::StoreError::Unsupported {
        store: "embedded",
        what: format!("{MONGODB_URI} without the `mongodb` feature of dynamic-api"),
    })
}

impl<D: Database> From<D> for Store {
    fn from(database: D) -> Self {
        Self(Arc::new(database))
    }
}

impl Deref for Store {
    type Target = dyn Database;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Store").field(&self.0.describe()).finish()
    }
}
