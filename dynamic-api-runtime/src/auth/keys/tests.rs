//! Which tokens are taken, and which are not: a table of forgeries, and random ones.

#![allow(clippy::unwrap_used)]

#[cfg(feature = "asymmetric")]
mod asymmetric;

use data_encoding::BASE64URL_NOPAD;
use hmac::Mac;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::auth::{
    fixtures::{SECRETS, config},
    sign::{SigningKey, VerifyingKey},
    token::{Access, Mfa, Refresh, Reset, TokenPair},
};

fn keys() -> Keys {
    Keys::new(&config()).unwrap()
}

fn user() -> Map<String, Value> {
    json!({ "email": "ada@example.org", "roles": ["admin"], "age": 36 }).as_object().cloned().unwrap()
}

fn access(keys: &Keys) -> (Claims<Access>, String) {
    let claims = keys.claims::<Access>(Id::new(), Id::new(), user()).unwrap();
    let token = keys.sign(&claims).unwrap();
    (claims, token)
}

fn part(value: &Value) -> String {
    BASE64URL_NOPAD.encode(value.to_string().as_bytes())
}

fn parts(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap());
    let mut part = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (part(), part())
}

/// A token of any header and payload, with a right signature by HMAC-SHA-256 of the secret.
fn forged(header: &Value, payload: &Value, secret: &[u8]) -> String {
    let message = format!("{}.{}", part(header), part(payload));
    let signature = mac::keyed(secret).chain_update(&message).finalize().into_bytes();
    format!("{message}.{}", BASE64URL_NOPAD.encode(&signature))
}

/// An access token whose payload and header were changed before it was signed with the right secret.
fn signed_with(change: impl FnOnce(&mut Value, &mut Value)) -> String {
    let (mut header, mut payload) = parts(&access(&keys()).1);
    change(&mut header, &mut payload);
    forged(&header, &payload, SECRETS[0].1.as_bytes())
}

fn refused(token: &str) -> TokenError {
    keys().verify::<Access>(token).unwrap_err()
}

#[test]
fn what_is_signed_is_verified() {
    let keys = keys();
    let (claims, token) = access(&keys);
    assert_eq!(keys.verify::<Access>(&token).unwrap(), claims);
    assert_eq!(claims.expires_at - claims.issued_at, 15 * 60);

    let refresh = keys.claims::<Refresh>(Id::new(), Id::new(), ()).unwrap();
    assert_eq!(keys.verify::<Refresh>(&keys.sign(&refresh).unwrap()).unwrap(), refresh);
    assert_eq!(refresh.expires_at - refresh.issued_at, 7 * 24 * 60 * 60);
    let reset = keys.claims::<Reset>(Id::new(), (), ()).unwrap();
    assert_eq!(keys.verify::<Reset>(&keys.sign(&reset).unwrap()).unwrap(), reset);
    let mfa = keys.claims::<Mfa>(Id::new(), (), ()).unwrap();
    assert_eq!(keys.verify::<Mfa>(&keys.sign(&mfa).unwrap()).unwrap(), mfa);
}

#[test]
fn a_token_says_what_others_need_to_verify_it() {
    let (claims, token) = access(&keys());
    let (header, payload) = parts(&token);
    assert_eq!((&header["alg"], &header["typ"]), (&json!("HS256"), &json!("access+jwt")));
    let (user_id, session) = (claims.user_id.to_string(), claims.session.to_string());
    let expected = json!({
        "sub": user_id, "sid": session, "jti": claims.token_id, "iat": claims.issued_at, "nbf": claims.issued_at,
        "exp": claims.expires_at, "iss": "dynamic-api", "aud": "dynamic-api", "typ": "access", "user": user(),
    });
    assert_eq!(payload, expected);
}

#[test]
fn no_token_stands_for_one_of_another_kind() {
    let keys = keys();
    let tokens = [
        access(&keys).1,
        keys.sign(&keys.claims::<Refresh>(Id::new(), Id::new(), ()).unwrap()).unwrap(),
        keys.sign(&keys.claims::<Reset>(Id::new(), (), ()).unwrap()).unwrap(),
        keys.sign(&keys.claims::<Mfa>(Id::new(), (), ()).unwrap()).unwrap(),
    ];
    for (index, token) in tokens.iter().enumerate() {
        let taken = [
            keys.verify::<Access>(token).is_ok(),
            keys.verify::<Refresh>(token).is_ok(),
            keys.verify::<Reset>(token).is_ok(),
            keys.verify::<Mfa>(token).is_ok(),
        ];
        assert_eq!(taken, [index == 0, index == 1, index == 2, index == 3]);
    }
}

#[test]
fn a_kind_is_told_by_the_payload_too() {
    // Signed with the right key, and with the header of an access token.
    assert_eq!(refused(&signed_with(|_, payload| payload["typ"] = json!("refresh"))), TokenError::Kind);
    assert_eq!(refused(&signed_with(|header, _| header["typ"] = json!("refresh+jwt"))), TokenError::Kind);
    assert_eq!(refused(&signed_with(|header, _| header["typ"] = json!("JWT"))), TokenError::Kind);
}

/// RFC 8725, section 2: each of these was a vulnerability of some library once.
#[test]
fn forgeries_are_refused() {
    let (header, payload) = parts(&access(&keys()).1);
    let secret = SECRETS[0].1.as_bytes();
    let with_header = |change: &dyn Fn(&mut Value)| {
        let mut header = header.clone();
        change(&mut header);
        forged(&header, &payload, secret)
    };
    let with_payload = |change: &dyn Fn(&mut Value)| signed_with(|_, payload| change(payload));
    let unsigned = |alg: &str| {
        let mut header = header.clone();
        header["alg"] = json!(alg);
        format!("{}.{}.", part(&header), part(&payload))
    };
    let (_, token) = access(&keys());
    let (message, signature) = token.rsplit_once('.').unwrap();
    let edited = {
        let (header, mut payload) = parts(&token);
        payload["user"]["roles"] = json!(["root"]);
        format!("{}.{}.{signature}", part(&header), part(&payload))
    };
    use TokenError::{Expired, Foreign, Malformed, NotYetValid, Signature, TooLong, UnknownKey};
    let second = now() + 1000;
    let table: Vec<(&str, String, TokenError)> = vec![
        ("alg none", unsigned("none"), Malformed),
        ("alg None", unsigned("None"), Malformed),
        ("no signature", unsigned("HS256"), Signature),
        (
            "another algorithm of the family",
            with_header(&|header| header["alg"] = json!("HS512")),
            UnknownKey,
        ),
        ("an asymmetric algorithm", with_header(&|header| header["alg"] = json!("RS256")), UnknownKey),
        (
            "no algorithm",
            with_header(&|header| drop(header.as_object_mut().unwrap().remove("alg"))),
            Malformed,
        ),
        ("an unknown kid", with_header(&|header| header["kid"] = json!("other")), UnknownKey),
        ("a path as kid", with_header(&|header| header["kid"] = json!("../../dev/null")), UnknownKey),
        ("no kid", with_header(&|header| drop(header.as_object_mut().unwrap().remove("kid"))), UnknownKey),
        ("a critical extension", with_header(&|header| header["crit"] = json!(["b64"])), Malformed),
        ("a compressed payload", with_header(&|header| header["zip"] = json!("DEF")), Malformed),
        ("another secret", forged(&header, &payload, SECRETS[1].1.as_bytes()), Signature),
        ("an empty secret", forged(&header, &payload, b""), Signature),
        ("an edited payload", edited, Signature),
        ("another issuer", with_payload(&|payload| payload["iss"] = json!("https://evil.example")), Foreign),
        ("another audience", with_payload(&|payload| payload["aud"] = json!("other")), Foreign),
        (
            "no issuer",
            with_payload(&|payload| drop(payload.as_object_mut().unwrap().remove("iss"))),
            Malformed,
        ),
        (
            "a list as issuer",
            with_payload(&|payload| payload["iss"] = json!(["dynamic-api", "x"])),
            Malformed,
        ),
        (
            "a list as audience",
            with_payload(&|payload| payload["aud"] = json!(["dynamic-api", "x"])),
            Malformed,
        ),
        ("expired", with_payload(&|payload| payload["exp"] = json!(now() - 1)), Expired),
        ("expiring now", with_payload(&|payload| payload["exp"] = json!(now())), Expired),
        ("expired ages ago", with_payload(&|payload| payload["exp"] = json!(0)), Expired),
        (
            "no expiry",
            with_payload(&|payload| drop(payload.as_object_mut().unwrap().remove("exp"))),
            Malformed,
        ),
        ("not yet valid", with_payload(&|payload| payload["nbf"] = json!(second)), NotYetValid),
        ("expiry as text", with_payload(&|payload| payload["exp"] = json!("9999999999")), Malformed),
        ("a fraction as expiry", with_payload(&|payload| payload["exp"] = json!(9_999_999_999.5)), Malformed),
        ("a negative expiry", with_payload(&|payload| payload["exp"] = json!(-1)), Malformed),
        ("no user", with_payload(&|payload| drop(payload.as_object_mut().unwrap().remove("sub"))), Malformed),
        ("an object as user", with_payload(&|payload| payload["sub"] = json!({ "$ne": null })), Malformed),
        ("no id as user", with_payload(&|payload| payload["sub"] = json!("ada")), Malformed),
        (
            "no session",
            with_payload(&|payload| drop(payload.as_object_mut().unwrap().remove("sid"))),
            Malformed,
        ),
        ("no claims of the user", with_payload(&|payload| payload["user"] = Value::Null), Malformed),
        ("a list as claims", with_payload(&|payload| payload["user"] = json!([])), Malformed),
        ("an array as payload", forged(&header, &json!([]), secret), Malformed),
        ("truncated", token[..token.len() - 1].to_owned(), Malformed),
        ("half a signature", token[..token.len() - 20].to_owned(), Malformed),
        ("a longer signature", format!("{token}AAAA"), Signature),
        ("a fourth part", format!("{token}.AAAA"), Malformed),
        ("a missing part", message.to_owned(), Malformed),
        ("padding", format!("{token}="), Malformed),
        ("a space", format!("{token} "), Malformed),
        ("the scheme", format!("Bearer {token}"), Malformed),
        ("nothing", String::new(), Malformed),
        ("dots", "..".to_owned(), Malformed),
        ("too long", format!("{token}{}", "A".repeat(MAX_TOKEN)), TooLong),
        (
            "too long, and right",
            signed_with(|_, payload| payload["user"]["x"] = json!("x".repeat(MAX_TOKEN))),
            TooLong,
        ),
    ];
    for (what, token, reason) in table {
        let verified = keys().verify::<Access>(&token);
        let error = verified.expect_err(what);
        // A cut of base64 may leave whole bytes: then it is the signature that is wrong.
        let is_cut = what == "half a signature" || what == "truncated";
        assert!(error == reason || is_cut && error == Signature, "{what}: {error}");
    }
}

#[test]
fn a_member_twice_is_malformed() {
    let (header, payload) = parts(&access(&keys()).1);
    let twice = payload.to_string().replacen('{', "{\"sub\":\"507f1f77bcf86cd799439011\",", 1);
    let message = format!("{}.{}", part(&header), BASE64URL_NOPAD.encode(twice.as_bytes()));
    let signature = mac::keyed(SECRETS[0].1.as_bytes()).chain_update(&message).finalize().into_bytes();
    let token = format!("{message}.{}", BASE64URL_NOPAD.encode(&signature));
    assert_eq!(refused(&token), TokenError::Malformed);
}

#[test]
fn a_token_without_a_session_can_not_have_one() {
    let keys = keys();
    let token = keys.sign(&keys.claims::<Reset>(Id::new(), (), ()).unwrap()).unwrap();
    let (header, mut payload) = parts(&token);
    payload["sid"] = json!(Id::new().to_string());
    let forged = forged(&header, &payload, SECRETS[2].1.as_bytes());
    assert_eq!(keys.verify::<Reset>(&forged).unwrap_err(), TokenError::Malformed);
}

#[test]
fn clocks_may_differ_by_the_leeway_and_no_more() {
    let lenient = Keys::new(&config().leeway(Duration::from_secs(60))).unwrap();
    let with = |member: &str, time: u64| {
        let token = signed_with(|_, payload| payload[member] = json!(time));
        lenient.verify::<Access>(&token).err()
    };
    assert_eq!(with("exp", now() - 30), None);
    assert_eq!(with("exp", now() - 60), Some(TokenError::Expired));
    assert_eq!(with("nbf", now() + 30), None);
    assert_eq!(with("nbf", now() + 90), Some(TokenError::NotYetValid));
}

#[test]
fn a_retired_secret_verifies_and_signs_no_more() {
    let (claims, old) = access(&keys());
    let fresh = "N8b7V6c5X4y3Z2a1mLrTgUwOpHkJcGfDsM9e";
    let rotated = config().key(TokenUse::Access, SigningKey::secret(fresh));
    assert_eq!(Keys::new(&rotated).unwrap().verify::<Access>(&old).unwrap_err(), TokenError::UnknownKey);
    let rotated = rotated.retired_key(TokenUse::Access, VerifyingKey::secret(SECRETS[0].1));
    let rotated = Keys::new(&rotated).unwrap();
    assert_eq!(rotated.verify::<Access>(&old).unwrap(), claims);
    let (_, new) = access(&rotated);
    assert_ne!(parts(&old).0["kid"], parts(&new).0["kid"]);
    assert_eq!(keys().verify::<Access>(&new).unwrap_err(), TokenError::UnknownKey);
    assert!(rotated.verify::<Refresh>(&old).is_err(), "it is retired for access alone");
}

#[test]
fn a_key_can_not_be_given_twice() {
    let twice = config().retired_key(TokenUse::Access, VerifyingKey::secret(SECRETS[0].1));
    assert_eq!(Keys::new(&twice).unwrap_err(), ["AUTH_ACCESS_SECRET has two keys of one kid"]);
}

#[test]
fn a_refusal_is_told_in_the_words_of_its_kind() {
    let text = |error: Error| (error.status(), error.to_string());
    assert_eq!(text(Access::refusal(TokenError::Expired)), (401, "Unauthorized".into()));
    assert_eq!(text(Refresh::refusal(TokenError::Signature)), (401, "Invalid refresh token".into()));
    assert_eq!(Reset::refusal(TokenError::Expired).status(), 401);
    assert_eq!(Reset::refusal(TokenError::Signature).status(), 400);
}

#[test]
fn a_pair_is_named_as_clients_read_it_and_not_shown() {
    let pair = TokenPair { access_token: "a".into(), refresh_token: "b".into() };
    assert_eq!(serde_json::to_value(&pair).unwrap(), json!({ "accessToken": "a", "refreshToken": "b" }));
    assert_eq!(format!("{pair:?}"), "TokenPair(..)");
}

#[test]
fn a_derived_secret_is_another_for_every_use_and_purpose() {
    let keys = keys();
    let derived = |keys: &Keys, token, purpose| *keys.derived(token, purpose).unwrap().current;
    let codes = derived(&keys, TokenUse::Mfa, "codes");
    assert_eq!(codes, derived(&keys, TokenUse::Mfa, "codes"));
    assert_ne!(codes, derived(&keys, TokenUse::Mfa, "other"));
    assert_ne!(codes, derived(&keys, TokenUse::Reset, "codes"));

    let rotated = config()
        .key(TokenUse::Mfa, SigningKey::secret("N8b7V6c5X4y3Z2a1mLrTgUwOpHkJcGfDsM9e"))
        .retired_key(TokenUse::Mfa, VerifyingKey::secret(SECRETS[3].1));
    let rotated = Keys::new(&rotated).unwrap();
    assert_ne!(derived(&rotated, TokenUse::Mfa, "codes"), codes);
    assert!(rotated.derived(TokenUse::Mfa, "codes").unwrap().all().any(|key| *key == codes));
}

#[test]
fn a_token_that_would_be_refused_for_its_length_is_not_signed() {
    let keys = keys();
    let mut claims = keys.claims::<Access>(Id::new(), Id::new(), user()).unwrap();
    claims.user.insert("bio".into(), json!("x".repeat(MAX_TOKEN)));
    assert_eq!(keys.sign(&claims).unwrap_err().status(), 500);
}

#[test]
fn secrets_are_in_no_key_set() {
    assert_eq!(serde_json::to_value(keys().jwks()).unwrap(), json!({ "keys": [] }));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn a_changed_byte_is_never_verified(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let keys = keys();
        let (_, token) = access(&keys);
        let mut bytes = token.clone().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let Ok(changed) = String::from_utf8(bytes) else { return Ok(()) };
        prop_assert!(changed == token || keys.verify::<Access>(&changed).is_err(), "{}", changed);
    }

    #[test]
    fn a_cut_or_filled_token_is_never_verified(
        from in any::<prop::sample::Index>(),
        length in 0_usize..50,
        filling in "[A-Za-z0-9_.=-]{0,50}",
    ) {
        let keys = keys();
        let (_, token) = access(&keys);
        let from = from.index(token.len());
        let to = (from + length).min(token.len());
        let changed = format!("{}{filling}{}", &token[..from], &token[to..]);
        prop_assert!(changed == token || keys.verify::<Access>(&changed).is_err(), "{}", changed);
    }

    #[test]
    fn no_text_is_a_token(text in ".{0,200}", dotted in "[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,80}") {
        let keys = keys();
        prop_assert!(keys.verify::<Access>(&text).is_err());
        prop_assert!(keys.verify::<Access>(&dotted).is_err());
    }

    #[test]
    fn parts_of_two_tokens_make_none(mix in prop::array::uniform3(any::<bool>())) {
        let keys = keys();
        let (first, second) = (access(&keys).1, access(&keys).1);
        let parts: Vec<&str> = first.split('.').zip(second.split('.')).zip(mix)
            .map(|((first, second), is_first)| if is_first { first } else { second })
            .collect();
        let mixed = parts.join(".");
        let is_whole = mixed == first || mixed == second;
        prop_assert_eq!(keys.verify::<Access>(&mixed).is_ok(), is_whole);
    }
}
