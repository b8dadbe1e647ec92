//! Registrations and changes of an account meet the rules of the entity of users.

use dynamic_api::{DynamicApi, Invalid, Password, Ref, dynamic_api};
use http::Method;
use serde_json::{Value, json};
use test_support::{TestStore, both_stores};

use crate::{
    accounts::{Api, config},
    http::{Http, Reply},
};

#[dynamic_api(path = "teams", routes(create_one(public)))]
pub struct Club {
    pub name: String,
}

#[dynamic_api(path = "members", validate = is_no_namesake)]
pub struct Member {
    #[api(login, validate(email))]
    pub email: String,
    #[api(password, validate(pattern(value = "[0-9]", message = "a digit, please")))]
    pub password: Password,
    #[api(register, validate(length(max = 5)))]
    pub name: Option<String>,
    #[api(register, exists(Club))]
    pub club: Option<Ref<Club>>,
}

fn is_no_namesake(member: &Member) -> Result<(), Invalid> {
    let name = member.name.as_deref().unwrap_or("-");
    if member.email.starts_with(name) {
        Err(Invalid::at("name", "namesake", "name is that of the mail"))
    } else {
        Ok(())
    }
}

async fn api(store: &TestStore) -> Api {
    let builder = DynamicApi::builder().store(store.store()).resource::<Club>().resource::<Member>();
    Api(Http(builder.auth::<Member>(config().0).build().await.unwrap()))
}

fn codes(reply: Reply) -> Vec<(String, String)> {
    let problem = reply.json(400);
    let text = |one: &Value| one.as_str().unwrap().to_owned();
    let errors = problem["errors"].as_array().unwrap();
    errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}

fn told(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
}

#[tokio::test]
async fn accounts_are_judged_like_all_else() {
    for store in both_stores().await {
        let api = api(&store).await;
        let register = async |body: Value| api.call(Method::POST, "/auth/register", None, Some(body)).await;
        let nobody = "507f1f77bcf86cd799439011";
        let wrong = json!({ "email": "ada", "password": "correct horse", "name": "far too long" });
        let expected = told(&[("/email", "email"), ("/password", "pattern"), ("/name", "length")]);
        assert_eq!(codes(register(wrong).await), expected);
        let whole = json!({ "email": "ada@x.org", "password": "correct horse 1", "name": "ada" });
        assert_eq!(codes(register(whole).await), told(&[("/name", "namesake")]));
        let absent = json!({ "email": "ada@x.org", "password": "correct horse 1", "club": nobody });
        assert_eq!(codes(register(absent).await), told(&[("/club", "exists")]));
        let right = json!({ "email": "ada@x.org", "password": "correct horse 1", "name": "Grace" });
        let token = register(right).await.json(201)["accessToken"].as_str().unwrap().to_owned();

        let change =
            async |body: Value| api.call(Method::PATCH, "/auth/account", Some(&token), Some(body)).await;
        assert_eq!(codes(change(json!({ "name": "far too long" })).await), told(&[("/name", "length")]));
        assert_eq!(codes(change(json!({ "name": "ada" })).await), told(&[("/name", "namesake")]));
        assert_eq!(codes(change(json!({ "club": nobody })).await), told(&[("/club", "exists")]));
        change(json!({ "name": "Eve" })).await.json(200);
    }
}
