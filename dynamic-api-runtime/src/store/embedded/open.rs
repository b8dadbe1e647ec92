//! Opens the file, or the memory, that a store lives in, and says readably why that can't be done.

use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use redb::{Builder, Database, DatabaseError, StorageBackend};

use super::error::{not_opened, place};
use crate::store::{StoreError, StoreResult};

/// How much of the file is kept in memory at most; the operating system keeps more.
const CACHE: usize = 128 * 1024 * 1024;
/// Up to which size a file is read through and checked whenever it is opened. A larger one is checked after a crash only.
const CHECKED_SIZE: u64 = 32 * 1024 * 1024;

/// Opens the database in a file, which is created where there is none.
pub(super) fn file(path: &Path) -> StoreResult<Database> {
    let size = std::fs::metadata(path).map(|file| file.len()).ok();
    let mut builder = builder();
    builder.set_check_integrity_on_open(size.is_some_and(|size| size <= CHECKED_SIZE));
    let database = opened(&place(path), || builder.create(path))?;
    if size.is_none() {
        sync_directory(path);
    }
    Ok(database)
}

/// Opens the database in a backend.
pub(super) fn backend(backend: impl StorageBackend) -> StoreResult<Database> {
    opened("the storage", || builder().create_with_backend(backend))
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE);
    builder
}

fn opened(place: &str, open: impl FnOnce() -> Result<Database, DatabaseError>) -> StoreResult<Database> {
    // A file that something else wrote into may make the engine panic where it trusts its own pages.
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(opened) => opened.map_err(|error| not_opened(error, place)),
        Err(_) => Err(StoreError::other(format!("{place} is damaged"))),
    }
}

/// Makes the name of a new file durable, as far as the system allows it: without that a power cut may take the whole file.
fn sync_directory(path: &Path) {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Err(error) = File::open(directory).and_then(|directory| directory.sync_all()) {
        tracing::debug!(%error, directory = %directory.display(), "a directory can't be synced");
    }
}
