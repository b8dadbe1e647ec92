//! The account of a user, and what of it the user can change.

use dynamic_api::{
    DynamicApi, Password, dynamic_api,
    query::{Filter, Update},
};
use serde_json::json;
use test_support::both_stores;

use super::{Api, EMAIL, PASSWORD, Pair, config, stored};
use crate::http::Http;

/// A user that is shown by what is computed of it.
#[dynamic_api(path = "members", routes(get_one))]
struct Member {
    #[api(login)]
    email: String,
    #[api(password)]
    password: Password,
    #[api(register(required))]
    name: String,
    #[api(claim, derived = initial)]
    initial: String,
}

fn initial(member: &Member) -> String {
    member.name.chars().take(1).collect()
}

#[tokio::test]
async fn a_user_changes_what_it_may() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let pair = api.register(EMAIL).await;
        let account = api.patch("/auth/account", &pair.access, json!({ "city": "London" })).await.json(200);
        assert_eq!(account["email"], EMAIL);
        assert_eq!(stored(&store, "accounts").await[0].get_str("city").unwrap(), "London");
        api.patch("/auth/account", &pair.access, json!({ "city": null })).await.json(200);
        assert!(!stored(&store, "accounts").await[0].contains_key("city"));
    }
}

#[tokio::test]
async fn a_user_changes_neither_login_nor_password_nor_what_is_read_only() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let pair = api.register(EMAIL).await;
        let before = stored(&store, "accounts").await;
        for (name, value) in [
            ("email", json!("eve@example.org")),
            ("password", json!("another password")),
            ("role", json!("admin")),
            ("isVerified", json!(true)),
            ("_id", json!("0123456789abcdef01234567")),
            ("nothing", json!(1)),
        ] {
            let refused =
                api.patch("/auth/account", &pair.access, json!({ "city": "Rome", name: value })).await;
            let problem = refused.json(400);
            assert_eq!(problem["errors"][0]["pointer"], format!("/{name}"), "{problem}");
        }
        api.patch("/auth/account", &pair.access, json!({})).await.problem(400, "Invalid request body");
        assert_eq!(stored(&store, "accounts").await, before);
    }
}

#[tokio::test]
async fn claims_are_as_new_as_the_token() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let pair = api.register(EMAIL).await;
        let promoted = Update::default().set("role", "admin");
        store.update_one("accounts", &Filter::eq("email", EMAIL), &promoted).await.unwrap().unwrap();
        let claims = |token: &str| {
            let payload = token.split('.').nth(1).unwrap().to_owned();
            let json = base64_url(&payload);
            serde_json::from_slice::<serde_json::Value>(&json).unwrap()
        };
        assert_eq!(claims(&pair.access)["user"], json!({ "role": "member" }));
        let next = Pair::of(&api.refresh(&pair.refresh).await.json(200));
        assert_eq!(claims(&next.access)["user"], json!({ "role": "admin" }));
        assert_eq!(claims(&next.refresh).get("user"), None);
        assert_eq!(claims(&next.access)["sid"], claims(&pair.access)["sid"]);
    }
}

/// The bytes of a text in base64url without padding.
fn base64_url(text: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bytes, mut bits, mut count) = (vec![], 0_u32, 0);
    for letter in text.chars() {
        bits = bits << 6 | u32::try_from(LETTERS.find(letter).unwrap()).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    bytes
}

#[tokio::test]
async fn a_user_who_is_gone_has_no_account() {
    for store in both_stores().await {
        let api = Api::over(&store).await;
        let pair = api.register(EMAIL).await;
        store.delete_many("accounts", &Filter::All).await.unwrap();
        api.get("/auth/account", &pair.access).await.problem(401, "Unauthorized");
        api.patch("/auth/account", &pair.access, json!({ "city": "Rome" }))
            .await
            .problem(401, "Unauthorized");
        api.refresh(&pair.refresh).await.problem(401, "Invalid refresh token");
        api.login(EMAIL, PASSWORD).await.problem(401, "Invalid credentials");
    }
}

#[tokio::test]
async fn what_is_computed_of_a_user_follows_every_change_of_its_account() {
    for store in both_stores().await {
        let (config, mut inbox) = config();
        let members = DynamicApi::builder().store(store.store()).resource::<Member>().auth::<Member>(config);
        let api = Api(Http(members.build().await.unwrap()));
        let ada = json!({ "email": EMAIL, "password": PASSWORD, "name": "Ada" });
        let sent = json!({ "email": EMAIL, "password": PASSWORD, "name": "Ada", "initial": "Z" });
        api.post("/auth/register", sent).await.problem(400, json!(["initial can't be set"]));
        let pair = Pair::of(&api.post("/auth/register", ada).await.json(201));
        assert_eq!(api.get("/auth/account", &pair.access).await.json(200)["initial"], "A");

        let renamed = api.patch("/auth/account", &pair.access, json!({ "name": "Grace" })).await.json(200);
        assert_eq!(renamed["initial"], "G");

        api.post("/auth/reset-password", json!({ "email": EMAIL })).await;
        let reset = json!({ "resetPasswordToken": inbox.next().await.1, "newPassword": "another password" });
        let changed = api.call(http::Method::PATCH, "/auth/change-password", None, Some(reset)).await;
        assert_eq!(changed.status, 204);
        assert_eq!(stored(&store, "members").await[0].get_str("initial").unwrap(), "G");
    }
}
