//! Writers whose every step follows from a seed, so that what must be in the store can be computed from how many steps were
//! acknowledged.

use std::collections::BTreeMap;

use bson::{Document, RawDocumentBuf, doc};
use dynamic_api_runtime::{
    query::{Direction, FieldUpdate, Filter, Find, Update},
    store::{
        CollectionSpec, Collections, Database, EmbeddedStore, IndexKind, IndexSpec, StoreError, StoreResult,
        SyncIndexes, transact,
    },
};

use super::random::Random;

/// How many writers there are.
pub(crate) const WRITERS: usize = 5;
/// Between how many accounts the writers move money, each with this much at first.
const ACCOUNTS: u64 = 4;
const MONEY: i64 = 1000;

/// A writer at a step of its own.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    seed: u64,
    number: usize,
    /// How many steps it has made.
    pub(crate) steps: u64,
    /// What it has stored in `items`, by `_id`.
    items: BTreeMap<i64, Document>,
    /// What it has stored in `transfers`.
    transfers: BTreeMap<i64, Document>,
}

/// What a writer does in one step.
#[derive(Debug)]
enum Step {
    Insert(Document),
    /// Changes the key, the group and the tags.
    Update(Document),
    Delete(i64),
    /// In one transaction: one item goes, two come, one changes.
    Exchange {
        gone: i64,
        new: [Document; 2],
        changed: Document,
    },
    /// In one transaction: money moves between two accounts, and that is written down.
    Transfer(Document),
}

impl Writer {
    /// The writer after so many steps.
    pub(crate) fn at(seed: u64, number: usize, steps: u64) -> Self {
        let mut writer = Self { seed, number, steps: 0, items: BTreeMap::new(), transfers: BTreeMap::new() };
        for _ in 0..steps {
            writer.advance();
        }
        writer
    }

    /// Takes the next step as made.
    fn advance(&mut self) {
        match self.next() {
            Step::Insert(item) | Step::Update(item) => self.keep(item),
            Step::Delete(id) => drop(self.items.remove(&id)),
            Step::Exchange { gone, new, changed } => {
                self.items.remove(&gone);
                new.into_iter().chain([changed]).for_each(|item| self.keep(item));
            }
            Step::Transfer(transfer) => {
                self.transfers.insert(transfer.get_i64("_id").unwrap(), transfer);
            }
        }
        self.steps += 1;
    }

    fn keep(&mut self, item: Document) {
        self.items.insert(item.get_i64("_id").unwrap(), item);
    }

    fn next(&self) -> Step {
        let mut random = Random(self.seed ^ (self.number as u64) << 48 ^ self.steps);
        random.next();
        let ids: Vec<i64> = self.items.keys().copied().collect();
        if ids.len() < 3 {
            return Step::Insert(self.item(&mut random, 0));
        }
        // One that has been there for long, or the newest.
        let old = *random.one_of(&ids);
        match random.below(10) {
            0..=2 => Step::Insert(self.item(&mut random, 0)),
            3..=4 => Step::Update(self.changed(&mut random, old)),
            5 => Step::Delete(old),
            6..=7 => {
                let others: Vec<i64> = ids.into_iter().filter(|id| *id != old).collect();
                let changed = *random.one_of(&others);
                let changed = self.changed(&mut random, changed);
                Step::Exchange {
                    gone: old,
                    new: [self.item(&mut random, 0), self.item(&mut random, 1)],
                    changed,
                }
            }
            _ => {
                let from = random.below(ACCOUNTS);
                let to = (from + 1 + random.below(ACCOUNTS - 1)) % ACCOUNTS;
                let amount = random.below(100) as i64;
                Step::Transfer(
                    doc! { "_id": self.id(0), "writer": self.number as i64, "from": from as i64, "to": to as i64, "amount": amount },
                )
            }
        }
    }

    fn id(&self, place: i64) -> i64 {
        (self.steps as i64 * 2 + place) * WRITERS as i64 + self.number as i64
    }

    fn item(&self, random: &mut Random, place: i64) -> Document {
        let id = self.id(place);
        self.filled(random, doc! { "_id": id, "writer": self.number as i64 }, id)
    }

    fn changed(&self, random: &mut Random, id: i64) -> Document {
        self.filled(random, doc! { "_id": id, "writer": self.number as i64 }, id)
    }

    /// Every key is used once in all time, and sizes reach over several pages.
    fn filled(&self, random: &mut Random, mut item: Document, id: i64) -> Document {
        item.insert("key", format!("{id} at {}", self.steps));
        item.insert("group", random.below(7) as i64);
        item.insert("tags", (0..random.below(4)).map(|tag| tag as i64).collect::<Vec<_>>());
        let large = if random.below(20) == 0 { 9000 } else { 120 };
        item.insert("text", "x".repeat(random.below(large) as usize));
        item
    }

    /// Makes the next step in the store.
    ///
    /// # Errors
    /// Where it was not acknowledged; it may have been made all the same.
    pub(crate) async fn step(&mut self, store: &EmbeddedStore) -> StoreResult<()> {
        let step = self.next();
        loop {
            match make(&step, store).await {
                Err(StoreError::Conflict) => {}
                Ok(()) => break,
                Err(error) => return Err(error),
            }
        }
        self.advance();
        Ok(())
    }
}

async fn make(step: &Step, store: &EmbeddedStore) -> StoreResult<()> {
    match step {
        Step::Insert(item) => store.insert("items", &[raw(item)]).await,
        Step::Update(item) => update(store, item).await,
        Step::Delete(id) => {
            // By the index, which must lead to the document.
            let filter = Filter::eq("writer", *id % WRITERS as i64).and(Filter::eq("_id", *id));
            assert_eq!(store.delete_one("items", &filter).await?, 1);
            Ok(())
        }
        Step::Exchange { gone, new, changed } => {
            let (gone, new, changed) = (*gone, new.clone(), changed.clone());
            transact(store, move |transaction, _| {
                let (new, changed) = (new.clone(), changed.clone());
                Box::pin(async move {
                    assert_eq!(transaction.delete_one("items", &Filter::eq("_id", gone)).await?, 1);
                    transaction.insert("items", &[raw(&new[0]), raw(&new[1])]).await?;
                    update(transaction, &changed).await
                })
            })
            .await
        }
        Step::Transfer(transfer) => {
            let transfer = transfer.clone();
            transact(store, move |transaction, _| {
                let transfer = transfer.clone();
                Box::pin(async move { move_money(transaction, &transfer).await })
            })
            .await
        }
    }
}

async fn update(collections: &(impl Collections + ?Sized), item: &Document) -> StoreResult<()> {
    let members = item.iter().filter(|(name, _)| *name != "_id");
    let update = members.fold(Update::default(), |update, (name, value)| update.set(name, value.clone()));
    let changed =
        collections.update_one("items", &Filter::eq("_id", item.get_i64("_id").unwrap()), &update).await?;
    assert!(changed.is_some(), "{item}");
    Ok(())
}

async fn move_money(collections: &(impl Collections + ?Sized), transfer: &Document) -> StoreResult<()> {
    for (end, sign) in [("from", -1), ("to", 1)] {
        let account = Filter::eq("_id", transfer.get_i64(end).unwrap());
        let amount = transfer.get_i64("amount").unwrap() * sign;
        let paid = Update::default().with("money", FieldUpdate::Inc(amount.into()));
        collections.update_one("accounts", &account, &paid).await?;
    }
    collections.insert("transfers", &[raw(transfer)]).await
}

fn raw(document: &Document) -> RawDocumentBuf {
    RawDocumentBuf::try_from(document).unwrap()
}

/// Makes the collections ready.
pub(crate) async fn prepare(store: &EmbeddedStore) -> StoreResult<()> {
    let index = |path: &str, unique| IndexSpec {
        keys: vec![(path.to_owned(), Direction::Ascending)],
        kind: if unique { IndexKind::Unique } else { IndexKind::Plain },
        only_types: Vec::new(),
        only_null: Vec::new(),
    };
    let compound = IndexSpec {
        keys: vec![("group".to_owned(), Direction::Descending), ("tags".to_owned(), Direction::Ascending)],
        ..index("group", false)
    };
    let indexes = vec![index("key", true), index("writer", false), compound];
    store.prepare(&CollectionSpec { name: "items".to_owned(), indexes }, SyncIndexes::CreateOnly).await?;
    store
        .prepare(
            &CollectionSpec { name: "transfers".to_owned(), indexes: vec![index("writer", false)] },
            SyncIndexes::CreateOnly,
        )
        .await?;
    if store.count("accounts", &Filter::All).await? == 0 {
        let accounts: Vec<_> =
            (0..ACCOUNTS as i64).map(|id| raw(&doc! { "_id": id, "money": MONEY })).collect();
        store.insert("accounts", &accounts).await?;
    }
    Ok(())
}

/// Checks that the store holds what the writers were told is done, at most their next step besides, and nothing else; takes
/// that step as made where it is.
pub(crate) async fn verify(store: &EmbeddedStore, writers: &mut [Writer], context: &str) {
    let report = store.check_integrity().unwrap();
    assert!(report.is_sound(), "{context}: {report:?}");
    for writer in writers.iter_mut() {
        let found =
            (written(store, "items", writer.number).await, written(store, "transfers", writer.number).await);
        if found == (writer.items.clone(), writer.transfers.clone()) {
            continue;
        }
        let acknowledged = writer.clone();
        writer.advance();
        let expected = (writer.items.clone(), writer.transfers.clone());
        assert!(
            found == expected,
            "{context}: writer {} is neither at {acknowledged:?} nor a step on: {found:?}",
            writer.number
        );
    }
    verify_accounts(store, writers, context).await;
}

async fn written(store: &EmbeddedStore, collection: &str, writer: usize) -> BTreeMap<i64, Document> {
    let find = Find::new(Filter::eq("writer", writer as i64));
    let found = store.find(collection, &find).await.unwrap();
    let documents = found.iter().map(|found| Document::try_from(found.as_ref()).unwrap());
    documents.map(|document| (document.get_i64("_id").unwrap(), document)).collect()
}

/// Every account has what the transfers make of it.
async fn verify_accounts(store: &EmbeddedStore, writers: &[Writer], context: &str) {
    let mut money = vec![MONEY; ACCOUNTS as usize];
    for transfer in writers.iter().flat_map(|writer| writer.transfers.values()) {
        let amount = transfer.get_i64("amount").unwrap();
        money[transfer.get_i64("from").unwrap() as usize] -= amount;
        money[transfer.get_i64("to").unwrap() as usize] += amount;
    }
    let found = store.find("accounts", &Find::new(Filter::All)).await.unwrap();
    let found = found.iter().map(|account| account.get_i64("money").unwrap());
    let found: Vec<i64> = found.collect();
    assert!(
        found == money || found.is_empty() && writers.iter().all(|writer| writer.steps == 0),
        "{context}: {found:?}, {money:?}"
    );
}
