//! Cursors lead back to their place, and to nowhere else.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bson::{Bson, Document, RawDocumentBuf, bson, doc, oid::ObjectId};
use sha2::{Digest, Sha256};

use super::{META, PLAIN, ROUTE, Told, pairs, parse, told};
use crate::{
    query::{
        Position,
        request::{ListRequest, Paging, cursor},
    },
    resource::Limits,
};

const SORT: &str = "sort=-note,address.zip";

fn raw(document: Document) -> RawDocumentBuf {
    RawDocumentBuf::try_from(document).unwrap()
}

fn cursor_of(query: &str, row: Document) -> Option<String> {
    cursor(&parse(&pairs(query)).unwrap(), META, &raw(row))
}

fn after(query: &str, cursor: &str) -> Result<Vec<Bson>, Told> {
    let request = parse(&pairs(&format!("{query}&after={cursor}")))?;
    match request.paging {
        Paging::After(Position(values)) => Ok(values),
        Paging::Page(_) => panic!("{query} has no place"),
    }
}

/// What becomes of a row's value for the first key.
fn there_and_back(query: &str, value: impl Into<Bson>) -> Bson {
    let row = doc! { "_id": ObjectId::from_bytes([7; 12]), "note": value };
    let cursor = cursor_of(query, row).unwrap();
    assert!(cursor.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{cursor}");
    let values = after(query, &cursor).unwrap();
    assert_eq!(values.len(), 2);
    assert_eq!(values[1], Bson::from(ObjectId::from_bytes([7; 12])));
    values[0].clone()
}

#[test]
fn every_type_comes_back_as_it_was() {
    let values = [
        bson!("caf\u{e9}\0"),
        bson!(5_i32),
        bson!(i64::MIN),
        bson!(-0.0),
        bson!(f64::INFINITY),
        bson!(true),
        Bson::Null,
        Bson::DateTime(bson::DateTime::from_millis(-1)),
        Bson::ObjectId(ObjectId::new()),
        Bson::Binary(bson::Binary { subtype: bson::spec::BinarySubtype::Uuid, bytes: vec![1; 16] }),
        Bson::Decimal128("19.90".parse().unwrap()),
        Bson::Timestamp(bson::Timestamp { time: 1, increment: 2 }),
        Bson::MinKey,
        Bson::MaxKey,
        bson!({ "a": { "b": [1, "x"] } }),
    ];
    for value in values {
        assert_eq!(there_and_back("sort=note", value.clone()), value);
    }
    assert!(there_and_back("sort=note", f64::NAN).as_f64().unwrap().is_nan());
}

#[test]
fn a_place_is_read_by_the_paths_of_the_sort() {
    let id = ObjectId::new();
    let row = doc! { "_id": id, "note": "n", "address": { "zip": 5_i64 }, "name": "x" };
    let cursor = cursor_of(SORT, row).unwrap();
    assert_eq!(after(SORT, &cursor).unwrap(), [bson!("n"), bson!(5_i64), bson!(id)]);
    for row in [doc! { "_id": id }, doc! { "_id": id, "note": null, "address": 5 }] {
        let cursor = cursor_of(SORT, row).unwrap();
        assert_eq!(after(SORT, &cursor).unwrap(), [Bson::Null, Bson::Null, bson!(id)]);
    }
}

#[test]
fn of_an_array_it_is_the_element_that_the_order_goes_by() {
    let mixed = bson!([3_i32, "b", null, 2.5, "a", true]);
    assert_eq!(there_and_back("sort=note", mixed.clone()), Bson::Null);
    assert_eq!(there_and_back("sort=-note", mixed), bson!(true));
    let numbers = bson!([3_i32, 2.5, 9_i64, f64::NAN]);
    assert!(there_and_back("sort=note", numbers.clone()).as_f64().unwrap().is_nan());
    assert_eq!(there_and_back("sort=-note", numbers), bson!(9_i64));
    assert_eq!(there_and_back("sort=note", bson!([])), Bson::MinKey);
    let id = ObjectId::new();
    let row = doc! { "_id": id, "address": [{ "zip": 7_i64 }, { "zip": 3_i64 }, 1] };
    let cursor = cursor_of("sort=address.zip", row).unwrap();
    assert_eq!(after("sort=address.zip", &cursor).unwrap(), [bson!(3_i64), bson!(id)]);
}

#[test]
fn what_can_not_be_told_has_no_cursor() {
    let deep = (0..10).fold(bson!(1), |inner, _| bson!({ "a": inner }));
    for value in
        [bson!("x".repeat(5000)), bson!([[1]]), Bson::Undefined, Bson::JavaScriptCode("x".into()), deep]
    {
        assert_eq!(cursor_of("sort=note", doc! { "_id": 1, "note": value.clone() }), None, "{value:?}");
    }
    let long = "x".repeat(4000);
    assert_eq!(there_and_back("sort=note", long.clone()), bson!(long));
}

fn refused(query: &str, cursor: &str) -> String {
    let (pointer, message) = after(query, cursor).unwrap_err().remove(0);
    assert_eq!(pointer, "/after");
    message
}

const BROKEN: &str = "after is no cursor: send one whole, as a list gave it";

#[test]
fn a_cursor_is_of_one_entity_and_one_sort() {
    let row = doc! { "_id": ObjectId::new(), "note": "n", "name": "x" };
    let cursor = cursor_of("sort=note", row.clone()).unwrap();
    assert!(after("sort=note&limit=3&name=x", &cursor).is_ok());
    for sort in ["sort=-note", "sort=note,price", "sort=price", "x=", "sort=note,-id"] {
        let sort = if sort == "x=" { "" } else { sort };
        let message = "after is a cursor of another sort: send it with the sort of the list that gave it";
        assert_eq!(refused(sort, &cursor), message, "{sort}");
    }
    let by_id = cursor_of("", row).unwrap();
    let other =
        ListRequest::parse(&pairs(&format!("after={by_id}")), PLAIN, &ROUTE, &Limits::default(), None);
    assert_eq!(told(other.unwrap_err())[0].1, "after is a cursor of another entity");
}

#[test]
fn every_change_and_every_cut_is_seen() {
    let cursor = cursor_of(SORT, doc! { "_id": ObjectId::new(), "note": "n" }).unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
    for index in 0..bytes.len() {
        for flip in 1..=255 {
            let mut changed = bytes.clone();
            changed[index] ^= flip;
            assert_eq!(refused(SORT, &URL_SAFE_NO_PAD.encode(changed)), BROKEN, "{index} {flip}");
        }
    }
    for letters in 0..cursor.len() {
        assert_eq!(refused(SORT, &cursor[..letters]), BROKEN, "{letters}");
        let mut changed = cursor.clone().into_bytes();
        for letter in b"A-z9=.+%20\0" {
            if changed[letters] != *letter {
                let earlier = std::mem::replace(&mut changed[letters], *letter);
                let text: String = form_urlencoded::byte_serialize(&changed).collect();
                assert_eq!(refused(SORT, &text), BROKEN);
                changed[letters] = earlier;
            }
        }
    }
    for text in ["", "AA", &format!("{cursor}A"), &format!("{cursor}{cursor}"), &"A".repeat(100_000)] {
        assert_eq!(refused(SORT, text), BROKEN);
    }
}

/// A cursor that someone wrote by hand: its marks and its checksum are right.
fn forged(values: &[u8]) -> String {
    let genuine = URL_SAFE_NO_PAD.decode(cursor_of("", doc! { "_id": 1 }).unwrap()).unwrap();
    let mut bytes = genuine[..9].to_vec();
    bytes.extend(values);
    let mut hash = Sha256::new();
    hash.update(&bytes);
    hash.update([0]);
    bytes.extend(&hash.finalize()[..8]);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn a_cursor_by_hand_holds_a_place_or_nothing() {
    let place = raw(doc! { "0": 5 });
    assert_eq!(after("", &forged(place.as_bytes())).unwrap(), [bson!(5)]);
    let deep = (0..500).fold(bson!(1), |inner, _| bson!({ "a": inner }));
    let hostile = [
        doc! {},
        doc! { "0": 1, "1": 2 },
        doc! { "0": [1] },
        doc! { "0": deep },
        doc! { "0": Bson::RegularExpression(bson::Regex { pattern: bson::raw::CString::try_from("(a+)+$").unwrap(), options: bson::raw::CString::try_from("").unwrap() }) },
        doc! { "0": Bson::JavaScriptCode("while(true){}".into()) },
        doc! { "0": Bson::Undefined },
    ];
    for values in hostile {
        assert_eq!(refused("", &forged(raw(values.clone()).as_bytes())), BROKEN, "{values}");
    }
    let mut random = super::random::Random(0x0DD_BA11);
    for _ in 0..20_000 {
        let mut bytes = place.as_bytes().to_vec();
        for _ in 0..=random.below(3) {
            let index = random.below(bytes.len());
            bytes[index] = random.byte();
        }
        bytes.truncate(bytes.len() - random.below(2));
        if let Err(told) = after("", &forged(&bytes)) {
            assert_eq!(told, [("/after".to_owned(), BROKEN.to_owned())]);
        }
    }
}
