//! Hooks at the routes by which users write their own documents.

use dynamic_api::{DynamicApi, Error, Password, Saved, Saving, Stored, dynamic_api};
use serde_json::json;
use test_support::both_stores;

use super::posts::{Asked, asked, count};
use crate::{
    accounts::{Api, EMAIL, PASSWORD, Pair, config, stored},
    http::Http,
};

/// A user whose name says what hooks do.
#[dynamic_api(
    path = "members",
    before_save = numbered,
    after_save = greeted,
    routes(create_one(public), update_one, replace_one)
)]
pub struct Member {
    #[api(login)]
    pub email: String,
    #[api(password)]
    pub password: Password,
    #[api(register(required))]
    pub name: String,
    #[api(hidden, read_only, default = 0)]
    pub saves: i64,
    #[api(claim, read_only, default = "member")]
    pub role: String,
}

/// What a hook sets as a password.
const NEW: &str = "set by a hook of the program";

fn numbered(mut member: Member, saving: Saving<'_, Member>) -> Result<Member, Error> {
    member.saves = saving.before().map_or(1, |before| before.saves + 1);
    member.role = saving.kind().name().to_owned();
    match &*member.name {
        "Nobody" => Err(Error::refused(403, "Nobody is no name")),
        "Reset" => Ok(Member { password: Password::new(NEW).map_err(Error::internal)?, ..member }),
        _ => Ok(member),
    }
}

async fn greeted(member: Stored<Member>, saved: Saved<Member>) -> Result<(), Error> {
    let what = format!("{} {} {}", saved.kind().name(), member.name, saved.user().is_some());
    saved.repo::<Asked>()?.create(Asked { what }).await.map(|_| ())
}

#[tokio::test]
async fn users_who_register_and_change_their_account_are_saved_as_hooks_make_them() {
    for store in both_stores().await {
        let builder = DynamicApi::builder().store(store.store()).resource::<Member>().resource::<Asked>();
        let (config, _inbox) = config();
        let builder = builder.auth::<Member>(config);
        let handle = builder.handle();
        let api = Api(Http(builder.build().await.unwrap()));
        let named = |name: &str| json!({ "email": EMAIL, "password": PASSWORD, "name": name });
        let refused = api.post("/auth/register", named("Nobody")).await;
        refused.problem(403, "Nobody is no name");
        assert_eq!((count(&store, "members").await, count(&store, "asked").await), (0, 0));

        let pair = Pair::of(&api.post("/auth/register", named("Ada")).await.json(201));
        let account = api.get("/auth/account", &pair.access).await.json(200);
        assert_eq!(account["role"], "register", "{}", store.name());
        let changed = api.patch("/auth/account", &pair.access, json!({ "name": "Eve" })).await.json(200);
        assert_eq!(changed["role"], "update_account", "{}", store.name());
        let row = stored(&store, "members").await.remove(0);
        assert_eq!((row.get_i64("saves").unwrap(), row.get_str("name").unwrap()), (2, "Eve"));
        let refused = api.patch("/auth/account", &pair.access, json!({ "name": "Nobody" })).await;
        refused.problem(403, "Nobody is no name");

        // Whatever sets a password, its text is never stored.
        api.patch("/auth/account", &pair.access, json!({ "name": "Reset" })).await.json(200);
        let row = stored(&store, "members").await.remove(0);
        assert!(row.get_str("password").unwrap().starts_with("$argon2id$"), "{row}");
        api.login(EMAIL, PASSWORD).await.problem(401, "Invalid credentials");
        api.refresh(&pair.refresh).await.problem(401, "Invalid refresh token");
        let pair = Pair::of(&api.login(EMAIL, NEW).await.json(200));
        let id = row.get_object_id("_id").unwrap();
        let path = format!("/members/{id}");
        let plain = json!({ "name": "Plain", "password": "another password" });
        api.patch(&path, &pair.access, plain).await.json(200);
        let pair = Pair::of(&api.login(EMAIL, "another password").await.json(200));
        api.patch(&path, &pair.access, json!({ "name": "Reset" })).await.json(200);
        Pair::of(&api.login(EMAIL, NEW).await.json(200));
        let new = json!({ "email": "b@example.org", "password": PASSWORD, "name": "Reset" });
        api.post("/members", new).await.json(201);
        Pair::of(&api.login("b@example.org", NEW).await.json(200));

        handle.after_saves().await;
        let mut seen = asked(&store).await;
        seen.sort();
        let expected = [
            "create_one Reset false",
            "register Ada false",
            "update_account Eve true",
            "update_account Reset true",
            "update_one Plain true",
            "update_one Reset true",
        ];
        assert_eq!(seen, expected, "{}", store.name());
    }
}
