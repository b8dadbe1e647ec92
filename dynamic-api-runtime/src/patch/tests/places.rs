//! What clients can't see stays unseen, and can be set.

use super::*;

/// Every use of what a client can't see, by each of the operations.
fn uses(member: &str) -> Vec<Value> {
    let value = json!("x");
    let (path, inner) = (format!("/{member}"), format!("/{member}/city"));
    vec![
        json!([{ "op": "test", "path": path, "value": value }, { "op": "add", "path": "/nick", "value": "n" }]),
        json!([{ "op": "test", "path": path, "value": null }, { "op": "add", "path": "/nick", "value": "n" }]),
        json!([{ "op": "copy", "from": path, "path": "/nick" }]),
        json!([{ "op": "copy", "from": path, "path": "/free" }]),
        json!([{ "op": "move", "from": path, "path": "/nick" }]),
        json!([{ "op": "copy", "from": inner, "path": "/nick" }]),
        json!([{ "op": "test", "path": inner, "value": "Rome" }, { "op": "add", "path": "/nick", "value": "n" }]),
        json!([{ "op": "copy", "from": "", "path": "/free" }]),
        json!([{ "op": "copy", "from": "/name", "path": path }, { "op": "copy", "from": "", "path": "/free" }]),
        json!([{ "op": "add", "path": inner, "value": value }]),
        json!([{ "op": "remove", "path": inner }]),
        json!([{ "op": "remove", "path": path }]),
        json!([{ "op": "replace", "path": path, "value": value }]),
        json!([{ "op": "add", "path": path, "value": value }]),
        json!([{ "op": "move", "from": "/nick", "path": path }]),
    ]
}

#[tokio::test]
async fn no_operation_tells_what_a_hidden_member_holds() {
    let bench = Bench::new();
    let holding = with(doc! { "nick": "n" });
    for member in ["secret", "vault", "pin"] {
        let mut lacking = holding.clone();
        lacking.remove(member);
        let other = with(doc! { "nick": "n", member: "other" });
        for patch in uses(member) {
            let mut outcomes = vec![];
            for document in [&holding, &lacking, &other] {
                let outcome = bench.patch(document, Kind::Operations, &patch).await;
                outcomes.push(outcome.map(|document| seen(&document)).map_err(|error| words(&error)));
            }
            assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "{patch}: {outcomes:?}");
            if let Ok(seen) = &outcomes[0] {
                assert!(!seen.to_string().contains("s3cret"), "{patch}: {seen}");
            }
        }
    }
}

#[test]
fn a_hidden_member_is_read_as_one_that_is_not_declared() {
    let said = |member: &str, op: &str| {
        let pointer = format!("/{member}");
        let patch = json!([
            { "op": op, "path": if op == "test" { &pointer } else { "/nick" }, "from": pointer, "value": 1 },
            { "op": "add", "path": "/nick", "value": "x" },
        ]);
        let Err(Error::Invalid(violations)) = Kind::Operations.plan(&patch) else { panic!("{patch}") };
        (violations[0].code, violations[0].message.replace(member, "it"))
    };
    for op in ["test", "copy", "move"] {
        assert_eq!(said("secret", op), said("nothing", op));
        assert_eq!(said("vault", op), ("unknown", "it is no member of Thing".to_owned()));
        assert_eq!(said("pin", op).0, "unknown");
    }
}

#[tokio::test]
async fn hidden_members_are_set_and_cleared() {
    let bench = Bench::new();
    for (patch, secret) in [
        (json!([{ "op": "add", "path": "/secret", "value": "new" }]), Some("new")),
        (json!([{ "op": "replace", "path": "/secret", "value": "new" }]), Some("new")),
        (json!([{ "op": "remove", "path": "/secret" }]), None),
        (json!([{ "op": "copy", "from": "/name", "path": "/secret" }]), Some("Ada")),
    ] {
        let after = bench.patch(&thing(), Kind::Operations, &patch).await.unwrap();
        assert_eq!(after.get_str("secret").ok(), secret, "{patch}");
        assert_eq!(after.get_str("pin").unwrap(), "1234");
    }
    let patch = json!([{ "op": "add", "path": "/secret", "value": 1 }]);
    assert_eq!(words(&Kind::Operations.plan(&patch).unwrap_err()), "/0/value type");
}

#[tokio::test]
async fn a_computed_patch_leaves_the_rest_of_a_document_alone() {
    let bench = Bench::new();
    let before = with(doc! { "score": 3, "age": 5.0, "legacy": { "a": 1 }, "category": "x" });
    let patch = json!([{ "op": "copy", "from": "/name", "path": "/nick" }]);
    let mut after = bench.patch(&before, Kind::Operations, &patch).await.unwrap();
    let mut expected = before.clone();
    expected.insert("nick", "Ada");
    for document in [&mut expected, &mut after] {
        document.remove(UPDATED_AT);
    }
    assert_eq!(after, expected);
}

#[tokio::test]
async fn doubles_of_other_programs_are_integers() {
    let bench = Bench::new();
    let before = with(doc! { "age": 5.0, "labels": { "a": 7.0 } });
    let patch = json!([
        { "op": "test", "path": "/age", "value": 5 },
        { "op": "test", "path": "/labels/a", "value": 7 },
        { "op": "add", "path": "/labels/b", "value": 1 },
    ]);
    let after = bench.patch(&before, Kind::Operations, &patch).await.unwrap();
    assert_eq!(after.get_document("labels").unwrap(), &doc! { "a": 7_i64, "b": 1_i64 });
    let patch = json!([{ "op": "test", "path": "/age", "value": 5 }, { "op": "remove", "path": "/age" }]);
    assert_eq!(bench.patch(&before, Kind::Operations, &patch).await.unwrap().get("age"), None);
}

#[tokio::test]
async fn a_float_keeps_its_last_digit() {
    let bench = Bench::new();
    let digits: [f64; 5] = [0.1 + 0.2, 1.0 / 3.0, 8.41e21, 2.225_073_858_507_201e-308, 9.5e-7];
    for lat in digits {
        let before = with(doc! { "second": { "city": "Rome", "geo": { "lat": lat } } });
        let patch = json!([{ "op": "add", "path": "/second/zip", "value": "1" }]);
        let after = bench.patch(&before, Kind::Operations, &patch).await.unwrap();
        let geo = after.get_document("second").unwrap().get_document("geo").unwrap();
        assert_eq!(geo.get_f64("lat").unwrap().to_bits(), lat.to_bits());
    }
}
