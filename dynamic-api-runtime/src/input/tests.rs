//! What the JSON of a client comes to: the document to store, or what is wrong with it.

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use bson::{Bson, Document, doc};
use serde::{Deserialize, Serialize};

use super::{Form, Input, Undeclared, Violations, decode, members};
use crate::{
    entity::Field,
    error::{Error, Violation},
    types::{ApiType, DateTime, Decimal128, Id, Password, Patch, Schema, Uuid},
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    city: String,
}

impl ApiType for Address {
    const SCHEMA: &'static Schema = &Schema::Struct(&[Field::new::<String>("city")]);
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateThing {
    name: String,
    count: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    big: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    born_at: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price: Option<Decimal128>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    serial: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    labels: Option<HashMap<String, i64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
}

#[derive(Serialize, Deserialize)]
#[serde(default)]
#[derive(Default)]
struct UpdateThing {
    #[serde(skip_serializing_if = "Patch::is_absent")]
    name: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    big: Patch<Option<u64>>,
}

const FIELDS: &[Field] = &[
    Field::new::<String>("name"),
    Field::new::<i32>("count"),
    Field::new::<Option<u64>>("big"),
    Field::new::<Option<Id>>("owner"),
    Field::new::<Option<DateTime>>("bornAt"),
    Field::new::<Option<Decimal128>>("price"),
    Field::new::<Option<Uuid>>("serial"),
    Field::new::<Option<Vec<String>>>("tags"),
    Field::new::<Option<HashMap<String, i64>>>("labels"),
    Field::new::<Option<Address>>("address"),
    Field::new::<Option<String>>("state").read_only(),
];

impl Input for CreateThing {
    const ENTITY: &'static str = "Thing";
    const FIELDS: &'static [Field] = FIELDS;
    const FORM: Form = Form::Whole;
}

impl Input for UpdateThing {
    const ENTITY: &'static str = "Thing";
    const FIELDS: &'static [Field] = FIELDS;
    const FORM: Form = Form::Partial;
}

fn read<I: Input>(json: &str) -> Result<Document, Vec<Violation>> {
    let members = match members(json.as_bytes(), &[]) {
        Ok(members) => members,
        Err(Error::Invalid(violations)) => return Err(violations),
        Err(error) => panic!("{error}"),
    };
    let mut violations = Violations::default();
    match decode::<I>(&members, "", I::FIELDS, Undeclared::Refused, &mut violations) {
        Some(document) => Ok(Document::try_from(document).unwrap()),
        None => match violations.into() {
            Error::Invalid(violations) => Err(violations),
            error => panic!("{error}"),
        },
    }
}

/// `(pointer, code)` of every violation, and the texts.
fn violations<I: Input>(json: &str) -> (Vec<(String, &'static str)>, Vec<String>) {
    let found = read::<I>(json).expect_err(json);
    found.into_iter().map(|violation| ((violation.pointer, violation.code), violation.message)).unzip()
}

fn at(pointer: &str, code: &'static str) -> (String, &'static str) {
    (pointer.to_owned(), code)
}

#[test]
fn every_type_is_stored_natively() {
    let json = r#"{"name":"a","count":-1,"big":9223372036854775807,"owner":"507f1f77bcf86cd799439011",
        "bornAt":"2026-11-23T18:00:00.5+01:00","price":"19.90","serial":"00112233-4455-6677-8899-aabbccddeeff",
        "tags":["x"],"labels":{"a":1},"address":{"city":"Ulm"}}"#;
    let stored = read::<CreateThing>(json).unwrap();
    assert_eq!(stored.get_i64("big").unwrap(), i64::MAX);
    assert_eq!(stored.get_object_id("owner").unwrap().to_hex(), "507f1f77bcf86cd799439011");
    assert_eq!(stored.get_datetime("bornAt").unwrap().timestamp_millis(), 1_795_453_200_500);
    assert!(matches!(stored.get("price"), Some(Bson::Decimal128(_))));
    assert!(matches!(stored.get("serial"), Some(Bson::Binary(binary)) if binary.to_uuid().is_ok()));
    assert_eq!(stored.get_document("address").unwrap(), &doc! { "city": "Ulm" });
}

#[test]
fn what_clients_echo_is_ignored_and_absent_options_are_not_stored() {
    let json = r#"{"id":"507f1f77bcf86cd799439011","name":"a","count":1,"createdAt":"x","updatedAt":7}"#;
    assert_eq!(read::<CreateThing>(json).unwrap(), doc! { "name": "a", "count": 1 });
}

#[test]
fn all_violations_are_told_at_once() {
    let json = r#"{"count":"1","nam":"a","state":"x","owner":"3f","tags":["a",2],"address":{"town":"Ulm"},"big":-1}"#;
    let (found, texts) = violations::<CreateThing>(json);
    let expected = [
        at("/nam", "unknown"),
        at("/state", "readOnly"),
        at("/name", "required"),
        at("/count", "type"),
        at("/owner", "type"),
        at("/tags/1", "type"),
        at("/address/city", "required"),
        at("/address/town", "unknown"),
        at("/big", "range"),
    ];
    assert_eq!(found, expected);
    assert!(texts.contains(&"nam is no member of Thing: did you mean name?".to_owned()), "{texts:?}");
    assert!(
        texts.contains(&"count must be an integer from -2147483648 to 2147483647".to_owned()),
        "{texts:?}"
    );
    assert!(texts.contains(&"tags.1 must be a string".to_owned()), "{texts:?}");
    assert!(texts.contains(&"town is no member of address".to_owned()), "{texts:?}");
}

#[test]
fn integers_that_bson_can_not_hold_are_refused() {
    for number in ["9223372036854775808", "18446744073709551615", "1e30", "1.5", "-9223372036854775809"] {
        let (found, _) = violations::<CreateThing>(&format!(r#"{{"name":"a","count":1,"big":{number}}}"#));
        assert_eq!(found[0].0, "/big", "{number}");
    }
    let (found, _) = violations::<CreateThing>(r#"{"name":"a","count":2147483648}"#);
    assert_eq!(found, [at("/count", "range")]);
}

#[test]
fn operators_and_paths_are_refused_at_any_depth() {
    for json in [
        r#"{"name":"a","count":1,"$set":{}}"#,
        r#"{"name":"a","count":1,"address.city":"x"}"#,
        r#"{"name":{"$ne":null},"count":1}"#,
        r#"{"name":"a","count":1,"labels":{"a.b":1}}"#,
        r#"{"name":"a","count":1,"labels":{"$inc":1}}"#,
        r#"{"name":"a","count":1,"labels":{"\u0024inc":1}}"#,
        r#"{"name":"a","count":1,"labels":{"a\u0000b":1}}"#,
        r#"{"name":"a","count":1,"owner":{"$oid":"507f1f77bcf86cd799439011"}}"#,
    ] {
        let (found, _) = violations::<CreateThing>(json);
        assert!(found.iter().any(|(_, code)| *code == "key"), "{json}: {found:?}");
    }
}

#[test]
fn duplicate_members_are_refused_at_any_depth() {
    for json in [
        r#"{"name":"a","name":"b","count":1}"#,
        r#"{"name":"a","count":1,"labels":{"x":1,"x":2}}"#,
        r#"{"name":"a","count":1,"address":{"city":"a","city":"b"}}"#,
        r#"{"name":"a","n\u0061me":"b","count":1}"#,
    ] {
        let (_, texts) = violations::<CreateThing>(json);
        assert!(texts.iter().any(|text| text.starts_with("duplicate member")), "{json}: {texts:?}");
    }
}

#[test]
fn what_is_no_object_is_refused() {
    for json in ["[]", "1", "\"a\"", "null", "true", "[{\"name\":\"a\"}]"] {
        let (found, texts) = violations::<CreateThing>(json);
        assert_eq!(found, [at("", "type")], "{json}");
        assert_eq!(texts, ["the body must be an object"]);
    }
    for json in ["", "{", "{\"name\":}", "{} {}", "\u{feff}{}"] {
        assert!(matches!(members(json.as_bytes(), &[]), Err(Error::MalformedJson { .. })), "{json}");
    }
}

#[test]
fn deep_nesting_is_refused_without_harm() {
    for levels in [70, 100_000] {
        let json = format!(r#"{{"name":{}{},"count":1}}"#, "[".repeat(levels), "]".repeat(levels));
        let (found, _) = violations::<CreateThing>(&json);
        assert_eq!(found[0], at("/name", "key"));
    }
}

#[test]
fn a_patch_tells_absence_from_null() {
    assert_eq!(read::<UpdateThing>(r#"{"big":null}"#).unwrap(), doc! { "big": null });
    assert_eq!(read::<UpdateThing>("{}").unwrap(), doc! {});
    let (found, texts) = violations::<UpdateThing>(r#"{"name":null}"#);
    assert_eq!((found, texts), (vec![at("/name", "type")], vec!["name must be a string".to_owned()]));
}

#[test]
fn the_envelope_is_no_part_of_the_input() {
    let members = members(br#"{"ids":["a"],"name":"b"}"#, &["ids"]).unwrap();
    assert!(
        decode::<UpdateThing>(
            &members,
            "",
            UpdateThing::FIELDS,
            Undeclared::Refused,
            &mut Violations::default()
        )
        .is_some()
    );
}

#[test]
fn a_reply_stays_small_whatever_is_wrong() {
    let numbers = vec!["1"; 400_000].join(",");
    let found = read::<CreateThing>(&format!(r#"{{"name":"a","count":1,"tags":[{numbers}]}}"#)).unwrap_err();
    assert_eq!((found.len(), found[100].code), (101, "more"));

    let name = "$".repeat(500_000);
    for json in [
        format!(r#"{{"{name}":1}}"#),
        format!(r#"{{"x{name}":1}}"#),
        format!(r#"{{"x{name}":1,"x{name}":2}}"#),
        format!(r#"{{"labels":{{"{name}":1}}}}"#),
    ] {
        let found = read::<CreateThing>(&json).unwrap_err();
        let size: usize = found.iter().map(|one| one.pointer.len() + one.message.len()).sum();
        assert!(size < 2000, "{size}");
    }
}

#[test]
fn instants_that_can_not_be_written_are_not_read() {
    for instant in ["9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00+23:59"] {
        let (found, _) =
            violations::<CreateThing>(&format!(r#"{{"name":"a","count":1,"bornAt":"{instant}"}}"#));
        assert_eq!(found, [at("/bornAt", "type")]);
    }
}

#[derive(Serialize, Deserialize)]
struct CreateAccount {
    login: String,
    password: Password,
}

impl Input for CreateAccount {
    const ENTITY: &'static str = "Account";
    const FIELDS: &'static [Field] = &[Field::new::<String>("login"), Field::password("password")];
    const FORM: Form = Form::Whole;
}

#[test]
fn a_password_is_told_by_its_rule_and_never_by_its_text() {
    for password in ["\"hunter2\"", "42424242", "[\"hunter2\"]", "null"] {
        let body = format!("{{\"login\":\"ada\",\"password\":{password}}}");
        let mut violations = Violations::default();
        let body = members(body.as_bytes(), &[]).unwrap();
        assert!(
            decode::<CreateAccount>(&body, "", CreateAccount::FIELDS, Undeclared::Refused, &mut violations)
                .is_none()
        );
        let Error::Invalid(violations) = violations.into() else { panic!() };
        let expected =
            Violation::new("/password", "type", "password must be a string of 8 to 128 characters");
        assert_eq!(violations, [expected]);
    }
}

#[test]
fn a_password_reaches_the_document_as_what_no_store_may_take() {
    let mut violations = Violations::default();
    let body = members(b"{\"login\":\"ada\",\"password\":\"correct horse\"}", &[]).unwrap();
    let document =
        decode::<CreateAccount>(&body, "", CreateAccount::FIELDS, Undeclared::Refused, &mut violations)
            .unwrap();
    assert!(crate::auth::password::has_plaintext(&document));
}
