//! What hashes cost, which are accepted, and that no text is stored.

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use bson::{Binary, RawBson, doc, rawdoc, spec::BinarySubtype};

use super::*;

const TEXT: &str = "correct horse battery";

fn password(text: &str) -> Password {
    Password::offered(text).unwrap()
}

fn hasher() -> Hasher {
    Hasher::new(&PasswordHashing::default()).unwrap()
}

/// A hash by weaker parameters than the settings allow, as another program may have stored it.
fn weak_hash(algorithm: Algorithm, text: &str) -> String {
    let argon = Argon2::new(algorithm, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
    let hash: PasswordHash = argon.hash_password(text.as_bytes()).unwrap();
    hash.to_string()
}

fn with_plaintext(text: &str) -> RawBson {
    RawBson::Binary(Binary { subtype: PLAINTEXT, bytes: text.as_bytes().to_vec() })
}

#[tokio::test]
async fn a_hash_has_the_parameters_of_the_settings_and_a_salt_of_its_own() {
    let hasher = hasher();
    let first = hasher.hash(&password(TEXT)).await.unwrap();
    let hash = PasswordHash::new(&first).unwrap();
    let params = Params::try_from(&hash).unwrap();
    assert_eq!(hash.algorithm.as_str(), "argon2id");
    assert_eq!(hash.version, Some(0x13));
    assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (19_456, 2, 1));
    assert_eq!(hash.salt.unwrap().len(), 16);
    assert_eq!(hash.hash.unwrap().len(), 32);
    assert_ne!(first, hasher.hash(&password(TEXT)).await.unwrap());
    assert!(!first.contains(TEXT));
}

#[tokio::test]
async fn a_password_is_verified_by_every_character() {
    let hasher = hasher();
    let long = format!("{}a", "x".repeat(127));
    for text in [TEXT, &long, "пароль и ключ \u{1f511}"] {
        let stored = hasher.hash(&password(text)).await.unwrap();
        assert_eq!(hasher.verify(Some(&stored), &password(text)).await.unwrap(), Verified::Yes, "{text}");
        let others = [format!("{text} "), text.to_uppercase(), text.chars().skip(1).collect(), String::new()];
        for other in others {
            assert_eq!(
                hasher.verify(Some(&stored), &password(&other)).await.unwrap(),
                Verified::No,
                "{other}"
            );
        }
    }
}

#[tokio::test]
async fn a_hash_is_renewed_when_parameters_rise_and_not_when_they_fall() {
    let stored = hasher().hash(&password(TEXT)).await.unwrap();
    for (memory, passes, lanes) in [(19_457, 2, 1), (19_456, 3, 1), (19_456, 2, 2)] {
        let dearer = Hasher::new(&PasswordHashing::default().cost(memory, passes, lanes)).unwrap();
        let verified = dearer.verify(Some(&stored), &password(TEXT)).await.unwrap();
        assert_eq!(verified, Verified::YesRehash, "{memory} {passes} {lanes}");
        assert_eq!(dearer.verify(Some(&stored), &password("wrong")).await.unwrap(), Verified::No);
        let renewed = dearer.hash(&password(TEXT)).await.unwrap();
        assert_eq!(dearer.verify(Some(&renewed), &password(TEXT)).await.unwrap(), Verified::Yes);
        assert_eq!(hasher().verify(Some(&renewed), &password(TEXT)).await.unwrap(), Verified::Yes);
    }
}

#[tokio::test]
async fn hashes_of_other_algorithms_are_verified_and_renewed() {
    let hasher = hasher();
    for stored in [
        weak_hash(Algorithm::Argon2id, TEXT),
        weak_hash(Algorithm::Argon2i, TEXT),
        bcrypt::hash(TEXT, 4).unwrap(),
        bcrypt::hash(TEXT, 4).unwrap().replacen("$2b$", "$2a$", 1),
    ] {
        let verified = hasher.verify(Some(&stored), &password(TEXT)).await.unwrap();
        assert_eq!(verified, Verified::YesRehash, "{stored}");
        assert_eq!(
            hasher.verify(Some(&stored), &password("wrong horse")).await.unwrap(),
            Verified::No,
            "{stored}"
        );
    }
}

#[tokio::test]
async fn a_hash_that_node_has_made_is_verified() {
    // bcrypt's own test vectors, which every implementation shares.
    let hasher = hasher();
    let stored = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    assert_eq!(hasher.verify(Some(stored), &password("U*U")).await.unwrap(), Verified::YesRehash);
    assert_eq!(hasher.verify(Some(stored), &password("U*U*")).await.unwrap(), Verified::No);
}

#[tokio::test]
async fn what_is_no_hash_or_costs_too_much_is_refused() {
    let hasher = hasher();
    let argon = weak_hash(Algorithm::Argon2id, TEXT);
    for stored in [
        String::new(),
        TEXT.to_owned(),
        "$2b$".to_owned(),
        "$argon2id$".to_owned(),
        argon.replace("m=64", "m=4194304"),
        argon.replace("t=1", "t=100000"),
        argon.replace("argon2id", "scrypt"),
        argon.rsplit_once('$').unwrap().0.to_owned(),
        bcrypt::hash(TEXT, 4).unwrap().replace("$04$", "$31$"),
    ] {
        let verified = hasher.verify(Some(&stored), &password(TEXT)).await.unwrap();
        assert_eq!(verified, Verified::No, "{stored}");
    }
}

#[tokio::test]
async fn an_account_that_does_not_exist_costs_the_same_work() {
    let hasher = Hasher::new(&PasswordHashing::default().cost(20_000, 3, 1)).unwrap();
    assert_eq!(hasher.verify(None, &password(TEXT)).await.unwrap(), Verified::No);
    // The work is that of the settings: what is computed for nobody has their parameters, and they are computed.
    let dummy = PasswordHash::new(&hasher.0.dummy).unwrap();
    let params = Params::try_from(&dummy).unwrap();
    assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (20_000, 3, 1));
    assert_eq!(hasher.0.verify_argon2(&hasher.0.dummy, TEXT), Some(Verified::No));
}

#[tokio::test]
async fn a_stored_hash_is_no_password() {
    let hasher = hasher();
    let stored = hasher.hash(&password(TEXT)).await.unwrap();
    let document = rawdoc! { "password": stored.as_str() };
    let account: HashMap<String, Password> = bson::deserialize_from_slice(document.as_bytes()).unwrap();
    let hash = &account["password"];
    assert_eq!(hash.plain(), None);
    assert_eq!(hasher.verify(Some(&stored), hash).await.unwrap(), Verified::No);
    assert_eq!(hasher.verify(Some(&stored), &password(&stored)).await.unwrap(), Verified::No);
}

#[tokio::test]
async fn what_is_beyond_the_bounds_is_told_to_come_again() {
    let hasher = Hasher::new(&PasswordHashing::default().load(1, 1)).unwrap();
    let running = hasher.slot().await.unwrap();
    let waiting = tokio::spawn({
        let hasher = hasher.clone();
        async move { hasher.hash(&password(TEXT)).await }
    });
    while hasher.0.places.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    let refused = hasher.verify(None, &password(TEXT)).await.unwrap_err();
    assert_eq!((refused.status(), refused.retry_after()), (503, Some(1)));
    drop(running);
    assert!(waiting.await.unwrap().is_ok());
    assert_eq!(hasher.verify(None, &password(TEXT)).await.unwrap(), Verified::No);
}

#[tokio::test]
async fn a_caller_that_goes_away_frees_nothing_that_is_still_computed() {
    let hasher = Hasher::new(&PasswordHashing::default().load(1, 0)).unwrap();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (began, begins) = tokio::sync::oneshot::channel();
    let call = tokio::spawn({
        let hasher = hasher.clone();
        async move {
            let work = move || {
                let _ = began.send(());
                held.recv()
            };
            hasher.run(work).await
        }
    });
    begins.await.unwrap();
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert!(
        matches!(hasher.hash(&password(TEXT)).await, Err(Error::Unavailable)),
        "the thread is still at work"
    );
    drop(release);
    while hasher.0.places.available_permits() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(hasher.hash(&password(TEXT)).await.is_ok());
}

#[tokio::test]
async fn texts_are_sealed_before_anything_is_stored() {
    let hasher = hasher();
    let document = rawdoc! { "name": "Ada", "password": with_plaintext(TEXT), "age": 36, "pin": "stays" };
    assert!(has_plaintext(&document));
    let sealed = seal(&hasher, document, &["password", "pin"]).await.unwrap();
    assert!(!has_plaintext(&sealed));
    let names: Vec<String> = sealed.iter().map(|element| element.unwrap().0.to_string()).collect();
    assert_eq!(names, ["name", "password", "age", "pin"]);
    assert_eq!(sealed.get_str("pin").unwrap(), "stays");
    let stored = sealed.get_str("password").unwrap();
    assert_eq!(hasher.verify(Some(stored), &password(TEXT)).await.unwrap(), Verified::Yes);
    assert_eq!(seal(&hasher, sealed.clone(), &["password"]).await.unwrap(), sealed, "a hash stays as it is");
}

#[tokio::test]
async fn a_new_password_is_as_long_as_the_settings_say() {
    let hasher = Hasher::new(&PasswordHashing::default().chars(12..=20)).unwrap();
    for (text, is_accepted) in
        [("x".repeat(11), false), ("x".repeat(12), true), ("ü".repeat(20), true), ("x".repeat(21), false)]
    {
        let sealed = seal(&hasher, rawdoc! { "password": with_plaintext(&text) }, &["password"]).await;
        assert_eq!(sealed.is_ok(), is_accepted, "{text}");
        let Err(error) = sealed else { continue };
        let problem = error.problem("/users");
        assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (400, "/password"));
        assert_eq!(problem.detail, "password must be a string of 12 to 20 characters");
    }
}

#[tokio::test]
async fn the_guard_finds_a_text_at_every_depth() {
    let text = || bson::Bson::Binary(Binary { subtype: PLAINTEXT, bytes: b"12345678".to_vec() });
    let other = bson::Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes: b"12345678".to_vec() });
    for (document, is_found) in [
        (doc! {}, false),
        (doc! { "a": "$argon2id$", "b": other }, false),
        (doc! { "a": text() }, true),
        (doc! { "a": { "b": text() } }, true),
        (doc! { "a": [1, { "b": [text()] }] }, true),
    ] {
        let raw = RawDocumentBuf::try_from(&document).unwrap();
        assert_eq!(has_plaintext(&raw), is_found, "{document}");
    }
    // A field that is no password's is not sealed, and so is caught.
    let raw = rawdoc! { "note": with_plaintext(TEXT) };
    assert!(has_plaintext(&seal(&hasher(), raw, &["password"]).await.unwrap()));
}
