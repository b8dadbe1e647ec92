//! Merge patches, by the examples of RFC 7396 and on typed members.

use super::*;

/// The cases of RFC 7396, appendix A: a value, a patch of it, and what comes out.
fn examples() -> Vec<(Value, Value, Value)> {
    vec![
        (json!({ "a": "b" }), json!({ "a": "c" }), json!({ "a": "c" })),
        (json!({ "a": "b" }), json!({ "b": "c" }), json!({ "a": "b", "b": "c" })),
        (json!({ "a": "b" }), json!({ "a": null }), json!({})),
        (json!({ "a": "b", "b": "c" }), json!({ "a": null }), json!({ "b": "c" })),
        (json!({ "a": ["b"] }), json!({ "a": "c" }), json!({ "a": "c" })),
        (json!({ "a": "c" }), json!({ "a": ["b"] }), json!({ "a": ["b"] })),
        (json!({ "a": { "b": "c" } }), json!({ "a": { "b": "d", "c": null } }), json!({ "a": { "b": "d" } })),
        (json!({ "a": [{ "b": "c" }] }), json!({ "a": [1] }), json!({ "a": [1] })),
        (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
        (json!({ "a": "b" }), json!(["c"]), json!(["c"])),
        (json!({ "a": "foo" }), json!(null), json!(null)),
        (json!({ "a": "foo" }), json!("bar"), json!("bar")),
        (json!({ "e": null }), json!({ "a": 1 }), json!({ "e": null, "a": 1 })),
        (json!([1, 2]), json!({ "a": "b", "c": null }), json!({ "a": "b" })),
        (json!(null), json!({ "a": { "bb": { "ccc": null } } }), json!({ "a": { "bb": {} } })),
    ]
}

#[tokio::test]
async fn the_examples_of_the_rfc() {
    let bench = Bench::new();
    for (original, patch, result) in examples() {
        let before = with(doc! { "free": Bson::try_from(original.clone()).unwrap() });
        let after = bench.patch(&before, Kind::Merge, &json!({ "free": patch.clone() })).await.unwrap();
        assert_eq!(seen(&after), expected(&before, &json!({ "free": result })), "{original} {patch}");
    }
}

#[tokio::test]
async fn typed_members_are_merged() {
    let bench = Bench::new();
    let full = with(doc! {
        "nick": "A", "labels": { "x": 1_i64, "y": 2_i64 }, "second": { "city": "Rome", "zip": "1", "geo": { "lat": 1.0 } },
    });
    for (patch, changes) in [
        (json!({ "name": "Eve", "nick": null }), json!({ "name": "Eve", "nick": null })),
        (json!({ "tags": ["z"], "score": 2 }), json!({ "tags": ["z"], "score": 2.0 })),
        (json!({ "bornAt": "2026-11-23T18:00:00+01:00" }), json!({ "bornAt": "2026-11-23T17:00:00.000Z" })),
        (json!({ "labels": { "x": null, "z": 3 } }), json!({ "labels": { "y": 2, "z": 3 } })),
        (
            json!({ "second": { "zip": null, "geo": { "lat": 2 } } }),
            json!({ "second": { "city": "Rome", "geo": { "lat": 2.0 } } }),
        ),
        (
            json!({ "address": { "city": "Bonn", "geo": { "at": "1970-01-01T00:00:00Z" } } }),
            json!({ "address": { "city": "Bonn", "geo": { "lat": 48.4, "at": "1970-01-01T00:00:00.000Z" } } }),
        ),
        (
            json!({ "address": { "zip": "5", "geo": { "lat": 1, "at": null } } }),
            json!({ "address": { "city": "Ulm", "zip": "5", "geo": { "lat": 1.0 } } }),
        ),
        (json!({ "category": "x", "id": 7, "createdAt": "never" }), json!({ "category": "x" })),
    ] {
        let after = bench.patch(&full, Kind::Merge, &patch).await.unwrap();
        assert_eq!(seen(&after), expected(&full, &changes), "{patch}");
    }
}

#[tokio::test]
async fn a_struct_that_is_not_there_is_made_of_the_patch() {
    let bench = Bench::new();
    let patch = json!({ "second": { "city": "Bonn", "zip": null, "geo": { "lat": 1 } } });
    let after = bench.patch(&thing(), Kind::Merge, &patch).await.unwrap();
    assert_eq!(after.get_document("second").unwrap(), &doc! { "city": "Bonn", "geo": { "lat": 1.0 } });

    let error = bench.patch(&thing(), Kind::Merge, &json!({ "second": { "zip": "1" } })).await.unwrap_err();
    assert_eq!(words(&error), "/second/city required, /second/geo required");
}

#[test]
fn what_needs_no_document_is_done_in_one_round_trip() {
    for patch in [
        json!({ "name": "Eve", "nick": null, "tags": [] }),
        json!({ "address": { "zip": "1" } }),
        json!({ "address": { "geo": { "lat": 2 } }, "secret": "x", "vault": { "city": "Ulm", "geo": { "lat": 1 } } }),
        json!({ "second": null, "labels": null }),
    ] {
        assert!(
            matches!(Kind::Merge.plan(&patch).unwrap(), Plan::Direct { guard: Filter::All, .. }),
            "{patch}"
        );
    }
    for patch in [
        json!({ "second": { "zip": "1" } }),
        json!({ "labels": { "a": 1 } }),
        json!({ "free": {} }),
        // Its type refuses it, and may have refused the rest of the probe.
        json!({ "address": { "city": "Atlantis" } }),
    ] {
        assert!(matches!(Kind::Merge.plan(&patch).unwrap(), Plan::Computed(_)), "{patch}");
    }
}

#[test]
fn members_below_a_struct_are_changed_by_their_paths() {
    let patch = json!({ "address": { "city": "Bonn", "zip": null } });
    let Plan::Direct { update, .. } = Kind::Merge.plan(&patch).unwrap() else { panic!("{patch}") };
    let paths: Vec<&str> = update.0.iter().map(|(path, _)| &**path).collect();
    assert_eq!(paths, ["updatedAt", "address.city", "address.zip"]);
}

#[tokio::test]
async fn the_last_word_on_a_value_is_its_types() {
    let bench = Bench::new();
    for patch in [
        json!({ "address": { "city": "Atlantis" } }),
        json!({ "address": { "zip": "1", "city": "Atlantis" } }),
    ] {
        let error = bench.patch(&thing(), Kind::Merge, &patch).await.unwrap_err();
        assert!(error.problem("").detail.contains("there is no such city"), "{error}");
    }
}

#[tokio::test]
async fn members_that_clients_can_not_see_are_set_as_a_whole() {
    let bench = Bench::new();
    let patch =
        json!({ "secret": null, "pin": "9", "vault": { "city": "Bonn", "zip": null, "geo": { "lat": 2 } } });
    let after = bench.patch(&thing(), Kind::Merge, &patch).await.unwrap();
    assert_eq!(after.get("secret"), None);
    assert_eq!(after.get_str("pin").unwrap(), "9");
    assert_eq!(after.get_document("vault").unwrap(), &doc! { "city": "Bonn", "geo": { "lat": 2.0 } });

    // The stored one has a city, which must not make up for the missing one.
    let error = bench.patch(&thing(), Kind::Merge, &json!({ "vault": { "zip": "1" } })).await.unwrap_err();
    assert_eq!(words(&error), "/vault/city required, /vault/geo required");
}
