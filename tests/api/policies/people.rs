//! The people of these tests, each with a way to call.

use dynamic_api::{
    AuthConfig, DynamicApi, DynamicApiBuilder, HashPriority, Id, LogDelivery, Password, PasswordHashing,
    RateLimits, dynamic_api,
    query::{Filter, Update},
};
use serde_json::{Value, json};
use test_support::{NodeClient, TestStore, both_stores};

use crate::{
    http::Http,
    server::serve,
    via::{Answer, Route, Via},
};

/// Somebody with an account.
#[dynamic_api(path = "people", web_socket, routes(get_one))]
pub struct Person {
    #[api(login)]
    pub email: String,
    #[api(password)]
    pub password: Password,
    #[api(claim, read_only, default = "member")]
    pub role: String,
    #[api(claim, read_only, default = "north")]
    pub organisation: String,
}

/// Those who call, over one transport.
pub struct People {
    pub anonymous: Via,
    pub owner: Via,
    pub other: Via,
    pub admin: Via,
    /// Of another organisation.
    pub foreign: Via,
    pub owner_id: Id,
    pub other_id: Id,
    pub admin_id: Id,
    pub foreign_id: Id,
}

const NAMES: [(&str, &str, &str); 4] = [
    ("owner", "member", "north"),
    ("other", "member", "north"),
    ("admin", "admin", "north"),
    ("foreign", "member", "south"),
];

impl People {
    /// All, each with its id; that of nobody is new.
    pub fn all(&self) -> [(&Via, Id); 5] {
        [
            (&self.anonymous, Id::new()),
            (&self.owner, self.owner_id),
            (&self.other, self.other_id),
            (&self.admin, self.admin_id),
            (&self.foreign, self.foreign_id),
        ]
    }

    /// Calls as each of those who are not the owner.
    pub fn strangers(&self) -> [&Via; 3] {
        [&self.anonymous, &self.other, &self.foreign]
    }
}

/// Runs a test over both transports and on both stores, each time with fresh ones.
pub async fn everywhere(
    resources: fn(DynamicApiBuilder) -> DynamicApiBuilder,
    test: impl AsyncFn(&People, &TestStore),
) {
    let node = NodeClient::start().await;
    for is_socket in [false, true] {
        for store in both_stores().await {
            let node = is_socket.then_some(&node);
            let people = people(resources, &store, node).await;
            test(&people, &store).await;
        }
    }
}

/// Those who call over HTTP.
pub async fn over_http(resources: fn(DynamicApiBuilder) -> DynamicApiBuilder, store: &TestStore) -> People {
    people(resources, store, None).await
}

async fn people(
    resources: fn(DynamicApiBuilder) -> DynamicApiBuilder,
    store: &TestStore,
    node: Option<&NodeClient>,
) -> People {
    let builder = || {
        let hashing = PasswordHashing::default().priority(HashPriority::Usual);
        let auth = AuthConfig::development()
            .rate_limits(RateLimits::none())
            .password_hashing(hashing)
            .deliver(LogDelivery);
        resources(
            DynamicApi::builder()
                .store(store.store())
                .web_socket_for_all()
                .resource::<Person>()
                .auth::<Person>(auth),
        )
    };
    let http = Http(builder().build().await.unwrap());
    let (mut tokens, mut ids) = (vec![], vec![]);
    for (name, role, organisation) in NAMES {
        let body = json!({ "email": format!("{name}@example.org"), "password": "correct horse battery" });
        http.post("/auth/register", body.clone()).await.json(201);
        let update = Update::default().set("role", role).set("organisation", organisation);
        let email = Filter::eq("email", format!("{name}@example.org"));
        let person = store.update_one("people", &email, &update).await.unwrap().unwrap();
        ids.push(Id::from(person.get_object_id("_id").unwrap()));
        let pair = http.post("/auth/login", body).await.json(200);
        tokens.push(pair["accessToken"].as_str().unwrap().to_owned());
    }
    let url = match node {
        Some(_) => serve(http.0.clone()).await,
        None => String::new(),
    };
    let mut vias = vec![];
    for token in std::iter::once(None).chain(tokens.into_iter().map(Some)) {
        vias.push(match node {
            None => Via::caller(http.clone(), token),
            Some(node) => {
                let options = json!({ "transports": ["websocket"], "auth": { "token": token } });
                Via::Socket(node.connect(&url, options).await.unwrap())
            }
        });
    }
    let [anonymous, owner, other, admin, foreign] =
        vias.try_into().unwrap_or_else(|_| panic!("five callers"));
    People {
        anonymous,
        owner,
        other,
        admin,
        foreign,
        owner_id: ids[0],
        other_id: ids[1],
        admin_id: ids[2],
        foreign_id: ids[3],
    }
}

/// Calls a route that must succeed, and returns the id of what it made.
pub async fn made(via: &Via, route: Route<'_>, body: Value) -> String {
    let answer: Answer = via.call(route, body).await;
    answer.ok()["id"].as_str().unwrap().to_owned()
}
