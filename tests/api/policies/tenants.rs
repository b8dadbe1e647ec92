//! Tenants: none reaches over to another's documents, on any route.

use bson::{Document, doc};
use dynamic_api::{
    AggregateQuery, DynamicApiBuilder, Ref, dynamic_api,
    query::{Filter, Find},
};
use serde_json::json;

use super::{everywhere, people::made};
use crate::via::Route;

/// Each organisation has its own.
#[dynamic_api(
    path = "tickets",
    soft_delete,
    trashed,
    tenant = organisation,
    text_index(title),
    routes(
        get_many(populate(parent)),
        get_one(populate(parent)),
        create_one,
        create_many,
        update_one,
        update_many,
        replace_one,
        duplicate_one,
        duplicate_many,
        delete_one,
        delete_many,
        restore_one,
        restore_many,
        purge_one,
        batch,
        upsert_one,
        aggregate(query = Count),
    )
)]
pub struct Ticket {
    #[api(unique)]
    pub number: i32,
    #[api(index)]
    pub title: Option<String>,
    pub parent: Option<Ref<Ticket>>,
    #[api(unique_ci)]
    pub code: Option<String>,
    pub organisation: String,
}

#[derive(serde::Deserialize)]
struct Count {}

impl AggregateQuery for Count {
    fn pipeline(&self) -> Vec<Document> {
        vec![
            doc! { "$group": { "_id": "$organisation", "count": { "$sum": 1 } } },
            doc! { "$lookup": { "from": "tickets", "pipeline": [], "as": "all" } },
            doc! { "$project": { "count": 1, "all.organisation": 1 } },
        ]
    }
}

fn resources(builder: DynamicApiBuilder) -> DynamicApiBuilder {
    builder.resource::<Ticket>()
}

const fn tickets(kind: &str) -> Route<'_> {
    Route { kind, path: "tickets", event: "ticket", sub_path: "" }
}

#[tokio::test]
async fn no_route_reaches_over() {
    everywhere(resources, async |people, store| {
        let (owner, foreign) = (&people.owner, &people.foreign);
        let id = made(owner, tickets("create_one"), json!({ "number": 1, "title": "a" })).await;
        let gone = made(owner, tickets("create_one"), json!({ "number": 2 })).await;
        owner.call(tickets("delete_one"), json!({ "id": gone })).await.ok();
        // Within an organisation its admin and its members share, and numbers are unique.
        assert_eq!(people.other.call(tickets("get_one"), json!({ "id": id })).await.ok()["organisation"], "north");
        people.other.call(tickets("create_one"), json!({ "number": 1 })).await.refused(409, "number '1' is already used");

        for (kind, input) in [
            ("get_one", json!({ "id": id })),
            ("get_one", json!({ "id": gone, "trashed": "with" })),
            ("update_one", json!({ "id": id, "title": "x" })),
            ("update_one", json!({ "id": id, "jsonPatch": [{ "op": "test", "path": "/title", "value": "a" }, { "op": "add", "path": "/title", "value": "x" }] })),
            ("update_many", json!({ "ids": [id], "title": "x" })),
            ("replace_one", json!({ "id": id, "number": 1 })),
            ("duplicate_one", json!({ "id": id, "number": 3 })),
            ("duplicate_many", json!({ "ids": [id], "number": 3 })),
            ("restore_one", json!({ "id": gone })),
            ("restore_many", json!({ "ids": [gone] })),
        ] {
            foreign.call(tickets(kind), input).await.refused(404, "Document not found");
        }
        for (kind, input) in [
            ("delete_one", json!({ "id": id })),
            ("delete_many", json!({ "ids": [id] })),
            ("purge_one", json!({ "id": gone })),
        ] {
            assert_eq!(foreign.call(tickets(kind), input).await.ok(), json!({ "deletedCount": 0 }));
        }
        for query in [json!({}), json!({ "organisation": "north" }), json!({ "search": "a" }), json!({ "trashed": "with" })] {
            assert_eq!(foreign.call(tickets("get_many"), query).await.ok(), json!([]));
        }
        for (kind, input) in [
            ("create_one", json!({ "number": 9, "organisation": "north" })),
            ("update_one", json!({ "id": id, "organisation": "south" })),
            ("upsert_one", json!({ "number": 9, "organisation": "north" })),
        ] {
            assert_eq!(foreign.call(tickets(kind), input).await.pointers(), ["/organisation"]);
        }
        let batch = json!({ "list": [{ "create": { "number": 7 } }, { "update": { "id": id, "title": "x" } }] });
        assert_eq!(foreign.call(tickets("batch"), batch).await.status, 404);

        // The same number is another's, and so is the same code.
        people.owner.call(tickets("update_one"), json!({ "id": id, "code": "Ab" })).await.ok();
        let taken = people.other.call(tickets("create_one"), json!({ "number": 8, "code": "aB" })).await;
        assert_eq!(taken.status, 409, "{taken:?}");
        let before = store.find("tickets", &Find::new(Filter::eq("organisation", "north"))).await.unwrap();
        made(foreign, tickets("create_one"), json!({ "number": 4, "code": "ab" })).await;
        let fours = foreign.call(tickets("delete_many"), json!({ "ids": [foreign.call(tickets("get_many"), json!({ "number": 4 })).await.ok()[0]["id"]] }));
        assert_eq!(fours.await.ok(), json!({ "deletedCount": 1 }));
        let own = made(foreign, tickets("create_one"), json!({ "number": 1, "parent": id })).await;
        let shown = foreign.call(tickets("get_one"), json!({ "id": own, "populate": "parent" })).await.ok();
        assert_eq!((&shown["organisation"], &shown["parent"]), (&json!("south"), &json!(null)));
        foreign.call(tickets("upsert_one"), json!({ "number": 1, "title": "theirs" })).await.ok();
        let counted = foreign.call(tickets("aggregate"), json!({})).await.ok();
        assert_eq!(counted, json!([{ "_id": "south", "count": 1, "all": [{ "organisation": "south" }] }]));
        assert_eq!(store.find("tickets", &Find::new(Filter::eq("organisation", "north"))).await.unwrap(), before);

        let hijacked = foreign.call(tickets("update_one"), json!({ "id": own, "title": "y" })).await.ok();
        assert_eq!(hijacked["organisation"], "south");
        people.anonymous.call(tickets("get_many"), json!({})).await.refused(401, "Unauthorized");
    })
    .await;
}
