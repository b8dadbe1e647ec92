//! What aggregation pipelines see, and what of it gets out, whatever their stages are.

use bson::{Bson, Document, doc, oid::ObjectId};
use dynamic_api::{AggregateQuery, DynamicApi, DynamicApiBuilder, dynamic_api};
use serde::Deserialize;
use serde_json::{Value, json};
use test_support::{TestStore, both_stores, mongo_store};

use crate::http::Http;

#[dynamic_api(
    path = "vaults",
    soft_delete,
    routes(
        create_one,
        delete_one,
        get_many,
        aggregate(query = Staged),
        aggregate(sub_path = "open", query = Staged, unrestricted),
    )
)]
pub struct Vault {
    pub name: String,
    pub place: Option<Vec<f64>>,
    #[api(hidden)]
    pub secret: Option<String>,
    #[api(hidden)]
    pub hideout: Option<Vec<f64>>,
}

#[dynamic_api(path = "diaries", soft_delete, text_index(name), routes(create_one, delete_one, aggregate(query = Staged)))]
pub struct Diary {
    pub name: String,
    #[api(write_only)]
    pub mood: Option<String>,
}

/// The stages of a test: which they are, and a client's guess in them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staged {
    stages: String,
    #[serde(default)]
    guess: String,
}

impl AggregateQuery for Staged {
    fn pipeline(&self) -> Vec<Document> {
        let guess = doc! { "$set": { "guess": { "$literal": &self.guess } } };
        let first = [doc! { "$sort": { "name": 1 } }, doc! { "$limit": 1 }, guess];
        let hits = doc! { "$project": { "_id": 0, "hits": 1 } };
        let graph = |from: &str, to: &str, start: Bson| {
            doc! { "from": "vaults", "startWith": start, "connectFromField": from, "connectToField": to, "as": "hits" }
        };
        let literal = || Bson::from(doc! { "$literal": &self.guess });
        let followed =
            |graph: Document| [&first[..], &[doc! { "$graphLookup": graph }, hits.clone()]].concat();
        match self.stages.as_str() {
            "hits by secret" => {
                let lookup =
                    doc! { "from": "vaults", "localField": "guess", "foreignField": "secret", "as": "hits" };
                [&first[..], &[doc! { "$lookup": lookup }, hits]].concat()
            }
            "hits by name" => {
                let lookup =
                    doc! { "from": "vaults", "localField": "guess", "foreignField": "name", "as": "hits" };
                [&first[..], &[doc! { "$lookup": lookup }, hits]].concat()
            }
            "graph to secret" => followed(graph("name", "secret", literal())),
            "graph from secret" => followed(graph("secret", "name", literal())),
            "graph to name" => followed(graph("name", "name", literal())),
            "graph where secret" => {
                let mut graph = graph("name", "name", "$name".into());
                graph.insert("restrictSearchWithMatch", doc! { "secret": &self.guess });
                followed(graph)
            }
            "elsewhere" => {
                let from = doc! { "db": "admin", "coll": "vaults" };
                vec![doc! { "$lookup": { "from": from, "pipeline": [], "as": "hits" } }]
            }
            "match by secret" => vec![doc! { "$match": { "secret": &self.guess } }],
            "match by name" => vec![doc! { "$match": { "name": &self.guess } }],
            "search" => vec![doc! { "$match": { "$text": { "$search": &self.guess } } }],
            "near" => vec![doc! { "$geoNear": { "near": [0, 0], "distanceField": "far", "key": "place" } }],
            "near hidden" => {
                vec![doc! { "$geoNear": { "near": [0, 0], "distanceField": "far", "key": "hideout" } }]
            }
            _ => vec![],
        }
    }
}

fn builder(store: &TestStore) -> DynamicApiBuilder {
    DynamicApi::builder().store(store.store()).resource::<Vault>().resource::<Diary>()
}

/// An API with two vaults, `a` with a secret, and a third that is deleted; the first has a member that nothing declares.
async fn seeded(store: &TestStore) -> Http {
    let api = Http(builder(store).build().await.unwrap());
    let now = bson::DateTime::now();
    let vault = doc! {
        "_id": ObjectId::new(), "name": "a", "secret": "s3cret", "place": [3.0, 4.0], "hideout": [1.0, 1.0], "undeclared": "u",
        "createdAt": now, "updatedAt": now, "__v": 0, "isDeleted": false,
    };
    store.insert("vaults", &[vault.try_into().unwrap()]).await.unwrap();
    api.post("/vaults", json!({ "name": "b", "place": [6.0, 8.0] })).await.json(201);
    let gone = json!({ "name": "c", "secret": "s3cret", "place": [0.0, 0.0] });
    let gone = api.post("/vaults", gone).await.json(201);
    api.delete(&format!("/vaults/{}", gone["id"].as_str().unwrap())).await.json(200);
    api
}

fn members(row: &Value) -> Vec<&str> {
    let mut members: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    members
}

const SHOWN: [&str; 5] = ["_id", "createdAt", "name", "place", "updatedAt"];

#[tokio::test]
async fn a_guess_at_a_hidden_value_is_never_told_from_another() {
    for store in both_stores().await {
        let api = seeded(&store).await;
        for stages in
            ["hits+by+secret", "graph+to+secret", "graph+from+secret", "graph+where+secret", "elsewhere"]
        {
            for guess in ["s3cret", "nope"] {
                let reply = api.get(&format!("/vaults/aggregate?stages={stages}&guess={guess}")).await;
                reply.problem(500, "Internal server error");
            }
        }
        for guess in ["s3cret", "nope"] {
            let path = format!("/vaults/aggregate?stages=match+by+secret&guess={guess}");
            assert_eq!(api.get(&path).await.json(200), json!([]), "{}", store.name());
        }
        let open = api.get("/vaults/open?stages=hits+by+secret&guess=s3cret").await.json(200);
        assert_eq!(open[0]["hits"].as_array().unwrap().len(), 2, "{}", store.name());
    }
}

#[tokio::test]
async fn rows_have_the_members_that_views_have() {
    for store in both_stores().await {
        let api = seeded(&store).await;
        let rows = api.get("/vaults/aggregate?stages=none").await.json(200);
        assert_eq!(
            (rows.as_array().unwrap().len(), members(&rows[0])),
            (2, SHOWN.to_vec()),
            "{}",
            store.name()
        );
        let found = api.get("/vaults/aggregate?stages=match+by+name&guess=a").await.json(200);
        assert_eq!((found.as_array().unwrap().len(), &found[0]["_id"]), (1, &rows[0]["_id"]));
        for guess in ["a", "c"] {
            let path = format!("/vaults/aggregate?stages=hits+by+name&guess={guess}");
            let hits = api.get(&path).await.json(200)[0]["hits"].take();
            let expected = if guess == "a" { vec![SHOWN.to_vec()] } else { vec![] };
            assert_eq!(hits.as_array().unwrap().iter().map(members).collect::<Vec<_>>(), expected, "{hits}");
        }
    }
}

#[tokio::test]
async fn a_graph_look_up_shows_what_views_show() {
    let store = mongo_store().await;
    let api = seeded(&store).await;
    for (guess, expected) in [("a", vec![SHOWN.to_vec()]), ("c", vec![])] {
        let hits = api.get(&format!("/vaults/aggregate?stages=graph+to+name&guess={guess}")).await.json(200);
        let hits = hits[0]["hits"].as_array().unwrap();
        assert_eq!(hits.iter().map(members).collect::<Vec<_>>(), expected, "{hits:?}");
    }
}

#[tokio::test]
async fn a_text_search_is_the_first_stage_whatever_the_rule_adds() {
    for store in both_stores().await {
        let api = seeded(&store).await;
        for name in ["ada one", "ada two", "eve"] {
            let made = api.post("/diaries", json!({ "name": name, "mood": "m" })).await.json(201);
            if name == "ada two" {
                api.delete(&format!("/diaries/{}", made["id"].as_str().unwrap())).await.json(200);
            }
        }
        let reply = api.get("/diaries/aggregate?stages=search&guess=ada").await;
        if store.mongo().is_none() {
            let problem = reply.json(501);
            assert!(problem["detail"].as_str().unwrap().contains("$text"), "{problem}");
            continue;
        }
        let rows = reply.json(200);
        assert_eq!((rows.as_array().unwrap().len(), &rows[0]["name"]), (1, &json!("ada one")));
        assert_eq!(members(&rows[0]), ["_id", "createdAt", "name", "updatedAt"]);
    }
}

#[tokio::test]
async fn a_search_by_place_is_the_first_stage_whatever_the_rule_adds() {
    for store in both_stores().await {
        let api = seeded(&store).await;
        api.get("/vaults/aggregate?stages=near+hidden").await.json(500);
        let Some(mongo) = store.mongo() else {
            let problem = api.get("/vaults/aggregate?stages=near").await.json(501);
            assert!(problem["detail"].as_str().unwrap().contains("$geoNear"), "{problem}");
            continue;
        };
        let index =
            doc! { "createIndexes": "vaults", "indexes": [{ "key": { "place": "2d" }, "name": "place_2d" }] };
        mongo.database().run_command(index).await.unwrap();
        let rows = api.get("/vaults/aggregate?stages=near").await.json(200);
        let found: Vec<_> =
            rows.as_array().unwrap().iter().map(|row| (&row["name"], row["far"].as_f64())).collect();
        assert_eq!(found, [(&json!("a"), Some(5.0)), (&json!("b"), Some(10.0))]);
        let shown: Vec<&str> = members(&rows[0]).into_iter().filter(|name| *name != "far").collect();
        assert_eq!(shown, SHOWN);
    }
}
