//! Both transports ask alike.

use bson::{Bson, bson};

use super::{json, pairs, parse};
use crate::{
    query::{Filter, Op},
    types::{DateTime, Decimal128, Id, Uuid},
};

const ID: &str = "507f1f77bcf86cd799439011";
const SERIAL: &str = "00112233-4455-6677-8899-aabbccddeeff";

fn id() -> Bson {
    ID.parse::<Id>().unwrap().into()
}

fn eq(path: &str, value: impl Into<Bson>) -> Filter {
    Filter::eq(path, value)
}

fn op(path: &str, op: Op) -> Filter {
    Filter::field(path, op)
}

/// Checks that a query string and a payload come to a filter.
fn check(query: &str, payload: &str, expected: &Filter) {
    let http = parse(&pairs(query)).expect(query);
    let socket = parse(&json(payload)).expect(payload);
    assert_eq!(&http.filter, expected, "{query}");
    assert_eq!(http, socket, "{query} {payload}");
}

#[test]
fn conditions_on_every_type() {
    let at: DateTime = "2026-11-23T17:12:00Z".parse().unwrap();
    let cost: Decimal128 = "19.90".parse().unwrap();
    let serial: Uuid = SERIAL.parse().unwrap();
    let table: [(&str, String, Filter); 16] = [
        ("", "{}".into(), Filter::All),
        ("name=Ada", r#"{"name":"Ada"}"#.into(), eq("name", "Ada")),
        ("name=", r#"{"name":""}"#.into(), eq("name", "")),
        ("note=null", r#"{"note":"null"}"#.into(), eq("note", "null")),
        ("name[eq]=a%2Cb", r#"{"name":{"eq":"a,b"}}"#.into(), eq("name", "a,b")),
        ("price=10", r#"{"price":10}"#.into(), eq("price", 10.0)),
        ("stock=10", r#"{"stock":10}"#.into(), eq("stock", 10_i32)),
        ("active=true", r#"{"active":true}"#.into(), eq("active", true)),
        ("category=book", r#"{"category":"book"}"#.into(), eq("category", "book")),
        (&format!("seller={ID}"), format!(r#"{{"seller":"{ID}"}}"#), eq("seller", id())),
        (&format!("id={ID}"), format!(r#"{{"id":"{ID}"}}"#), eq("_id", id())),
        ("cost=19.90", r#"{"cost":"19.90"}"#.into(), eq("cost", cost)),
        (&format!("serial={SERIAL}"), format!(r#"{{"serial":"{SERIAL}"}}"#), eq("serial", serial)),
        (
            "soldAt[lt]=2026-11-23T17:12:00Z",
            r#"{"soldAt":{"lt":"2026-11-23T18:12:00%2B01:00"}}"#.replace("%2B", "+"),
            op("soldAt", Op::Lt(at.into())),
        ),
        (
            "createdAt[gte]=2026-11-23T17:12:00Z",
            r#"{"createdAt":{"gte":"2026-11-23T17:12:00Z"}}"#.into(),
            op("createdAt", Op::Gte(at.into())),
        ),
        ("page[eq]=3", r#"{"page":{"eq":3}}"#.into(), eq("page", 3_i64)),
    ];
    for (query, payload, expected) in table {
        check(query, &payload, &expected);
    }
}

#[test]
fn every_operator() {
    let list = |values: &[&str]| values.iter().map(|value| Bson::from(*value)).collect::<Vec<_>>();
    let table = [
        ("name[ne]=a", r#"{"name":{"ne":"a"}}"#, op("name", Op::Ne("a".into()))),
        ("price[gt]=1.5", r#"{"price":{"gt":1.5}}"#, op("price", Op::Gt(1.5.into()))),
        ("price[gte]=1", r#"{"price":{"gte":1}}"#, op("price", Op::Gte(1.0.into()))),
        ("price[lt]=-1", r#"{"price":{"lt":-1}}"#, op("price", Op::Lt((-1.0).into()))),
        ("price[lte]=1e3", r#"{"price":{"lte":1e3}}"#, op("price", Op::Lte(1000.0.into()))),
        (
            "category[in]=misc,book",
            r#"{"category":{"in":["misc","book"]}}"#,
            op("category", Op::In(list(&["misc", "book"]))),
        ),
        (
            "name[in]=a,b&name[in]=c",
            r#"{"name":{"in":["a","b","c"]}}"#,
            op("name", Op::In(list(&["a", "b", "c"]))),
        ),
        ("name[nin]=a", r#"{"name":{"nin":["a"]}}"#, op("name", Op::Nin(list(&["a"])))),
        ("category[in][]=a%2Cb", r#"{"category":{"in":["a,b"]}}"#, op("category", Op::In(list(&["a,b"])))),
        ("name[in][]=&name[in][]=x", r#"{"name":{"in":["","x"]}}"#, op("name", Op::In(list(&["", "x"])))),
        (
            "name[in][7]=b&name[in][2]=a",
            r#"{"name":{"in":["a","b"]}}"#,
            op("name", Op::In(list(&["a", "b"]))),
        ),
        ("note[exists]=true", r#"{"note":{"exists":true}}"#, op("note", Op::Ne(Bson::Null))),
        ("name[exists]=false", r#"{"name":{"exists":false}}"#, eq("name", Bson::Null)),
        ("name[contains]=$.*", r#"{"name":{"contains":"$.*"}}"#, op("name", Op::Contains("$.*".into()))),
        ("name[startsWith]=a", r#"{"name":{"startsWith":"a"}}"#, op("name", Op::StartsWith("a".into()))),
        ("name[endsWith]=a", r#"{"name":{"endsWith":"a"}}"#, op("name", Op::EndsWith("a".into()))),
        ("tags=x", r#"{"tags":"x"}"#, eq("tags", "x")),
        ("tags[all]=x,y", r#"{"tags":{"all":["x","y"]}}"#, op("tags", Op::All(list(&["x", "y"])))),
        ("tags[size]=0", r#"{"tags":{"size":0}}"#, op("tags", Op::Size(0))),
        (
            "sizes[nin]=1,2",
            r#"{"sizes":{"nin":[1,2]}}"#,
            op("sizes", Op::Nin(vec![bson!(1_i64), bson!(2_i64)])),
        ),
        ("matrix[size]=3", r#"{"matrix":{"size":3}}"#, op("matrix", Op::Size(3))),
        ("raw[exists]=true", r#"{"raw":{"exists":true}}"#, op("raw", Op::Ne(Bson::Null))),
    ];
    for (query, payload, expected) in table {
        check(query, payload, &expected);
    }
}

#[test]
fn null_is_absence_where_a_field_is_optional() {
    for (payload, expected) in [
        (r#"{"note":null}"#, eq("note", Bson::Null)),
        (r#"{"note":{"ne":null}}"#, op("note", Op::Ne(Bson::Null))),
        (r#"{"origin.city":null}"#, eq("origin.city", Bson::Null)),
        (r#"{"labels.en":{"eq":null}}"#, eq("labels.en", Bson::Null)),
    ] {
        assert_eq!(parse(&json(payload)).unwrap().filter, expected, "{payload}");
    }
    for payload in [
        r#"{"name":null}"#,
        r#"{"address.city":null}"#,
        r#"{"note":{"in":[null]}}"#,
        r#"{"note":{"gt":null}}"#,
    ] {
        assert!(parse(&json(payload)).is_err(), "{payload}");
    }
}

#[test]
fn paths_lead_into_structs_lists_and_maps() {
    let table = [
        ("address.city=Ulm", r#"{"address.city":"Ulm"}"#, eq("address.city", "Ulm")),
        (
            "address.city[in]=a,b",
            r#"{"address.city":{"in":["a","b"]}}"#,
            op("address.city", Op::In(vec!["a".into(), "b".into()])),
        ),
        ("origin.zip[gt]=5", r#"{"origin.zip":{"gt":5}}"#, op("origin.zip", Op::Gt(bson!(5_i64)))),
        ("comments.author=x", r#"{"comments.author":"x"}"#, eq("comments.author", "x")),
        (
            "comments.likes[gte]=5",
            r#"{"comments.likes":{"gte":5}}"#,
            op("comments.likes", Op::Gte(bson!(5_i32))),
        ),
        ("labels.en=1", r#"{"labels.en":1}"#, eq("labels.en", 1_i64)),
        ("labels._id=1", r#"{"labels._id":1}"#, eq("labels._id", 1_i64)),
    ];
    for (query, payload, expected) in table {
        check(query, payload, &expected);
    }
}

#[test]
fn members_are_anded_and_groups_are_ored() {
    let ada = eq("name", "Ada");
    let dear = op("price", Op::Gt(5.0.into()));
    let cheap = op("price", Op::Lt(9.0.into()));
    let stock = eq("stock", 1_i32);
    let table = [
        (
            "price[gt]=5&price[lt]=9",
            r#"{"price":{"gt":5,"lt":9}}"#,
            Filter::And(vec![dear.clone(), cheap.clone()]),
        ),
        (
            "price=5&price[lt]=9",
            r#"{"price":{"eq":5,"lt":9}}"#,
            Filter::And(vec![eq("price", 5.0), cheap.clone()]),
        ),
        (
            "or[0][name]=Ada&or[1][price][gt]=5",
            r#"{"or":[{"name":"Ada"},{"price":{"gt":5}}]}"#,
            Filter::Or(vec![ada.clone(), dear.clone()]),
        ),
        (
            "or[1][price][gt]=5&stock=1&or[0][name]=Ada&or[1][price][lt]=9",
            r#"{"or":[{"name":"Ada"},{"price":{"gt":5,"lt":9}}],"stock":1}"#,
            Filter::And(vec![
                Filter::Or(vec![ada.clone(), Filter::And(vec![dear.clone(), cheap])]),
                stock.clone(),
            ]),
        ),
        ("or[0][name]=Ada", r#"{"or":[{"name":"Ada"}]}"#, ada.clone()),
        (
            "or[0][or][0][name]=Ada&or[0][or][1][stock]=1&or[1][price][gt]=5",
            r#"{"or":[{"or":[{"name":"Ada"},{"stock":1}]},{"price":{"gt":5}}]}"#,
            Filter::Or(vec![Filter::Or(vec![ada, stock]), dear]),
        ),
        (
            "or[0][or][0][or][0][or][0][name][in][0]=a",
            r#"{"or":[{"or":[{"or":[{"or":[{"name":{"in":["a"]}}]}]}]}]}"#,
            op("name", Op::In(vec!["a".into()])),
        ),
    ];
    for (query, payload, expected) in table {
        check(query, payload, &expected);
    }
}

#[test]
fn names_of_the_list_are_fields_where_they_have_operators_or_stand_in_a_group() {
    check("or[eq]=x", r#"{"or":{"eq":"x"}}"#, &eq("or", "x"));
    check("or[0][page]=3", r#"{"or":[{"page":3}]}"#, &eq("page", 3_i64));
    // Only a query string can say both.
    let both = parse(&pairs("page=2&page[eq]=3")).unwrap();
    assert_eq!((both.skip(), both.filter), (100, eq("page", 3_i64)));
}
