//! What makes no sense is refused by name.

use super::{META, ROUTE, json, pairs, parse, refusal};
use crate::{error::Error, query::request::ListRequest, resource::Limits};

fn check(table: &[(&str, &str, &str)]) {
    for (query, pointer, message) in table {
        let query = if query.starts_with('{') { json(*query) } else { pairs(query) };
        assert_eq!(refusal(&query), ((*pointer).to_owned(), (*message).to_owned()), "{query:?}");
    }
}

#[test]
fn members_of_the_list() {
    check(&[
        ("page=0", "/page", "page must be an integer from 1 to 1000000"),
        ("page=-1", "/page", "page must be an integer from 1 to 1000000"),
        ("page=%2B1", "/page", "page must be an integer from 1 to 1000000"),
        ("page=1&page=2", "/page", "page is given more than once"),
        ("limit=1001", "/limit", "limit must be an integer from 1 to 1000"),
        ("limit=1e2", "/limit", "limit must be an integer from 1 to 1000"),
        ("limit=", "/limit", "limit must be an integer from 1 to 1000"),
        ("limit[gte]=5", "/limit", "limit must be an integer from 1 to 1000"),
        ("count=yes", "/count", "count must be true or false"),
        ("trashed=all", "/trashed", "trashed must be only or with"),
        (
            "sort=secret",
            "/sort",
            "sort can't be by secret: that is no visible field of Product with single values",
        ),
        (
            "sort=tags",
            "/sort",
            "sort can't be by tags: that is no visible field of Product with single values",
        ),
        (
            "sort=comments.author",
            "/sort",
            "sort can't be by comments.author: that is no visible field of Product with single values",
        ),
        (
            "sort=labels.en",
            "/sort",
            "sort can't be by labels.en: that is no visible field of Product with single values",
        ),
        (
            "sort=$where",
            "/sort",
            "sort can't be by $where: that is no visible field of Product with single values",
        ),
        (
            "sort=score",
            "/sort",
            "sort can't be by score: that is no visible field of Product with single values",
        ),
        ("sort=name,-name", "/sort", "sort can't be by name twice"),
        ("sort=a,a,a,a,a,a,a,a,a", "/sort", "sort must have at most 8 keys"),
        ("fields=name,secret", "/fields", "fields can't hold secret: that is no visible field of Product"),
        (
            "fields=address.city",
            "/fields",
            "fields can't hold address.city: that is no visible field of Product",
        ),
        ("fields=", "/fields", "fields must name at least one field"),
        ("populate=buyer", "/populate", "populate can't be buyer: use seller, seller.team, comments.author"),
        ("search=", "/search", "search must hold a word to look for"),
        ("search=-x", "/search", "search must hold a word to look for"),
        ("search=x -\"a b\"", "/search", "search can leave out words, and no phrases"),
        ("after=x&page=1", "/after", "after can't stand beside page: it goes on from a place of its own"),
        ("after=x", "/after", "after is no cursor: send one whole, as a list gave it"),
    ]);
    check(&[
        (r#"{"page":null}"#, "/page", "page must be an integer from 1 to 1000000"),
        (r#"{"page":1.5}"#, "/page", "page must be an integer from 1 to 1000000"),
        (r#"{"limit":[10]}"#, "/limit", "limit must be an integer from 1 to 1000"),
        (r#"{"limit":{"$gt":1}}"#, "/limit", "limit must be an integer from 1 to 1000"),
        (r#"{"sort":{"name":1}}"#, "/sort", "sort must be names parted by commas, or a list of names"),
        (r#"{"sort":["name",1]}"#, "/sort", "sort must be names parted by commas, or a list of names"),
        (r#"{"search":5}"#, "/search", "search must be a string"),
        (r#"{"after":[]}"#, "/after", "after must be a string"),
    ]);
    assert_eq!(refusal(&json("[1]")), (String::new(), "the query must be an object".to_owned()));
    assert_eq!(refusal(&json(r#"{"page":1,"page":2}"#)).1, "duplicate member page");
    let malformed = ListRequest::parse(&json("{"), META, &ROUTE, &Limits::default(), None);
    assert!(matches!(malformed, Err(Error::MalformedJson { .. })));
}

#[test]
fn what_is_hidden_is_as_unknown_as_what_is_not_there() {
    let names = [
        "secret",
        "pin",
        "score",
        "total",
        "nosuch",
        "$where",
        "_id",
        "__proto__",
        "a\0b",
        "isDeleted",
        "deletedAt",
        "__v",
        "address.secret",
        "address.nosuch",
        "labels.$x",
        "labels.",
        "labels.__proto__",
        "tags.0",
        "name.x",
        "raw.x",
        "matrix.x",
        "comments.0.author",
        "a.b",
        "",
        ".",
        "..",
    ];
    for name in names {
        let encoded: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let told = [
            refusal(&pairs(&format!("{encoded}=x"))),
            refusal(&pairs(&format!("{encoded}[exists]=true"))),
            refusal(&json(serde_json::json!({ name: "x" }).to_string())),
            refusal(&json(serde_json::json!({ name: { "in": [] } }).to_string())),
        ];
        for (pointer, message) in told {
            assert_eq!(pointer, format!("/{name}"));
            assert_eq!(message, format!("{name} is no member of this query"));
        }
    }
    check(&[
        ("or[0][secret]=x", "/or/0/secret", "or[0][secret] is no member of this query"),
        ("secrets=x", "/secrets", "secrets is no member of this query"),
        ("nam=x", "/nam", "nam is no member of this query: did you mean name?"),
        ("limits=x", "/limits", "limits is no member of this query: did you mean limit?"),
        ("createdat=x", "/createdat", "createdat is no member of this query: did you mean createdAt?"),
        (
            "address.citi=x",
            "/address.citi",
            "address.citi is no member of this query: did you mean address.city?",
        ),
        ("address.secre=x", "/address.secre", "address.secre is no member of this query"),
    ]);
}

#[test]
fn operators() {
    check(&[
        (
            "price[foo]=1",
            "/price",
            "price[foo] is no operator of price: use eq, ne, gt, gte, lt, lte, in, nin or exists",
        ),
        (
            "price[$gt]=1",
            "/price",
            "price[$gt] is no operator of price: use eq, ne, gt, gte, lt, lte, in, nin or exists",
        ),
        (
            "price[contains]=1",
            "/price",
            "price[contains] is no operator of price: use eq, ne, gt, gte, lt, lte, in, nin or exists",
        ),
        ("active[gt]=true", "/active", "active[gt] is no operator of active: use eq, ne, in, nin or exists"),
        (
            "category[lt]=misc",
            "/category",
            "category[lt] is no operator of category: use eq, ne, in, nin or exists",
        ),
        ("tags[gt]=a", "/tags", "tags[gt] is no operator of tags: use eq, ne, in, nin, exists, all or size"),
        (
            "name[size]=1",
            "/name",
            "name[size] is no operator of name: use eq, ne, gt, gte, lt, lte, in, nin, exists, contains, startsWith or endsWith",
        ),
        ("address[eq]=1", "/address", "address[eq] is no operator of address: use exists"),
        (
            "address=1",
            "/address",
            "address has no single value: use exists in brackets, as in address[exists]",
        ),
        (
            "address[city]=Ulm",
            "/address",
            "address[city] is no operator: what is inside is reached by address.city",
        ),
        (
            r#"{"address":{"city":"Ulm"}}"#,
            "/address",
            "address[city] is no operator: what is inside is reached by address.city",
        ),
        ("address[secret]=x", "/address", "address[secret] is no operator of address: use exists"),
        ("price[gte]=1&price[gte]=2", "/price", "price[gte] is given more than once"),
        ("price=1&price[eq]=2", "/price", "price[eq] is given more than once"),
        (r#"{"price":{"gt":1,"gt":2}}"#, "/price", "price[gt] is given more than once"),
        (
            r#"{"price":{}}"#,
            "/price",
            "price must hold an operator: use eq, ne, gt, gte, lt, lte, in, nin or exists",
        ),
        ("name[in]=a&name[in][]=b", "/name", "name[in] is given more than once"),
        (
            "price[gte=1",
            "/price[gte",
            "price[gte is no name with operators in brackets: write price[gte], or[0][name], category[in][]",
        ),
        (
            "price[gte]x=1",
            "/price[gte]x",
            "price[gte]x is no name with operators in brackets: write price[gte], or[0][name], category[in][]",
        ),
        (
            "price[[gte]]=1",
            "/price[[gte]]",
            "price[[gte]] is no name with operators in brackets: write price[gte], or[0][name], category[in][]",
        ),
        ("or[][name]=1", "/or[][name]", "or[][name] can have [] at its end only"),
        ("or[99999][name]=1", "/or[99999][name]", "or[99999][name] has too large a number in brackets"),
    ]);
}

#[test]
fn values() {
    check(&[
        ("price[gte]=x", "/price", "price[gte] must be a number"),
        ("price=", "/price", "price must be a number"),
        ("stock=1.5", "/stock", "stock must be an integer from -2147483648 to 2147483647"),
        ("active=1", "/active", "active must be a boolean"),
        ("category=x", "/category", "category must be one of misc, book, a,b"),
        ("id=1", "/id", "id must be an id of 24 hex digits"),
        ("createdAt[gt]=yesterday", "/createdAt", "createdAt[gt] must be an RFC 3339 date and time"),
        ("note[exists]=", "/note", "note[exists] must be true or false"),
        ("tags[size]=-1", "/tags", "tags[size] must be an integer from 0 to 2147483647"),
        ("tags[size]=4294967295", "/tags", "tags[size] must be an integer from 0 to 2147483647"),
        ("category[in]=", "/category", "category[in] must hold at least one value"),
        (
            "name[in]=a,,b",
            "/name",
            "name[in] holds an empty value: send values that are empty or hold a comma with [] each",
        ),
        (
            "stock[in]=1,x",
            "/stock",
            "stock[in] holds a value that must be an integer from -2147483648 to 2147483647",
        ),
        ("name=a&name=b", "/name", "name must be one value: use name[in] for one of several"),
        ("name[]=a", "/name", "name must be one value: use name[in] for one of several"),
        (r#"{"name":["a"]}"#, "/name", "name must be one value: use name[in] for one of several"),
        (r#"{"price":"10"}"#, "/price", "price must be a number"),
        (r#"{"name":5}"#, "/name", "name must be a string"),
        (r#"{"name":{"eq":{"$ne":1}}}"#, "/name", "name[eq] must be a string"),
        (r#"{"name":{"in":"a,b"}}"#, "/name", "name[in] must be a list of values"),
        (r#"{"name":{"in":[]}}"#, "/name", "name[in] must hold at least one value"),
        (r#"{"name":{"in":[["a"]]}}"#, "/name", "name[in] holds a value that must be a string"),
        (r#"{"name":null}"#, "/name", "name must be a string"),
        ("name[in][0]=a&name[in][0]=b", "/name", "name[in] holds a value that is given more than once"),
        (
            "name[in][0]=a&name[in][0][x]=b",
            "/name",
            "name[in] holds a value that is given in more than one form",
        ),
    ]);
}

#[test]
fn groups() {
    let groups = "or must be a list of groups of conditions, as in or[0][name]=..&or[1][name]=..";
    check(&[
        ("or=x", "/or", groups),
        (r#"{"or":[]}"#, "/or", groups),
        (r#"{"or":null}"#, "/or", groups),
        (r#"{"or":[{}]}"#, "/or/0", "or[0] must hold conditions"),
        ("or[3]=x", "/or/3", "or[3] must hold conditions"),
        ("or[0][price][gt]=x", "/or/0/price", "or[0][price][gt] must be a number"),
        ("or[0][limit]=1", "/or/0/limit", "or[0][limit] is about the whole list and can't stand in a group"),
        (
            r#"{"or":[{"or":[{"or":[{"or":[{"or":[{"name":"a"}]}]}]}]}]}"#,
            "/or/0/or/0/or/0/or/0/or",
            "or[0][or][0][or][0][or][0][or] nests too deep",
        ),
        (
            "or[0][or][0][or][0][or][0][or][0][name]=a",
            "/or/0/or/0/or/0/or/0/or",
            "or[0][or][0][or][0][or][0][or] nests too deep",
        ),
    ]);
}

#[test]
fn bounds() {
    let long = "x".repeat(1025);
    let many = vec!["1"; 101].join(",");
    let literal = vec!["stock[in][]=1"; 101].join("&");
    let conditions: String = (0..21).map(|index| format!("or[{index}][stock]={index}&")).collect();
    let members: String = (0..201).map(|index| format!("m{index}=1&")).collect();
    for (query, pointer, message) in [
        (format!("name={long}"), "/name", "name must have at most 1024 bytes"),
        (format!("name[in]=a,{long}"), "/name", "name[in] holds a value that must have at most 1024 bytes"),
        (format!("search={long}"), "/search", "search must have at most 1024 bytes"),
        (format!("stock[in]={many}"), "/stock", "stock[in] must hold at most 100 values"),
        (literal, "/stock", "stock[in] must hold at most 100 values"),
        (format!("fields={}", vec!["id"; 101].join(",")), "/fields", "fields must hold at most 100 names"),
        (conditions, "/or/20/stock", "or[20][stock] is one condition too many: a query has at most 20"),
        (members, "", "a query has at most 200 members"),
    ] {
        assert_eq!(refusal(&pairs(&query)), (pointer.to_owned(), message.to_owned()));
    }
    let list = format!(r#"{{"stock":{{"in":[{many}]}}}}"#);
    assert_eq!(refusal(&json(list)).1, "stock[in] must hold at most 100 values");
    let twenty: String = (0..20).map(|index| format!("or[{index}][stock]={index}&")).collect();
    assert!(parse(&pairs(&twenty)).is_ok());
    for levels in [12, 100_000] {
        let nested = format!(r#"{{"name":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
        assert_eq!(refusal(&json(nested)).0, "/name", "{levels}");
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once_and_a_reply_stays_small() {
    let told_of = parse(&pairs("limit=0&nosuch=1&price[gte]=x&name=ok&stock[foo]=1")).unwrap_err();
    let pointers: Vec<&str> = told_of.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/limit", "/nosuch", "/price", "/stock"]);

    let name = "$".repeat(500_000);
    let wide: String = (0..200).map(|index| format!(r#""m{index}":[1],"#)).collect();
    let huge = vec!["{\"a\":[1,2]}"; 80_000].join(",");
    for query in [
        json(format!(r#"{{"{name}":1}}"#)),
        json(format!(r#"{{"name":{{"{name}":1}}}}"#)),
        json(format!(r#"{{"or":[{{"{name}":1}}]}}"#)),
        json(format!(r#"{{"sort":"{name}","fields":"{name}","populate":"{name}"}}"#)),
        json(format!("{{{}}}", wide.trim_end_matches(','))),
        json(format!(r#"{{"or":[{huge}]}}"#)),
        pairs(&format!("{name}=1&name[{name}]=1&name[[{name}=1")),
        pairs(&"a=1&".repeat(100_000)),
        pairs(&"name[in][]=1&".repeat(30_000)),
        pairs(&(0..30_000).map(|index| format!("a{index}[{index}]=1&")).collect::<String>()),
    ] {
        let found = parse(&query).unwrap_err();
        let size: usize = found.iter().map(|(pointer, message)| pointer.len() + message.len()).sum();
        assert!(found.len() <= 101 && size < 20_000, "{} {size}", found.len());
    }
}
