//! JSON Patches, by the examples of RFC 6902 and on typed members.

use super::*;

/// The cases of RFC 6902, appendix A: a value, the operations below it, and what comes out, `None` for an error.
fn examples() -> Vec<(Value, Value, Option<Value>)> {
    let waldo = json!({ "foo": { "bar": "baz", "waldo": "fred" }, "qux": { "corge": "grault" } });
    vec![
        (
            json!({ "foo": "bar" }),
            json!([{ "op": "add", "path": "/baz", "value": "qux" }]),
            Some(json!({ "baz": "qux", "foo": "bar" })),
        ),
        (
            json!({ "foo": ["bar", "baz"] }),
            json!([{ "op": "add", "path": "/foo/1", "value": "qux" }]),
            Some(json!({ "foo": ["bar", "qux", "baz"] })),
        ),
        (
            json!({ "baz": "qux", "foo": "bar" }),
            json!([{ "op": "remove", "path": "/baz" }]),
            Some(json!({ "foo": "bar" })),
        ),
        (
            json!({ "foo": ["bar", "qux", "baz"] }),
            json!([{ "op": "remove", "path": "/foo/1" }]),
            Some(json!({ "foo": ["bar", "baz"] })),
        ),
        (
            json!({ "baz": "qux", "foo": "bar" }),
            json!([{ "op": "replace", "path": "/baz", "value": "boo" }]),
            Some(json!({ "baz": "boo", "foo": "bar" })),
        ),
        (
            waldo,
            json!([{ "op": "move", "from": "/foo/waldo", "path": "/qux/thud" }]),
            Some(json!({ "foo": { "bar": "baz" }, "qux": { "corge": "grault", "thud": "fred" } })),
        ),
        (
            json!({ "foo": ["all", "grass", "cows", "eat"] }),
            json!([{ "op": "move", "from": "/foo/1", "path": "/foo/3" }]),
            Some(json!({ "foo": ["all", "cows", "eat", "grass"] })),
        ),
        (
            json!({ "baz": "qux", "foo": ["a", 2, "c"] }),
            json!([
                { "op": "test", "path": "/baz", "value": "qux" },
                { "op": "test", "path": "/foo/1", "value": 2 },
                { "op": "remove", "path": "/foo" },
            ]),
            Some(json!({ "baz": "qux" })),
        ),
        (
            json!({ "baz": "qux" }),
            json!([{ "op": "test", "path": "/baz", "value": "bar" }, { "op": "remove", "path": "/baz" }]),
            None,
        ),
        (
            json!({ "foo": "bar" }),
            json!([{ "op": "add", "path": "/child", "value": { "grandchild": {} } }]),
            Some(json!({ "foo": "bar", "child": { "grandchild": {} } })),
        ),
        (
            json!({ "foo": "bar" }),
            json!([{ "op": "add", "path": "/baz", "value": "qux", "xyz": 123 }]),
            Some(json!({ "foo": "bar", "baz": "qux" })),
        ),
        (json!({ "foo": "bar" }), json!([{ "op": "add", "path": "/baz/bat", "value": "qux" }]), None),
        (
            json!({ "/": 9, "~1": 10 }),
            json!([{ "op": "test", "path": "/~01", "value": 10 }, { "op": "remove", "path": "/~1" }]),
            Some(json!({ "~1": 10 })),
        ),
        (
            json!({ "/": 9, "~1": 10 }),
            json!([{ "op": "test", "path": "/~01", "value": "10" }, { "op": "remove", "path": "/~1" }]),
            None,
        ),
        (
            json!({ "foo": ["bar"] }),
            json!([{ "op": "add", "path": "/foo/-", "value": ["abc", "def"] }]),
            Some(json!({ "foo": ["bar", ["abc", "def"]] })),
        ),
    ]
}

/// The operations, with their pointers below a member.
fn below(member: &str, operations: &Value) -> Value {
    let mut operations = operations.clone();
    for operation in operations.as_array_mut().unwrap() {
        for name in ["path", "from"] {
            if let Some(Value::String(pointer)) = operation.get_mut(name) {
                *pointer = format!("/{member}{pointer}");
            }
        }
    }
    operations
}

#[tokio::test]
async fn the_examples_of_the_rfc() {
    let bench = Bench::new();
    for (original, operations, result) in examples() {
        let before = with(doc! { "free": Bson::try_from(original.clone()).unwrap() });
        let outcome = bench.patch(&before, Kind::Operations, &below("free", &operations)).await;
        match result {
            Some(result) => {
                let after = seen(&outcome.unwrap());
                assert_eq!(after, expected(&before, &json!({ "free": result })), "{original} {operations}");
            }
            None => assert_eq!(outcome.unwrap_err().status(), 409, "{original} {operations}"),
        }
    }
}

#[tokio::test]
async fn typed_members_are_changed() {
    let bench = Bench::new();
    for (patch, changes) in [
        (
            json!([{ "op": "replace", "path": "/name", "value": "Eve" }, { "op": "remove", "path": "/age" }]),
            json!({ "name": "Eve", "age": null }),
        ),
        (
            json!([{ "op": "test", "path": "/age", "value": 36.0 }, { "op": "add", "path": "/nick", "value": "A" }]),
            json!({ "nick": "A" }),
        ),
        (
            json!([{ "op": "add", "path": "/tags/-", "value": "c" }, { "op": "add", "path": "/tags/-", "value": "d" }]),
            json!({ "tags": ["a", "b", "c", "d"] }),
        ),
        (
            json!([{ "op": "remove", "path": "/tags/0" }, { "op": "add", "path": "/tags/0", "value": "z" }]),
            json!({ "tags": ["z", "b"] }),
        ),
        (
            json!([{ "op": "replace", "path": "/address/city", "value": "Bonn" },
                { "op": "add", "path": "/address/geo/at", "value": "1970-01-01T00:00:00Z" }]),
            json!({ "address": { "city": "Bonn", "geo": { "lat": 48.4, "at": "1970-01-01T00:00:00.000Z" } } }),
        ),
        (
            json!([{ "op": "copy", "from": "/address", "path": "/second" },
                { "op": "replace", "path": "/second/geo/lat", "value": 1 }]),
            json!({ "second": { "city": "Ulm", "geo": { "lat": 1.0 } } }),
        ),
        (
            json!([{ "op": "move", "from": "/name", "path": "/nick" }, { "op": "add", "path": "/name", "value": "B" }]),
            json!({ "name": "B", "nick": "Ada" }),
        ),
        (
            json!([{ "op": "add", "path": "/labels", "value": {} }, { "op": "add", "path": "/labels/x", "value": 1 }]),
            json!({ "labels": { "x": 1 } }),
        ),
        (json!([{ "op": "copy", "from": "/seller", "path": "/nick" }]), json!({ "nick": "shop" })),
        (json!([{ "op": "add", "path": "/age", "value": null }]), json!({ "age": null })),
        (
            json!([{ "op": "test", "path": "/category", "value": "misc" },
                { "op": "replace", "path": "/category", "value": "x" }]),
            json!({ "category": "x" }),
        ),
    ] {
        let after = bench.patch(&thing(), Kind::Operations, &patch).await.unwrap();
        assert_eq!(seen(&after), expected(&thing(), &changes), "{patch}");
    }
}

#[tokio::test]
async fn tests_hold_as_clients_see_the_document() {
    let bench = Bench::new();
    let touch = json!({ "op": "add", "path": "/nick", "value": "x" });
    for (path, value) in [
        ("/id", json!("65f000000000000000000001")),
        ("/createdAt", json!("1970-01-01T00:00:01.000Z")),
        ("/name", json!("Ada")),
        ("/age", json!(36)),
        ("/count", json!(1.0)),
        ("/score", json!(1.5)),
        ("/state", json!("new")),
        ("/owner", json!(OWNER)),
        ("/price", json!("19.90")),
        ("/nick", json!(null)),
        ("/address/zip", json!(null)),
        ("/address/city", json!("Ulm")),
        ("/seller", json!("shop")),
        ("/tags", json!(["a", "b"])),
        ("/address", json!({ "geo": { "lat": 48.4 }, "city": "Ulm" })),
    ] {
        let patch = json!([{ "op": "test", "path": path, "value": value }, touch]);
        let outcome = bench.patch(&thing(), Kind::Operations, &patch).await;
        assert_eq!(outcome.unwrap().get_str("nick").unwrap(), "x", "{patch}");
    }
    for (path, value, why) in [
        ("/name", json!("ada"), "/name has another value"),
        ("/name", json!(null), "/name has another value"),
        ("/age", json!("36"), "/age has another value"),
        ("/count", json!(1.5), "/count has another value"),
        ("/price", json!("19.9"), "/price has another value"),
        ("/createdAt", json!("1970-01-01T00:00:01Z"), "/createdAt has another value"),
        ("/owner", json!(OWNER.to_uppercase()), "/owner has another value"),
        ("/nick", json!("A"), "there is nothing at /nick"),
        ("/second/zip", json!(null), "there is nothing at /second/zip"),
        ("/labels/a", json!(null), "there is nothing at /labels/a"),
        ("/tags/2", json!("c"), "there is nothing at /tags/2"),
        ("/tags/-", json!("b"), "there is nothing at /tags/-"),
    ] {
        let patch = json!([touch, { "op": "test", "path": path, "value": value }]);
        let error = bench.patch(&thing(), Kind::Operations, &patch).await;
        // The first operation gives /nick its value.
        let why = if path == "/nick" { "/nick has another value" } else { why };
        let expected = format!("409 Operation 1 of the patch failed: {why}");
        assert_eq!(words(&error.unwrap_err()), expected, "{patch}");
    }
}

#[tokio::test]
async fn a_refused_patch_names_its_operation() {
    let bench = Bench::new();
    for (patch, words_of_it) in [
        (
            json!([{ "op": "test", "path": "/name", "value": "Ada" }, { "op": "replace", "path": "/nick", "value": "x" }]),
            "409 Operation 1 of the patch failed: there is nothing at /nick",
        ),
        (
            json!([{ "op": "add", "path": "/age", "value": 1 }, { "op": "remove", "path": "/nick" }]),
            "409 Operation 1 of the patch failed: there is nothing at /nick",
        ),
        (
            json!([{ "op": "add", "path": "/age", "value": 1 }, { "op": "test", "path": "/count", "value": 2 }]),
            "409 Operation 1 of the patch failed: /count has another value",
        ),
        (
            json!([{ "op": "add", "path": "/tags/9", "value": "x" }]),
            "409 Operation 0 of the patch failed: nothing can be put at /tags/9",
        ),
        (
            json!([{ "op": "copy", "from": "/nick", "path": "/name" }]),
            "409 Operation 0 of the patch failed: there is nothing at /nick",
        ),
        (
            json!([{ "op": "remove", "path": "/address/zip" }]),
            "409 Operation 0 of the patch failed: there is nothing at /address/zip",
        ),
    ] {
        let error = bench.patch(&thing(), Kind::Operations, &patch).await.unwrap_err();
        assert_eq!(words(&error), words_of_it, "{patch}");
    }
}

#[tokio::test]
async fn a_result_that_is_no_such_document_is_told_at_the_operation() {
    let bench = Bench::new();
    for (patch, told) in [
        (json!([{ "op": "remove", "path": "/name" }]), "/0/path required"),
        (
            json!([{ "op": "add", "path": "/age", "value": 1 }, { "op": "replace", "path": "/name", "value": 7 }]),
            "/1/value type",
        ),
        (json!([{ "op": "replace", "path": "/count", "value": 3_000_000_000_u64 }]), "/0/value range"),
        (json!([{ "op": "replace", "path": "/name", "value": null }]), "/0/value type"),
        (json!([{ "op": "add", "path": "/tags/-", "value": 1 }]), "/0/value type"),
        (json!([{ "op": "replace", "path": "/address/geo", "value": {} }]), "/0/value/lat required"),
        (json!([{ "op": "remove", "path": "/address/city" }]), "/0/path required"),
        (json!([{ "op": "copy", "from": "/age", "path": "/nick" }]), "/0/path type"),
        (json!([{ "op": "move", "from": "/name", "path": "/nick" }]), "/0/path required"),
        (
            json!([{ "op": "add", "path": "/second", "value": {} }, { "op": "add", "path": "/second/city", "value": "x" }]),
            "/0/value/geo required",
        ),
        (
            json!([{ "op": "add", "path": "/labels", "value": {} }, { "op": "add", "path": "/labels/a", "value": "x" }]),
            "/1/value type",
        ),
    ] {
        let error = bench.patch(&thing(), Kind::Operations, &patch).await.unwrap_err();
        assert_eq!(words(&error), told, "{patch}");
    }
}

#[test]
fn the_order_of_operations_decides_on_the_way() {
    let is_direct = |patch: &Value| matches!(Kind::Operations.plan(patch).unwrap(), Plan::Direct { .. });
    let (test, set) = (
        json!({ "op": "test", "path": "/name", "value": "Ada" }),
        json!({ "op": "replace", "path": "/name", "value": "Eve" }),
    );
    let push = json!({ "op": "add", "path": "/tags/-", "value": "x" });
    for patch in [
        json!([test, set]),
        json!([test, { "op": "remove", "path": "/nick" }, push, push]),
        json!([set, { "op": "add", "path": "/address/zip", "value": "1" }, { "op": "add", "path": "/address/geo/lat", "value": 1 }]),
        json!([{ "op": "add", "path": "/secret", "value": "x" }, { "op": "remove", "path": "/vault" }]),
    ] {
        assert!(is_direct(&patch), "{patch}");
    }
    for patch in [
        json!([set, test]),
        json!([set, set]),
        json!([{ "op": "add", "path": "/address/zip", "value": "1" }, { "op": "test", "path": "/address/zip", "value": "1" }]),
        json!([push, { "op": "replace", "path": "/tags", "value": [] }]),
        json!([{ "op": "add", "path": "/second/zip", "value": "1" }]),
        json!([{ "op": "add", "path": "/tags/0", "value": "1" }]),
        json!([{ "op": "copy", "from": "/name", "path": "/nick" }]),
    ] {
        assert!(!is_direct(&patch), "{patch}");
    }
}
