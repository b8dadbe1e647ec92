//! The store's traits on a MongoDB: which target each operation has, and nothing of how it is done.

use std::time::Duration;

use bson::{Document, RawDocumentBuf};

use super::{
    client::MongoStore, index, operation::Target, standalone::Compensation, transaction::MongoTransaction,
    walk,
};
use crate::{
    query::{Filter, Find},
    store::{
        BoxFuture, CollectionSpec, Collections, Database, IndexReport, StoreResult, SyncIndexes, Transaction,
        Write, Written, mongo::error::from_driver,
    },
};

impl MongoStore {
    pub(super) fn target(&self, collection: &str) -> Target<'_> {
        Target::new(self.database(), collection, None, self.answer_limit())
    }
}

impl Collections for MongoStore {
    fn find<'a>(
        &'a self,
        collection: &'a str,
        find: &'a Find,
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>> {
        Box::pin(walk::find(self, collection, find))
    }

    fn count_within<'a>(
        &'a self,
        collection: &'a str,
        filter: &'a Filter,
        time_limit: Option<Duration>,
    ) -> BoxFuture<'a, StoreResult<u64>> {
        Box::pin(self.target(collection).count(filter, time_limit))
    }

    fn aggregate_within<'a>(
        &'a self,
        collection: &'a str,
        pipeline: &'a [Document],
        time_limit: Option<Duration>,
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>> {
        Box::pin(self.target(collection).aggregate(pipeline, time_limit))
    }

    fn write<'a>(&'a self, collection: &'a str, write: Write<'a>) -> BoxFuture<'a, StoreResult<Written>> {
        Box::pin(async move {
            write.check()?;
            let (_turn, limit) = self.turn_to_write().await?;
            Target::new(self.database(), collection, None, limit).write(write).await
        })
    }
}

impl Database for MongoStore {
    fn describe(&self) -> String {
        format!("MongoDB at {}, database {}", self.hosts(), self.database().name())
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn is_transactional(&self) -> bool {
        self.has_transactions()
    }

    fn index_report<'a>(&'a self, spec: &'a CollectionSpec) -> BoxFuture<'a, StoreResult<IndexReport>> {
        Box::pin(index::report(self, spec))
    }

    fn prepare<'a>(
        &'a self,
        spec: &'a CollectionSpec,
        sync: SyncIndexes,
    ) -> BoxFuture<'a, StoreResult<IndexReport>> {
        Box::pin(index::prepare(self, spec, sync))
    }

    fn foreign_id_type<'a>(&'a self, collection: &'a str) -> BoxFuture<'a, StoreResult<Option<String>>> {
        Box::pin(index::foreign_id_type(self, collection))
    }

    fn begin<'a>(&'a self) -> BoxFuture<'a, StoreResult<Box<dyn Transaction>>> {
        Box::pin(async move {
            if self.has_transactions() {
                Ok(Box::new(MongoTransaction::start(self).await?) as Box<dyn Transaction>)
            } else {
                Ok(Box::new(Compensation::start(self)) as Box<dyn Transaction>)
            }
        })
    }

    fn drop_all<'a>(&'a self) -> BoxFuture<'a, StoreResult<()>> {
        Box::pin(async move { self.database().drop().await.map_err(|error| from_driver("*", error)) })
    }
}
