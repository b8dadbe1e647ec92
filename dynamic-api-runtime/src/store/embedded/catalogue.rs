//! Which collections and indexes there are, in memory and as rows of the file. Knows no documents.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bson::{Bson, Document, RawDocument, RawDocumentBuf, doc, spec::ElementType};

use super::{
    error::damaged,
    semantics::{collation, matcher::Matcher},
};
use crate::{
    query::{Direction, Filter, Op},
    store::{IndexKind, IndexSpec, StoreError, StoreResult},
};

/// An index of a collection.
#[derive(Debug)]
pub(super) struct Index {
    /// What its table is named by; never used twice while a file is open.
    pub(super) id: u32,
    pub(super) name: String,
    pub(super) spec: IndexSpec,
    /// The name of its table.
    pub(super) table: String,
    /// A bit for each key under whose path some document had an array. It is set before a commit that makes it necessary and
    /// never cleared, so whoever opened a snapshot before reading it errs on the careful side only.
    multikey: AtomicU64,
    /// What is true of the documents it holds; `None` where it holds all.
    condition: Option<Matcher>,
}

impl Index {
    pub(super) fn new(id: u32, spec: IndexSpec, multikey: u64) -> Self {
        let name = spec.name();
        let condition = condition(&spec).map(|condition| Matcher::new(&condition));
        Self { id, name, table: format!("index:{id}"), spec, multikey: AtomicU64::new(multikey), condition }
    }

    /// Whether the index has entries of this document.
    pub(super) fn holds(&self, document: &RawDocument) -> bool {
        self.condition.as_ref().is_none_or(|condition| condition.matches(document))
    }

    /// What is true of the documents it holds; `None` where it holds all.
    pub(super) fn condition_filter(&self) -> Option<Filter> {
        condition(&self.spec)
    }

    pub(super) fn paths(&self) -> Vec<&str> {
        self.spec.keys.iter().map(|(path, _)| path.as_str()).collect()
    }

    pub(super) fn multikey(&self) -> u64 {
        self.multikey.load(Ordering::Acquire)
    }

    pub(super) fn mark_multikey(&self, keys: u64) {
        self.multikey.fetch_or(keys, Ordering::AcqRel);
    }

    /// The index as a row of the catalogue.
    pub(super) fn to_row(&self, collection: &str) -> StoreResult<RawDocumentBuf> {
        let spec = &self.spec;
        let keys =
            spec.keys.iter().map(|(path, direction)| doc! { "path": path, "direction": sign(*direction) });
        let types = spec.only_types.iter().map(|(path, types)| {
            let types: Vec<i32> = types.iter().map(|of| i32::from(*of as u8)).collect();
            doc! { "path": path, "types": types }
        });
        let row = doc! {
            "collection": collection,
            "keys": keys.collect::<Vec<_>>(),
            "kind": kind_to_row(spec.kind),
            "onlyTypes": types.collect::<Vec<_>>(),
            "onlyNull": spec.only_null.clone(),
            "multikey": self.multikey().cast_signed(),
        };
        RawDocumentBuf::try_from(&row).map_err(StoreError::other)
    }

    /// Whether the keys of a row's index were made as they are today.
    pub(super) fn is_current(row: &[u8]) -> bool {
        let row: bson::error::Result<Document> = bson::deserialize_from_slice(row);
        let kind = row.as_ref().ok().and_then(|row| row.get_document("kind").ok());
        kind.and_then(|kind| kind.get_str("collation").ok())
            .is_none_or(|made_by| made_by == collation::VERSION)
    }

    /// The collection's name and the index out of a row of the catalogue.
    pub(super) fn from_row(id: u32, row: &[u8]) -> StoreResult<(String, Self)> {
        let row: Document =
            bson::deserialize_from_slice(row).map_err(|_| damaged("an index of the catalogue"))?;
        parse_row(id, &row).ok_or_else(|| damaged("an index of the catalogue"))
    }
}

fn kind_to_row(kind: IndexKind) -> Document {
    match kind {
        IndexKind::Plain => doc! { "name": "plain" },
        IndexKind::Unique => doc! { "name": "unique" },
        IndexKind::UniqueIgnoringCase => {
            doc! { "name": "uniqueIgnoringCase", "collation": collation::VERSION }
        }
        IndexKind::Text => doc! { "name": "text" },
        IndexKind::Ttl { seconds } => doc! { "name": "ttl", "seconds": i64::from(seconds) },
    }
}

/// The kind of an index. The first version of the file knew two of them.
fn kind_of_row(row: &Document) -> Option<IndexKind> {
    let Ok(kind) = row.get_document("kind") else {
        return Some(if row.get_bool("unique").ok()? { IndexKind::Unique } else { IndexKind::Plain });
    };
    Some(match kind.get_str("name").ok()? {
        "plain" => IndexKind::Plain,
        "unique" => IndexKind::Unique,
        "uniqueIgnoringCase" => IndexKind::UniqueIgnoringCase,
        "text" => IndexKind::Text,
        "ttl" => IndexKind::Ttl { seconds: u32::try_from(kind.get_i64("seconds").ok()?).ok()? },
        _ => return None,
    })
}

fn condition(spec: &IndexSpec) -> Option<Filter> {
    let types = spec.only_types.iter().map(|(path, types)| Filter::field(path, Op::Type(types.clone())));
    let null = spec.only_null.iter().map(|path| Filter::eq(path, Bson::Null));
    let conditions: Vec<Filter> = types.chain(null).collect();
    (!conditions.is_empty()).then_some(Filter::And(conditions))
}

fn parse_row(id: u32, row: &Document) -> Option<(String, Index)> {
    let keys = documents(row, "keys")?
        .map(|key| Some((key.get_str("path").ok()?.to_owned(), direction(key.get_i32("direction").ok()?))))
        .collect::<Option<_>>()?;
    let only_types = documents(row, "onlyTypes")?
        .map(|only| {
            let types = only.get_array("types").ok()?.iter();
            let types =
                types.map(|of| ElementType::from(u8::try_from(of.as_i32()?).ok()?)).collect::<Option<_>>()?;
            Some((only.get_str("path").ok()?.to_owned(), types))
        })
        .collect::<Option<_>>()?;
    let only_null = row.get_array("onlyNull").ok()?.iter();
    let only_null = only_null.map(|path| Some(path.as_str()?.to_owned())).collect::<Option<_>>()?;
    let spec = IndexSpec { keys, kind: kind_of_row(row)?, only_types, only_null };
    let multikey = row.get_i64("multikey").ok()?.cast_unsigned();
    Some((row.get_str("collection").ok()?.to_owned(), Index::new(id, spec, multikey)))
}

fn documents<'a>(row: &'a Document, member: &str) -> Option<impl Iterator<Item = &'a Document>> {
    Some(row.get_array(member).ok()?.iter().filter_map(Bson::as_document))
}

fn sign(direction: Direction) -> i32 {
    match direction {
        Direction::Ascending => 1,
        Direction::Descending => -1,
    }
}

fn direction(sign: i32) -> Direction {
    if sign < 0 { Direction::Descending } else { Direction::Ascending }
}

/// A collection and its indexes.
#[derive(Debug)]
pub(super) struct Collection {
    pub(super) name: String,
    /// The name of its table.
    pub(super) table: String,
    pub(super) indexes: Vec<Arc<Index>>,
}

/// How the names of the collections' tables start.
const COLLECTION: &str = "collection:";

impl Collection {
    pub(super) fn new(name: &str, indexes: Vec<Arc<Index>>) -> Self {
        Self { name: name.to_owned(), table: format!("{COLLECTION}{name}"), indexes }
    }

    /// The index that finds words.
    pub(super) fn text_index(&self) -> Option<&Arc<Index>> {
        self.indexes.iter().find(|index| index.spec.kind == IndexKind::Text)
    }

    /// The collection's name, where `table` is the table of one.
    pub(super) fn of_table(table: &str) -> Option<&str> {
        table.strip_prefix(COLLECTION)
    }
}

/// The collections that have indexes or were declared. The others need no entry: they are their table.
#[derive(Debug, Clone, Default)]
pub(super) struct Catalogue {
    collections: HashMap<String, Arc<Collection>>,
    highest_index: u32,
}

impl Catalogue {
    pub(super) fn collection(&self, name: &str) -> Arc<Collection> {
        match self.collections.get(name) {
            Some(collection) => Arc::clone(collection),
            None => Arc::new(Collection::new(name, Vec::new())),
        }
    }

    pub(super) fn knows(&self, name: &str) -> bool {
        self.collections.contains_key(name)
    }

    /// The same catalogue with a collection that has no indexes.
    #[must_use]
    pub(super) fn with_collection(&self, name: &str) -> Self {
        let mut next = self.clone();
        next.collections.insert(name.to_owned(), Arc::new(Collection::new(name, Vec::new())));
        next
    }

    /// The same catalogue with one more index.
    #[must_use]
    pub(super) fn with_index(&self, collection: &str, index: Index) -> Self {
        let mut next = self.clone();
        next.highest_index = next.highest_index.max(index.id);
        let mut indexes = self.collection(collection).indexes.clone();
        indexes.push(Arc::new(index));
        next.collections.insert(collection.to_owned(), Arc::new(Collection::new(collection, indexes)));
        next
    }

    /// The same catalogue without an index; its id stays used.
    #[must_use]
    pub(super) fn without_index(&self, collection: &str, id: u32) -> Self {
        let mut next = self.clone();
        let mut indexes = self.collection(collection).indexes.clone();
        indexes.retain(|index| index.id != id);
        next.collections.insert(collection.to_owned(), Arc::new(Collection::new(collection, indexes)));
        next
    }

    /// The same catalogue without its indexes; their ids stay used.
    #[must_use]
    pub(super) fn cleared(&self) -> Self {
        Self { collections: HashMap::new(), highest_index: self.highest_index }
    }

    pub(super) fn next_index(&self) -> u32 {
        self.highest_index + 1
    }
}
