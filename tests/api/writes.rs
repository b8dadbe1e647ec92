//! Upserts, batches, and fields that are computed, over both transports.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use dynamic_api::{DynamicApi, dynamic_api};
use serde_json::{Value, json};
use test_support::{TestStore, embedded_store};
use tokio::sync::Barrier;

use crate::{
    http::{Http, NOBODY},
    library::builder,
    via::{Route, Via, everywhere, route},
};

fn writers(kind: &str) -> Route<'_> {
    route(kind, "writers", "writer")
}

async fn names(via: &Via) -> Vec<String> {
    let rows = via.call(writers("get_many"), json!({ "sort": "name" })).await.ok();
    rows.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_upsert_makes_or_replaces_by_its_key() {
    everywhere(builder, async |via, store| {
        let upsert = async |body: Value| via.call(writers("upsert_one"), body).await;
        let made = upsert(json!({ "email": "a@x.y", "name": "Ada", "secret": "s" })).await;
        if let Some(reply) = &made.http {
            assert_eq!(
                (made.status, reply.header("location")),
                (201, &*format!("/writers/{}", made.body["id"].as_str().unwrap()))
            );
        }
        let made = made.ok();
        let replaced = upsert(json!({ "email": "a@x.y", "name": "Ada Lovelace" })).await;
        assert_eq!(replaced.status, 200);
        let replaced = replaced.ok();
        assert_eq!((&replaced["id"], &replaced["createdAt"]), (&made["id"], &made["createdAt"]));
        assert_eq!(names(via).await, ["Ada Lovelace"], "{}", store.name());

        assert_eq!(upsert(json!({ "name": "Nobody" })).await.pointers(), ["/email"]);
        assert_eq!(upsert(json!({ "name": "Nobody", "email": null })).await.pointers(), ["/email"]);
        assert_eq!(upsert(json!({ "name": "Nobody", "email": { "$gt": "" } })).await.status, 400);
        assert_eq!(upsert(json!({ "email": "a@x.y" })).await.pointers(), ["/name"]);

        // A deleted document is none.
        via.call(writers("delete_one"), json!({ "id": made["id"] })).await.ok();
        assert_ne!(upsert(json!({ "email": "a@x.y", "name": "New" })).await.ok()["id"], made["id"]);
        let parcel = json!({ "shop": "s", "number": 7, "weight": 1 });
        let parcels = route("upsert_one", "parcels", "parcel");
        let (first, second) =
            (via.call(parcels, parcel.clone()).await.ok(), via.call(parcels, parcel).await.ok());
        assert_eq!(first["id"], second["id"]);
    })
    .await;
}

#[tokio::test]
async fn upserts_at_once_make_one_document() {
    for store in test_support::both_stores().await {
        let api = Http(builder(&store).build().await.unwrap());
        let (barrier, mut calls) = (Arc::new(Barrier::new(20)), vec![]);
        for number in 0..20 {
            let (api, barrier) = (api.clone(), barrier.clone());
            calls.push(tokio::spawn(async move {
                barrier.wait().await;
                api.put("/writers", json!({ "email": "one@x.y", "name": format!("n{number}") })).await.status
            }));
        }
        let statuses = futures_util::future::join_all(calls).await;
        let made = statuses.iter().filter(|status| status.as_ref().unwrap().as_u16() == 201).count();
        let done = statuses.iter().filter(|status| status.as_ref().unwrap().is_success()).count();
        assert_eq!((made, done), (1, 20), "{}", store.name());
        assert_eq!(api.get("/writers").await.json(200).as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn changes_at_once_of_one_document_are_all_made() {
    for store in test_support::both_stores().await {
        let api = Http(builder(&store).build().await.unwrap());
        let article = api.post("/articles", json!({ "title": "One", "price": 1, "page": 0 })).await.json(201);
        let path = format!("/articles/{}", article["id"].as_str().unwrap());
        let (barrier, mut calls) = (Arc::new(Barrier::new(32)), vec![]);
        for number in 0..32 {
            let (api, barrier, path) = (api.clone(), barrier.clone(), path.clone());
            calls.push(tokio::spawn(async move {
                barrier.wait().await;
                // It is decided on a copy, as a field is computed of the title.
                api.patch(&path, json!({ "title": format!("No {number}") })).await.status.as_u16()
            }));
        }
        let statuses = futures_util::future::join_all(calls).await;
        assert!(
            statuses.iter().all(|status| *status.as_ref().unwrap() == 200),
            "{}: {statuses:?}",
            store.name()
        );
    }
}

#[tokio::test]
async fn a_batch_does_all_of_it() {
    everywhere(builder, async |via, _| {
        let old =
            via.call(writers("create_one"), json!({ "name": "old", "pin": "1" })).await.ok()["id"].clone();
        let dead = via.call(writers("create_one"), json!({ "name": "dead" })).await.ok()["id"].clone();
        let list = json!([
            { "create": { "name": "new", "email": "n@x.y" } },
            { "update": { "id": old, "name": "updated" } },
            { "replace": { "id": old, "name": "replaced" } },
            { "delete": { "id": dead } },
            { "delete": { "id": NOBODY } },
            { "delete": { "id": "nonsense" } },
        ]);
        let done = via.call(writers("batch"), json!({ "list": list })).await.ok();
        let statuses: Vec<u64> =
            done.as_array().unwrap().iter().map(|one| one["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, [201, 200, 200, 200, 200, 200]);
        assert_eq!(
            (&done[1]["data"]["name"], &done[2]["data"]["name"]),
            (&json!("updated"), &json!("replaced"))
        );
        assert_eq!(done[3]["data"], json!({ "deletedCount": 1 }));
        assert_eq!(done[5]["data"], json!({ "deletedCount": 0 }));
        assert_eq!(names(via).await, ["new", "replaced"]);
    })
    .await;
}

#[tokio::test]
async fn one_failure_undoes_a_batch_unless_it_says_otherwise() {
    everywhere(builder, async |via, store| {
        let taken = json!({ "name": "taken", "email": "t@x.y" });
        let taken = via.call(writers("create_one"), taken).await.ok();
        let good = json!({ "create": { "name": "good" } });
        let bad = [
            (json!({ "create": { "name": "bad", "email": "t@x.y" } }), 409, "email 't@x.y' is already used"),
            (json!({ "update": { "id": NOBODY, "name": "x" } }), 404, "Document not found"),
            (json!({ "replace": { "id": "nonsense", "name": "x" } }), 404, "Writer not found"),
        ];
        for (bad, status, message) in &bad {
            let list = json!({ "list": [good, { "delete": { "id": taken["id"] } }, good, bad] });
            // The deletion makes room for what is refused elsewhere, so it is left out there.
            let list = if *status == 409 { json!({ "list": [good, bad] }) } else { list };
            let place = format!("/list/{}", list["list"].as_array().unwrap().len() - 1);
            let answer = via.call(writers("batch"), list).await;
            answer.refused(*status, *message);
            assert_eq!(answer.body["errors"][0]["pointer"], place, "{answer:?}");
            assert_eq!(names(via).await, ["taken"], "{}", store.name());
        }
        let invalid = json!({ "list": [good, { "create": { "nam": 1 } }, { "update": { "id": taken["id"], "name": 1 } }, { "update": { "id": taken["id"] } }] });
        let answer = via.call(writers("batch"), invalid).await;
        assert_eq!(answer.pointers(), ["/list/1/create/nam", "/list/1/create/name", "/list/2/update/name", "/list/3/update"]);
        assert_eq!(names(via).await, ["taken"]);

        let list: Vec<&Value> = bad.iter().map(|(bad, ..)| bad).chain([&good]).collect();
        let mut each = json!({ "list": list, "atomic": false });
        each["list"].as_array_mut().unwrap().push(json!({ "create": { "name": 5 } }));
        let done = via.call(writers("batch"), each).await.ok();
        let statuses: Vec<u64> = done.as_array().unwrap().iter().map(|one| one["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, [409, 404, 404, 201, 400]);
        assert_eq!(done[0]["error"]["message"], "email 't@x.y' is already used");
        assert_eq!(done[4]["error"]["errors"][0]["pointer"], "/list/4/create/name");
        assert_eq!(names(via).await, ["good", "taken"]);
    })
    .await;
}

#[tokio::test]
async fn a_batch_of_nonsense_is_refused() {
    everywhere(builder, async |via, _| {
        let too_many: Vec<Value> = (0..1001).map(|_| json!({ "create": { "name": "x" } })).collect();
        for body in [
            json!({}),
            json!({ "list": [] }),
            json!({ "list": {} }),
            json!({ "list": [1] }),
            json!({ "list": [{}] }),
            json!({ "list": [{ "create": { "name": "x" }, "delete": { "id": NOBODY } }] }),
            json!({ "list": [{ "drop": {} }] }),
            json!({ "list": [{ "delete": NOBODY }] }),
            json!({ "list": [{ "delete": {} }] }),
            json!({ "list": [{ "delete": { "id": NOBODY, "name": "x" } }] }),
            json!({ "list": [{ "update": { "name": "x" } }] }),
            json!({ "list": [{ "update": { "id": NOBODY } }] }),
            json!({ "list": [{ "create": { "name": "x" } }], "atomic": "maybe" }),
            json!({ "list": [{ "create": { "name": "x" } }], "$set": 1 }),
            json!({ "list": too_many }),
        ] {
            let answer = via.call(writers("batch"), body.clone()).await;
            assert_eq!(answer.status, 400, "{body}: {answer:?}");
        }
        assert_eq!(names(via).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn what_is_computed_is_right_after_every_way_of_writing() {
    everywhere(builder, async |via, store| {
        let articles = |kind| route(kind, "articles", "article");
        let computed = |row: &Value| {
            (row["slug"].as_str().unwrap().to_owned(), row["length"].as_i64().unwrap(), row["size"].clone())
        };
        let expected = |slug: &str, length, size: &str| (slug.to_owned(), length, json!(size));
        let one = via.call(articles("create_one"), json!({ "title": "On Tea", "price": 1 })).await.ok();
        assert_eq!(computed(&one), expected("on-tea", 6, "short!"), "{}", store.name());
        let id = &one["id"];
        let update = json!({ "id": id, "title": "On Green Tea Leaves" });
        let updated = via.call(articles("update_one"), update).await.ok();
        assert_eq!(computed(&updated), expected("on-green-tea-leaves", 19, "long!"));
        let other = via.call(articles("update_one"), json!({ "id": id, "price": 2 })).await.ok();
        assert_eq!(computed(&other), computed(&updated));
        let replaced =
            via.call(articles("replace_one"), json!({ "id": id, "title": "X Y", "price": 1 })).await.ok();
        assert_eq!(computed(&replaced), expected("x-y", 3, "short!"));
        assert_eq!(replaced["createdAt"], one["createdAt"]);
        let copy = via.call(articles("duplicate_one"), json!({ "id": id, "title": "A Copy" })).await.ok();
        assert_eq!(computed(&copy), expected("a-copy", 6, "short!"));
        let list = json!({ "list": [{ "title": "M N", "price": 1 }, { "title": "O P", "price": 1 }] });
        let many = via.call(articles("create_many"), list).await.ok();
        assert_eq!(computed(&many[1]), expected("o-p", 3, "short!"));
        let ids = json!({ "ids": [many[0]["id"], many[1]["id"]], "title": "Q R S" });
        let many = via.call(articles("update_many"), ids).await.ok();
        assert_eq!(
            (computed(&many[0]), computed(&many[1])),
            (computed(&many[1]), expected("q-r-s", 5, "short!"))
        );

        // What is stored is what is found, and what is only shown is not stored.
        assert_eq!(via.call(articles("get_many"), json!({ "slug": "x-y" })).await.ok()[0]["id"], *id);
        let stored = store
            .find("articles", &dynamic_api::query::Find::new(dynamic_api::query::Filter::All))
            .await
            .unwrap();
        for row in &stored {
            assert!(row.get("length").unwrap().is_none());
            assert!(matches!(row.get_str("size").unwrap(), "short" | "long"));
        }
        for name in ["slug", "length", "size"] {
            let set = via.call(articles("update_one"), json!({ "id": id, name: "x" })).await;
            assert_eq!(set.pointers(), [format!("/{name}")]);
        }
    })
    .await;
}

#[tokio::test]
async fn updates_at_once_leave_what_is_computed_right() {
    for store in test_support::both_stores().await {
        let api = Http(builder(&store).build().await.unwrap());
        let article = api.post("/articles", json!({ "title": "start", "price": 0 })).await.json(201);
        let path = format!("/articles/{}", article["id"].as_str().unwrap());
        let (barrier, mut calls) = (Arc::new(Barrier::new(12)), vec![]);
        for number in 0..12 {
            let (api, barrier, path) = (api.clone(), barrier.clone(), path.clone());
            calls.push(tokio::spawn(async move {
                barrier.wait().await;
                let body = if number % 2 == 0 {
                    json!({ "title": format!("T {number}") })
                } else {
                    json!({ "price": number })
                };
                api.patch(&path, body).await.status.as_u16()
            }));
        }
        for status in futures_util::future::join_all(calls).await {
            assert!(matches!(status.unwrap(), 200 | 503), "{}", store.name());
        }
        let row = api.get(&path).await.json(200);
        let title = row["title"].as_str().unwrap();
        assert_eq!(row["slug"], title.to_lowercase().replace(' ', "-"), "{}", store.name());
    }
}

/// An index of lists is unique by each of their items, so that a list can be taken by one that it is not equal to.
#[dynamic_api(path = "bags", web_socket, routes(get_many, upsert_one))]
struct Bag {
    #[api(unique)]
    #[serde(with = "written")]
    things: Tags,
}

/// A form of its own, of which the library knows nothing.
mod written {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Tags;

    pub fn serialize<S: Serializer>(tags: &Tags, serializer: S) -> Result<S::Ok, S::Error> {
        tags.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tags, D::Error> {
        Tags::deserialize(deserializer)
    }
}

#[tokio::test]
async fn a_key_that_is_taken_by_what_is_not_found_is_a_conflict_at_once() {
    let bags = |store: &TestStore| DynamicApi::builder().store(store.store()).resource::<Bag>();
    everywhere(bags, async |via, store| {
        let upsert = async |things: Value| {
            via.call(route("upsert_one", "bags", "bag"), json!({ "things": things })).await
        };
        upsert(json!(["a"])).await.ok();
        let asked = Instant::now();
        assert_eq!(upsert(json!(["a", "b"])).await.status, 409, "{}", store.name());
        assert!(asked.elapsed() < Duration::from_secs(5), "{}: {:?}", store.name(), asked.elapsed());
        assert_eq!(upsert(json!(["a"])).await.status, 200, "{}", store.name());
    })
    .await;
}

type Tags = Vec<String>;

#[dynamic_api(path = "tagged", routes(upsert_one))]
struct Tagged {
    #[api(unique)]
    tags: Option<Tags>,
}

#[tokio::test]
async fn a_key_that_is_a_list_by_another_name_keeps_the_application_from_starting() {
    let refused =
        DynamicApi::builder().store(embedded_store().store()).resource::<Tagged>().build().await.unwrap_err();
    assert!(refused.to_string().contains("its key tags is a list"), "{refused}");
}
