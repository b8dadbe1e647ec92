//! What a long list takes of memory: its rows in one form, and its body once.
#![allow(missing_docs, clippy::unwrap_used)]

use axum::{Router, body::Body};
use bson::{RawDocumentBuf, doc, oid::ObjectId};
use dynamic_api::{DynamicApi, dynamic_api};
use http::Request;
use http_body_util::BodyExt;
use test_support::{TestStore, embedded_store, mongo_store};
use tower::ServiceExt;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

const ROWS: usize = 10_000;

#[dynamic_api(path = "rows", page(default = 20, max = 10000), routes(get_many))]
pub struct Row {
    pub name: String,
    pub text: String,
}

async fn seed(store: &TestStore) -> usize {
    let row = |number: usize| {
        let text = format!("{number:06}").repeat(100);
        let row = doc! { "_id": ObjectId::new(), "name": format!("row {number}"), "text": text, "__v": 0 };
        RawDocumentBuf::try_from(&row).unwrap()
    };
    // One row more than the page, so that the list has a next one.
    let rows: Vec<RawDocumentBuf> = (0..=ROWS).map(row).collect();
    for chunk in rows.chunks(1000) {
        store.insert("rows", chunk).await.unwrap();
    }
    rows.iter().map(|row| row.as_bytes().len()).sum()
}

async fn list(router: &Router, limit: usize) -> usize {
    let request = Request::get(format!("/rows?limit={limit}")).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    response.into_body().collect().await.unwrap().to_bytes().len()
}

#[tokio::test]
async fn a_list_of_ten_thousand_rows_is_in_memory_once() {
    for store in [embedded_store(), mongo_store().await] {
        let router = DynamicApi::builder().store(store.store()).resource::<Row>().build().await.unwrap();
        let rows = seed(&store).await;
        // What is made once is there before it is counted.
        list(&router, 1).await;
        let profiler = dhat::Profiler::builder().testing().build();
        let body = list(&router, ROWS).await;
        let peak = dhat::HeapStats::get().max_bytes;
        drop(profiler);
        assert!(body > rows, "{}: {body} bytes of JSON for {rows} bytes of rows", store.name());
        let allowed = rows + body + body / 3;
        assert!(peak < allowed, "{}: rows {rows}, body {body}, peak {peak}", store.name());
    }
}
