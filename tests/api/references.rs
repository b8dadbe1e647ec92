//! References and what they lead to: populated reads, and look-ups within aggregates.

use serde_json::{Value, json};

use crate::{
    library::builder,
    via::{Via, everywhere, route},
};

const NOBODY: &str = crate::http::NOBODY;

async fn create(via: &Via, path: &str, event: &str, body: Value) -> Value {
    via.call(route("create_one", path, event), body).await.ok()
}

/// A company, a writer of it, another who was deleted, and an article of both.
async fn seed(via: &Via) -> (Value, Value, Value) {
    let company = create(via, "companies", "company", json!({ "name": "ACME", "budget": 5 })).await;
    let ada = json!({ "name": "Ada", "company": company["id"], "secret": "s", "pin": "1" });
    let ada = create(via, "writers", "writer", ada).await;
    let gone = create(via, "writers", "writer", json!({ "name": "Gone" })).await;
    via.call(route("delete_one", "writers", "writer"), json!({ "id": gone["id"] })).await.ok();
    let article = json!({
        "title": "On engines", "price": 1, "author": ada["id"], "editors": [gone["id"], ada["id"], NOBODY],
        "reviews": [{ "by": ada["id"], "stars": 5 }, { "stars": 1 }, { "by": gone["id"], "stars": 2 }],
    });
    let article = create(via, "articles", "article", article).await;
    (company, ada, article)
}

#[tokio::test]
async fn references_are_replaced_where_a_client_asks() {
    everywhere(builder, async |via, store| {
        let (company, ada, article) = seed(via).await;
        let list = route("get_many", "articles", "article");
        assert_eq!(via.call(list, json!({})).await.ok()[0], article);

        let row = via.call(list, json!({ "populate": "author" })).await.ok()[0].clone();
        assert_eq!(row["author"], ada, "{}", store.name());
        assert_eq!(row["editors"], article["editors"]);

        let row =
            via.call(list, json!({ "populate": "author.company,editors,reviews.by" })).await.ok()[0].clone();
        let mut with_company = ada.clone();
        with_company["company"] = company.clone();
        assert_eq!(row["author"], with_company);
        assert_eq!(row["editors"], json!([null, ada, null]));
        let reviews = json!([{ "by": ada, "stars": 5 }, { "stars": 1 }, { "by": null, "stars": 2 }]);
        assert_eq!(row["reviews"], reviews);

        let one = route("get_one", "articles", "article");
        let query = json!({ "id": article["id"], "populate": ["author"], "fields": ["author"] });
        assert_eq!(via.call(one, query).await.ok(), json!({ "id": article["id"], "author": ada }));

        // What is hidden there is hidden here.
        let text = row.to_string();
        assert!(!text.contains("budget") && !text.contains("secret") && !text.contains("pin"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn only_what_the_route_allows_is_populated() {
    everywhere(builder, async |via, _| {
        let (_, _, article) = seed(via).await;
        for (route, query) in [
            (route("get_many", "articles", "article"), json!({ "populate": "title" })),
            (route("get_many", "articles", "article"), json!({ "populate": "author.secret" })),
            (route("get_one", "articles", "article"), json!({ "id": article["id"], "populate": "editors" })),
            (route("get_many", "companies", "company"), json!({ "populate": "owner" })),
            (route("get_many", "articles", "article"), json!({ "populate": { "$ne": "author" } })),
        ] {
            let answer = via.call(route, query.clone()).await;
            assert!(answer.pointers()[0].starts_with("/populate"), "{query}: {answer:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_hundred_rows_cost_one_look_up_for_each_path() {
    let watched = crate::commands::Watched::new().await;
    let via = Via::Http(crate::http::Http(builder(&watched.test).build().await.unwrap()));
    let mut authors = vec![];
    for number in 0..5 {
        authors.push(
            create(&via, "writers", "writer", json!({ "name": format!("w{number}") })).await["id"].clone(),
        );
    }
    let article = |number: usize| json!({ "title": "t", "price": number, "author": authors[number % 5] });
    let list: Vec<Value> = (0..100).map(article).collect();
    via.call(route("create_many", "articles", "article"), json!({ "list": list })).await.ok();
    watched.taken();
    let query = json!({ "limit": 100, "populate": "author,editors" });
    let rows = via.call(route("get_many", "articles", "article"), query).await.ok();
    assert_eq!((rows.as_array().unwrap().len(), &rows[7]["author"]["name"]), (100, &json!("w2")));
    // Nobody has an editor, so there is nothing to look up for them.
    assert_eq!(watched.taken(), ["find", "find"]);
    via.call(route("get_many", "articles", "article"), json!({ "populate": "author.company" })).await.ok();
    assert_eq!(watched.taken(), ["find", "find"]);
    via.call(route("get_many", "articles", "article"), json!({ "count": true })).await.ok();
    let mut commands = watched.taken();
    commands.sort();
    assert_eq!(commands, ["aggregate", "find"]);
}

#[tokio::test]
async fn a_look_up_in_an_aggregate_sees_what_clients_see() {
    everywhere(builder, async |via, store| {
        let (company, _, _) = seed(via).await;
        let gone = json!({ "name": "Late", "company": company["id"], "secret": "t" });
        let gone = create(via, "writers", "writer", gone).await;
        via.call(route("delete_one", "writers", "writer"), json!({ "id": gone["id"] })).await.ok();
        let rows = via.call(route("aggregate", "writers", "writer"), json!({})).await.ok();
        assert_eq!(rows.as_array().unwrap().len(), 1, "{rows}");
        let names = |list: &Value| -> Vec<String> {
            list.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names(&rows[0]["colleagues"]), ["Ada"], "{}", store.name());
        assert_eq!(names(&rows[0]["employers"]), ["ACME"]);
        let text = rows.to_string();
        assert!(!text.contains("budget") && !text.contains("secret") && !text.contains("pin"), "{text}");

        let all = crate::via::Route { sub_path: "all", ..route("aggregate", "writers", "writer") };
        let rows = via.call(all, json!({})).await.ok();
        assert_eq!(names(&rows), ["Ada", "Gone", "Late"]);
        assert_eq!((&rows[0]["secret"], &rows[0]["employers"][0]["budget"]), (&json!("s"), &json!(5)));
    })
    .await;
}
