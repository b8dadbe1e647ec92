//! The routes of an application: each with its resource and the places it is reached at.

use std::{fmt, ops::Deref, sync::Arc};

use http::Method;

use super::settings::WebSocketConfig;
use crate::{
    call::{Addressing, Route, RouteKind},
    entity::{EntityMeta, WebSocket},
    resource::Resource,
    rest::paths,
};

/// A route within its application.
#[derive(Debug, Clone)]
pub(crate) struct Mounted {
    pub(crate) resource: Arc<Resource>,
    pub(crate) route: &'static Route,
    /// The Socket.IO namespace of its event, where it has one.
    pub(crate) namespace: Option<String>,
}

/// Where a route is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RouteInfo {
    /// The entity's name.
    pub entity: &'static str,
    /// What the route does.
    pub kind: RouteKind,
    /// The HTTP method.
    pub method: Method,
    /// The paths, all equal in what they do: `/users/{id}`.
    pub paths: Vec<String>,
    /// The Socket.IO event, where the route has one.
    pub event: Option<&'static str>,
    /// The Socket.IO namespace of the event.
    pub namespace: Option<String>,
    /// What API documents say of it.
    pub description: Option<&'static str>,
}

/// The routes of an application, in order of declaration. Shown, it is a table for a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RouteTable(pub(super) Vec<RouteInfo>);

impl Deref for RouteTable {
    type Target = [RouteInfo];

    fn deref(&self) -> &[RouteInfo] {
        &self.0
    }
}

impl fmt::Display for RouteTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<[String; 3]> = self.iter().map(RouteInfo::columns).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or_default();
        let (methods, paths) = (width(0), width(1));
        rows.iter().try_for_each(|[method, path, event]| {
            let line = format!("{method:methods$}  {path:paths$}  {event}");
            writeln!(f, "{}", line.trim_end())
        })
    }
}

impl RouteInfo {
    /// What a table shows: the method, the shortest of the paths, and the event with its namespace where that is not `/`.
    fn columns(&self) -> [String; 3] {
        let path = self.paths.iter().min_by_key(|path| path.len()).cloned().unwrap_or_default();
        let path = if self.kind.addressing() == Addressing::Ids { format!("{path}?ids=") } else { path };
        let event = match (self.event, self.namespace.as_deref()) {
            (Some(event), Some("/")) => event.to_owned(),
            (Some(event), Some(namespace)) => format!("{event} in {namespace}"),
            _ => String::new(),
        };
        [self.method.to_string(), path, event]
    }
}

impl Mounted {
    /// What a message calls it: `User::get_one`, `Post::publish-post`.
    pub(crate) fn name(&self) -> String {
        let what = match self.route.kind {
            RouteKind::Custom(_) => self.route.event,
            kind => kind.name(),
        };
        format!("{}::{what}", self.resource.meta.name)
    }
}

/// Where a route is reached.
pub(super) fn info(meta: &EntityMeta, route: &Route, namespace: Option<String>) -> RouteInfo {
    let (method, paths) = paths::of(meta, route);
    RouteInfo {
        entity: meta.name,
        kind: route.kind,
        method,
        paths: paths.into_iter().map(|path| path.pattern).collect(),
        event: namespace.is_some().then_some(route.event),
        namespace,
        description: route.description,
    }
}

/// The namespace a route's event is in: the route says, else its entity, else the application. A `no_web_socket` on the way
/// from the application to the route wins.
pub(super) fn namespace(
    route: WebSocket,
    entity: WebSocket,
    for_all: bool,
    config: &WebSocketConfig,
) -> Option<String> {
    let application = if for_all { WebSocket::On } else { WebSocket::Inherit };
    let levels = [route, entity, application];
    if levels.contains(&WebSocket::Off) || levels.iter().all(|level| *level == WebSocket::Inherit) {
        return None;
    }
    let named = levels.iter().find_map(|level| match level {
        WebSocket::Namespace(name) => Some(*name),
        _ => None,
    });
    let name = named.unwrap_or(&config.namespace);
    Some(if name.starts_with('/') { name.to_owned() } else { format!("/{name}") })
}
