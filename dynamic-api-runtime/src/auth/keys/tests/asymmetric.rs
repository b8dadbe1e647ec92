//! Tokens that are signed with one key and verified with another. The keys of `testdata` are of these tests alone.

use super::*;

const RSA: &str = include_str!("testdata/rsa.pem");
const RSA_PKCS1: &str = include_str!("testdata/rsa.pkcs1.pem");
const RSA_PUBLIC: &str = include_str!("testdata/rsa.pub.pem");
const SHORT_RSA: &str = include_str!("testdata/rsa1024.pem");
const SHORT_RSA_PUBLIC: &str = include_str!("testdata/rsa1024.pub.pem");
const ED: &str = include_str!("testdata/ed.pem");
const ED_PUBLIC: &str = include_str!("testdata/ed.pub.pem");

fn of(key: SigningKey) -> Keys {
    Keys::new(&config().key(TokenUse::Access, key)).unwrap()
}

fn problem(key: SigningKey) -> String {
    Keys::new(&config().key(TokenUse::Access, key)).unwrap_err().join("; ")
}

#[test]
fn both_algorithms_sign_and_verify() {
    for (key, algorithm) in [
        (SigningKey::ed25519_pem("2026-11", ED), "EdDSA"),
        (SigningKey::rsa_pem("2026-11", RSA), "RS256"),
        (SigningKey::rsa_pem("2026-11", RSA_PKCS1), "RS256"),
    ] {
        let keys = of(key);
        let (claims, token) = access(&keys);
        let (header, _) = parts(&token);
        assert_eq!((&header["alg"], &header["kid"]), (&json!(algorithm), &json!("2026-11")));
        assert_eq!(keys.verify::<Access>(&token).unwrap(), claims);
        let edited = token.replacen('.', ".A", 1);
        assert_eq!(keys.verify::<Access>(&edited).unwrap_err(), TokenError::Signature);
    }
}

#[test]
fn a_public_key_is_no_secret_to_sign_with() {
    for (keys, public) in
        [(of(SigningKey::rsa_pem("k", RSA)), RSA_PUBLIC), (of(SigningKey::ed25519_pem("k", ED)), ED_PUBLIC)]
    {
        let (mut header, payload) = parts(&access(&keys).1);
        header["alg"] = json!("HS256");
        for secret in [
            public.as_bytes(),
            public.trim().as_bytes(),
            keys.of_access().next().unwrap().decoding.try_get_as_bytes().unwrap(),
        ] {
            let token = forged(&header, &payload, secret);
            assert_eq!(keys.verify::<Access>(&token).unwrap_err(), TokenError::UnknownKey);
        }
    }
}

#[test]
fn a_retired_public_key_verifies_across_algorithms() {
    let (claims, old) = access(&of(SigningKey::rsa_pem("old", RSA)));
    let rotated = config()
        .key(TokenUse::Access, SigningKey::ed25519_pem("new", ED))
        .retired_key(TokenUse::Access, VerifyingKey::rsa_pem("old", RSA_PUBLIC));
    let rotated = Keys::new(&rotated).unwrap();
    assert_eq!(rotated.verify::<Access>(&old).unwrap(), claims);
    let (header, payload) = parts(&access(&rotated).1);
    assert_eq!(header["kid"], json!("new"));
    // A kid of the one key with the algorithm of the other.
    let mixed = format!(
        "{}.{}.AAAA",
        part(&json!({ "alg": "EdDSA", "typ": "access+jwt", "kid": "old" })),
        part(&payload)
    );
    assert_eq!(rotated.verify::<Access>(&mixed).unwrap_err(), TokenError::UnknownKey);
}

#[test]
fn the_key_set_holds_the_public_parts_and_nothing_else() {
    let rotated = config()
        .key(TokenUse::Access, SigningKey::ed25519_pem("new", ED))
        .retired_key(TokenUse::Access, VerifyingKey::rsa_pem("old", RSA_PUBLIC));
    let document = serde_json::to_value(Keys::new(&rotated).unwrap().jwks()).unwrap();
    let names =
        |key: &Value| key.as_object().unwrap().keys().cloned().collect::<std::collections::BTreeSet<_>>();
    let [ed, rsa] = document["keys"].as_array().unwrap().as_slice() else { panic!("{document}") };
    assert_eq!(names(ed), ["alg", "crv", "kid", "kty", "use", "x"].map(String::from).into());
    assert_eq!(names(rsa), ["alg", "e", "kid", "kty", "n", "use"].map(String::from).into());
    assert_eq!((&ed["kty"], &ed["crv"], &ed["alg"]), (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA")));
    assert_eq!((&rsa["kty"], &rsa["e"], &rsa["alg"]), (&json!("RSA"), &json!("AQAB"), &json!("RS256")));
    assert_eq!((&ed["use"], &ed["kid"], &rsa["kid"]), (&json!("sig"), &json!("new"), &json!("old")));
    assert_eq!(BASE64URL_NOPAD.decode(rsa["n"].as_str().unwrap().as_bytes()).unwrap().len(), 256);
}

#[test]
fn others_can_verify_by_the_key_set() {
    for key in [SigningKey::ed25519_pem("k", ED), SigningKey::rsa_pem("k", RSA)] {
        let keys = of(key);
        let (claims, token) = access(&keys);
        let set: jsonwebtoken::jwk::JwkSet =
            serde_json::from_value(serde_json::to_value(keys.jwks()).unwrap()).unwrap();
        let jwk = set.find("k").unwrap();
        let algorithm = keys.of_access().next().unwrap().algorithm;
        let mut validation = Validation::new(algorithm);
        validation.set_audience(&["dynamic-api"]);
        let data = decode::<Payload>(&token, &DecodingKey::from_jwk(jwk).unwrap(), &validation).unwrap();
        assert_eq!(data.claims.sub, claims.user_id);
    }
}

#[test]
fn signatures_are_those_of_the_standard() {
    provider::install();
    // RFC 8037, appendix A.4.
    let key = DecodingKey::from_ed_components("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
    let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    assert!(jsonwebtoken::crypto::verify(signature, message, &key, Algorithm::EdDSA).unwrap());
    assert!(!jsonwebtoken::crypto::verify(signature, b"another", &key, Algorithm::EdDSA).unwrap());
}

#[test]
fn a_key_that_is_none_stops_the_start_and_is_not_shown() {
    for (key, words) in [
        (SigningKey::ed25519_pem("k", RSA), "no private key in PEM for EdDSA"),
        (SigningKey::rsa_pem("k", ED), "no private key in PEM for RS256"),
        (SigningKey::rsa_pem("k", RSA_PUBLIC), "no private key in PEM for RS256"),
        (SigningKey::ed25519_pem("k", ED_PUBLIC), "no private key in PEM for EdDSA"),
        (SigningKey::rsa_pem("k", SHORT_RSA), "2048 bits"),
        (SigningKey::rsa_pem("k", "MIIEvQIBADANBgkq"), "no private key in PEM"),
    ] {
        let problem = problem(key);
        assert!(problem.starts_with("AUTH_ACCESS_SECRET has"), "{problem}");
        assert!(problem.contains(words) && !problem.contains("MII"), "{problem}");
    }
    for (key, words) in [
        (VerifyingKey::rsa_pem("old", SHORT_RSA_PUBLIC), "2048 bits"),
        (VerifyingKey::rsa_pem("old", ED_PUBLIC), "no RSA public key"),
        (VerifyingKey::ed25519_pem("old", ED), "no Ed25519 public key"),
        (VerifyingKey::rsa_pem("old", RSA), "no RSA public key"),
    ] {
        let problems = Keys::new(&config().retired_key(TokenUse::Access, key)).unwrap_err().join("; ");
        assert!(problems.contains(words), "{problems}");
    }
}
