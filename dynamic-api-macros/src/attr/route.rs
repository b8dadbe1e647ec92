//! The routes of an entity, and the options of each.

use proc_macro2::{Ident, TokenStream};
use syn::{LitStr, Token, Type, ext::IdentExt, parse::ParseStream, token};

use super::{
    custom::RawCustom,
    entity::RawWebSocket,
    hooks::RawHooks,
    options::{self, ROUTE, Slot},
    policy::RawPolicy,
};
use crate::{
    errors::Errors,
    messages,
    model::{Access, RouteKind},
    names,
};

/// `routes(..)` as written.
#[derive(Default)]
pub(crate) struct RawRoutes {
    pub(crate) listed: Vec<RawRoute>,
    pub(crate) customs: Vec<RawCustom>,
    pub(crate) except: Slot<Vec<(Ident, RouteKind)>>,
    /// Whether something was written that is no route, so that the list is not what was meant.
    pub(crate) incomplete: bool,
}

/// A route as written.
pub(crate) struct RawRoute {
    pub(crate) name: Ident,
    pub(crate) kind: RouteKind,
    pub(crate) access: Slot<Access>,
    pub(crate) web_socket: Slot<RawWebSocket>,
    pub(crate) event: Slot<LitStr>,
    pub(crate) sub_path: Slot<LitStr>,
    pub(crate) version: Slot<LitStr>,
    pub(crate) description: Slot<LitStr>,
    pub(crate) query: Slot<Type>,
    pub(crate) body: Slot<Type>,
    pub(crate) presenter: Slot<Type>,
    pub(crate) populate: Slot<Vec<RawPath>>,
    pub(crate) key: Slot<Vec<Ident>>,
    pub(crate) unrestricted: Slot<()>,
    pub(crate) policy: RawPolicy,
    pub(crate) hooks: RawHooks,
}

/// `comments.author`: the names on the way through references.
pub(crate) type RawPath = Vec<Ident>;

pub(super) fn parse_list(tokens: TokenStream, errors: &Errors) -> RawRoutes {
    let mut raw = RawRoutes::default();
    let before = errors.count();
    options::read(tokens, "get_many", errors, |name, input| {
        if name == "except" {
            let list = options::list(name, input, "except(delete_many)");
            return raw.except.set(name, list.map(|list| parse_kinds(list, errors)));
        }
        if name == "custom" {
            raw.customs.push(RawCustom::parse(name, input, errors)?);
            return Ok(());
        }
        let kind = kind(name, &["except", "custom"])?;
        raw.listed.push(RawRoute::parse(name, kind, input, errors)?);
        Ok(())
    });
    raw.incomplete = errors.count() > before;
    raw
}

fn parse_kinds(tokens: TokenStream, errors: &Errors) -> Vec<(Ident, RouteKind)> {
    let mut kinds = vec![];
    options::read(tokens, "delete_many", errors, |name, input| {
        let kind = kind(name, &[])?;
        options::flag(name, input)?;
        kinds.push((name.clone(), kind));
        Ok(())
    });
    kinds
}

fn kind(name: &Ident, besides: &[&'static str]) -> syn::Result<RouteKind> {
    let text = name.to_string();
    RouteKind::parse(&text).ok_or_else(|| {
        let candidates = [&RouteKind::NAMES[..], besides].concat();
        messages::UNKNOWN_ROUTE.at(name, &[&text, &names::one_of(&text, &candidates)])
    })
}

impl RawRoute {
    /// A route without options.
    pub(crate) fn bare(kind: RouteKind, place: &Ident) -> Self {
        Self {
            name: Ident::new(kind.name(), place.span()),
            kind,
            access: Slot::default(),
            web_socket: Slot::default(),
            event: Slot::default(),
            sub_path: Slot::default(),
            version: Slot::default(),
            description: Slot::default(),
            query: Slot::default(),
            body: Slot::default(),
            presenter: Slot::default(),
            populate: Slot::default(),
            key: Slot::default(),
            unrestricted: Slot::default(),
            policy: RawPolicy::default(),
            hooks: RawHooks::default(),
        }
    }

    fn parse(name: &Ident, kind: RouteKind, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Self> {
        let mut raw = Self::bare(kind, name);
        if input.peek(syn::Token![=]) {
            return Err(messages::NEEDS_LIST.at(name, &[kind.name(), &format!("{name}(public)")]));
        }
        if input.peek(token::Paren) {
            let list = options::list(name, input, "get_many(public)")?;
            options::read(list, "public", errors, |name, input| raw.option(name, input, errors));
        }
        Ok(raw)
    }

    fn option(&mut self, name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<()> {
        match name.to_string().as_str() {
            "public" => self.access.set(name, options::flag(name, input).map(|()| Access::Public)),
            "protected" => self.access.set(name, options::flag(name, input).map(|()| Access::Protected)),
            "web_socket" | "no_web_socket" => {
                self.web_socket.set(name, RawWebSocket::parse(name, input, errors))
            }
            "event" => self.event.set(name, options::string(name, input, "new-user")),
            "sub_path" => self.sub_path.set(name, options::string(name, input, "admin")),
            "version" => self.version.set(name, options::string(name, input, "2")),
            "description" => self.description.set(name, options::string(name, input, "..")),
            "query" => self.query.set(name, options::ty(name, input, "StatsQuery")),
            "body" => self.body.set(name, options::ty(name, input, "NewUser")),
            "presenter" => self.presenter.set(name, options::ty(name, input, "StatsPage")),
            "populate" => self.populate.set(name, paths(name, input, errors)),
            "key" => self.key.set(name, key(name, input, errors)),
            "unrestricted" => self.unrestricted.set(name, options::flag(name, input)),
            _ => {
                let of_policy = self.policy.option(name, input, errors);
                let taken = of_policy.or_else(|| self.hooks.option(name, input, errors));
                taken.unwrap_or_else(|| Err(ROUTE.unknown(name)))
            }
        }
    }
}

/// The paths of `populate(author, comments.author)`.
fn paths(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Vec<RawPath>> {
    const EXAMPLE: &str = "populate(author, comments.author)";
    let list = options::list(name, input, EXAMPLE)?;
    if list.is_empty() {
        return Err(messages::NEEDS_VALUE.at(name, &["populate", EXAMPLE]));
    }
    let mut paths = vec![];
    options::items(list, errors, |input| {
        paths.push(path(input).map_err(|error| messages::BAD_POPULATE_PATH.at_span(error.span(), &[]))?);
        Ok(())
    });
    Ok(paths)
}

fn path(input: ParseStream<'_>) -> syn::Result<RawPath> {
    let mut path = vec![input.call(Ident::parse_any)?];
    while input.parse::<Option<Token![.]>>()?.is_some() {
        path.push(input.call(Ident::parse_any)?);
    }
    Ok(path)
}

/// The fields of `key = email` or `key(shop, number)`.
fn key(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Vec<Ident>> {
    const EXPECTED: &str = "the name of a field";
    if !input.peek(token::Paren) {
        return Ok(vec![options::value(name, input, EXPECTED, "key = email")?]);
    }
    let list = options::list(name, input, "key(shop, number)")?;
    if list.is_empty() {
        return Err(messages::NEEDS_VALUE.at(name, &["key", "key = email"]));
    }
    let (mut fields, before) = (vec![], errors.count());
    options::items(list, errors, |input| {
        let wrong = |error: syn::Error| {
            messages::WRONG_VALUE.at_span(error.span(), &["key", "names of fields", "key(shop, number)"])
        };
        fields.push(input.parse().map_err(wrong)?);
        Ok(())
    });
    // Part of a key is another key.
    Ok(if errors.count() == before { fields } else { vec![] })
}
