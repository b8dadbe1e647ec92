//! The rules of routes: which there are, and that no two answer the same request or the same event.

use proc_macro2::Ident;
use quote::format_ident;
use syn::LitStr;

use super::{hooks, lookup::Fields, policy, route_options, text, upsert, web_socket};
use crate::{
    attr::{RawEntity, RawRoute, RawRoutes},
    errors::Errors,
    messages,
    model::{Index, Policy, Route, RouteKind, WebSocket},
    names,
};

/// What a route has from its entity.
pub(super) struct Level<'a> {
    pub(super) name: &'a str,
    pub(super) path: &'a str,
    pub(super) api_tag: Option<&'a str>,
    pub(super) version: Option<&'a str>,
    pub(super) web_socket: &'a WebSocket,
    pub(super) soft_delete: bool,
    pub(super) raw: &'a RawEntity,
    pub(super) fields: Fields<'a>,
    /// Its unique indexes; `None` where one of its indexes is wrong.
    pub(super) unique: Option<Vec<&'a Index>>,
}

impl Level<'_> {
    /// The version of a route: its own, else the entity's.
    pub(super) fn version_of<'b>(&'b self, own: Option<&'b str>) -> Option<&'b str> {
        own.or(self.version)
    }

    /// A request: its method and its path.
    pub(super) fn endpoint(&self, method: &str, version: Option<&str>, path: &str) -> String {
        let version = self.version_of(version).map(|version| format!("/v{version}")).unwrap_or_default();
        format!("{method} {version}/{}{path}", self.path)
    }

    /// The namespace of Socket.IO of a route, if it is reached there: without one, that of the application.
    pub(super) fn namespace(&self, of_route: &WebSocket) -> Option<String> {
        match (of_route, self.web_socket) {
            (WebSocket::Off, _) | (WebSocket::Inherit, WebSocket::Off) => None,
            (WebSocket::Namespace(name), _) | (_, WebSocket::Namespace(name)) => Some(name.clone()),
            _ => Some(String::new()),
        }
    }
}

/// All routes of an entity that hold together.
pub(super) fn all(raw: &RawEntity, level: &Level<'_>, entity: &Ident, errors: &Errors) -> Vec<Route> {
    let place = raw.routes.name().cloned().unwrap_or_else(|| format_ident!("routes", span = entity.span()));
    let default;
    let listed = match raw.routes.get() {
        Some(routes) if routes.except.is_set() => {
            default = except(routes, &place, errors);
            &default
        }
        Some(routes) => {
            if routes.listed.is_empty() && routes.customs.is_empty() && !routes.incomplete {
                errors.push(messages::NO_ROUTES.at(&place, &[]));
            }
            &routes.listed
        }
        None => {
            default = RouteKind::DEFAULT.map(|kind| RawRoute::bare(kind, &place)).into();
            &default
        }
    };
    let drafts: Vec<Draft<'_>> = listed.iter().filter_map(|raw| draft(raw, level, errors)).collect();
    let routes: Vec<Draft<'_>> = drafts.iter().map(|draft| draft.named(&drafts, level)).collect();
    errors.keep(batch_is_guarded(listed, level));
    with_items(distinct(routes, level, errors), level)
}

/// The kinds of what the items of a batch do.
const ITEMS: [RouteKind; 4] =
    [RouteKind::CreateOne, RouteKind::UpdateOne, RouteKind::ReplaceOne, RouteKind::DeleteOne];

/// Whether what a batch does besides the routes that there are is guarded as they are: a policy of one of them says nothing of it.
fn batch_is_guarded(listed: &[RawRoute], level: &Level<'_>) -> syn::Result<()> {
    let Some(batch) = listed.iter().find(|route| route.kind == RouteKind::Batch) else { return Ok(()) };
    let of_kind = |kind: RouteKind| listed.iter().filter(move |route| route.kind == kind);
    let has_own = |route: &RawRoute| {
        route.policy.ability.is_set() || route.policy.scope.is_set() || route.policy.auth_ability.is_set()
    };
    let guarded = ITEMS.into_iter().find(|kind| of_kind(*kind).any(has_own));
    let of_entity = &level.raw.policy;
    let is_open = |kind: &RouteKind| {
        of_kind(*kind).next().is_none()
            && level.raw.ability_of(*kind).is_none()
            && !of_entity.scope.is_set()
            && !of_entity.auth_ability.is_set()
    };
    match (guarded, ITEMS.into_iter().find(is_open)) {
        (Some(guarded), Some(open)) => {
            Err(messages::UNGUARDED_BATCH.at(&batch.name, &[open.name(), guarded.name()]))
        }
        _ => Ok(()),
    }
}

/// The routes, of which a batch knows what its items are held to: what the route of their kind asks, or would.
fn with_items(mut routes: Vec<Route>, level: &Level<'_>) -> Vec<Route> {
    let items = ITEMS.map(|kind| (kind, of_kind(kind, &routes, level)));
    let hooks = ITEMS.into_iter().filter_map(|kind| Some((kind, leading(kind, &routes)?.hooks.clone())));
    let hooks: Vec<_> = hooks.filter(|(_, hooks)| !hooks.is_empty()).collect();
    for route in routes.iter_mut().filter(|route| route.kind == RouteKind::Batch) {
        route.items = items.to_vec();
        route.item_hooks = hooks.clone();
    }
    routes
}

/// The route of a kind that stands for all of them: the one without a sub_path, else the first.
fn leading(kind: RouteKind, routes: &[Route]) -> Option<&Route> {
    let mut of_kind = routes.iter().filter(|route| route.kind == kind);
    of_kind.clone().find(|route| route.sub_path.is_none()).or_else(|| of_kind.next())
}

/// What the route of a kind asks, or would.
pub(super) fn of_kind(kind: RouteKind, routes: &[Route], level: &Level<'_>) -> Policy {
    if let Some(route) = leading(kind, routes) {
        return route.policy.clone();
    }
    // What is wrong with an ability was told at its own place.
    let told = Errors::default();
    let unlisted = RawRoute::bare(kind, &format_ident!("{}", kind.name()));
    let unlisted = policy::of_route(&unlisted, level.raw, &level.fields, &told);
    drop(told.into_tokens());
    unlisted
}

fn except(routes: &RawRoutes, place: &Ident, errors: &Errors) -> Vec<RawRoute> {
    let excepted = routes.except.get().map_or(&[][..], Vec::as_slice);
    if let (Some(name), false) = (routes.except.name(), routes.listed.is_empty()) {
        errors.push(messages::EXCEPT_AND_ROUTES.at(name, &[]));
    }
    for (index, (name, kind)) in excepted.iter().enumerate() {
        if RouteKind::LISTED.contains(kind) {
            errors.push(messages::EXCEPT_NOT_DEFAULT.at(name, &[kind.name()]));
        }
        if excepted[..index].iter().any(|(_, earlier)| earlier == kind) {
            errors.push(messages::TWICE.at(name, &[kind.name()]));
        }
    }
    let left =
        RouteKind::DEFAULT.into_iter().filter(|kind| !excepted.iter().any(|(_, except)| except == kind));
    let left: Vec<RawRoute> = left.map(|kind| RawRoute::bare(kind, place)).collect();
    if let (Some(name), true) = (routes.except.name(), left.is_empty()) {
        let kinds = RouteKind::DEFAULT.map(RouteKind::name);
        errors.push(messages::EXCEPT_ALL.at(name, &[&names::list(&kinds)]));
    }
    left
}

/// A route on its way to the model, with the places of what it was written with.
struct Draft<'a> {
    raw: &'a RawRoute,
    route: Route,
}

fn draft<'a>(raw: &'a RawRoute, level: &Level<'_>, errors: &Errors) -> Option<Draft<'a>> {
    let before = errors.count();
    let checked = |text: Option<&LitStr>, rule: fn(&LitStr) -> syn::Result<String>| {
        text.and_then(|text| errors.keep(rule(text)))
    };
    let sub_path = checked(raw.sub_path.get(), text::sub_path);
    let version = checked(raw.version.get(), text::version);
    let usable = errors.count() == before;
    route_options::misplaced(raw, errors);
    route_options::audit(raw, level, errors);
    errors.keep(route_options::has_trash(raw, level));
    let input = route_options::input(raw, errors)?;
    let route = Route {
        kind: raw.kind,
        event: checked(raw.event.get(), text::event).unwrap_or_default(),
        web_socket: web_socket(&raw.web_socket, errors),
        description: raw.description.get().map(LitStr::value),
        handler: String::new(),
        input,
        presenter: raw.presenter.get().cloned(),
        populate: route_options::populate(raw, level, errors),
        key: errors.keep(upsert::key(raw, level)).unwrap_or_default(),
        unrestricted: raw.unrestricted.is_set(),
        policy: policy::of_route(raw, level.raw, &level.fields, errors),
        items: vec![],
        hooks: hooks::of_route(raw, errors),
        item_hooks: vec![],
        sub_path,
        version,
    };
    usable.then_some(Draft { raw, route })
}

impl<'a> Draft<'a> {
    /// The route with its event and its handler, which depend on what other versions its kind is there in.
    fn named(&self, all: &[Draft<'_>], level: &Level<'_>) -> Draft<'a> {
        let route = &self.route;
        let suffix = self.version(level).filter(|_| self.number(level) > lowest(all, route.kind, level));
        let event = if route.event.is_empty() {
            let display = names::display_name(level.name, level.api_tag, route.sub_path.as_deref());
            names::event_name(route.kind, &display, suffix)
        } else {
            route.event.clone()
        };
        Draft {
            raw: self.raw,
            route: Route {
                event,
                handler: names::handler_name(route.kind, route.sub_path.as_deref(), suffix),
                ..route.clone()
            },
        }
    }

    fn version<'b>(&'b self, level: &Level<'b>) -> Option<&'b str> {
        self.route.version.as_deref().or(level.version)
    }

    /// The version as a number; having none is the lowest.
    fn number(&self, level: &Level<'_>) -> u32 {
        self.version(level).and_then(|version| version.parse().ok()).unwrap_or(0)
    }

    /// Its namespace of Socket.IO, if it is reached there: without one, that of the application.
    fn namespace(&self, level: &Level<'_>) -> Option<String> {
        level.namespace(&self.route.web_socket)
    }

    /// The requests that it answers.
    fn endpoints(&self, level: &Level<'_>) -> Vec<String> {
        let endpoints = self.route.kind.endpoints(self.route.sub_path.as_deref());
        let version = self.route.version.as_deref();
        endpoints.into_iter().map(|(method, path)| level.endpoint(method, version, &path)).collect()
    }

    fn title(&self) -> String {
        match &self.route.sub_path {
            Some(sub_path) => format!("{}(sub_path = \"{sub_path}\")", self.route.kind.name()),
            None => self.route.kind.name().to_owned(),
        }
    }
}

/// The lowest version in which a kind is there.
fn lowest(all: &[Draft<'_>], kind: RouteKind, level: &Level<'_>) -> u32 {
    let of_kind = all.iter().filter(|draft| draft.route.kind == kind);
    of_kind.map(|draft| draft.number(level)).min().unwrap_or(0)
}

/// The routes without those that an earlier one leaves nothing to answer.
fn distinct(drafts: Vec<Draft<'_>>, level: &Level<'_>, errors: &Errors) -> Vec<Route> {
    let mut kept: Vec<Draft<'_>> = vec![];
    for draft in drafts {
        let clashes = [
            same_endpoint(&kept, &draft, level),
            same_event(&kept, &draft, level),
            same_handler(&kept, &draft),
        ];
        match clashes.into_iter().flatten().next() {
            Some(error) => errors.push(error),
            None => kept.push(draft),
        }
    }
    kept.into_iter().map(|draft| draft.route).collect()
}

fn same_endpoint(kept: &[Draft<'_>], draft: &Draft<'_>, level: &Level<'_>) -> Option<syn::Error> {
    let endpoints = draft.endpoints(level);
    kept.iter().find_map(|earlier| {
        let taken = earlier.endpoints(level);
        let shared = endpoints.iter().find(|endpoint| taken.contains(endpoint))?;
        Some(messages::SAME_ENDPOINT.at(&draft.raw.name, &[shared, &earlier.title()]))
    })
}

fn same_event(kept: &[Draft<'_>], draft: &Draft<'_>, level: &Level<'_>) -> Option<syn::Error> {
    let namespace = draft.namespace(level)?;
    let clashes = |earlier: &&Draft<'_>| {
        earlier.route.event == draft.route.event && earlier.namespace(level).as_deref() == Some(&namespace)
    };
    let earlier = kept.iter().find(clashes)?;
    let place = draft.raw.event.get().map_or_else(|| messages::tokens(&draft.raw.name), messages::tokens);
    Some(messages::SAME_EVENT.at(place, &[&draft.route.event, &earlier.title()]))
}

fn same_handler(kept: &[Draft<'_>], draft: &Draft<'_>) -> Option<syn::Error> {
    let handler = &draft.route.handler;
    kept.iter().find(|earlier| earlier.route.handler == *handler)?;
    let place = draft.raw.sub_path.get().map_or_else(|| messages::tokens(&draft.raw.name), messages::tokens);
    Some(messages::SAME_HANDLER.at(place, &[handler]))
}
