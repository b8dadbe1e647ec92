//! The variants: each serves on a free port of loopback, holds a thousand users, and says where and the id of one.

use std::net::SocketAddr;

use axum::Router;
use dynamic_api::{DynamicApi, EmbeddedStore, Id, Store, bson, dynamic_api};
use dynamic_api_runtime::store::{Database, MongoStore};

use crate::{Outcome, hand_written};

const USERS: usize = 1000;

/// The entity under measurement: the quickstart's.
#[dynamic_api(path = "users", web_socket)]
struct User {
    name: String,
    #[api(unique)]
    email: String,
}

/// The same entity, of which callers reach those of a team: all that there are.
mod scoped {
    use axum::Router;
    use dynamic_api::{DynamicApi, Id, Store, UserPrincipal, Where, dynamic_api, query::Filter};

    use crate::Outcome;

    #[dynamic_api(path = "users", scope = of_the_team)]
    struct User {
        name: String,
        #[api(unique)]
        email: String,
    }

    fn of_the_team(_: Option<&UserPrincipal>) -> Where<User> {
        Filter::eq("team", "north").into()
    }

    pub(super) async fn serve(store: Store) -> Outcome<(Router, Id)> {
        let id = super::seed(&*store).await?;
        Ok((DynamicApi::builder().store(store).resource::<User>().build().await?, id))
    }
}

/// Serves a variant over a store until the process is ended.
pub(crate) async fn run(variant: &str, store: &str) -> Outcome<()> {
    let (router, id) = match (variant, store) {
        ("generated", "mongodb") => generated(mongo(variant).await?.into()).await?,
        ("generated", store) => generated(embedded(variant, store)?.into()).await?,
        ("scoped", "mongodb") => scoped::serve(mongo(variant).await?.into()).await?,
        ("scoped", store) => scoped::serve(embedded(variant, store)?.into()).await?,
        ("hand-written", "mongodb") => {
            let store = mongo(variant).await?;
            let id = seed(&store).await?;
            (hand_written::mongo(store.database()).await?, id)
        }
        ("hand-written", name) => {
            let store = embedded(variant, name)?;
            let id = seed(&store).await?;
            (hand_written::embedded(store).await?, id)
        }
        (_, name) => {
            let store = embedded(variant, name)?;
            let id = seed(&store).await?;
            (hand_written::sockets(store), id)
        }
    };
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    println!("{} {id}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

async fn mongo(variant: &str) -> Outcome<MongoStore> {
    let store = MongoStore::connect(&std::env::var("MONGODB_URI")?).await?;
    let store = store.with_database(&format!("bench_{}_{}", variant.replace('-', "_"), std::process::id()));
    Ok(store)
}

fn embedded(variant: &str, store: &str) -> Outcome<EmbeddedStore> {
    if store == "memory" {
        return Ok(EmbeddedStore::in_memory()?);
    }
    let file = std::env::temp_dir().join(format!("dynamic-api-bench-{variant}-{}.redb", std::process::id()));
    Ok(EmbeddedStore::open(file)?)
}

async fn generated(store: Store) -> Outcome<(Router, Id)> {
    let id = seed(&*store).await?;
    Ok((DynamicApi::builder().store(store).resource::<User>().build().await?, id))
}

/// Stores the users and returns the id of one in their middle.
async fn seed(store: &(impl Database + ?Sized)) -> Outcome<Id> {
    let now = bson::DateTime::now();
    let mut documents = vec![];
    for number in 0..USERS {
        documents.push(bson::rawdoc! {
            "_id": bson::oid::ObjectId::new(),
            "name": format!("User {number}"),
            "email": format!("seed.{number}@example.com"),
            "team": "north",
            "createdAt": now,
            "updatedAt": now,
            "__v": 0,
        });
    }
    store.insert("users", &documents).await?;
    Ok(documents[USERS / 2].get_object_id("_id")?.into())
}
