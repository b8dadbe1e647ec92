//! The documents that both stores hold, alike but for what is hidden.

use bson::{Bson, DateTime, Document, RawDocumentBuf, doc, oid::ObjectId, spec::BinarySubtype};

use super::random::Random;

/// What hidden and write-only fields hold.
#[derive(Clone, Copy)]
pub enum Hidden {
    One,
    Other,
}

/// How many items there are.
pub const ITEMS: usize = 60;
/// How many owners.
pub const OWNERS: usize = 5;

/// The id of an item or an owner, which share their numbers' places.
pub fn id(collection: &str, number: usize) -> ObjectId {
    let mut bytes = [if collection == "items" { 0x11 } else { 0x22 }; 12];
    bytes[11] = u8::try_from(number).unwrap();
    ObjectId::from_bytes(bytes)
}

fn date(text: &str) -> Bson {
    Bson::DateTime(DateTime::parse_rfc3339_str(text).unwrap())
}

fn binary(subtype: BinarySubtype, byte: u8) -> Bson {
    Bson::Binary(bson::Binary { subtype, bytes: vec![byte; 16] })
}

const TITLES: [&str; 10] =
    ["Ada", "ada", "\u{c4}da", "ada lovelace", "a.*b", "", "x,y", "Zo\u{eb} red", "red car", "blue car"];

/// What a field holds in documents of this API; `None` for nothing.
fn usual(random: &mut Random, name: &str) -> Option<Bson> {
    let owner = id("owners", random.below(OWNERS + 1));
    let value: Option<Bson> = match name {
        "title" => Some(Bson::from(random.pick(&TITLES))),
        "price" => Some(Bson::from(random.pick(&[-0.0, 0.0, 1.5, 2.5, 10.0, 1e300]))),
        "stock" => random
            .pick(&[None, Some(0_i64), Some(1), Some(5), Some(-1), Some(i64::MAX), Some((1 << 53) + 1)])
            .map(Bson::from),
        "small" => random.pick(&[None, Some(0), Some(1), Some(5), Some(i32::MIN)]).map(Bson::from),
        "active" => random.pick(&[None, Some(true), Some(false)]).map(Bson::from),
        "kind" => random.pick(&[Some("draft"), Some("public"), Some("gone"), None]).map(Bson::from),
        "soldAt" => random
            .pick(&[
                None,
                Some("2026-01-02T03:04:05Z"),
                Some("2026-01-02T03:04:05.001Z"),
                Some("1969-12-31T23:59:59Z"),
            ])
            .map(date),
        "amount" => random
            .pick(&[None, Some("1.1"), Some("1.10"), Some("0"), Some("-5.5"), Some("1E+3"), Some("1000")])
            .map(|text| Bson::Decimal128(text.parse().unwrap())),
        "serial" => random.pick(&[None, Some(1), Some(2)]).map(|byte| binary(BinarySubtype::Uuid, byte)),
        "owner" => random.pick(&[None, Some(owner)]).map(Bson::from),
        "parent" => random.pick(&[None, Some(id("items", 1)), Some(id("items", 2))]).map(Bson::from),
        "friends" => list(random, |random| id("owners", random.below(OWNERS)).into()),
        "tags" => list(random, |random| random.pick(&["red", "blue", "a,b", "", "car", "Ada"]).into()),
        "sizes" => list(random, |random| random.pick(&[1_i64, 2, 5, 40]).into()),
        "address" => random.percent(70).then(|| address(random).into()),
        "comments" => list(random, |random| comment(random).into()),
        "labels" => {
            let names = ["en", "a", "0"];
            let labels =
                names.iter().filter(|_| random.percent(40)).map(|name| ((*name).to_owned(), Bson::Int64(1)));
            Some(Bson::Document(labels.collect()))
        }
        "page" => random.pick(&[None, Some(1_i64), Some(2), Some(3)]).map(Bson::from),
        "note" => random.pick(&[None, Some("n")]).map(Bson::from),
        _ => None,
    };
    // A null is what other programs store for nothing.
    let is_optional = !["kind", "friends", "tags", "sizes", "comments", "page"].contains(&name);
    value.or_else(|| (is_optional && random.percent(30)).then_some(Bson::Null))
}

fn list(random: &mut Random, mut item: impl FnMut(&mut Random) -> Bson) -> Option<Bson> {
    random.percent(80).then(|| (0..random.below(4)).map(|_| item(random)).collect::<Vec<_>>().into())
}

fn address(random: &mut Random) -> Document {
    let mut address = doc! { "city": random.pick(&["Ulm", "Bonn", "ulm", ""]) };
    if random.percent(60) {
        address.insert("zip", random.pick(&[Bson::Int32(1), Bson::Int32(89_073), Bson::Null]));
    }
    if random.percent(60) {
        let mut geo = doc! { "lat": random.pick(&[0.0, 48.4, -48.4]) };
        if random.percent(50) {
            geo.insert("at", date("2026-01-02T03:04:05Z"));
        }
        address.insert("geo", geo);
    }
    address
}

fn comment(random: &mut Random) -> Document {
    let mut comment = doc! { "text": random.pick(&["x", "Ada", "red car"]) };
    if random.percent(50) {
        comment.insert("by", id("owners", random.below(OWNERS)));
    }
    if random.percent(50) {
        comment.insert("likes", random.pick(&[Bson::Int64(1), Bson::Int64(5), Bson::Int32(5), Bson::Null]));
    }
    if random.percent(50) {
        comment.insert("marks", vec![random.pick(&["red", "blue"])]);
    }
    comment
}

/// What another program may have stored in the same place.
fn strange(random: &mut Random) -> Bson {
    random.pick(&[
        Bson::Null,
        Bson::Int32(5),
        Bson::Int64(5),
        Bson::Double(5.0),
        Bson::Double(5.5),
        Bson::Double(f64::NAN),
        Bson::Double(f64::INFINITY),
        Bson::Decimal128("5".parse().unwrap()),
        Bson::Decimal128("NaN".parse().unwrap()),
        Bson::String("Ada".to_owned()),
        Bson::String("5".to_owned()),
        Bson::Boolean(true),
        date("2026-01-02T03:04:05Z"),
        Bson::ObjectId(id("owners", 1)),
        binary(BinarySubtype::Uuid, 1),
        binary(BinarySubtype::Generic, 1),
        Bson::Document(doc! { "city": "Ulm", "zip": "1" }),
        Bson::Document(doc! {}),
        Bson::Array(vec![]),
        Bson::Array(vec!["red".into(), Bson::Int32(5), Bson::Null]),
        Bson::Array(vec![
            doc! { "city": "Ulm", "likes": 5.0, "lat": 48.4 }.into(),
            doc! { "text": 5 }.into(),
        ]),
        Bson::Array(vec![Bson::Array(vec!["red".into()]), doc! { "en": 1 }.into()]),
        Bson::Symbol("Ada".to_owned()),
        Bson::Timestamp(bson::Timestamp { time: 1, increment: 1 }),
        Bson::RegularExpression(bson::Regex {
            pattern: "^A".try_into().unwrap(),
            options: "i".try_into().unwrap(),
        }),
        Bson::MinKey,
        Bson::MaxKey,
    ])
}

const FIELDS: [&str; 18] = [
    "title", "price", "stock", "small", "active", "kind", "soldAt", "amount", "serial", "owner", "parent",
    "friends", "tags", "sizes", "address", "comments", "labels", "page",
];

/// An item as this API stores it, without `_id`.
pub fn plain_item(random: &mut Random, code: &str) -> Document {
    let mut item = doc! { "code": code };
    for name in FIELDS {
        if let Some(value) = usual(random, name).filter(|value| *value != Bson::Null) {
            item.insert(name, value);
        }
    }
    item.extend(doc! { "createdAt": date("2026-01-01T00:00:00Z"), "updatedAt": date("2026-01-01T00:00:00Z"), "__v": 0 });
    item
}

fn item(random: &mut Random, number: usize) -> Document {
    let mut item = doc! { "_id": id("items", number), "code": format!("c{number:02}") };
    for name in FIELDS {
        if let Some(value) = usual(random, name) {
            item.insert(name, value);
        }
    }
    item.insert("note", "n");
    let created = random.pick(&["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-02T03:04:05Z"]);
    item.extend(doc! { "createdAt": date(created), "updatedAt": date("2026-01-03T00:00:00Z"), "__v": 0 });
    match number % 6 {
        0 => item.extend(doc! { "isDeleted": true, "deletedAt": date("2026-01-04T00:00:00Z") }),
        1 => item.extend(doc! { "isDeleted": false, "deletedAt": null }),
        _ => {}
    }
    // The last third is what other programs wrote.
    if number >= ITEMS * 2 / 3 {
        for _ in 0..1 + random.below(3) {
            let name = random.pick(&FIELDS);
            // A text index takes no array within an array.
            match name {
                "tags" => item.insert(name, random.pick(&[Bson::from("red"), Bson::Int32(5), Bson::Null])),
                name => item.insert(name, strange(random)),
            };
        }
        if random.percent(20) {
            item.remove("createdAt");
        }
    }
    item
}

/// Fills in what nobody is to see: hidden fields, and members that no field has.
fn hide(item: &mut Document, number: usize, hidden: Hidden) {
    let (text, is_there) = match hidden {
        Hidden::One => ("Ada".to_owned(), number.is_multiple_of(2)),
        Hidden::Other => (format!("z{number}"), !number.is_multiple_of(3)),
    };
    if is_there {
        item.insert("secret", text.clone());
        item.insert("pin", text.clone());
        item.insert("vault", doc! { "city": text.clone() });
    }
    // Members of structs that no field declares make reading a row slow, so that few have them.
    if !number.is_multiple_of(8) {
        return;
    }
    if let Ok(address) = item.get_document_mut("address") {
        address.insert("vault", text.clone());
    }
    let Ok(comments) = item.get_array_mut("comments") else { return };
    for comment in comments.iter_mut().filter_map(Bson::as_document_mut) {
        comment.insert("vault", text.clone());
    }
}

/// The items of a data set.
pub fn items(hidden: Hidden) -> Vec<RawDocumentBuf> {
    let mut random = Random(0xDA7A);
    let mut items: Vec<Document> = (0..ITEMS).map(|number| item(&mut random, number)).collect();
    items.iter_mut().enumerate().for_each(|(number, item)| hide(item, number, hidden));
    items.iter().map(|item| RawDocumentBuf::try_from(item).unwrap()).collect()
}

/// The owners of a data set.
pub fn owners(hidden: Hidden) -> Vec<RawDocumentBuf> {
    let owner = |number: usize| {
        let mut owner = doc! { "_id": id("owners", number), "name": format!("o{number}") };
        owner.insert(
            "secret",
            match hidden {
                Hidden::One => "Ada".to_owned(),
                Hidden::Other => format!("z{number}"),
            },
        );
        RawDocumentBuf::try_from(&owner).unwrap()
    };
    (0..OWNERS).map(owner).collect()
}
