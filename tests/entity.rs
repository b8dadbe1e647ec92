//! What `#[dynamic_api]` generates, at work: values on their way from a client to a stored document and back.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::{BTreeMap, HashMap};

use bson::{Bson, Document, RawDocument, RawDocumentBuf, doc, oid::ObjectId, rawdoc};
use dynamic_api::{
    DateTime, Decimal128, Entity, Id, Stored, Uuid, Where, api_type, dynamic_api,
    query::{Filter, Op},
    store::IndexKind,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

const ID: &str = "0123456789abcdef01234567";
const AT: &str = "2026-11-23T17:12:00.250Z";
const UUID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

#[dynamic_api(path = "things")]
#[derive(Clone, Debug, PartialEq)]
struct Thing {
    text: String,
    tiny: i8,
    small: i16,
    medium: i32,
    large_number: i64,
    unsigned: u8,
    usmall: u16,
    umedium: u32,
    ularge: u64,
    double: f64,
    yes: bool,
    owner: Id,
    at: DateTime,
    price: Decimal128,
    key: Uuid,
    maybe: Option<DateTime>,
    nothing: Option<String>,
    owners: Vec<Id>,
    matrix: Vec<Vec<Option<f64>>>,
    by_name: HashMap<String, DateTime>,
    sorted: BTreeMap<String, Vec<Uuid>>,
    kind: Kind,
    external: Vec<External>,
    internal: Vec<Internal>,
    adjacent: Vec<Adjacent>,
    untagged: Vec<Untagged>,
    nested: Nested,
}

#[api_type]
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    PlainOne,
    #[serde(rename = "else")]
    Other,
}

#[api_type]
#[derive(Clone, Debug, PartialEq)]
enum External {
    Nobody,
    Someone(Id),
    Group { first_one: Id, since: DateTime },
}

#[api_type]
#[derive(Clone, Debug, PartialEq)]
#[serde(tag = "type")]
enum Internal {
    Nobody,
    Group { first_one: Id, since: DateTime },
    Wrapped(Inner),
}

#[api_type]
#[derive(Clone, Debug, PartialEq)]
#[serde(tag = "type", content = "of")]
enum Adjacent {
    Someone(Id),
    Group { first_one: Id, since: DateTime, key: Uuid },
}

#[api_type]
#[derive(Clone, Debug, PartialEq)]
#[serde(untagged)]
enum Untagged {
    Someone(Id),
    At(DateTime),
    Group { first_one: Id, price: Decimal128 },
}

#[api_type]
#[derive(Clone, Debug, PartialEq)]
struct Inner {
    owner_id: Id,
    at: Option<DateTime>,
}

#[api_type]
#[derive(Clone, Debug, PartialEq)]
struct Nested {
    inner_one: Inner,
    inners: Vec<Inner>,
    number: Option<Number>,
    #[serde(default)]
    tags: Vec<String>,
}

#[api_type]
#[derive(Clone, Copy, Debug, PartialEq)]
struct Number(u32);

fn thing() -> Value {
    json!({
        "text": "grüße",
        "tiny": -128, "small": -32768, "medium": i32::MIN, "largeNumber": i64::MIN,
        "unsigned": 255, "usmall": 65535, "umedium": u32::MAX, "ularge": i64::MAX,
        "double": 1.5, "yes": true,
        "owner": ID, "at": AT, "price": "12.340", "key": UUID,
        "maybe": AT,
        "owners": [ID], "matrix": [[1.0, null], []],
        "byName": { "start": AT }, "sorted": { "a": [UUID], "b": [] },
        "kind": "plainOne",
        "external": ["nobody", { "someone": ID }, { "group": { "firstOne": ID, "since": AT } }],
        "internal": [
            { "type": "nobody" },
            { "type": "group", "firstOne": ID, "since": AT },
            { "type": "wrapped", "ownerId": ID, "at": AT },
        ],
        "adjacent": [
            { "type": "someone", "of": ID },
            { "type": "group", "of": { "firstOne": ID, "since": AT, "key": UUID } },
        ],
        "untagged": [ID, AT, { "firstOne": ID, "price": "1" }],
        "nested": {
            "innerOne": { "ownerId": ID, "at": AT }, "inners": [{ "ownerId": ID }], "number": 7, "tags": ["x"],
        },
    })
}

fn read<T: DeserializeOwned>(json: Value) -> Result<T, String> {
    serde_json::from_str(&json.to_string()).map_err(|error| error.to_string())
}

fn write<T: Serialize>(value: &T) -> RawDocumentBuf {
    bson::serialize_to_raw_document_buf(value).unwrap()
}

/// The document of these members as the server stores it.
fn stored(members: &RawDocument) -> RawDocumentBuf {
    let mut document = rawdoc! { "_id": id(), "createdAt": at(), "updatedAt": at(), "__v": 0 };
    for member in members {
        let (name, value) = member.unwrap();
        document.append(name, value);
    }
    document
}

fn id() -> ObjectId {
    ObjectId::parse_str(ID).unwrap()
}

fn at() -> bson::DateTime {
    bson::DateTime::parse_rfc3339_str(AT).unwrap()
}

fn view<E: Entity>(members: &RawDocument) -> Value
where
    E::View: Serialize,
{
    let view: E::View = bson::deserialize_from_slice(stored(members).as_bytes()).unwrap();
    serde_json::to_value(view).unwrap()
}

#[test]
fn every_type_comes_back_as_it_was_sent() {
    let create: CreateThing = read(thing()).unwrap();
    let shown = view::<Thing>(&write(&create));
    let mut expected = thing();
    expected["id"] = json!(ID);
    expected["createdAt"] = json!(AT);
    expected["updatedAt"] = json!(AT);
    assert_eq!(shown, expected);
}

#[test]
fn ids_and_dates_are_native_wherever_they_stand() {
    let create: CreateThing = read(thing()).unwrap();
    let document = Document::try_from(write(&create)).unwrap();
    let (id, at) = (Bson::ObjectId(id()), Bson::DateTime(at()));
    let list = |name: &str| document.get_array(name).unwrap().clone();
    assert_eq!(document.get("owner"), Some(&id));
    assert_eq!(document.get("at"), Some(&at));
    assert!(matches!(document.get("price"), Some(Bson::Decimal128(_))));
    assert!(matches!(document.get("key"), Some(Bson::Binary(_))));
    assert_eq!(document.get_document("byName").unwrap().get("start"), Some(&at));
    assert_eq!(list("external")[1], Bson::Document(doc! { "someone": id.clone() }));
    assert_eq!(list("external")[2], doc! { "group": { "firstOne": id.clone(), "since": at.clone() } }.into());
    assert_eq!(
        list("internal")[1],
        doc! { "type": "group", "firstOne": id.clone(), "since": at.clone() }.into()
    );
    assert_eq!(
        list("internal")[2],
        doc! { "type": "wrapped", "ownerId": id.clone(), "at": at.clone() }.into()
    );
    assert_eq!(list("adjacent")[0], doc! { "type": "someone", "of": id.clone() }.into());
    assert_eq!(list("untagged")[0], id);
    assert_eq!(list("untagged")[1], at);
    assert!(!document.contains_key("nothing"), "an absent member is left out");
}

#[test]
fn an_entity_writes_and_reads_its_own_fields() {
    let create: CreateThing = read(thing()).unwrap();
    let thing = Thing::from_document(&stored(&write(&create))).unwrap();
    assert_eq!(thing.kind, Kind::PlainOne);
    assert_eq!(thing.nested.number, Some(Number(7)));
    assert_eq!(thing.external[0], External::Nobody);
    let document = thing.to_document().unwrap();
    assert_eq!(document, write(&create));
    assert_eq!(Thing::from_document(&document).unwrap(), thing);
    let stored = Stored::<Thing>::from_document(&stored(&document)).unwrap();
    assert_eq!((stored.id().to_string().as_str(), stored.kind), (ID, Kind::PlainOne));
}

#[test]
fn integers_beyond_their_type_are_refused() {
    for (name, value) in [
        ("tiny", json!(128)),
        ("unsigned", json!(-1)),
        ("usmall", json!(65536)),
        ("umedium", json!(4_294_967_296_u64)),
        ("largeNumber", json!(9_223_372_036_854_775_808_u64)),
        ("double", json!("1")),
        ("medium", json!(1.5)),
    ] {
        let mut thing = thing();
        thing[name] = value;
        assert!(read::<CreateThing>(thing).is_err(), "{name}");
    }
    let mut thing = thing();
    thing["ularge"] = json!(9_223_372_036_854_775_808_u64);
    let create: CreateThing = read(thing).unwrap();
    assert!(bson::serialize_to_raw_document_buf(&create).is_err(), "BSON has no such number");
}

#[test]
fn nested_structs_refuse_undeclared_members() {
    let mut thing = thing();
    thing["nested"]["innerOne"]["stranger"] = json!(1);
    let refused = read::<CreateThing>(thing).unwrap_err();
    assert!(refused.contains("stranger"), "{refused}");
}

/// A product, with a field of each access.
#[dynamic_api(path = "shop/products", soft_delete, index(-price, unit_size))]
struct Product {
    #[api(unique)]
    name: String,
    #[api(default = 9.5)]
    price: f64,
    #[api(read_only, default = Kind::Other)]
    kind: Kind,
    #[api(default)]
    tags: Vec<Id>,
    #[serde(default = "one")]
    unit_size: u32,
    #[api(hidden)]
    cost: Option<f64>,
    #[api(write_only)]
    supplier: Option<String>,
    #[api(read_only)]
    seller: Option<Id>,
}

fn one() -> u32 {
    1
}

#[test]
fn a_default_stands_in_for_what_is_missing() {
    let create: CreateProduct = read(json!({ "name": "chair" })).unwrap();
    assert_eq!((create.price, create.unit_size, create.tags.len()), (9.5, 1, 0));
    let old = rawdoc! { "name": "chair" };
    let shown = view::<Product>(&old);
    assert_eq!(shown["price"], json!(9.5));
    assert_eq!(shown["kind"], json!("else"));
    assert_eq!(shown["unitSize"], json!(1));
    let product = Product::from_document(&old).unwrap();
    assert_eq!((product.kind, product.seller), (Kind::Other, None));
    let defaults: Vec<_> =
        Product::META.fields.iter().filter_map(|field| Some((field.name, field.default?()))).collect();
    assert_eq!(
        defaults,
        [
            ("price", Bson::Double(9.5)),
            ("kind", Bson::String("else".into())),
            ("tags", Bson::Array(vec![])),
            ("unitSize", Bson::Int64(1)),
        ]
    );
}

#[test]
fn access_decides_in_which_types_a_field_stands() {
    let members = json!({ "name": "chair", "cost": 3.0, "supplier": "S", "kind": "plainOne", "seller": ID });
    let written = Document::try_from(write(&read::<CreateProduct>(members.clone()).unwrap())).unwrap();
    assert_eq!(written.get_f64("cost").unwrap(), 3.0);
    assert_eq!(written.get_str("supplier").unwrap(), "S");
    assert!(
        !written.contains_key("kind") && !written.contains_key("seller"),
        "clients can't set read-only fields"
    );
    let shown = view::<Product>(&rawdoc! { "name": "chair", "cost": 3.0, "supplier": "S", "seller": id() });
    assert!(shown.get("cost").is_none() && shown.get("supplier").is_none());
    assert_eq!(shown["seller"], json!(ID));
}

#[test]
fn a_view_has_the_id_first_and_the_servers_members_last() {
    let mut document = stored(&rawdoc! { "name": "chair" });
    document.append(bson::raw::cstr!("deletedAt"), at());
    let view: ProductView = bson::deserialize_from_slice(document.as_bytes()).unwrap();
    let text = serde_json::to_string(&view).unwrap();
    assert!(text.starts_with(&format!(r#"{{"id":"{ID}","name":"chair","#)), "{text}");
    assert!(
        text.ends_with(&format!(r#""createdAt":"{AT}","updatedAt":"{AT}","deletedAt":"{AT}"}}"#)),
        "{text}"
    );
}

#[test]
fn an_update_tells_null_from_absence() {
    let update: UpdateProduct = read(json!({ "cost": null, "price": 2 })).unwrap();
    assert_eq!(Document::try_from(write(&update)).unwrap(), doc! { "price": 2.0, "cost": Bson::Null });
    assert!(read::<UpdateProduct>(json!({ "price": null })).is_err(), "a required field can't be cleared");
    assert_eq!(Document::try_from(write(&UpdateProduct::default())).unwrap(), doc! {});
}

#[test]
fn a_document_that_is_not_of_the_shape_is_told_apart() {
    let number_as_id = rawdoc! { "_id": 5, "name": "chair" };
    assert!(bson::deserialize_from_slice::<ProductView>(number_as_id.as_bytes()).is_err());
    assert!(Product::from_document(&rawdoc! { "price": 1.0 }).is_err());
    assert!(Product::from_document(&rawdoc! { "name": 5 }).is_err());
}

#[test]
fn conditions_have_the_values_that_are_stored() {
    let filter = Where::<Thing>::into_filter;
    assert_eq!(filter(Where::eq(ThingFields::ID, Id::from(id()))), Filter::eq("_id", id()));
    assert_eq!(
        filter(Where::lt(ThingFields::CREATED_AT, DateTime::from(at()))),
        Filter::field("createdAt", Op::Lt(at().into()))
    );
    assert_eq!(filter(Where::eq(ThingFields::TEXT, "a")), Filter::eq("text", "a"));
    assert_eq!(filter(Where::eq(ThingFields::MAYBE, DateTime::from(at()))), Filter::eq("maybe", at()));
    assert_eq!(filter(Where::eq(ThingFields::KIND, Kind::Other)), Filter::eq("kind", "else"));
    assert_eq!(filter(Where::has(ThingFields::OWNERS, Id::from(id()))), Filter::eq("owners", id()));
    assert_eq!(filter(Where::is_in(ThingFields::TEXT, ["a", "b"])), Filter::is_in("text", ["a", "b"]));
    assert_eq!(filter(Where::exists(ThingFields::NOTHING)), Filter::field("nothing", Op::Ne(Bson::Null)));
    let injected = filter(Where::eq(ThingFields::TEXT, r#"{"$ne": null}"#));
    assert_eq!(injected, Filter::eq("text", r#"{"$ne": null}"#));
}

#[test]
fn conditions_are_put_together() {
    let (text, yes) = (|| Where::eq(ThingFields::TEXT, "a"), || Where::eq(ThingFields::YES, true));
    let (a, b) = (text().into_filter(), yes().into_filter());
    assert_eq!(text().or(yes()).into_filter(), Filter::Or(vec![a.clone(), b.clone()]));
    assert_eq!(text().and(yes()).into_filter(), Filter::And(vec![a.clone(), b]));
    assert_eq!((!text()).into_filter(), Filter::Not(Box::new(a.clone())));
    assert_eq!((!!text()).into_filter(), a);
    assert_eq!(text().or(Where::none()).into_filter(), a);
    assert_eq!(text().or(Where::all()).into_filter(), Filter::All);
    assert_eq!((!Where::<Thing>::all()).into_filter(), Filter::Nothing);
    let none = Where::<Thing>::is_in(ThingFields::TEXT, Vec::<String>::new());
    assert_eq!(none.into_filter(), Filter::field("text", Op::In(vec![])));
}

#[test]
fn a_number_that_no_document_can_hold_is_above_all_that_they_hold() {
    let beyond = Bson::Double(f64::INFINITY);
    assert_eq!(
        Where::lt(ThingFields::ULARGE, u64::MAX).into_filter(),
        Filter::field("ularge", Op::Lt(beyond.clone()))
    );
    assert_eq!(Where::eq(ThingFields::ULARGE, u64::MAX).into_filter(), Filter::eq("ularge", beyond));
}

#[test]
fn metadata_says_what_was_declared() {
    let meta = Product::META;
    assert_eq!((meta.name, meta.path, meta.collection), ("Product", "shop/products", "products"));
    assert_eq!(meta.description, "A product, with a field of each access.");
    assert!(meta.soft_delete);
    let keys: Vec<_> = meta
        .indexes
        .iter()
        .map(|index| (index.kind == IndexKind::Unique, format!("{:?}", index.keys)))
        .collect();
    assert_eq!(
        keys,
        [
            (true, r#"[("name", Ascending)]"#.to_owned()),
            (false, r#"[("price", Descending), ("unitSize", Ascending)]"#.to_owned()),
        ]
    );
    let required: Vec<_> =
        meta.fields.iter().filter(|field| field.is_required()).map(|field| field.name).collect();
    assert_eq!(required, ["name"]);
    assert_eq!(Product::ROUTES.len(), 11);
    assert_eq!(ProductEvents::REPLACE_ONE, "replace-one-product");
}
