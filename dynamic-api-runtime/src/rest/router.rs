//! One axum route for each path, which finds the method's route by itself.
//!
//! axum lets a static segment win for all methods: with `PATCH /users/many` and `GET /users/{id}`, it would answer
//! `GET /users/many` with a 405. So each path here knows the routes of the wider paths that match it as well.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Router, extract::Request, response::Response, routing::any};
use http::{HeaderValue, Method};
use tokio::time::timeout;

use super::{
    body, jwks,
    paths::{self, ID},
    request, respond,
    sender::{self, Doubt},
    session,
};
use crate::{
    app::Mounted,
    call::Route,
    entrance::{RequestIds, enter},
    error::Error,
    resource::Resource,
};

/// What answers a path.
struct Resolved {
    endpoints: Vec<Endpoint>,
    /// The methods of the endpoints, for 405 and OPTIONS.
    allow: HeaderValue,
    ids: Arc<RequestIds>,
}

impl Resolved {
    /// What a PATCH of the path reads, where it has one.
    fn patches(&self) -> Option<&'static str> {
        self.endpoints.iter().find_map(Endpoint::patches)
    }
}

/// What answers a method on a path.
#[derive(Clone)]
pub(super) struct Endpoint {
    pub(super) resource: Arc<Resource>,
    pub(super) route: &'static Route,
    method: Method,
    /// How many segments are behind the id, where there is one.
    pub(super) behind_id: Option<usize>,
    /// How many segments are behind the path of the entity.
    pub(super) tail: usize,
}

impl Endpoint {
    /// What it reads, where it answers PATCH.
    fn patches(&self) -> Option<&'static str> {
        self.route.kind.changes().then(|| body::accepted(self.route))
    }
}

/// The routes of an application. It has no fallback, so that it can be merged into a router that has one.
pub(crate) fn router(mounted: &[Mounted], ids: &Arc<RequestIds>) -> Router {
    let accounts = mounted.iter().find_map(|mounted| mounted.resource.accounts.as_ref());
    let keys = accounts.map_or_else(Router::new, |accounts| jwks::mount(Router::new(), accounts));
    resolve(mounted).into_iter().fold(keys, |router, (pattern, endpoints)| {
        let allow = allow(&endpoints);
        let resolved = Arc::new(Resolved { endpoints, allow, ids: ids.clone() });
        let handler = any(move |request: Request| answer(resolved.clone(), request));
        router.route(&pattern, handler.clone()).route(&format!("{pattern}/"), handler)
    })
}

/// The endpoints of every path: its own, and those of wider paths for the methods that it lacks.
fn resolve(mounted: &[Mounted]) -> BTreeMap<String, Vec<Endpoint>> {
    let mut own: BTreeMap<String, Vec<Endpoint>> = BTreeMap::new();
    for Mounted { resource, route, .. } in mounted {
        let (method, paths) = paths::of(resource.meta, route);
        for path in paths {
            own.entry(path.pattern).or_default().push(Endpoint {
                resource: resource.clone(),
                route,
                method: method.clone(),
                behind_id: path.behind_id,
                tail: path.tail,
            });
        }
    }
    let with_wider = |(pattern, endpoints): (&String, &Vec<Endpoint>)| {
        let mut all = endpoints.clone();
        for wider in wider(&own, pattern) {
            let lacking = wider.iter().filter(|one| all.iter().all(|other| other.method != one.method));
            let lacking: Vec<Endpoint> = lacking.cloned().collect();
            all.extend(lacking);
        }
        (pattern.clone(), all)
    };
    own.iter().map(with_wider).collect()
}

/// The endpoints of the other paths that match all that `pattern` matches, the narrowest path first.
fn wider<'a>(all: &'a BTreeMap<String, Vec<Endpoint>>, pattern: &str) -> Vec<&'a Vec<Endpoint>> {
    let mut wider: Vec<_> =
        all.iter().filter(|(other, _)| *other != pattern && paths::covers(other, pattern)).collect();
    wider.sort_by_key(|(other, _)| paths::segments(other).filter(|segment| *segment == ID).count());
    wider.into_iter().map(|(_, endpoints)| endpoints).collect()
}

fn allow(endpoints: &[Endpoint]) -> HeaderValue {
    let mut methods: Vec<&str> = endpoints.iter().map(|endpoint| endpoint.method.as_str()).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.push("OPTIONS");
    methods.sort_unstable();
    // Methods are ASCII letters; an empty header is what a value that can't be would come to.
    HeaderValue::try_from(methods.join(", ")).unwrap_or_else(|_| HeaderValue::from_static(""))
}

async fn answer(path: Arc<Resolved>, request: Request) -> Response {
    let method = match request.method() {
        &Method::HEAD => &Method::GET,
        method => method,
    };
    let about = respond::About::of(&request, &path.ids);
    let Some(endpoint) = path.endpoints.iter().find(|endpoint| endpoint.method == *method) else {
        return match *method {
            Method::OPTIONS => respond::options(&path.allow, path.patches(), about),
            _ => respond::method_not_allowed(&path.allow, about),
        };
    };
    let (resource, mut doubt) = (&endpoint.resource, Doubt::default());
    let accounts = resource.accounts.as_ref();
    let outcome: Result<_, Error> = async {
        let limit = resource.limits.url_bytes;
        if request.uri().path_and_query().is_some_and(|address| address.as_str().len() > limit) {
            return Err(Error::UriTooLong { limit });
        }
        let (headers, extensions) = (request.headers(), request.extensions());
        let sender = sender::of(accounts, endpoint.route, headers, extensions, &mut doubt);
        // It may have to ask the store.
        let sender = timeout(resource.limits.call_time, sender).await.unwrap_or(Err(Error::Unavailable))?;
        let call = request::read(endpoint, sender, request).await?;
        enter(call, &about).await
    }
    .await;
    let mut response = match outcome {
        Ok(mut reply) => {
            let change = reply.session.take();
            let mut response = respond::success(reply, endpoint.tail, about);
            if let Some(change) = change {
                session::set_cookie(response.headers_mut(), accounts, &change);
            }
            response
        }
        Err(error) => {
            let mut response = respond::call_failure(&error, endpoint.patches(), about);
            session::failure_headers(response.headers_mut(), &error, &doubt);
            response
        }
    };
    session::account_headers(response.headers_mut(), endpoint.route);
    response
}
