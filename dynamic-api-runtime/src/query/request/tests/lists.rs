//! Pages, orders, selections, searches; filters that an index must serve, and those of a route's own.

use super::{BARE_ROUTE, META, PLAIN, ROUTE, Told, json, pairs, parse, told};
use crate::{
    call::Query,
    entity::{EntityMeta, Field, Index},
    error::Error,
    query::{
        Direction::{Ascending, Descending},
        Filter, Sort, TextSearch,
        request::{Count, ListRequest, Paging, Selection, Trashed},
    },
    resource::Limits,
};

fn sort(keys: &[&str]) -> Sort {
    keys.iter().fold(Sort::none(), |sort, key| match key.strip_prefix('-') {
        Some(path) => sort.then(path, Descending),
        None => sort.then(*key, Ascending),
    })
}

fn parse_for(entity: &EntityMeta, query: &str) -> Result<ListRequest, Told> {
    ListRequest::parse(&pairs(query), entity, &BARE_ROUTE, &Limits::default(), None).map_err(told)
}

#[test]
fn without_members_it_is_the_first_page() {
    let expected = ListRequest {
        paging: Paging::Page(1),
        limit: 100,
        sort: sort(&["_id"]),
        filter: Filter::All,
        count: Count::No,
        trashed: Trashed::Without,
        selection: Selection::default(),
    };
    for query in [Query::None, pairs(""), json("{}"), pairs("sort="), pairs("populate=&page=1")] {
        assert_eq!(parse(&query).unwrap(), expected, "{query:?}");
    }
}

#[test]
fn every_member_over_both_transports() {
    let http = parse(&pairs("page=3&limit=10&sort=-price,stock&fields=name,id,name&count=true&trashed=with&populate=seller.team&search=x")).unwrap();
    assert_eq!((http.skip(), http.limit, http.count, http.trashed), (20, 10, Count::Yes, Trashed::With));
    assert_eq!(http.sort, sort(&["-price", "stock", "_id"]));
    let populate = vec!["seller", "seller.team"];
    assert_eq!(http.selection, Selection { fields: Some(vec!["name", "id"]), populate });
    for query in [
        json(
            r#"{"page":3,"limit":10,"sort":"-price,stock","fields":"name,id","count":true,"trashed":"with",
            "populate":"seller.team","search":"x"}"#,
        ),
        json(
            r#"{"page":"3","limit":"10","sort":["-price","stock"],"fields":["name","id"],"count":"true","trashed":"with",
            "populate":["seller.team"],"search":"x"}"#,
        ),
        pairs(
            "page=3&limit=10&sort=-price&sort=stock&fields[]=name&fields[]=id&count=true&trashed=with&populate=seller.team,seller&search=x",
        ),
    ] {
        assert_eq!(parse(&query).unwrap(), http, "{query:?}");
    }
}

#[test]
fn the_entity_bounds_its_pages() {
    const SHORT: &EntityMeta = &EntityMeta::new("Short", "shorts", "shorts").page(5, 10);
    assert_eq!(parse_for(SHORT, "").unwrap().limit, 5);
    assert_eq!(parse_for(SHORT, "limit=10").unwrap().limit, 10);
    let refused = parse_for(SHORT, "limit=11").unwrap_err();
    assert_eq!(refused, [("/limit".to_owned(), "limit must be an integer from 1 to 10".to_owned())]);
}

#[test]
fn an_order_is_total() {
    for (query, keys) in [
        ("sort=price", &["price", "_id"][..]),
        ("sort=-price", &["-price", "-_id"]),
        ("sort=id", &["_id"]),
        ("sort=-createdAt", &["-createdAt", "-_id"]),
        ("sort=address.city", &["address.city", "_id"]),
        ("sort=origin.zip", &["origin.zip", "_id"]),
        // An index keeps living rows apart, and not those without a value.
        ("sort=-name", &["-name"]),
        ("sort=price,stock,-page", &["price", "stock", "-page"]),
        ("sort=page,note", &["page", "note", "_id"]),
        ("sort=page", &["page", "_id"]),
        ("sort=-name&trashed=with", &["-name", "-_id"]),
        ("sort=-name&trashed=only", &["-name", "-_id"]),
    ] {
        assert_eq!(parse(&pairs(query)).unwrap().sort, sort(keys), "{query}");
    }
}

#[test]
fn what_is_not_offered_is_unknown() {
    for query in ["search=x", "trashed=with", "populate=seller"] {
        let name = query.split('=').next().unwrap();
        let refused = parse_for(PLAIN, query).unwrap_err();
        assert_eq!(refused, [(format!("/{name}"), format!("{name} is no member of this query"))]);
    }
    // A field may have the name then.
    const NAMED: &EntityMeta =
        &EntityMeta::new("Named", "named", "named").fields(&[Field::new::<String>("search")]);
    assert_eq!(parse_for(NAMED, "search=x").unwrap().filter, Filter::eq("search", "x"));
    let presented = ROUTE.presented();
    let refused = ListRequest::parse(&pairs("fields=name"), META, &presented, &Limits::default(), None);
    let message = "fields can't be chosen here: the results have a shape of their own";
    assert_eq!(told(refused.unwrap_err()), [("/fields".to_owned(), message.to_owned())]);
}

#[test]
fn a_search_is_words_phrases_and_what_is_not_to_be_there() {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    for (search, any, phrases, none) in [
        ("Café au LAIT", &["cafe", "au", "lait"][..], &[][..], &[][..]),
        ("tea tea-time", &["tea", "time"], &[], &[]),
        (r#"a "Green  Tea" b -Milk -sugar-free"#, &["a", "b"], &["Green  Tea"], &["milk", "sugar", "free"]),
        (r#""one"two"three""#, &["two"], &["one", "three"], &[]),
        (r#"" " x "--""#, &["x"], &[], &[]),
        (r#"27" screen"#, &["27", "screen"], &[], &[]),
        ("$where .* - 日本", &["where", "日本"], &[], &[]),
    ] {
        let query = json(serde_json::json!({ "search": search }).to_string());
        let expected = TextSearch { any: texts(any), phrases: texts(phrases), none: texts(none) };
        assert_eq!(parse(&query).unwrap().filter, Filter::Text(expected), "{search}");
    }
    let both = parse(&pairs("search=x&stock=1")).unwrap().filter;
    let text = Filter::Text(TextSearch { any: texts(&["x"]), ..TextSearch::default() });
    assert_eq!(both, Filter::And(vec![Filter::eq("stock", 1_i32), text]));
}

const INDEXED: &EntityMeta = &EntityMeta::new("Indexed", "indexed", "indexed")
    .fields(&[
        Field::new::<String>("name"),
        Field::new::<f64>("price"),
        Field::new::<Option<i32>>("stock"),
        Field::new::<String>("secret").hidden(),
    ])
    .indexes(&[
        Index::new(&[("name", Ascending), ("price", Ascending)]),
        Index::new(&[("stock", Ascending)]),
        Index::new(&[("secret", Ascending)]),
        Index::text(&[("name", Ascending)]),
    ])
    .indexed_only();

#[test]
fn filters_can_be_bound_to_indexes() {
    for served in [
        "",
        "sort=price",
        "name=a",
        "name[in]=a,b&price=1",
        "name[startsWith]=a",
        "stock[gte]=1",
        "id=507f1f77bcf86cd799439011",
        "search=x&price=1",
        "or[0][name]=a&or[1][stock]=1",
        "or[0][price]=1&name=a",
    ] {
        assert!(parse_for(INDEXED, served).is_ok(), "{served}");
    }
    for refused in [
        "price=1",
        "name[contains]=a",
        "name[ne]=a",
        "name[nin]=a",
        "stock[exists]=true",
        "stock[exists]=false",
        "or[0][name]=a&or[1][price]=1",
    ] {
        let found = parse_for(INDEXED, refused).expect_err(refused);
        let message = "the filter must hold, in every group, an indexed field with eq, in, gt, gte, lt, lte or \
                       startsWith: id, name, stock";
        assert_eq!(found, [(String::new(), message.to_owned())], "{refused}");
    }
}

#[test]
fn a_route_of_its_own_query_gets_what_the_list_does_not_take() {
    let seen = std::cell::RefCell::new(String::new());
    let own = |query: &Query| {
        *seen.borrow_mut() = match query {
            Query::None => "none".to_owned(),
            Query::Pairs(pairs) => format!("{pairs:?}"),
            Query::Json(json) => String::from_utf8_lossy(json).into_owned(),
        };
        Ok(Filter::eq("own", 1))
    };
    let with_own = |entity, query: &Query| {
        ListRequest::parse(query, entity, &BARE_ROUTE, &Limits::default(), Some(&own))
    };
    let list =
        with_own(META, &pairs("limit=5&min=3&sort[]=price&page[eq]=3&or=x&populate=y&search=z")).unwrap();
    assert_eq!(*seen.borrow(), r#"[("min", "3"), ("page[eq]", "3"), ("or", "x"), ("populate", "y")]"#);
    assert_eq!((list.limit, list.sort), (5, sort(&["price", "_id"])));
    let text = Filter::Text(TextSearch { any: vec!["z".to_owned()], ..TextSearch::default() });
    assert_eq!(list.filter, Filter::And(vec![Filter::eq("own", 1), text]));

    with_own(PLAIN, &json(r#"{"limit":5,"min":{"a":[1, 2]},"page":{"eq":3},"search":"\u0041"}"#)).unwrap();
    assert_eq!(*seen.borrow(), r#"{"min":{"a":[1, 2]},"page":{"eq":3},"search":"\u0041"}"#);
    with_own(PLAIN, &Query::None).unwrap();
    assert_eq!(*seen.borrow(), "none");
}

#[test]
fn what_a_query_of_its_own_refuses_is_told_with_the_rest() {
    let refuses = |_: &Query| Err(Error::violation("/min", "query", "min must be a number"));
    let list = |query: &str, own: crate::query::request::own::OwnFilter<'_>| {
        ListRequest::parse(&pairs(query), META, &ROUTE, &Limits::default(), Some(own)).map_err(told)
    };
    let found = list("limit=0&min=x", &refuses).unwrap_err();
    assert_eq!(found.iter().map(|(pointer, _)| pointer.as_str()).collect::<Vec<_>>(), ["/limit", "/min"]);
    let fails = |_: &Query| Err(Error::NotAvailable);
    assert_eq!(list("", &fails).unwrap_err()[0].1, "This feature is not available");
}
