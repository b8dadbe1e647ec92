//! Routes with types of their own for queries, bodies and results, and versions of one route side by side.

use serde_json::{Value, json};

use crate::{
    http::Http,
    library::builder,
    via::{Answer, Route, Via, everywhere, route},
};

fn products<'a>(kind: &'a str, sub_path: &'a str) -> Route<'a> {
    Route { sub_path, ..route(kind, "products", "product") }
}

async fn product(via: &Via, name: &str, price: f64) -> Value {
    via.call(products("create_one", ""), json!({ "name": name, "price": price })).await.ok()
}

fn transport(via: &Via) -> &'static str {
    match via {
        Via::Http(_) | Via::Bearer(..) => "Http",
        Via::Socket(_) => "SocketIo",
    }
}

#[tokio::test]
async fn a_list_has_a_query_and_a_presenter_of_its_own() {
    everywhere(builder, async |via, _| {
        for (name, price) in [("pen", 1.0), ("book", 10.0), ("desk", 100.0)] {
            product(via, name, price).await;
        }
        let cards = products("get_many", "cards");
        let Answer { body, meta, .. } =
            via.call(cards, json!({ "budget": 20, "sort": "-price", "limit": 1, "count": true })).await;
        assert_eq!(body[0]["title"], format!("BOOK via {}", transport(via)));
        assert_eq!(body[0].as_object().unwrap().len(), 2);
        let next = json!({ "budget": 20, "sort": "-price", "after": meta["nextCursor"] });
        assert_eq!(via.call(cards, next).await.ok()[0]["title"], format!("PEN via {}", transport(via)));
        assert_eq!(meta["total"], 2);

        assert_eq!(via.call(cards, json!({})).await.status, 400);
        assert_eq!(via.call(cards, json!({ "budget": "x" })).await.pointers(), ["/budget"]);
        assert_eq!(via.call(cards, json!({ "budget": -1 })).await.pointers(), ["/budget"]);
        assert_eq!(via.call(cards, json!({ "budget": 5, "name": "pen" })).await.status, 400);
        let fields = via.call(cards, json!({ "budget": 5, "fields": "name" })).await;
        assert_eq!(fields.pointers(), ["/fields"]);
        // The language of the entity is still that of its other list.
        assert_eq!(via.call(products("get_many", ""), json!({ "name": "pen" })).await.ok()[0]["price"], 1.0);
    })
    .await;
}

#[tokio::test]
async fn a_presenter_may_refuse() {
    everywhere(builder, async |via, _| {
        let one = product(via, "unpresentable", 1.0).await;
        let answer = via.call(products("get_one", ""), json!({ "id": one["id"] })).await;
        answer.refused(404, "Document not found");
        let list = via.call(products("get_many", "cards"), json!({ "budget": 9 })).await;
        list.refused(404, "Document not found");
    })
    .await;
}

#[tokio::test]
async fn a_body_of_its_own_makes_the_entity() {
    everywhere(builder, async |via, store| {
        let list = json!({ "list": [{ "name": "a", "cents": 150 }, { "name": "b", "cents": 250 }] });
        let made = via.call(products("create_many", "cents"), list).await.ok();
        assert_eq!(
            (&made[0]["price"], &made[1]["price"], &made[0]["state"]),
            (&json!(1.5), &json!(2.5), &json!("priced"))
        );
        assert_eq!(made[0].get("cost"), None, "hidden stays hidden");

        let bad = json!({ "list": [{ "name": "a", "cents": 0 }] });
        assert_eq!(via.call(products("create_many", "cents"), bad).await.pointers(), ["/list/0/cents"]);
        for bad in [
            json!({ "list": [{ "name": "a" }] }),
            json!({ "list": [{ "name": "a", "cents": -1 }] }),
            json!({ "list": [{ "name": "a", "cents": 1, "price": 5 }] }),
            json!({ "list": [{ "name": "a", "cents": 1, "$set": 5 }] }),
            json!({ "list": [{ "name": { "$ne": 1 }, "cents": 1 }] }),
        ] {
            let answer = via.call(products("create_many", "cents"), bad.clone()).await;
            assert!(answer.pointers()[0].starts_with("/list/0"), "{bad}: {answer:?}");
        }
        let replace = json!({ "id": made[0]["id"], "name": "c", "cents": 300 });
        let replaced = via.call(products("replace_one", "cents"), replace).await.ok();
        assert_eq!(
            (&replaced["id"], replaced["price"].as_f64()),
            (&made[0]["id"], Some(3.0)),
            "{}",
            store.name()
        );
    })
    .await;
}

#[tokio::test]
async fn a_body_of_its_own_sets_what_clients_can_not() {
    everywhere(builder, async |via, _| {
        let (a, b) = (product(via, "a", 1.0).await, product(via, "b", 2.0).await);
        let plain = via.call(products("update_one", ""), json!({ "id": a["id"], "state": "approved" })).await;
        assert_eq!(plain.pointers(), ["/state"]);
        let approve = json!({ "id": a["id"], "reason": "taste" });
        let approved = via.call(products("update_one", "approve"), approve).await.ok();
        assert_eq!(
            (&approved["state"], approved["price"].as_f64()),
            (&json!("approved 1 for taste"), Some(1.0))
        );
        let both = json!({ "ids": [a["id"], b["id"]], "reason": "size" });
        let approved = via.call(products("update_many", "approve"), both).await.ok();
        assert_eq!(approved[1]["state"], "approved 2 for size");
        let unknown = json!({ "id": a["id"], "reason": "x", "state": "y" });
        assert_eq!(via.call(products("update_one", "approve"), unknown).await.status, 400);
        let patch = json!({ "id": a["id"], "mergePatch": { "reason": "x" } });
        // A socket's payload has no content type: there the name of a patch is a member that the body does not have.
        let refused = if matches!(via, Via::Http(_)) { 415 } else { 400 };
        assert_eq!(via.call(products("update_one", "approve"), patch).await.status, refused);
    })
    .await;
}

#[tokio::test]
async fn a_deletion_is_presented_as_its_route_says() {
    everywhere(builder, async |via, _| {
        let ids = [product(via, "a", 1.0).await["id"].clone(), product(via, "b", 1.0).await["id"].clone()];
        let one = via.call(products("delete_one", ""), json!({ "id": ids[0] })).await.ok();
        assert_eq!(one, json!({ "gone": 1 }));
        let many = via.call(products("delete_many", ""), json!({ "ids": ids })).await.ok();
        assert_eq!(many, json!({ "gone": 1 }));
    })
    .await;
}

#[tokio::test]
async fn two_versions_of_a_route_take_different_bodies() {
    for store in test_support::both_stores().await {
        let api = Http(builder(&store).build().await.unwrap());
        let first = api.post("/products", json!({ "name": "a", "price": 1 })).await.json(201);
        let second = api.post("/v2/products", json!({ "name": "a", "cents": 100 })).await.json(201);
        assert_eq!((&first["price"], &second["price"]), (&json!(1.0), &json!(1.0)));
        assert_eq!((&first["state"], &second["state"]), (&json!("new"), &json!("priced")));
        api.post("/products", json!({ "name": "a", "cents": 100 })).await.json(400);
        api.post("/v2/products", json!({ "name": "a", "price": 1 })).await.json(400);
    }
    let node = test_support::NodeClient::start().await;
    let store = test_support::embedded_store();
    let server = crate::server::Server::of(builder(&store)).await;
    let socket = crate::server::connect(&node, &server.url()).await;
    let first = socket.call("create-one-product", json!({ "name": "a", "price": 1 })).await;
    let second = socket.call("create-one-product-v2", json!({ "name": "a", "cents": 250 })).await;
    assert_eq!((&first["data"]["state"], &second["data"]["price"]), (&json!("new"), &json!(2.5)));
}
