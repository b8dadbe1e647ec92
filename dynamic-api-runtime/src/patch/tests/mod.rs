//! Patches on typed documents: as an update with a guard in a store, and computed on the document, which must come to the same.

#![allow(clippy::unwrap_used)]

mod merge;
mod operations;
mod places;
mod random;
mod refused;

use std::collections::BTreeMap;

use bson::{Bson, Document, RawDocumentBuf, doc, oid::ObjectId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Computed, Plan, Shape, client, json_patch, merge_patch};
use crate::{
    entity::Field,
    error::Error,
    input::{Form, Input},
    query::{Filter, Update},
    server_fields::UPDATED_AT,
    store::{Collections, EmbeddedStore},
    types::{ApiType, DateTime, Decimal128, Id, Patch, Schema},
};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    city: City,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    zip: Option<String>,
    geo: Geo,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Geo {
    lat: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<DateTime>,
}

impl ApiType for Geo {
    const SCHEMA: &'static Schema =
        &Schema::Struct(&[Field::new::<f64>("lat"), Field::new::<Option<DateTime>>("at")]);
}

impl ApiType for Address {
    const SCHEMA: &'static Schema = &Schema::Struct(&[
        Field::new::<City>("city"),
        Field::new::<Option<String>>("zip"),
        Field::new::<Geo>("geo"),
    ]);
}

/// A text with a rule of its own, which its schema does not show.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String")]
struct City(String);

impl TryFrom<String> for City {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "Atlantis" { Err("there is no such city") } else { Ok(Self(text)) }
    }
}

impl ApiType for City {
    const SCHEMA: &'static Schema = String::SCHEMA;
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum State {
    New,
    Done,
}

impl ApiType for State {
    const SCHEMA: &'static Schema = &Schema::Enum(&["new", "done"]);
}

macro_rules! things {
    ($($name:literal $field:ident: $type:ty, $row:expr, $default:expr;)*) => {
        /// What a stored document must be read as.
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "that it can be read is all")]
        struct Thing {
            $(#[serde(rename = $name, default = $default)] $field: $type,)*
        }

        #[derive(Serialize, Deserialize, Default)]
        #[serde(default)]
        struct UpdateThing {
            $(#[serde(rename = $name, skip_serializing_if = "Patch::is_absent")] $field: Patch<$type>,)*
        }

        const FIELDS: &[Field] = &[$($row),*];
    };
}

fn missing<T>() -> T {
    panic!("a required member is missing")
}

fn misc() -> String {
    "misc".to_owned()
}

things! {
    "name" name: String, Field::new::<String>("name"), "missing";
    "nick" nick: Option<String>, Field::new::<Option<String>>("nick"), "Default::default";
    "age" age: Option<i64>, Field::new::<Option<i64>>("age"), "Default::default";
    "count" count: i32, Field::new::<i32>("count"), "missing";
    "score" score: f64, Field::new::<f64>("score"), "missing";
    "category" category: String, Field::new::<String>("category").default(|| Bson::from("misc")), "misc";
    "state" state: State, Field::new::<State>("state"), "missing";
    "bornAt" born_at: Option<DateTime>, Field::new::<Option<DateTime>>("bornAt"), "Default::default";
    "owner" owner: Option<Id>, Field::new::<Option<Id>>("owner"), "Default::default";
    "price" price: Option<Decimal128>, Field::new::<Option<Decimal128>>("price"), "Default::default";
    "tags" tags: Vec<String>, Field::new::<Vec<String>>("tags").default(|| Bson::Array(vec![])), "Default::default";
    "labels" labels: Option<BTreeMap<String, i64>>, Field::new::<Option<BTreeMap<String, i64>>>("labels"), "Default::default";
    "address" address: Address, Field::new::<Address>("address"), "missing";
    "second" second: Option<Address>, Field::new::<Option<Address>>("second"), "Default::default";
    "free" free: Option<Value>, Field::opaque_option("free"), "Default::default";
    "secret" secret: Option<String>, Field::new::<Option<String>>("secret").hidden(), "Default::default";
    "vault" vault: Option<Address>, Field::new::<Option<Address>>("vault").hidden(), "Default::default";
    "pin" pin: Option<String>, Field::new::<Option<String>>("pin").write_only(), "Default::default";
    "seller" seller: Option<String>, Field::new::<Option<String>>("seller").read_only(), "Default::default";
}

impl Input for UpdateThing {
    const ENTITY: &'static str = "Thing";
    const FIELDS: &'static [Field] = FIELDS;
    const FORM: Form = Form::Partial;
}

const OWNER: &str = "507f1f77bcf86cd799439011";

fn thing() -> Document {
    doc! {
        "_id": ObjectId::parse_str("65f000000000000000000001").unwrap(),
        "name": "Ada", "age": 36_i64, "count": 1, "score": 1.5, "state": "new",
        "bornAt": bson::DateTime::from_millis(0), "owner": ObjectId::parse_str(OWNER).unwrap(),
        "price": "19.90".parse::<bson::Decimal128>().unwrap(), "tags": ["a", "b"],
        "address": { "city": "Ulm", "geo": { "lat": 48.4 } },
        "secret": "s3cret", "vault": { "city": "Rome", "geo": { "lat": 1.0 } }, "pin": "1234", "seller": "shop",
        "createdAt": bson::DateTime::from_millis(1000), "updatedAt": bson::DateTime::from_millis(2000), "__v": 0,
    }
}

fn with(members: Document) -> Document {
    let mut document = thing();
    document.extend(members);
    document
}

fn raw(document: &Document) -> RawDocumentBuf {
    RawDocumentBuf::try_from(document).unwrap()
}

/// A store with a document, to which plans are applied as an operation does it.
struct Bench(EmbeddedStore);

impl Bench {
    fn new() -> Self {
        Self(EmbeddedStore::in_memory().unwrap())
    }

    async fn update(&self, document: &Document, guard: Filter, update: &Update) -> Option<Document> {
        self.0.delete_many("things", &Filter::All).await.unwrap();
        self.0.insert("things", &[raw(document)]).await.unwrap();
        let filter = Filter::eq("_id", document.get("_id").unwrap().clone()).and(guard);
        let updated = self.0.update_one("things", &filter, update).await.unwrap();
        updated.map(|document| Document::try_from(document).unwrap())
    }

    async fn run(&self, document: &Document, plan: &Plan) -> Result<Document, Error> {
        match plan {
            Plan::Direct { guard, update, otherwise } => {
                match (self.update(document, guard.clone(), update).await, otherwise) {
                    (Some(updated), _) => Ok(updated),
                    (None, Some(computed)) => self.compute(document, computed).await,
                    (None, None) => panic!("a plan without a guard does not fail"),
                }
            }
            Plan::Computed(computed) => self.compute(document, computed).await,
        }
    }

    async fn compute(&self, document: &Document, computed: &Computed) -> Result<Document, Error> {
        let update = computed.update(&raw(document))?;
        Ok(self.update(document, Filter::Same(raw(document)), &update).await.unwrap())
    }

    /// What a patch makes of a document; where it could be done in both ways, both must come to the same.
    async fn patch(&self, document: &Document, kind: Kind, patch: &Value) -> Result<Document, Error> {
        let plan = kind.plan(patch)?;
        let outcome = self.run(document, &plan).await;
        if let Plan::Direct { .. } = plan {
            let computed = self.compute(document, &kind.computed(patch)).await;
            assert_eq!(told(&outcome), told(&computed), "{patch}");
        }
        outcome
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Merge,
    Operations,
}

impl Kind {
    fn plan(self, patch: &Value) -> Result<Plan, Error> {
        match self {
            Self::Merge => merge_patch::<UpdateThing>(patch.to_string().as_bytes(), UpdateThing::FIELDS),
            Self::Operations => json_patch::<UpdateThing>(patch.to_string().as_bytes(), UpdateThing::FIELDS),
        }
    }

    fn computed(self, patch: &Value) -> Computed {
        let (shape, json) = (Shape::of::<UpdateThing>(UpdateThing::FIELDS), patch.to_string());
        match self {
            Self::Merge => Computed::merge(shape, super::merge::parse(json.as_bytes(), shape).unwrap()),
            Self::Operations => {
                Computed::operations(shape, super::operation::parse(json.as_bytes(), shape).unwrap())
            }
        }
    }
}

/// An outcome without the time of the update and the width of numbers, which stays where a value does not change.
fn told(outcome: &Result<Document, Error>) -> Result<Document, (u16, String)> {
    match outcome {
        Ok(document) => {
            let mut document = document.clone();
            assert!(document.get_datetime(UPDATED_AT).unwrap().timestamp_millis() > 2000);
            document.remove(UPDATED_AT);
            match wide(document.into()) {
                Bson::Document(document) => Ok(document),
                other => panic!("{other} is no document"),
            }
        }
        Err(error) => Err((error.status(), error.to_string())),
    }
}

fn wide(value: Bson) -> Bson {
    match value {
        Bson::Int32(number) => Bson::Double(number.into()),
        Bson::Int64(number) => Bson::Double(number as f64),
        Bson::Array(values) => values.into_iter().map(wide).collect::<Vec<_>>().into(),
        Bson::Document(members) => {
            members.into_iter().map(|(name, value)| (name, wide(value))).collect::<Document>().into()
        }
        other => other,
    }
}

/// What clients see of a document, without the time of the update.
fn seen(document: &Document) -> Value {
    let mut members = client::members(&raw(document), FIELDS).unwrap();
    members.remove(UPDATED_AT);
    members.into()
}

/// The members of `changes` in the place of those that a client sees of [`thing`]; `null` for one that is gone.
fn expected(before: &Document, changes: &Value) -> Value {
    let mut members = seen(before);
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => members.as_object_mut().unwrap().remove(name),
            value => members.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    members
}

/// `pointer code` of every violation of a 400, or the sentence of another error.
fn words(error: &Error) -> String {
    match error {
        Error::Invalid(violations) => {
            let told = violations.iter().map(|violation| format!("{} {}", violation.pointer, violation.code));
            told.collect::<Vec<_>>().join(", ")
        }
        other => format!("{} {other}", other.status()),
    }
}

#[test]
fn a_document_is_patched_as_clients_see_it() {
    let document = with(doc! {
        "age": 3e9, "nick": Bson::Null, "labels": { "a": 2.0 }, "free": { "id": ObjectId::parse_str(OWNER).unwrap() },
        "second": { "city": "Rome", "zip": Bson::Null, "geo": { "lat": 1, "at": bson::DateTime::from_millis(5) }, "old": 1 },
    });
    let members = json!({
        "id": "65f000000000000000000001", "name": "Ada", "age": 3_000_000_000_i64, "count": 1, "score": 1.5,
        "category": "misc", "state": "new", "bornAt": "1970-01-01T00:00:00.000Z", "owner": OWNER, "price": "19.90",
        "tags": ["a", "b"], "labels": { "a": 2 }, "address": { "city": "Ulm", "geo": { "lat": 48.4 } },
        "second": { "city": "Rome", "geo": { "lat": 1, "at": "1970-01-01T00:00:00.005Z" } }, "free": { "id": OWNER },
        "seller": "shop", "createdAt": "1970-01-01T00:00:01.000Z",
    });
    assert_eq!(seen(&document), members);
}
