//! What every store promises, asked of each of them; what only MongoDB can show, asked of a real one; and the embedded store
//! against MongoDB as its oracle.

#![allow(clippy::unwrap_used, missing_docs)]

mod after;
mod conformance;
mod indexes;
mod oracle;
mod outage;
mod round_trips;
mod seek_plans;
mod standalone;
mod sync;
mod text;
mod transactions;
mod ttl;
mod unique_ci;
mod update_each;
mod walks;
mod watched;

use bson::{Bson, Document, RawDocumentBuf};
use dynamic_api_runtime::store::{Collections, StoreResult};

/// Makes each case a test on each store, `embedded::<case>` and `mongo::<case>`.
macro_rules! on_both_stores {
    ($($case:ident,)*) => {
        mod embedded {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    super::$case(&test_support::embedded_store()).await;
                }
            )*
        }
        mod mongo {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    super::$case(&test_support::mongo_store().await).await;
                }
            )*
        }
    };
}
use on_both_stores;

/// The collection that most cases use.
const ITEMS: &str = "items";

fn raw(document: Document) -> RawDocumentBuf {
    RawDocumentBuf::try_from(&document).unwrap()
}

fn documents(rows: Vec<RawDocumentBuf>) -> Vec<Document> {
    rows.iter().map(|row| Document::try_from(row).unwrap()).collect()
}

fn document(row: Option<RawDocumentBuf>) -> Option<Document> {
    row.map(|row| Document::try_from(&row).unwrap())
}

async fn insert(
    store: &(impl Collections + ?Sized),
    rows: impl IntoIterator<Item = Document>,
) -> StoreResult<()> {
    let rows: Vec<_> = rows.into_iter().map(raw).collect();
    store.insert(ITEMS, &rows).await
}

/// All documents of the collection, by `_id`.
async fn all(store: &(impl Collections + ?Sized)) -> Vec<Document> {
    use dynamic_api_runtime::query::{Filter, Find, Sort};
    documents(store.find(ITEMS, &Find::new(Filter::All).sort(Sort::none().stable())).await.unwrap())
}

fn ids(rows: &[Document]) -> Vec<Bson> {
    rows.iter().map(|row| row.get("_id").cloned().unwrap()).collect()
}
