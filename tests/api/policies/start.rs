//! Policies that no caller could satisfy keep an application from starting, by name.

use dynamic_api::{AuthConfig, DynamicApi, Id, dynamic_api};
use test_support::both_stores;

use super::people::Person;

#[dynamic_api(path = "letters", routes(get_one, update_one(ability = has_role("a", claim = rank))))]
pub struct Letter {
    #[api(from_user = team)]
    pub team: Option<Id>,
    #[api(protected(read = has_role("x", claim = level)))]
    pub text: Option<String>,
}

#[tokio::test]
async fn claims_that_no_token_has_are_told() {
    for store in both_stores().await {
        let letters = || DynamicApi::builder().store(store.store()).resource::<Letter>();
        let alone = letters().build().await.unwrap_err().to_string();
        for claim in ["level", "rank", "team"] {
            let told = format!("asks for the claim {claim}, but the application has no accounts");
            assert!(alone.contains(&told), "{alone}");
        }
        let auth = AuthConfig::development();
        let with = letters().resource::<Person>().auth::<Person>(auth).build().await.unwrap_err().to_string();
        assert!(with.contains("Letter::team asks for the claim team, which no token has"), "{with}");
        assert!(with.contains("there are id, role, organisation"), "{with}");
    }
}
