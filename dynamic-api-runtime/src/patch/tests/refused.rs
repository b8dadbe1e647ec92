//! Patch documents that are refused before any document is read.

use super::*;

fn refused(kind: Kind, patch: &Value) -> String {
    words(&kind.plan(patch).expect_err(&patch.to_string()))
}

#[test]
fn operations_that_are_none() {
    let set = json!({ "op": "add", "path": "/name", "value": "x" });
    for (patch, told) in [
        (json!({}), " type"),
        (json!("x"), " type"),
        (json!([1, set, []]), "/0 type, /2 type"),
        (json!([{}]), "/0/op required"),
        (json!([{ "op": "set", "path": "/name" }]), "/0/op patch"),
        (json!([{ "op": 1 }]), "/0/op type"),
        (json!([set, { "op": "add" }]), "/1/path required, /1/value required"),
        (json!([{ "op": "add", "path": 1, "value": 1 }]), "/0/path type"),
        (json!([{ "op": "move", "path": "/name" }]), "/0/from required"),
        (json!([{ "op": "add", "path": "name", "value": 1 }]), "/0/path patch"),
        (json!([{ "op": "add", "path": "/a~2", "value": 1 }]), "/0/path patch"),
        (json!([{ "op": "move", "from": "/second", "path": "/second/geo" }]), "/0/path patch"),
        (json!([{ "op": "replace", "path": "", "value": {} }]), "/0/path patch"),
        (json!([{ "op": "remove", "path": "" }]), "/0/path patch"),
        (json!([]), "400 Invalid request body"),
        (json!([{ "op": "test", "path": "/name", "value": "Ada" }]), " patch"),
        (vec![set.clone(); 101].into(), " range"),
    ] {
        assert_eq!(refused(Kind::Operations, &patch), told, "{patch}");
    }
    let twice = br#"[{"op":"add","path":"/nick","value":"x","op":"remove"}]"#;
    assert_eq!(words(&json_patch::<UpdateThing>(twice, UpdateThing::FIELDS).unwrap_err()), "/0 type");
    assert!(matches!(
        json_patch::<UpdateThing>(b"[{]", UpdateThing::FIELDS),
        Err(Error::MalformedJson { .. })
    ));
    let large = br#"[{"op":"add","path":"/score","value":1e999}]"#;
    assert_eq!(words(&json_patch::<UpdateThing>(large, UpdateThing::FIELDS).unwrap_err()), "/0/value range");
}

#[test]
fn merge_patches_that_are_none() {
    for (patch, told) in [
        (json!([]), " type"),
        (json!(null), " type"),
        (json!({}), "400 Invalid request body"),
        (json!({ "id": 1, "updatedAt": null }), "400 Invalid request body"),
        (json!({ "address": {} }), "400 Invalid request body"),
        (json!({ "nam": 1, "seller": "x", "_id": 1 }), "/nam unknown, /seller readOnly, /_id unknown"),
        (json!({ "$set": 1, "a.b": 1, "free": { "$x": 1 } }), "/$set key, /a.b key, /free key"),
        (json!({ "address": { "town": null } }), "/address/town unknown"),
        (json!({ "second": { "geo": { "long": 1 } } }), "/second/geo/long unknown"),
        (json!({ "name": null, "address": null }), "/name required, /address required"),
        (
            json!({ "name": 1, "address": { "geo": { "lat": null } } }),
            "/address/geo/lat required, /name type",
        ),
        (json!({ "name": {}, "tags": { "a": 1 } }), "/name type, /tags type"),
    ] {
        assert_eq!(refused(Kind::Merge, &patch), told, "{patch}");
    }
    assert_eq!(
        words(&merge_patch::<UpdateThing>(br#"{"name":1,"name":2}"#, UpdateThing::FIELDS).unwrap_err()),
        " type"
    );
}

#[test]
fn places_that_are_none() {
    for (path, told) in [
        ("/nam", "unknown"),
        ("/_id", "unknown"),
        ("/__v", "unknown"),
        ("/address/town", "unknown"),
        ("/name/first", "unknown"),
        ("/$set", "key"),
        ("/a.b", "key"),
        ("/a\u{0}", "key"),
        ("/labels/$x", "key"),
        ("/free/a.b", "key"),
        ("/tags/01", "patch"),
        ("/tags/x", "patch"),
        ("/tags/", "patch"),
        ("/tags/-1", "patch"),
        ("/id", "readOnly"),
        ("/createdAt", "readOnly"),
        ("/updatedAt", "readOnly"),
        ("/seller", "readOnly"),
    ] {
        for op in ["add", "replace", "remove"] {
            let patch = json!([{ "op": op, "path": path, "value": 1 }]);
            assert_eq!(refused(Kind::Operations, &patch), format!("/0/path {told}"), "{patch}");
        }
        let patch = json!([{ "op": "move", "from": path, "path": "/nick" }]);
        assert_eq!(refused(Kind::Operations, &patch), format!("/0/from {told}"), "{patch}");
    }
    let deep = format!("/free{}", "/a".repeat(64));
    let patch = json!([{ "op": "add", "path": deep, "value": 1 }]);
    assert_eq!(refused(Kind::Operations, &patch), "/0/path range");
}

#[test]
fn values_with_names_that_must_not_reach_a_store() {
    for value in [json!({ "$gt": 1 }), json!([{ "a": { "b.c": 1 } }]), json!({ "a\u{0}": 1 })] {
        for op in ["add", "replace", "test"] {
            let patch = json!([{ "op": op, "path": "/free", "value": value }]);
            assert_eq!(refused(Kind::Operations, &patch), "/0/value key", "{patch}");
        }
    }
}

#[tokio::test]
async fn copies_of_copies_end() {
    let bench = Bench::new();
    let doubling = |from: &str, path: &str| {
        let mut operations =
            vec![json!({ "op": "add", "path": "/free", "value": { "x": "y".repeat(1000) } })];
        let copies =
            (0..60).map(|copy| json!({ "op": "copy", "from": from, "path": format!("{path}{copy}") }));
        operations.extend(copies);
        Value::from(operations)
    };
    let error = bench.patch(&thing(), Kind::Operations, &doubling("/free", "/free/a")).await.unwrap_err();
    assert_eq!(error.status(), 413);

    let path = format!("/free{}", "/a".repeat(40));
    let deep = (0..40).rev().fold(json!({}), |inner, _| json!({ "a": inner }));
    let patch = json!([{ "op": "add", "path": "/free", "value": deep }, { "op": "copy", "from": "/free", "path": path }]);
    let error = bench.patch(&thing(), Kind::Operations, &patch).await.unwrap_err();
    assert_eq!(words(&error), "/1/path range");
}
