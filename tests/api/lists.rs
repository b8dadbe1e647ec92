//! Lists: filters, orders, pages by number and by cursor, parts of rows, counts and search, over both transports.

use serde_json::{Value, json};
use test_support::TestStore;

use crate::{
    library::builder,
    via::{Answer, Route, Via, everywhere, route},
};

const LIST: Route<'static> = Route { kind: "get_many", path: "articles", event: "article", sub_path: "" };

/// Articles `a` to `e` with prices 1 to 5, and something different about each.
async fn seed(via: &Via) {
    let list = json!([
        { "title": "a", "price": 1, "rating": 3, "tags": ["red", "blue"], "labels": { "en": "one" }, "pin": "1" },
        { "title": "b", "price": 2.5, "rating": 3, "tags": ["red"], "address": { "city": "Ulm", "zip": 89073 } },
        { "title": "c", "price": 3, "tags": [], "address": { "city": "Bonn" }, "state": "public", "notes": "n" },
        { "title": "d", "price": 4, "rating": 1, "printedAt": "2026-01-02T03:04:05Z", "body": "x" },
        { "title": "e.*", "price": 5, "rating": null, "page": 7, "labels": { "en": "two", "de": "zwei" } },
    ]);
    via.call(route("create_many", "articles", "article"), json!({ "list": list })).await.ok();
}

fn titles(list: &Value) -> String {
    let titles = list.as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap());
    titles.map(|title| &title[..1]).collect()
}

#[tokio::test]
async fn filters_find_what_they_say() {
    everywhere(builder, async |via, store| {
        seed(via).await;
        for (query, found) in [
            (json!({}), "abcde"),
            (json!({ "title": "b" }), "b"),
            (json!({ "price": { "gte": 2.5, "lt": 4 } }), "bc"),
            (json!({ "price": { "gt": 2.5 }, "rating": 1 }), "d"),
            (json!({ "title": { "in": ["a", "c", "x"] } }), "ac"),
            (json!({ "title": { "nin": ["a", "c"] } }), "bde"),
            (json!({ "rating": { "ne": 3 } }), "cde"),
            (json!({ "rating": { "exists": true } }), "abd"),
            (json!({ "rating": { "exists": false } }), "ce"),
            (json!({ "title": { "contains": "." } }), "e"),
            (json!({ "title": { "startsWith": "e" } }), "e"),
            (json!({ "title": { "endsWith": ".*" } }), "e"),
            (json!({ "tags": "red" }), "ab"),
            (json!({ "tags": { "all": ["red", "blue"] } }), "a"),
            (json!({ "tags": { "size": 1 } }), "b"),
            (json!({ "address.city": "Ulm" }), "b"),
            (json!({ "address.zip": { "gte": 1 } }), "b"),
            (json!({ "labels.en": "two" }), "e"),
            (json!({ "state": "public" }), "c"),
            (json!({ "printedAt": { "lt": "2027-01-01T00:00:00Z" } }), "d"),
            (json!({ "page": { "eq": 7 } }), "e"),
            (json!({ "slug": "b" }), "b"),
            (json!({ "or": [{ "title": "a" }, { "price": { "gte": 4 }, "rating": 1 }] }), "ad"),
            (json!({ "or": [{ "title": "a" }, { "or": [{ "title": "b" }, { "title": "c" }] }], "price": { "lt": 3 } }), "ab"),
        ] {
            let answer = via.call(LIST, query.clone()).await;
            assert_eq!(titles(&answer.ok()), found, "{query} on {}", store.name());
        }
        let id = via.call(LIST, json!({ "title": "c" })).await.ok()[0]["id"].clone();
        assert_eq!(titles(&via.call(LIST, json!({ "id": { "in": [id] } })).await.ok()), "c");
    })
    .await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_name() {
    everywhere(builder, async |via, _| {
        seed(via).await;
        for (query, pointer) in [
            (json!({ "nothing": 1 }), "/nothing"),
            (json!({ "notes": "n" }), "/notes"),
            (json!({ "pin": "1" }), "/pin"),
            (json!({ "body": "x" }), "/body"),
            (json!({ "length": 1 }), "/length"),
            (json!({ "sort": "notes" }), "/sort"),
            (json!({ "sort": "tags" }), "/sort"),
            (json!({ "sort": "length" }), "/sort"),
            (json!({ "fields": "notes" }), "/fields"),
            (json!({ "price": "cheap" }), "/price"),
            (json!({ "price": { "near": 1 } }), "/price"),
            (json!({ "price": { "$gt": 1 } }), "/price"),
            (json!({ "title": { "contains": { "$ne": "" } } }), "/title"),
            (json!({ "$where": "1" }), "/$where"),
            (json!({ "_id": "507f1f77bcf86cd799439011" }), "/_id"),
            (json!({ "or": [{ "notes": "n" }] }), "/or/0/notes"),
            (json!({ "limit": 0 }), "/limit"),
            (json!({ "limit": -1 }), "/limit"),
            (json!({ "limit": 1_000_000_000 }), "/limit"),
            (json!({ "limit": 501 }), "/limit"),
            (json!({ "page": 0 }), "/page"),
            (json!({ "after": "bm9wZQ" }), "/after"),
            (json!({ "populate": "company" }), "/populate"),
            (json!({ "trashed": "only" }), "/trashed"),
            (json!({ "count": "maybe" }), "/count"),
        ] {
            let answer = via.call(LIST, query.clone()).await;
            let named = answer.pointers();
            assert!(named.iter().any(|named| named.starts_with(pointer)), "{query}: {answer:?}");
        }
        let both = via.call(LIST, json!({ "nothing": 1, "limit": 0, "notes": 1 })).await;
        assert_eq!(both.pointers().len(), 3, "{both:?}");
    })
    .await;
}

#[tokio::test]
async fn pages_by_cursor_come_to_every_row_once() {
    everywhere(builder, async |via, store| {
        seed(via).await;
        for (sort, order) in [
            ("price", "abcde"),
            ("-price", "edcba"),
            ("rating,title", "cedab"),
            ("-rating,title", "abdce"),
            ("title", "abcde"),
            ("printedAt", "abced"),
            ("address.city,-title", "edacb"),
            ("-id", "edcba"),
        ] {
            for limit in [1, 2, 3, 5, 6] {
                let (mut seen, mut after) = (String::new(), None);
                for turn in 0.. {
                    assert!(turn < 10, "{sort} has no end");
                    let mut query = json!({ "sort": sort, "limit": limit });
                    if let Some(cursor) = after.take() {
                        query["after"] = cursor;
                    }
                    let Answer { status, body, meta, .. } = via.call(LIST, query).await;
                    assert_eq!(status, 200, "{body}");
                    seen.push_str(&titles(&body));
                    match meta.get("nextCursor") {
                        Some(cursor) => after = Some(cursor.clone()),
                        None => break,
                    }
                }
                assert_eq!(seen, order, "{sort} by {limit} on {}", store.name());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_cursor_stands_while_rows_come_and_go() {
    everywhere(builder, async |via, _| {
        seed(via).await;
        let first = via.call(LIST, json!({ "sort": "price", "limit": 2 })).await;
        let rows = first.body.as_array().unwrap();
        for (title, price) in [("early", 0.5), ("near", 2.6), ("late", 9.0)] {
            let body = json!({ "title": title, "price": price });
            via.call(route("create_one", "articles", "article"), body).await.ok();
        }
        // The row that the cursor stands behind goes.
        via.call(route("delete_one", "articles", "article"), json!({ "id": rows[1]["id"] })).await.ok();
        let query = json!({ "sort": "price", "limit": 10, "after": first.meta["nextCursor"] });
        assert_eq!(titles(&via.call(LIST, query).await.ok()), "ncdel");
    })
    .await;
}

#[tokio::test]
async fn a_cursor_is_of_its_order_and_whole() {
    everywhere(builder, async |via, _| {
        seed(via).await;
        let first = via.call(LIST, json!({ "sort": "price", "limit": 2 })).await;
        let cursor = first.meta["nextCursor"].as_str().unwrap().to_owned();
        let refused = async |query: Value| {
            let answer = via.call(LIST, query.clone()).await;
            assert_eq!(answer.pointers(), ["/after"], "{query}");
        };
        refused(json!({ "sort": "-price", "after": cursor })).await;
        refused(json!({ "sort": "title", "after": cursor })).await;
        refused(json!({ "after": cursor })).await;
        refused(json!({ "sort": "price", "after": &cursor[1..] })).await;
        for place in 0..cursor.len() {
            let other = if &cursor[place..=place] == "A" { "B" } else { "A" };
            let changed = format!("{}{other}{}", &cursor[..place], &cursor[place + 1..]);
            refused(json!({ "sort": "price", "after": changed })).await;
        }
        let other = via.call(route("get_many", "writers", "writer"), json!({ "after": cursor })).await;
        assert_eq!(other.pointers(), ["/after"]);
        let both = via.call(LIST, json!({ "sort": "price", "after": cursor, "page": 2 })).await;
        assert_eq!(both.status, 400);
    })
    .await;
}

#[tokio::test]
async fn a_page_says_where_it_stands() {
    everywhere(builder, async |via, _| {
        seed(via).await;
        let query = json!({ "sort": "price", "limit": 2, "page": 2, "count": true, "price": { "gt": 1 } });
        let answer = via.call(LIST, query).await;
        assert_eq!(titles(&answer.body), "de");
        assert_eq!((answer.meta.get("total"), answer.meta.get("nextCursor")), (Some(&json!(4)), None));
        match &answer.http {
            Some(reply) => {
                let prev = "</articles?sort=price&limit=2&count=true&price%5Bgt%5D=1&page=1>; rel=\"prev\"";
                assert_eq!(reply.header("link"), prev);
            }
            None => assert_eq!(answer.meta, json!({ "page": 2, "limit": 2, "total": 4 })),
        }
        let first = via.call(LIST, json!({ "limit": 2 })).await;
        assert_eq!(first.meta.get("total"), None);
        if let Some(reply) = &first.http {
            assert_eq!(reply.header("link"), "</articles?limit=2&page=2>; rel=\"next\"");
        }
        assert!(first.meta["nextCursor"].is_string());
    })
    .await;
}

#[tokio::test]
async fn fields_are_what_a_client_asks_for() {
    everywhere(builder, async |via, _| {
        seed(via).await;
        let rows = via.call(LIST, json!({ "fields": "price,title", "limit": 1 })).await.ok();
        let keys: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "title", "price"]);
        let one = route("get_one", "articles", "article");
        let row = via.call(one, json!({ "id": rows[0]["id"], "fields": "length,createdAt" })).await.ok();
        let keys: Vec<&String> = row.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "length", "createdAt"]);
        let hidden = via.call(one, json!({ "id": rows[0]["id"], "fields": "notes", "filter": 1 })).await;
        assert_eq!(hidden.pointers(), ["/fields"]);
    })
    .await;
}

#[tokio::test]
async fn search_finds_words() {
    everywhere(builder, async |via, store| {
        for (title, tags) in
            [("Café au lait", vec!["Milk"]), ("Green tea", vec![]), ("Old green house", vec!["tea"])]
        {
            let body = json!({ "title": title, "price": 1, "tags": tags });
            via.call(route("create_one", "articles", "article"), body).await.ok();
        }
        for (search, found) in [
            ("cafe", "C"),
            ("GREEN", "GO"),
            ("tea milk", "CGO"),
            ("\"green house\"", "O"),
            ("green -house", "G"),
            ("gree", ""),
        ] {
            let query = json!({ "search": search, "sort": "title" });
            assert_eq!(titles(&via.call(LIST, query).await.ok()), found, "{search} on {}", store.name());
        }
        let nothing = via.call(LIST, json!({ "search": " - \"\" " })).await;
        assert_eq!(nothing.pointers(), ["/search"]);
        let no_index = via.call(route("get_many", "writers", "writer"), json!({ "search": "x" })).await;
        assert_eq!(no_index.pointers(), ["/search"]);
    })
    .await;
}

#[tokio::test]
async fn only_indexes_may_be_asked_where_the_entity_says_so() {
    everywhere(builder, async |via, _| {
        let parcel = json!({ "shop": "a", "number": 1, "weight": 2.5, "unknown": 1, "scans": 9 });
        let created = via.call(route("create_one", "parcels", "parcel"), parcel).await.ok();
        assert_eq!((created.get("unknown"), &created["scans"]), (None, &json!(0)));
        let list = route("get_many", "parcels", "parcel");
        for query in [json!({}), json!({ "shop": "a" }), json!({ "weight": { "gt": 1 }, "note": "x" })] {
            assert_eq!(via.call(list, query.clone()).await.status, 200, "{query}");
        }
        for query in [
            json!({ "note": "x" }),
            json!({ "number": 1 }),
            json!({ "shop": { "ne": "a" } }),
            json!({ "or": [{ "shop": "a" }, { "note": "x" }] }),
        ] {
            assert_eq!(via.call(list, query.clone()).await.status, 400, "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_address_has_a_limit() {
    for store in test_support::both_stores().await {
        let api = crate::http::Http(builder(&store).build().await.unwrap());
        let long = format!("/articles?title={}", "x".repeat(8 * 1024));
        api.get(&long).await.problem(414, "The address is too long: at most 8192 bytes are accepted");
        api.get(&format!("/articles?title={}", "x".repeat(1025))).await.json(400);
        api.get(&format!("/articles?title={}", "x".repeat(1024))).await.json(200);
    }
}

#[tokio::test]
async fn a_read_beyond_its_time_is_a_503() {
    use std::time::Duration;
    for store in test_support::both_stores().await {
        let seeder = Via::Http(crate::http::Http(builder(&store).build().await.unwrap()));
        let row = |number: usize| json!({ "title": format!("t{number}"), "price": number });
        for _ in 0..5 {
            let list: Vec<Value> = (0..1000).map(row).collect();
            seeder.call(route("create_many", "articles", "article"), json!({ "list": list })).await.ok();
        }
        let limits = dynamic_api::Limits::default().time(Duration::from_nanos(1), Duration::from_secs(20));
        let api = crate::http::Http(builder(&store).limits(limits).build().await.unwrap());
        let slow = api.get("/articles?title[contains]=zz&sort=-title").await;
        slow.problem(503, "The service is temporarily unavailable");
        assert_eq!(slow.header("retry-after"), "1");
    }
}

#[tokio::test]
async fn rows_that_can_not_be_read_are_left_out_of_every_page() {
    everywhere(builder, async |via, store| {
        seed(via).await;
        write_unreadable(store).await;
        let rows = via.call(LIST, json!({ "sort": "price", "limit": 500 })).await.ok();
        assert_eq!(titles(&rows), "abcde");
        let (mut seen, mut after) = (String::new(), json!(null));
        for _ in 0..10 {
            let mut query = json!({ "sort": "price", "limit": 1 });
            if !after.is_null() {
                query["after"] = after;
            }
            let answer = via.call(LIST, query).await;
            seen.push_str(&titles(&answer.body));
            after = answer.meta["nextCursor"].clone();
            if after.is_null() {
                break;
            }
        }
        assert_eq!(seen, "abcde", "{}", store.name());
    })
    .await;
}

/// Rows as another program may leave them: a price that is a text, a list, or missing.
async fn write_unreadable(store: &TestStore) {
    use bson::{RawDocumentBuf, doc, oid::ObjectId};
    let rows = [
        doc! { "_id": ObjectId::new(), "title": "text", "price": "much" },
        doc! { "_id": ObjectId::new(), "title": "list", "price": [2, 9] },
        doc! { "_id": ObjectId::new(), "title": "none" },
    ];
    let rows: Vec<RawDocumentBuf> = rows.iter().map(|row| RawDocumentBuf::try_from(row).unwrap()).collect();
    store.insert("articles", &rows).await.unwrap();
}
