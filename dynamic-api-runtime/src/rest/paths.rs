//! Which methods and paths a route answers: the table of the HTTP surface, stated once.

use http::Method;

use crate::{
    call::{CustomMethod, CustomTarget, Route, RouteKind},
    entity::EntityMeta,
};

/// The segment of a pattern that stands for an id.
pub(crate) const ID: &str = "{id}";

/// A path that a route answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoutePath {
    /// With [`ID`] where the id is.
    pub(crate) pattern: String,
    /// How many segments are behind the path of the entity.
    pub(crate) tail: usize,
    /// How many segments are behind the id, where there is one.
    pub(crate) behind_id: Option<usize>,
}

/// The method and the paths of a route, all equal in what they do.
pub(crate) fn of(entity: &EntityMeta, route: &Route) -> (Method, Vec<RoutePath>) {
    let base = match route.version.or(entity.version) {
        _ if matches!(route.kind, RouteKind::Account(_)) => String::new(),
        Some(version) => format!("/v{version}/{}", entity.path),
        None => format!("/{}", entity.path),
    };
    let (method, tails) = tails(route.kind, route.sub_path);
    (method, tails.iter().map(|tail| path(&base, tail)).collect())
}

fn path(base: &str, tail: &str) -> RoutePath {
    RoutePath {
        pattern: format!("{base}{tail}"),
        tail: segments(tail).count(),
        behind_id: segments(tail).rev().position(|segment| segment == ID),
    }
}

/// What follows the path of the entity.
fn tails(kind: RouteKind, sub_path: Option<&str>) -> (Method, Vec<String>) {
    let sub = sub_path.map(|path| format!("/{path}")).unwrap_or_default();
    match kind {
        RouteKind::Account(account) => (account.method(), vec![account.path().to_owned()]),
        RouteKind::Custom(custom) => {
            let id = if custom.target == CustomTarget::One { format!("/{ID}") } else { String::new() };
            (method(custom.method), vec![format!("{id}{sub}")])
        }
        RouteKind::GetMany => (Method::GET, vec![sub]),
        RouteKind::GetOne => (Method::GET, vec![format!("{sub}/{ID}")]),
        RouteKind::CreateOne => (Method::POST, vec![sub]),
        RouteKind::CreateMany => (Method::POST, vec![format!("/many{sub}")]),
        RouteKind::UpdateOne => (Method::PATCH, vec![format!("/{ID}{sub}")]),
        RouteKind::UpdateMany => (Method::PATCH, bulk("", sub)),
        RouteKind::ReplaceOne => (Method::PUT, vec![format!("/{ID}{sub}")]),
        RouteKind::DuplicateOne => (Method::POST, vec![format!("/duplicate/{ID}{sub}")]),
        RouteKind::DuplicateMany => (Method::POST, bulk("/duplicate", sub)),
        RouteKind::DeleteOne => (Method::DELETE, vec![format!("/{ID}{sub}")]),
        RouteKind::DeleteMany => (Method::DELETE, bulk("", sub)),
        RouteKind::UpsertOne => (Method::PUT, vec![sub]),
        RouteKind::RestoreOne => (Method::POST, vec![format!("/restore/{ID}{sub}")]),
        RouteKind::RestoreMany => (Method::POST, bulk("/restore", sub)),
        RouteKind::PurgeOne => (Method::DELETE, vec![format!("/purge/{ID}{sub}")]),
        RouteKind::Batch => (Method::POST, vec![format!("/batch{sub}")]),
        RouteKind::Audit => (Method::GET, vec![format!("/{ID}/audit{sub}")]),
        RouteKind::Aggregate => {
            (Method::GET, vec![if sub.is_empty() { "/aggregate".to_owned() } else { sub }])
        }
    }
}

fn method(method: CustomMethod) -> Method {
    match method {
        CustomMethod::Get => Method::GET,
        CustomMethod::Post => Method::POST,
        CustomMethod::Put => Method::PUT,
        CustomMethod::Patch => Method::PATCH,
        CustomMethod::Delete => Method::DELETE,
    }
}

/// Both spellings of a bulk path; with a sub_path there is one.
fn bulk(before: &str, sub: String) -> Vec<String> {
    if sub.is_empty() {
        vec![before.to_owned(), format!("{before}/many")]
    } else {
        vec![format!("{before}{sub}")]
    }
}

/// The segments of a path, without regard to a slash at its end.
pub(crate) fn segments(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// Whether every path that `narrow` matches is matched by `wide` too.
pub(crate) fn covers(wide: &str, narrow: &str) -> bool {
    let mut narrow = segments(narrow);
    let matched = segments(wide).all(|wide| narrow.next().is_some_and(|narrow| wide == ID || wide == narrow));
    matched && narrow.next().is_none()
}
