//! What can be asked of one document.

use super::{BARE_ROUTE, META, PLAIN, ROUTE, json, pairs, told};
use crate::{
    call::Query,
    query::request::{ReadRequest, Selection, Trashed},
};

#[test]
fn one_document_has_fields_references_and_a_state() {
    let read = |query: &Query| ReadRequest::parse(query, META, &ROUTE).map_err(told);
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
fn what_means_nothing_here_is_left_alone() {
    for query in ["id=1&name=a&secret=b&page=1", "_=123&utm[$ne]=1&[[=&or[0]=", "field=name"] {
        assert_eq!(ReadRequest::parse(&pairs(query), META, &ROUTE).unwrap(), ReadRequest::default());
    }
}

#[test]
fn what_is_not_offered_or_makes_no_sense_is_refused_by_name() {
    for query in ["trashed=with", "populate=seller"] {
        let found = ReadRequest::parse(&pairs(query), PLAIN, &BARE_ROUTE).map_err(told).unwrap_err();
        let name = query.split('=').next().unwrap();
        assert_eq!(found, [(format!("/{name}"), format!("{name} is no member of this query"))]);
    }
    for (query, pointer) in
        [("fields=secret", "/fields"), ("fields[$ne]=name", "/fields"), ("trashed=all", "/trashed")]
    {
        let found = ReadRequest::parse(&pairs(query), META, &ROUTE).map_err(told).unwrap_err();
        assert!(found[0].0.starts_with(pointer), "{query}: {found:?}");
    }
}
