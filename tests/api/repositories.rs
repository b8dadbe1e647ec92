//! Repositories: the program's own code at the documents of the API, in handlers of its own over both transports.

use axum::{Router, extract::Path, routing::post};
use dynamic_api::{
    ApiHandle, DynamicApi, DynamicApiBuilder, Error, Id, Password, Ref, Repo, Stored, Where, dynamic_api,
    query::{Filter, Find},
};
use serde_json::{Value, json};
use socketioxide::extract::{AckSender, Data, SocketRef};
use test_support::{NodeClient, TestStore, both_stores};

use crate::{
    http::Http,
    server::{connect, data, serve},
};

#[dynamic_api(path = "essays", web_socket, soft_delete)]
pub struct Essay {
    #[api(unique)]
    pub title: String,
    #[api(derived = slug_of)]
    pub slug: String,
    #[api(derived(read = length_of))]
    pub length: u32,
    #[api(read_only, default = 0)]
    pub likes: i64,
    #[api(hidden)]
    pub notes: Option<String>,
    pub tags: Vec<String>,
}

fn slug_of(essay: &Essay) -> String {
    essay.title.to_lowercase().replace(' ', "-")
}

fn length_of(essay: &Essay) -> u32 {
    u32::try_from(essay.title.len()).unwrap()
}

/// What is gone when it is deleted, and has nothing computed.
#[dynamic_api(path = "votes", routes(get_many))]
pub struct Vote {
    pub essay: Id,
    pub weight: i64,
}

#[dynamic_api(path = "keepers", routes(get_many))]
pub struct Keeper {
    #[api(login)]
    pub email: String,
    #[api(password)]
    pub password: Password,
}

/// An entity that the application does not have.
#[dynamic_api(path = "strangers")]
pub struct Stranger {
    pub name: String,
}

fn builder(store: &TestStore) -> DynamicApiBuilder {
    DynamicApi::builder().store(store.store()).resource::<Essay>().resource::<Vote>().resource::<Keeper>()
}

async fn built(store: &TestStore) -> (Http, ApiHandle) {
    let api = builder(store);
    let handle = api.handle();
    (Http(api.build().await.unwrap()), handle)
}

fn essay(title: &str) -> Essay {
    Essay {
        title: title.to_owned(),
        slug: String::new(),
        length: 0,
        likes: 3,
        notes: Some("a draft".to_owned()),
        tags: vec!["new".to_owned()],
    }
}

fn titles(essays: &[Stored<Essay>]) -> Vec<&str> {
    essays.iter().map(|essay| &*essay.title).collect()
}

#[tokio::test]
async fn what_it_writes_is_what_routes_write() {
    for store in both_stores().await {
        let (http, api) = built(&store).await;
        let essays = api.repo::<Essay>().unwrap();
        let made = essays.create(essay("On Rust")).await.unwrap();
        assert_eq!(
            (&*made.slug, made.length, made.likes, made.notes.as_deref()),
            ("on-rust", 7, 3, Some("a draft"))
        );
        assert!(made.created_at().is_some() && made.created_at() == made.updated_at());
        let shown = http.get(&format!("/essays/{}", made.id())).await.json(200);
        assert_eq!(
            (&shown["slug"], &shown["length"], &shown["likes"]),
            (&json!("on-rust"), &json!(7), &json!(3))
        );
        assert!(shown.get("notes").is_none());

        // What clients can't set, code can; what is computed follows.
        let changes = UpdateEssay { title: "On Go".to_owned().into(), likes: 4.into(), ..Default::default() };
        let changed = essays.update_one(made.id(), changes).await.unwrap().unwrap();
        assert_eq!((&*changed.slug, changed.length, changed.likes, changed.id()), ("on-go", 5, 4, made.id()));
        assert!(changed.updated_at() >= made.updated_at() && changed.created_at() == made.created_at());

        let taken = essays.create(essay("On Go")).await.err().unwrap();
        assert!(matches!(&taken, Error::Duplicate(fields) if fields[0].name == "title"), "{taken:?}");
        let again = essays.create_many([essay("a"), essay("b")]).await.unwrap();
        assert_eq!(titles(&again), ["a", "b"]);
    }
}

#[tokio::test]
async fn conditions_say_which_documents() {
    for store in both_stores().await {
        let (_, api) = built(&store).await;
        let votes = api.repo::<Vote>().unwrap();
        let (one, other) = (Id::new(), Id::new());
        let made = votes
            .create_many((1..=6).map(|weight| Vote { essay: if weight > 4 { one } else { other }, weight }))
            .await
            .unwrap();
        let weights = async |condition: Where<Vote>| {
            let found = votes.find(condition).sort(VoteFields::WEIGHT.descending()).await.unwrap();
            found.iter().map(|vote| vote.weight).collect::<Vec<_>>()
        };
        assert_eq!(weights(Where::all()).await, [6, 5, 4, 3, 2, 1]);
        assert_eq!(weights(Where::none()).await, [0; 0]);
        assert_eq!(weights(Where::eq(VoteFields::ESSAY, one)).await, [6, 5]);
        assert_eq!(
            weights(Where::ne(VoteFields::ESSAY, one).and(Where::gt(VoteFields::WEIGHT, 2))).await,
            [4, 3]
        );
        assert_eq!(
            weights(Where::lte(VoteFields::WEIGHT, 1).or(Where::gte(VoteFields::WEIGHT, 6))).await,
            [6, 1]
        );
        assert_eq!(weights(!Where::is_in(VoteFields::WEIGHT, [1, 2, 3])).await, [6, 5, 4]);
        assert_eq!(weights(made[1].id().into()).await, [2]);
        let page =
            votes.find(Where::all()).sort(VoteFields::WEIGHT.ascending()).skip(2).limit(2).await.unwrap();
        assert_eq!(page.iter().map(|vote| vote.weight).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(votes.count(Where::eq(VoteFields::ESSAY, other)).await.unwrap(), 4);
        assert!(votes.get(Id::new()).await.unwrap().is_none());

        // The condition is part of the write.
        let heavier = || UpdateVote { weight: 10.into(), ..Default::default() };
        let unchanged = Where::from(made[0].id()).and(Where::eq(VoteFields::WEIGHT, 1));
        assert!(votes.update_one(unchanged.clone(), heavier()).await.unwrap().is_some());
        assert!(votes.update_one(unchanged, heavier()).await.unwrap().is_none());
        assert_eq!(votes.update_many(Where::eq(VoteFields::ESSAY, one), heavier()).await.unwrap(), 2);
        assert_eq!(votes.delete_many(Where::eq(VoteFields::WEIGHT, 10)).await.unwrap(), 3);
        assert!(!votes.delete_one(made[0].id()).await.unwrap());
        assert_eq!(weights(Where::all()).await, [4, 3, 2]);
    }
}

#[tokio::test]
async fn what_is_deleted_softly_is_not_there() {
    for store in both_stores().await {
        let (http, api) = built(&store).await;
        let essays = api.repo::<Essay>().unwrap();
        let made = essays.create_many(["a", "b", "c"].map(essay)).await.unwrap();
        assert!(essays.delete_one(made[0].id()).await.unwrap());
        assert_eq!(essays.delete_many(Where::eq(EssayFields::SLUG, "b")).await.unwrap(), 1);
        assert!(essays.get(made[0].id()).await.unwrap().is_none());
        assert!(!essays.delete_one(made[0].id()).await.unwrap());
        let change = || UpdateEssay { likes: 9.into(), ..Default::default() };
        assert!(essays.update_one(made[0].id(), change()).await.unwrap().is_none());
        assert_eq!(essays.update_many(Where::has(EssayFields::TAGS, "new"), change()).await.unwrap(), 1);
        assert_eq!(http.get("/essays").await.json(200).as_array().unwrap().len(), 1);
        let all = essays.clone().with_deleted();
        let deleted =
            all.find(Where::exists(EssayFields::DELETED_AT)).sort(EssayFields::TITLE.ascending()).await;
        let deleted = deleted.unwrap();
        assert_eq!(titles(&deleted), ["a", "b"]);
        assert!(deleted[0].deleted_at().is_some());
    }
}

#[tokio::test]
async fn a_transaction_is_all_or_nothing() {
    for store in both_stores().await {
        let (_, api) = built(&store).await;
        let (essays, votes) = (api.repo::<Essay>().unwrap(), api.repo::<Vote>().unwrap());
        let made = essays.create(essay("a")).await.unwrap();
        let vote = |weight: i64| {
            let (api, id) = (api.clone(), made.id());
            async move {
                api.transaction(|tx| {
                    Box::pin(async move {
                        let essay = tx.repo::<Essay>()?.get(id).await?.ok_or(Error::DocumentNotFound)?;
                        let change =
                            UpdateEssay { likes: (essay.likes + weight).into(), ..Default::default() };
                        tx.repo::<Vote>()?.create(Vote { essay: id, weight }).await?;
                        tx.repo::<Essay>()?.update_one(id, change).await?;
                        if weight < 0 {
                            return Err(Error::violation("/weight", "range", "weight must be positive"));
                        }
                        Ok(essay.likes)
                    })
                })
                .await
            }
        };
        assert!(matches!(vote(-1).await, Err(Error::Invalid(_))));
        assert_eq!(
            (votes.count(Where::all()).await.unwrap(), essays.get(made.id()).await.unwrap().unwrap().likes),
            (0, 3)
        );
        // Those that meet one another run again, and none is lost.
        let (a, b, c, d) = tokio::join!(vote(1), vote(2), vote(3), vote(9));
        for outcome in [a, b, c, d] {
            outcome.unwrap();
        }
        assert_eq!(
            (votes.count(Where::all()).await.unwrap(), essays.get(made.id()).await.unwrap().unwrap().likes),
            (4, 18)
        );
    }
}

#[tokio::test]
async fn passwords_are_hashed_and_strangers_told() {
    for store in both_stores().await {
        let api = builder(&store);
        let handle = api.handle();
        assert!(matches!(handle.repo::<Keeper>(), Err(Error::NotAvailable)), "there is no store yet");
        let _ = api.build().await.unwrap();
        let keepers = handle.repo::<Keeper>().unwrap();
        let password = Password::new("correct horse battery").unwrap();
        keepers.create(Keeper { email: "a@example.com".to_owned(), password }).await.unwrap();
        let stored = store.store().find("keepers", &Find::new(Filter::All)).await.unwrap();
        assert!(stored[0].get_str("password").unwrap().starts_with("$argon2id$"), "{:?}", stored[0]);
        assert!(matches!(handle.repo::<Stranger>(), Err(Error::NotAvailable)));
    }
}

async fn like(Path(id): Path<String>, essays: Repo<Essay>) -> Result<String, Error> {
    let id: Id = id.parse().map_err(|_| Error::EntityNotFound("Essay"))?;
    let essay = essays.get(id).await?.ok_or(Error::DocumentNotFound)?;
    let change = UpdateEssay { likes: (essay.likes + 1).into(), ..Default::default() };
    let liked = essays.update_one(id, change).await?.ok_or(Error::DocumentNotFound)?;
    Ok(format!("{} likes", liked.likes))
}

#[tokio::test]
async fn handlers_of_the_programs_own_have_them() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let api = builder(&store);
        let handle = api.handle();
        let own = Router::new().route("/like/{id}", post(like)).with_state(handle.clone());
        let api = api.on_connect(move |socket: &SocketRef| {
            let handle = handle.clone();
            socket.on("tags", async move |Data::<String>(tag), ack: AckSender| {
                let essays = handle.repo::<Essay>().unwrap();
                let tagged = essays.count(Where::has(EssayFields::TAGS, tag)).await.unwrap();
                let _ = ack.send(&json!(tagged));
            });
        });
        let router = api.build().await.unwrap().merge(own);
        let socket = connect(&node, &serve(router.clone()).await).await;
        let made = data(
            "create-one-essay",
            socket.call("create-one-essay", json!({ "title": "a", "tags": ["x"] })).await,
        );
        assert_eq!(socket.call("tags", json!("x")).await, json!(1));
        assert_eq!(socket.call("tags", json!("$ne")).await, json!(0));
        let id = made["id"].as_str().unwrap();
        let http = Http(router);
        assert_eq!(http.post(&format!("/like/{id}"), Value::Null).await.text, "1 likes");
        http.post("/like/zebra", Value::Null).await.problem(404, "Essay not found");
        http.post(&format!("/like/{}", Id::new()), Value::Null).await.problem(404, "Document not found");
    }
}

/// What goes with it, and is told of it, where a route deletes it.
#[dynamic_api(path = "ledgers", audit, cascade(Entry.ledger), routes(delete_one))]
pub struct Ledger {
    pub name: String,
}

#[dynamic_api(path = "entries", routes(get_many))]
pub struct Entry {
    pub ledger: Ref<Ledger>,
}

#[tokio::test]
async fn what_hangs_on_the_writes_of_routes_does_not_hang_on_its_own() {
    for store in both_stores().await {
        let api = DynamicApi::builder().store(store.store()).resource::<Ledger>().resource::<Entry>();
        let handle = api.handle();
        let http = Http(api.build().await.unwrap());
        let (ledgers, entries) = (handle.repo::<Ledger>().unwrap(), handle.repo::<Entry>().unwrap());
        let ledger = async |name: &str| {
            let ledger = ledgers.create(Ledger { name: name.to_owned() }).await.unwrap().id();
            entries.create(Entry { ledger: ledger.into() }).await.unwrap();
            ledger
        };
        let audited = async || store.count("ledgers_audit", &Filter::All).await.unwrap();
        let (by_code, by_route) = (ledger("code").await, ledger("route").await);
        assert!(ledgers.delete_one(by_code).await.unwrap());
        assert_eq!((entries.count(Where::all()).await.unwrap(), audited().await), (2, 0), "{}", store.name());
        http.delete(&format!("/ledgers/{by_route}")).await.json(200);
        assert_eq!((entries.count(Where::all()).await.unwrap(), audited().await), (1, 1), "{}", store.name());
    }
}
