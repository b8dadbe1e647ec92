//! What of accounts stops a start.

use dynamic_api::{AuthConfig, AuthHooks, DynamicApi, Password, dynamic_api};
use test_support::{TestStore, embedded_store};

use super::{Account, builder};

#[dynamic_api(path = "others")]
#[derive(Clone, Debug)]
struct Other {
    #[api(login)]
    email: String,
    #[api(password)]
    password: Password,
}

struct Nothing;

impl AuthHooks<Other> for Nothing {}

async fn told(builder: dynamic_api::DynamicApiBuilder) -> String {
    builder.build().await.unwrap_err().to_string()
}

fn store() -> TestStore {
    embedded_store()
}

#[tokio::test]
async fn every_setting_that_is_wrong_is_told() {
    let told = told(builder(&store(), AuthConfig::default().session_cap(0).hooks::<Other>(Nothing))).await;
    for words in [
        "AUTH_ACCESS_SECRET is missing",
        "AUTH_REFRESH_SECRET is missing",
        "AUTH_RESET_SECRET is missing",
        "AUTH_MFA_SECRET is missing",
        "session_cap must be at least 1",
        "the hooks are of users of another type than Account",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[tokio::test]
async fn users_are_a_resource() {
    let store = store();
    let builder = DynamicApi::builder().store(store.store()).auth::<Account>(AuthConfig::development());
    let told = told(builder).await;
    assert!(told.contains("Account is no resource of the application"), "{told}");
}

#[tokio::test]
async fn the_routes_are_in_the_table() {
    let store = store();
    let table = builder(&store, AuthConfig::development()).routes();
    let shown = table.to_string();
    for line in ["POST    /auth/register", "DELETE  /auth/sessions/{id}", "PATCH   /auth/change-password"] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    assert_eq!(table.iter().filter(|route| route.paths[0].starts_with("/auth/")).count(), 18);
}
