//! Writes that are not in the file yet, laid over what they were decided on: what a transaction reads, and what each request
//! is on the writer's thread until all of it is known to succeed. Knows no tables and no filters.

use std::{
    collections::{BTreeMap, HashMap, btree_map},
    iter::Peekable,
    sync::Arc,
};

use bson::{Bson, RawDocument};

use super::{
    catalogue::{Collection, Index},
    entries::{DocumentEntries, entries_of, fields_of},
    error::damaged,
    expiry::is_expired,
    range::KeyRange,
    view::{Bytes, Entries, Entry, Row, Rows, View},
};
use crate::{
    query::Direction,
    store::{StoreError, StoreResult},
};

/// The largest document, as in MongoDB.
const MAX_DOCUMENT: usize = 16 * 1024 * 1024;

/// A document as it was before the draft and as it is to be; `None` where there is none.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) before: Option<Vec<u8>>,
    pub(super) after: Option<Vec<u8>>,
}

/// The changes of one collection.
pub(super) struct CollectionChanges {
    pub(super) collection: Arc<Collection>,
    /// By encoded `_id`.
    pub(super) documents: BTreeMap<Vec<u8>, Change>,
    /// By index: the entries to be there, with their value, and those to be gone.
    pub(super) entries: HashMap<u32, BTreeMap<Vec<u8>, Option<u32>>>,
    /// By index: the keys under whose paths a new document has an array.
    pub(super) multikey: HashMap<u32, u64>,
}

/// Changes by collection.
#[derive(Default)]
pub(super) struct Changes(BTreeMap<String, CollectionChanges>);

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        self.0.values().all(|changes| changes.documents.is_empty())
    }

    pub(super) fn collections(&self) -> impl Iterator<Item = &CollectionChanges> {
        self.0.values()
    }

    pub(super) fn into_collections(self) -> impl Iterator<Item = CollectionChanges> {
        self.0.into_values()
    }

    fn of(&mut self, collection: &Arc<Collection>) -> &mut CollectionChanges {
        self.0.entry(collection.name.clone()).or_insert_with(|| CollectionChanges {
            collection: Arc::clone(collection),
            documents: BTreeMap::new(),
            entries: HashMap::new(),
            multikey: HashMap::new(),
        })
    }
}

/// A state of the database with changes on top of it.
pub(super) struct Draft<'d, V> {
    pub(super) base: &'d V,
    pub(super) changes: &'d mut Changes,
}

impl<V: View> Draft<'_, V> {
    /// Puts `after` in the place of `before`, which is what the draft has under this encoded `_id`.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where a unique index has its key, [`StoreError::TooLarge`]. The draft is of no use then.
    pub(super) fn exchange(
        &mut self,
        collection: &Arc<Collection>,
        id: &[u8],
        before: Option<&RawDocument>,
        after: Option<&RawDocument>,
    ) -> StoreResult<()> {
        let differences = differences(collection, id, before, after)?;
        self.take_entries(collection, &differences);
        if let Some(after) = after {
            self.put_entries(collection, id, after, differences)?;
        }
        let bytes = |document: &RawDocument| document.as_bytes().to_vec();
        self.set(collection, id, before.map(bytes), after.map(bytes));
        Ok(())
    }

    /// Makes the changes of another draft, which was decided on a state that may be older: its documents are taken over, its
    /// entries are found anew. All old keys are gone before the first new one is compared, so that two documents may swap
    /// theirs.
    pub(super) fn replay(
        &mut self,
        changes: &Changes,
        current: impl Fn(&str) -> Arc<Collection>,
    ) -> StoreResult<()> {
        for changes in changes.collections() {
            let collection = current(&changes.collection.name);
            let mut taken = Vec::with_capacity(changes.documents.len());
            for (id, change) in &changes.documents {
                // What was stored and removed again within the draft never was.
                if change.before.is_none() && change.after.is_none() {
                    continue;
                }
                let after = change.after.as_deref().map(document_of).transpose()?;
                if let (None, Some(after)) = (&change.before, after) {
                    self.check_new(&collection, id, after)?;
                }
                let before = self.document(&collection, id)?.map(|document| document.to_vec());
                let old = before.as_deref().map(document_of).transpose()?;
                let differences = differences(&collection, id, old, after)?;
                self.take_entries(&collection, &differences);
                taken.push((id, before, after, differences));
            }
            for (id, before, after, differences) in taken {
                if let Some(after) = after {
                    self.put_entries(&collection, id, after, differences)?;
                }
                self.set(&collection, id, before, after.map(|after| after.as_bytes().to_vec()));
            }
        }
        Ok(())
    }

    /// That no document has the `_id` of a new one. One that has expired makes room.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`]
    pub(super) fn check_new(
        &mut self,
        collection: &Arc<Collection>,
        id: &[u8],
        document: &RawDocument,
    ) -> StoreResult<()> {
        if self.make_room(collection, id)? {
            return Ok(());
        }
        let taken =
            document.get("_id").ok().flatten().and_then(|id| Bson::try_from(id).ok()).unwrap_or(Bson::Null);
        let fields = vec![("_id".to_owned(), taken)];
        Err(StoreError::Duplicate { collection: collection.name.clone(), fields })
    }

    /// Whether there is no document of this `_id`, or only one that has expired, which is removed then.
    fn make_room(&mut self, collection: &Arc<Collection>, id: &[u8]) -> StoreResult<bool> {
        let Some(document) = self.document(collection, id)?.map(|document| document.to_vec()) else {
            return Ok(true);
        };
        let document = document_of(&document)?;
        if !is_expired(collection, document) {
            return Ok(false);
        }
        self.exchange(collection, id, Some(document), None)?;
        Ok(true)
    }

    fn set(
        &mut self,
        collection: &Arc<Collection>,
        id: &[u8],
        before: Option<Vec<u8>>,
        after: Option<Vec<u8>>,
    ) {
        let documents = &mut self.changes.of(collection).documents;
        match documents.get_mut(id) {
            Some(change) => change.after = after,
            None => drop(documents.insert(id.to_vec(), Change { before, after })),
        }
    }

    fn take_entries(&mut self, collection: &Arc<Collection>, differences: &[Difference]) {
        let changes = self.changes.of(collection);
        for (index, difference) in collection.indexes.iter().zip(differences) {
            let entries = changes.entries.entry(index.id).or_default();
            entries.extend(difference.gone.iter().map(|entry| (entry.clone(), None)));
        }
    }

    fn put_entries(
        &mut self,
        collection: &Arc<Collection>,
        id: &[u8],
        document: &RawDocument,
        differences: Vec<Difference>,
    ) -> StoreResult<()> {
        if document.as_bytes().len() > MAX_DOCUMENT {
            let size = document.as_bytes().len();
            return Err(StoreError::TooLarge(format!("a document of {size} bytes in {}", collection.name)));
        }
        for (index, Difference { new, .. }) in collection.indexes.iter().zip(differences) {
            if index.spec.is_unique() {
                self.check_unique(collection, index, id, document, &new)?;
            }
            let changes = self.changes.of(collection);
            let entries = changes.entries.entry(index.id).or_default();
            entries.extend(new.entries.into_iter().map(|(entry, values)| (entry, Some(values))));
            *changes.multikey.entry(index.id).or_default() |= new.multikey;
        }
        Ok(())
    }

    fn check_unique(
        &mut self,
        collection: &Arc<Collection>,
        index: &Index,
        id: &[u8],
        document: &RawDocument,
        new: &DocumentEntries,
    ) -> StoreResult<()> {
        for (entry, values) in &new.entries {
            let key = &entry[..*values as usize];
            for taken in self.ids_of(index, key)? {
                if taken != id && !self.make_room(collection, &taken)? {
                    let fields = fields_of(index, document, key);
                    return Err(StoreError::Duplicate { collection: collection.name.clone(), fields });
                }
            }
        }
        Ok(())
    }

    /// The encoded `_id`s of the documents that have a key in an index.
    fn ids_of(&self, index: &Index, key: &[u8]) -> StoreResult<Vec<Vec<u8>>> {
        let range = KeyRange::prefix(key.to_vec());
        let entries = self.entries(index, &range, Direction::Ascending)?;
        entries.map(|entry| entry.map(|entry| entry.id().to_vec())).collect()
    }
}

/// What a change of a document changes in one index. Entries that stay are not touched: a page that is not written costs nothing.
struct Difference {
    gone: Vec<Vec<u8>>,
    new: DocumentEntries,
}

/// The difference for each index of the collection, in their order.
fn differences(
    collection: &Collection,
    id: &[u8],
    before: Option<&RawDocument>,
    after: Option<&RawDocument>,
) -> StoreResult<Vec<Difference>> {
    let entries = |index: &Index, document: Option<&RawDocument>| match document {
        Some(document) => entries_of(index, document, id),
        None => Ok(DocumentEntries::default()),
    };
    let difference = |index: &Arc<Index>| {
        let (mut old, mut new) = (entries(index, before)?, entries(index, after)?);
        old.entries.retain(|entry, _| new.entries.remove(entry).is_none());
        Ok(Difference { gone: old.entries.into_keys().collect(), new })
    };
    collection.indexes.iter().map(difference).collect()
}

/// A stored document, whose outer form is checked.
pub(super) fn document_of(bytes: &[u8]) -> StoreResult<&RawDocument> {
    RawDocument::from_bytes(bytes).map_err(|_| damaged("a stored document"))
}

impl<V: View> View for Draft<'_, V> {
    fn document(&self, collection: &Collection, id: &[u8]) -> StoreResult<Option<Bytes<'_>>> {
        let change = self.changes.0.get(&collection.name).and_then(|changes| changes.documents.get(id));
        match change {
            Some(change) => Ok(change.after.as_deref().map(Bytes::Held)),
            None => self.base.document(collection, id),
        }
    }

    fn documents(
        &self,
        collection: &Collection,
        range: &KeyRange,
        direction: Direction,
    ) -> StoreResult<Rows<'_>> {
        let base = self.base.documents(collection, range, direction)?;
        let changed = self.changes.0.get(&collection.name).filter(|changes| !changes.documents.is_empty());
        let Some(changed) = changed.filter(|_| !range.is_empty()) else { return Ok(base) };
        let changed = directed(&changed.documents, range, direction)
            .map(|(id, change)| (id, change.after.as_deref().map(Bytes::Held)));
        Ok(Box::new(Merged {
            base: base.peekable(),
            changed: changed.peekable(),
            direction,
            key: |row: &Row<'_>| row.id.to_vec(),
            item: |id, document| Row { id: Bytes::Held(id), document },
        }))
    }

    fn entries(&self, index: &Index, range: &KeyRange, direction: Direction) -> StoreResult<Entries<'_>> {
        let base = self.base.entries(index, range, direction)?;
        let changed = self.changes.0.values().find_map(|changes| changes.entries.get(&index.id));
        let Some(changed) = changed.filter(|_| !range.is_empty()) else { return Ok(base) };
        let changed = directed(changed, range, direction).map(|(entry, values)| (entry, *values));
        Ok(Box::new(Merged {
            base: base.peekable(),
            changed: changed.peekable(),
            direction,
            key: |entry: &Entry<'_>| entry.bytes.to_vec(),
            item: |entry, values: u32| Entry { bytes: Bytes::Held(entry), values: values as usize },
        }))
    }

    fn len(&self, collection: &Collection) -> StoreResult<Option<u64>> {
        let Some(base) = self.base.len(collection)? else { return Ok(None) };
        let Some(changes) = self.changes.0.get(&collection.name) else { return Ok(Some(base)) };
        let count =
            |is: fn(&Change) -> bool| changes.documents.values().filter(|change| is(change)).count() as u64;
        let added = count(|change| change.before.is_none() && change.after.is_some());
        let removed = count(|change| change.before.is_some() && change.after.is_none());
        Ok(Some((base + added).saturating_sub(removed)))
    }

    fn multikey(&self, index: &Index) -> u64 {
        let changed = self.changes.0.values().find_map(|changes| changes.multikey.get(&index.id));
        self.base.multikey(index) | changed.copied().unwrap_or_default()
    }
}

fn directed<'c, T>(
    changed: &'c BTreeMap<Vec<u8>, T>,
    range: &KeyRange,
    direction: Direction,
) -> Box<dyn Iterator<Item = (&'c Vec<u8>, &'c T)> + 'c> {
    let range: btree_map::Range<'c, Vec<u8>, T> = changed.range::<[u8], _>(range.bounds());
    match direction {
        Direction::Ascending => Box::new(range),
        Direction::Descending => Box::new(range.rev()),
    }
}

/// Two sequences by key as one: where both have a key, the changed item holds, and `None` is one that is gone.
struct Merged<B: Iterator, C: Iterator, K, M> {
    base: Peekable<B>,
    changed: Peekable<C>,
    direction: Direction,
    key: K,
    item: M,
}

impl<'c, T, N, B, C, K, M> Iterator for Merged<B, C, K, M>
where
    B: Iterator<Item = StoreResult<T>>,
    C: Iterator<Item = (&'c Vec<u8>, Option<N>)>,
    K: Fn(&T) -> Vec<u8>,
    M: Fn(&'c [u8], N) -> T,
{
    type Item = StoreResult<T>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some((changed, _)) = self.changed.peek() else { return self.base.next() };
            match self.base.peek() {
                Some(Err(_)) => return self.base.next(),
                Some(Ok(base)) => {
                    let base = (self.key)(base);
                    let base_first = match self.direction {
                        Direction::Ascending => base < **changed,
                        Direction::Descending => base > **changed,
                    };
                    if base_first {
                        return self.base.next();
                    }
                    if base == **changed {
                        self.base.next();
                    }
                }
                None => {}
            }
            let (key, value) = self.changed.next()?;
            if let Some(value) = value {
                return Some(Ok((self.item)(key, value)));
            }
        }
    }
}
