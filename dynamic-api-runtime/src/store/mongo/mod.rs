//! mongo
use crate::{
    query::{Filter, Find, Replacement, Update},
    store::*,
};
use bson::{Document, RawDocumentBuf};
/// mongo
#[derive(Clone, Debug)]
pub struct MongoStore;
impl Collections for MongoStore {
    fn find<'a>(&'a self, _: &'a str, _: &'a Find) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>> {
        todo!()
    }
    fn count<'a>(&'a self, _: &'a str, _: &'a Filter) -> BoxFuture<'a, StoreResult<u64>> {
        todo!()
    }
    fn aggregate<'a>(
        &'a self,
        _: &'a str,
        _: &'a [Document],
    ) -> BoxFuture<'a, StoreResult<Vec<RawDocumentBuf>>> {
        todo!()
    }
    fn insert<'a>(&'a self, _: &'a str, _: &'a [RawDocumentBuf]) -> BoxFuture<'a, StoreResult<()>> {
        todo!()
    }
    fn update_one<'a>(
        &'a self,
        _: &'a str,
        _: &'a Filter,
        _: &'a Update,
    ) -> BoxFuture<'a, StoreResult<Option<RawDocumentBuf>>> {
        todo!()
    }
    fn update_many<'a>(
        &'a self,
        _: &'a str,
        _: &'a Filter,
        _: &'a Update,
    ) -> BoxFuture<'a, StoreResult<u64>> {
        todo!()
    }
    fn replace_one<'a>(
        &'a self,
        _: &'a str,
        _: &'a Filter,
        _: &'a Replacement,
    ) -> BoxFuture<'a, StoreResult<Option<RawDocumentBuf>>> {
        todo!()
    }
    fn delete_one<'a>(&'a self, _: &'a str, _: &'a Filter) -> BoxFuture<'a, StoreResult<u64>> {
        todo!()
    }
    fn delete_many<'a>(&'a self, _: &'a str, _: &'a Filter) -> BoxFuture<'a, StoreResult<u64>> {
        todo!()
    }
}
impl Database for MongoStore {
    fn describe(&self) -> String {
        todo!()
    }
    fn is_transactional(&self) -> bool {
        todo!()
    }
    fn prepare<'a>(&'a self, _: &'a CollectionSpec) -> BoxFuture<'a, StoreResult<()>> {
        todo!()
    }
    fn foreign_id_type<'a>(&'a self, _: &'a str) -> BoxFuture<'a, StoreResult<Option<String>>> {
        todo!()
    }
    fn begin<'a>(&'a self) -> BoxFuture<'a, StoreResult<Box<dyn Transaction>>> {
        todo!()
    }
    fn drop_all<'a>(&'a self) -> BoxFuture<'a, StoreResult<()>> {
        todo!()
    }
}
impl MongoStore {
    /// x
    pub async fn connect(_: &str) -> StoreResult<Self> {
        todo!()
    }
}
