//! What a program does at the turns of an account's life.

use dynamic_api::{AccountCall, AccountKind, AuthHooks, Error, LoginCheck, Stored};
use http::Method;
use serde_json::json;
use test_support::both_stores;

use super::{Account, Api, EMAIL, PASSWORD, Pair, Seen, config, stored};

struct Noting(Seen);

impl Noting {
    fn note(&self, what: &str, user: &Account) {
        self.0.lock().unwrap().push(format!("{what} {}", user.email));
    }
}

impl AuthHooks<Account> for Noting {
    async fn may(&self, call: &AccountCall<'_>) -> bool {
        let account = call.account();
        assert_eq!(call.caller().user().is_some(), account == AccountKind::UpdateAccount);
        account != AccountKind::SendCode
    }

    async fn before_register(&self, mut user: Account) -> Result<Account, Error> {
        self.note("before register", &user);
        if user.email.ends_with("@blocked.example") {
            return Err(Error::violation("/email", "blocked", "nobody of there"));
        }
        user.role = "guest".to_owned();
        Ok(user)
    }

    async fn after_register(&self, user: &Stored<Account>) {
        self.note("after register", user);
    }

    async fn check_login(&self, _: &Stored<Account>, password: &str) -> Result<LoginCheck, Error> {
        Ok(match password {
            "open sesame" => LoginCheck::Accept,
            "locked out!" => LoginCheck::Refuse,
            _ => LoginCheck::ByPassword,
        })
    }

    async fn before_login(&self, user: &Stored<Account>) -> Result<(), Error> {
        self.note("before login", user);
        Ok(())
    }

    async fn after_login(&self, user: &Stored<Account>) {
        self.note("after login", user);
    }

    async fn before_update_account(&self, user: &Stored<Account>) -> Result<(), Error> {
        self.note("before update", user);
        Ok(())
    }

    async fn after_update_account(&self, user: &Stored<Account>) {
        assert_eq!(user.city.as_deref(), Some("Rome"));
        self.note("after update", user);
    }

    async fn before_change_password(&self, user: &Stored<Account>) -> Result<(), Error> {
        if user.name == "Eve" { Err(Error::PasswordChangeRefused) } else { Ok(()) }
    }

    async fn after_change_password(&self, user: &Stored<Account>) {
        self.note("after change", user);
    }
}

#[tokio::test]
async fn hooks_are_asked_and_told() {
    for store in both_stores().await {
        let seen = Seen::default();
        let (config, mut inbox) = config();
        let api = Api::with(&store, config.hooks::<Account>(Noting(seen.clone()))).await;
        let taken = || std::mem::take(&mut *seen.lock().unwrap());
        let of_ada = |turns: &[&str]| turns.iter().map(|turn| format!("{turn} {EMAIL}")).collect::<Vec<_>>();

        let pair = api.register(EMAIL).await;
        assert_eq!(taken(), of_ada(&["before register", "after register"]));
        let users = stored(&store, "accounts").await;
        assert_eq!(users[0].get_str("role").unwrap(), "guest");
        assert!(users[0].get_str("password").unwrap().starts_with("$argon2id$"));
        let blocked = json!({ "email": "x@blocked.example", "password": PASSWORD, "name": "X" });
        api.post("/auth/register", blocked).await.problem(400, json!(["nobody of there"]));
        assert_eq!(stored(&store, "accounts").await.len(), 1);
        taken();

        Pair::of(&api.login(EMAIL, PASSWORD).await.json(200));
        assert_eq!(taken(), of_ada(&["before login", "after login"]));
        api.login(EMAIL, "open sesame").await.json(200);
        api.login(EMAIL, "locked out!").await.problem(401, "Invalid credentials");
        api.login("eve@example.org", "open sesame").await.problem(401, "Invalid credentials");
        taken();

        api.patch("/auth/account", &pair.access, json!({ "city": "Rome" })).await.json(200);
        assert_eq!(taken(), of_ada(&["before update", "after update"]));
        let code = api.post("/auth/passwordless/send-code", json!({ "identifier": EMAIL })).await;
        code.problem(403, "Access denied");

        for (name, status) in [("Eve", 403), ("Ada", 204)] {
            let email = format!("{name}2@example.org");
            let body = json!({ "email": email, "password": PASSWORD, "name": name });
            api.post("/auth/register", body).await.json(201);
            api.post("/auth/reset-password", json!({ "email": email })).await;
            let (_, token) = inbox.next().await;
            let body = json!({ "resetPasswordToken": token, "newPassword": "another password" });
            let changed = api.call(Method::PATCH, "/auth/change-password", None, Some(body)).await;
            assert_eq!(changed.status.as_u16(), status);
            if status == 403 {
                changed.problem(403, "You are not allowed to change your password.");
            }
        }
        assert_eq!(taken().last().unwrap(), "after change Ada2@example.org");
    }
}

/// Lets nobody in who would move to Sparta, and notes what it is shown.
struct Gate(Seen);

impl AuthHooks<Account> for Gate {
    async fn may(&self, call: &AccountCall<'_>) -> bool {
        let names: Vec<&str> = call.body().keys().map(String::as_str).collect();
        self.0.lock().unwrap().push(format!("{} {}", call.account().name(), names.join(",")));
        let is_admin = call.caller().user().is_some_and(|user| user.claims()["role"] == "admin");
        is_admin || call.body().get("city").is_none_or(|city| city != "Sparta")
    }
}

#[tokio::test]
async fn an_ability_sees_what_is_asked_for_and_nothing_secret() {
    for store in both_stores().await {
        let seen = Seen::default();
        let (config, mut inbox) = config();
        let api = Api::with(&store, config.protected_register().hooks::<Account>(Gate(seen.clone()))).await;
        let taken = || std::mem::take(&mut *seen.lock().unwrap()).join("; ");
        let open = Api::over(&store).await;
        open.register(EMAIL).await;
        let pair = Pair::of(&api.login(EMAIL, PASSWORD).await.json(200));
        assert_eq!(taken(), "login email");

        let register =
            async |body| api.call(Method::POST, "/auth/register", Some(&pair.access), Some(body)).await;
        let body = |city: &str| json!({ "email": "eve@example.org", "password": PASSWORD, "name": "Eve", "city": city });
        register(body("Sparta")).await.problem(403, "Access denied");
        assert_eq!(taken(), "register email,name,city");
        assert_eq!(stored(&store, "accounts").await.len(), 1);
        register(body("Rome")).await.json(201);
        // It is not asked of who has no token, where one is needed.
        taken();
        api.post("/auth/register", body("Rome")).await.problem(401, "Unauthorized");
        assert_eq!(taken(), "");
        let city = json!({ "city": "Sparta" });
        api.patch("/auth/account", &pair.access, city).await.problem(403, "Access denied");
        taken();

        // A second name for a member, and what is no object, get no further than the route.
        for raw in [r#"{"city":"Rome","city":"Sparta"}"#, "[]", "{", "5"] {
            let request = http::Request::patch("/auth/account")
                .header("authorization", format!("Bearer {}", pair.access))
                .header("content-type", "application/json");
            let reply = api.0.send(request.body(raw.into()).unwrap()).await;
            assert_eq!((reply.status.as_u16(), taken().as_str()), (400, "update_account "), "{raw}");
        }

        api.post("/auth/reset-password", json!({ "email": EMAIL })).await;
        assert_eq!(taken(), "reset_password email");
        let (_, token) = inbox.next().await;
        let change = json!({ "resetPasswordToken": token, "newPassword": PASSWORD, "more": 1 });
        api.call(Method::PATCH, "/auth/change-password", None, Some(change)).await.json(400);
        api.post("/auth/mfa/login", json!({ "mfaToken": "a", "code": "123456" })).await.json(401);
        api.post("/auth/refresh-token", json!({ "refreshToken": pair.refresh })).await.json(200);
        assert_eq!(taken(), "change_password more; mfa_login ; refresh_token ");
    }
}
