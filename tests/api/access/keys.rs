//! The public keys of tokens, for other programs.

use dynamic_api::{SigningKey, TokenUse};
use serde_json::json;
use test_support::embedded_store;

use super::{api, config, get, register};
use crate::http::Http;

const ED25519: &str = include_str!("../../../dynamic-api-runtime/src/auth/keys/tests/testdata/ed.pem");

#[tokio::test]
async fn keys_with_a_public_half_are_published() {
    let store = embedded_store();
    let config = config().key(TokenUse::Access, SigningKey::ed25519_pem("2026-11", ED25519));
    let api = Http(api(&store, config).build().await.unwrap());
    let published = api.get("/.well-known/jwks.json").await;
    assert_eq!(published.header("content-type"), "application/jwk-set+json");
    assert_eq!(published.header("cache-control"), "public, max-age=300");
    let keys = published.json(200);
    let key = &keys["keys"][0];
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&key["kid"], &key["kty"], &key["crv"]),
        (&json!("2026-11"), &json!("OKP"), &json!("Ed25519"))
    );
    assert_eq!(key.get("d"), None, "its secret half stays here");
    let (access, _) = register(&api, "ada").await;
    assert_eq!(get(&api, "/diaries", &access).await.json(200), json!([]));
}

#[tokio::test]
async fn secrets_are_not() {
    let api = Http(api(&embedded_store(), config()).build().await.unwrap());
    assert_eq!(api.get("/.well-known/jwks.json").await.status, 404);
}
