//! Each rule, what it takes and what it refuses.

use serde_json::{Value, json};

use super::entities::builder;
use crate::via::{everywhere, route};

/// A member, values that its rules take, and values that they refuse with this code.
fn samples() -> Vec<(&'static str, Vec<Value>, Vec<Value>, &'static str)> {
    let texts = |texts: &[&str]| texts.iter().map(|text| json!(text)).collect::<Vec<_>>();
    vec![
        ("two", texts(&["ab", "é!", "😀😀", "日本"]), texts(&["", "a", "abc", "😀"]), "length"),
        (
            "mail",
            texts(&["a@b.c", "x.y+z@exa-mple.org"]),
            texts(&["", "a", "a@", "@b.c", "a b@c.d", "a@b.c\n"]),
            "email",
        ),
        (
            "link",
            texts(&["https://example.org/x?y#z", "ftp://a"]),
            texts(&["", "example.org", "//a", "http://"]),
            "url",
        ),
        ("ip", texts(&["127.0.0.1", "::1"]), texts(&["", "1.2.3", "256.0.0.1", "::g"]), "ip"),
        ("four", texts(&["127.0.0.1"]), texts(&["::1", "127.0.0.1 "]), "ipv4"),
        ("six", texts(&["::1"]), texts(&["127.0.0.1"]), "ipv6"),
        ("uuid", texts(&["67e55044-10b1-426f-9247-bb680e5fe0c8"]), texts(&["", "67e55044"]), "uuid"),
        ("ascii", texts(&["", "a~\u{7f}"]), texts(&["é", "a\u{200b}"]), "ascii"),
        ("plain", texts(&["", "abc123", "日本é٣"]), texts(&["a b", "a-b", "a\u{0}"]), "alphanumeric"),
        ("name", texts(&["Ärger", "Ωmega_1"]), texts(&["ärger", "A b", ""]), "pattern"),
        ("small", vec![json!(-5), json!(0), json!(5)], vec![json!(-6), json!(6), json!(i64::MAX)], "range"),
        (
            "share",
            vec![json!(0.5), json!(1e-300)],
            vec![json!(0), json!(-0.0), json!(0.500_000_1), json!(1e308)],
            "range",
        ),
        (
            "exact",
            texts(&["0.1", "1.000", "0.5"]),
            texts(&["0.0999999999999999999999", "1.0000000000000000000001"]),
            "range",
        ),
        ("map", vec![json!({ "a": 1 })], vec![json!({})], "length"),
    ]
}

#[tokio::test]
async fn every_rule_takes_what_it_is_for_and_nothing_else() {
    everywhere(builder, async |via, _| {
        for (member, taken, refused, code) in samples() {
            for value in taken {
                let answer =
                    via.call(route("create_one", "samples", "sample"), json!({ member: value })).await;
                assert!(answer.status < 300, "{member} {value}: {answer:?}");
            }
            for value in refused {
                let answer =
                    via.call(route("create_one", "samples", "sample"), json!({ member: value })).await;
                assert_eq!(super::found(&answer), [(&*format!("/{member}"), code)], "{value}");
            }
            // What has no value breaks no rule.
            let answer = via.call(route("create_one", "samples", "sample"), json!({ member: null })).await;
            assert!(answer.status < 300, "{member} null: {answer:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn all_rules_of_a_value_are_told_each_with_its_message() {
    everywhere(builder, async |via, _| {
        let answer = via.call(route("create_one", "samples", "sample"), json!({ "parts": "b" })).await;
        assert_eq!(
            super::found(&answer),
            [("/parts", "contains"), ("/parts", "prefix"), ("/parts", "suffix")]
        );
        assert_eq!(answer.body["message"], json!(["no", "no", "ends otherwise"]));
    })
    .await;
}

#[tokio::test]
async fn items_of_items_are_told_where_they_stand() {
    everywhere(builder, async |via, _| {
        let deep = json!({ "deep": [[1], [], [0, 2, 0]] });
        let answer = via.call(route("create_one", "samples", "sample"), deep).await;
        let expected = [("/deep/1", "length"), ("/deep/2/0", "range"), ("/deep/2/2", "range")];
        assert_eq!(super::found(&answer), expected);
        assert_eq!(answer.body["message"][1], "deep.2.0 must be at least 1");
    })
    .await;
}

#[tokio::test]
async fn long_texts_and_evil_patterns_take_no_time() {
    everywhere(builder, async |via, _| {
        let long = "a".repeat(2 << 20);
        let started = std::time::Instant::now();
        let evil = json!({ "evil": format!("{long}!") });
        let answer = via.call(route("create_one", "samples", "sample"), evil).await;
        assert_eq!(super::found(&answer), [("/evil", "pattern")]);
        assert!(answer.body.to_string().len() < 2000, "the value is not sent back");
        let answer =
            via.call(route("create_one", "samples", "sample"), json!({ "two": long, "mail": long })).await;
        assert_eq!(super::found(&answer), [("/two", "length"), ("/mail", "email")]);
        assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    })
    .await;
}

#[tokio::test]
async fn hundreds_of_violations_are_told_up_to_a_number() {
    everywhere(builder, async |via, _| {
        let deep: Vec<Value> = (0..500).map(|_| json!([])).collect();
        let answer = via.call(route("create_one", "samples", "sample"), json!({ "deep": deep })).await;
        let found = super::found(&answer);
        assert_eq!((found.len(), found[100].1), (101, "more"));
    })
    .await;
}
