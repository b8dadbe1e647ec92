//! What can be asked of one document.

use super::{BARE_ROUTE, META, PLAIN, ROUTE, json, pairs, told};
use crate::{
    call::Query,
    query::request::{ReadRequest, Selection, Trashed},
};

#[test]
fn one_document_has_fields_references_and_a_state() {
    let read = |query: &Query| ReadRequest::parse(query, META, &ROUTE, &["id"]).map_err(told);
    let populate = vec!["comments.author"];
    let expected = ReadRequest {
        trashed: Trashed::Only,
        selection: Selection { fields: Some(vec!["name", "createdAt", "total"]), populate },
    };
    let http = pairs("fields=name,createdAt,total&populate=comments.author&trashed=only");
    assert_eq!(read(&http).unwrap(), expected);
    let socket = json(
        r#"{"id":"507f","fields":["name","createdAt","total"],"populate":"comments.author","trashed":"only"}"#,
    );
    assert_eq!(read(&socket).unwrap(), expected);
    assert_eq!(read(&Query::None).unwrap(), ReadRequest::default());
}

#[test]
fn every_other_member_is_refused_by_name() {
    let unknown = |name: &str| (format!("/{name}"), format!("{name} is no member of this query"));
    let read = |query: &str| ReadRequest::parse(&pairs(query), META, &ROUTE, &[]).map_err(told).unwrap_err();
    assert_eq!(read("id=1&name=a&secret=b&page=1"), ["id", "name", "secret", "page"].map(unknown));
    let hint = "field is no member of this query: did you mean fields?";
    assert_eq!(read("field=name"), [("/field".to_owned(), hint.to_owned())]);
    for query in ["trashed=with", "populate=seller"] {
        let found = ReadRequest::parse(&pairs(query), PLAIN, &BARE_ROUTE, &[]).map_err(told).unwrap_err();
        assert_eq!(found, [unknown(query.split('=').next().unwrap())]);
    }
}
