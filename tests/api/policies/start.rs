//! Policies that no caller could satisfy keep an application from starting, by name.

use dynamic_api::{AuthConfig, DynamicApi, Id, Password, dynamic_api};
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

/// Users who say of themselves what they may do.
#[dynamic_api(path = "members")]
pub struct Member {
    #[api(login)]
    pub email: String,
    #[api(password)]
    pub password: Password,
    #[api(claim, default = "member")]
    pub role: String,
    #[api(claim, default = "north")]
    pub region: String,
    /// Said to be theirs to set.
    #[api(claim, default = "blue", protected(write = is_authenticated()))]
    pub team: String,
    #[api(claim, default = "")]
    pub nickname: String,
}

#[dynamic_api(
    path = "places",
    tenant = region,
    routes(get_one, update_one(ability = has_role("admin")), delete_one(ability = is_owner(team = team)))
)]
pub struct Place {
    pub region: String,
    pub team: String,
    #[api(from_user = nickname)]
    pub by: String,
}

#[tokio::test]
async fn claims_that_everybody_sets_decide_nothing() {
    for store in both_stores().await {
        let auth = AuthConfig::development();
        let places = DynamicApi::builder().store(store.store()).resource::<Place>().resource::<Member>();
        let refused = places.auth::<Member>(auth).build().await.unwrap_err().to_string();
        let told = "and all users can set it of themselves by an update of their account";
        for asked in
            ["Place::region asks for the claim region,", "Place::update_one asks for the claim role,"]
        {
            assert!(refused.contains(&format!("{asked} {told}")), "{refused}");
        }
        assert!(refused.contains("mark that field of Member #[api(read_only)]"), "{refused}");
        assert_eq!(refused.matches(told).count(), 2, "{refused}");
    }
}
