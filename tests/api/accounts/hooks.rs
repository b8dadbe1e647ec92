//! What a program does at the turns of an account's life.

use dynamic_api::{AccountKind, AuthHooks, Error, LoginCheck, Principal, Stored};
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
    async fn may(&self, account: AccountKind, caller: &Principal) -> bool {
        assert_eq!(caller.user().is_some(), account == AccountKind::UpdateAccount);
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
