//! The options of an entity.

use proc_macro2::{Ident, TokenStream};
use syn::{ExprPath, LitStr, Path, parse::ParseStream};

use super::{
    audit::RawAudit,
    cascade::{self, RawCascade},
    hooks::RawHooks,
    index::RawIndex,
    options::{self, ENTITY, Slot},
    policy::{self, RawKinds, RawOfKinds, RawPermit, RawPolicy, RawTenant},
    route::{self, RawRoutes},
};
use crate::{
    errors::Errors,
    messages,
    model::{Access, RouteKind},
    names,
};

/// `#[dynamic_api(..)]` as written.
#[derive(Default)]
pub(crate) struct RawEntity {
    pub(crate) path: Slot<LitStr>,
    pub(crate) collection: Slot<LitStr>,
    pub(crate) api_tag: Slot<LitStr>,
    pub(crate) version: Slot<LitStr>,
    pub(crate) description: Slot<LitStr>,
    pub(crate) web_socket: Slot<RawWebSocket>,
    pub(crate) access: Slot<Access>,
    pub(crate) soft_delete: Slot<()>,
    pub(crate) trashed: Slot<()>,
    pub(crate) lenient: Slot<()>,
    pub(crate) filter: Slot<RawFilter>,
    pub(crate) page: Slot<RawPage>,
    pub(crate) validate: Slot<Vec<ExprPath>>,
    pub(crate) indexes: Vec<RawIndex>,
    pub(crate) text_index: Slot<RawIndex>,
    pub(crate) cascades: Vec<RawCascade>,
    pub(crate) audit: Slot<RawAudit>,
    pub(crate) hooks: RawHooks,
    pub(crate) policy: RawPolicy,
    pub(crate) abilities: Vec<RawOfKinds>,
    pub(crate) tenant: Slot<RawTenant>,
    pub(crate) routes: Slot<RawRoutes>,
    pub(crate) names: Slot<RawNames>,
    pub(crate) krate: Slot<Path>,
    /// Some option is none that there is. What it was to be is not missing too.
    pub(crate) has_unknown: bool,
}

/// `web_socket`, `web_socket(namespace = "/x")` or `no_web_socket`.
pub(crate) enum RawWebSocket {
    On,
    Namespace(LitStr),
    Off,
}

/// `filter(..)`.
#[derive(Default)]
pub(crate) struct RawFilter {
    pub(crate) indexed_only: Slot<()>,
}

/// `page(..)`.
#[derive(Default)]
pub(crate) struct RawPage {
    pub(crate) default: Slot<u32>,
    pub(crate) max: Slot<u32>,
}

/// `names(..)`.
#[derive(Default)]
pub(crate) struct RawNames {
    pub(crate) create: Slot<Ident>,
    pub(crate) update: Slot<Ident>,
    pub(crate) view: Slot<Ident>,
    pub(crate) events: Slot<Ident>,
    pub(crate) fields: Slot<Ident>,
}

impl RawEntity {
    /// Whether deleted documents are kept, as far as one can tell.
    pub(crate) fn may_soft_delete(&self) -> bool {
        self.soft_delete.is_written() || self.has_unknown
    }

    /// The ability of the routes of a kind, by the narrowest word that was written for it.
    pub(crate) fn ability_of(&self, kind: RouteKind) -> Option<(RawKinds, &RawPermit)> {
        let of_kinds = self.abilities.iter().filter(|of| of.kinds.contains(kind));
        let narrowest = of_kinds.min_by_key(|of| of.kinds).map(|of| (of.kinds, &of.rule));
        narrowest.or_else(|| self.policy.ability.get().map(|rule| (RawKinds::All, rule)))
    }

    /// The ability of custom routes: of no kind, they have what was written for all reads or all writes.
    pub(crate) fn ability_of_custom(&self, is_read: bool) -> Option<&RawPermit> {
        let own = if is_read { RawKinds::Reads } else { RawKinds::Writes };
        let of_kinds = self.abilities.iter().filter(|of| of.kinds == own || of.kinds == RawKinds::All);
        of_kinds.min_by_key(|of| of.kinds).map(|of| &of.rule).or_else(|| self.policy.ability.get())
    }

    pub(crate) fn parse(tokens: TokenStream, errors: &Errors) -> Self {
        let mut raw = Self::default();
        options::read(tokens, "path = \"users\"", errors, |name, input| raw.option(name, input, errors));
        raw
    }

    fn option(&mut self, name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<()> {
        match name.to_string().as_str() {
            "path" => self.path.set(name, options::string(name, input, "users")),
            "collection" => self.collection.set(name, options::string(name, input, "users")),
            "api_tag" => self.api_tag.set(name, options::string(name, input, "Items")),
            "version" => self.version.set(name, options::string(name, input, "1")),
            "description" => self.description.set(name, options::string(name, input, "..")),
            "web_socket" | "no_web_socket" => {
                self.web_socket.set(name, RawWebSocket::parse(name, input, errors))
            }
            "public" => self.access.set(name, options::flag(name, input).map(|()| Access::Public)),
            "protected" => self.access.set(name, options::flag(name, input).map(|()| Access::Protected)),
            "soft_delete" => self.soft_delete.set(name, options::flag(name, input)),
            "trashed" => self.trashed.set(name, options::flag(name, input)),
            "lenient" => self.lenient.set(name, options::flag(name, input)),
            "filter" => self.filter.set(name, RawFilter::parse(name, input, errors)),
            "page" => {
                let list = options::list(name, input, PAGE);
                self.page.set(name, list.map(|list| RawPage::parse(list, errors)))
            }
            "validate" => self.validate.set(name, functions(name, input, errors)),
            "index" | "unique" | "ttl_index" => {
                self.indexes.push(RawIndex::parse(name, input, errors)?);
                Ok(())
            }
            "text_index" => self.text_index.set(name, RawIndex::parse(name, input, errors)),
            "audit" => self.audit.set(name, RawAudit::parse(name, input, errors)),
            "cascade" => {
                self.cascades.extend(cascade::all(name, input, errors)?);
                Ok(())
            }
            "routes" => {
                let list = options::list(name, input, "routes(get_many, get_one)");
                self.routes.set(name, list.map(|list| route::parse_list(list, errors)))
            }
            "names" => {
                let list = options::list(name, input, "names(create = NewUser)");
                self.names.set(name, list.map(|list| RawNames::parse(list, errors)))
            }
            "crate" => self.krate.set(name, options::path(name, input, "my::dynamic_api")),
            "ability" if input.peek(syn::token::Paren) => {
                self.abilities.extend(policy::of_kinds(name, input, errors)?);
                Ok(())
            }
            "tenant" => self.tenant.set(name, RawTenant::parse(name, input)),
            _ => {
                let of_policy = self.policy.option(name, input, errors);
                let taken = of_policy.or_else(|| self.hooks.option(name, input, errors));
                taken.unwrap_or_else(|| {
                    self.has_unknown = true;
                    Err(ENTITY.unknown(name))
                })
            }
        }
    }
}

impl RawWebSocket {
    pub(super) fn parse(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Self> {
        if name == "no_web_socket" {
            return options::flag(name, input).map(|()| Self::Off);
        }
        if !input.peek(syn::token::Paren) {
            return options::flag(name, input).map(|()| Self::On);
        }
        let mut namespace = Slot::default();
        let list = options::list(name, input, "web_socket(namespace = \"/shop\")")?;
        options::read(list, "namespace = \"/shop\"", errors, |option, input| {
            if option != "namespace" {
                return Err(options::unknown_member(option, "`web_socket`", &["namespace"]));
            }
            namespace.set(option, options::string(option, input, "/shop"))
        });
        Ok(namespace.get().map_or(Self::On, |text: &LitStr| Self::Namespace(text.clone())))
    }
}

impl RawFilter {
    fn parse(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Self> {
        let list = options::list(name, input, "filter(indexed_only)")?;
        if list.is_empty() {
            return Err(messages::NEEDS_VALUE.at(name, &["filter", "filter(indexed_only)"]));
        }
        let mut raw = Self::default();
        options::read(list, "indexed_only", errors, |option, input| {
            if option != "indexed_only" {
                return Err(options::unknown_member(option, "`filter`", &["indexed_only"]));
            }
            raw.indexed_only.set(option, options::flag(option, input))
        });
        Ok(raw)
    }
}

/// `validate = f` or `validate(f, g)`.
fn functions(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Vec<ExprPath>> {
    const EXAMPLE: &str = "validate = function";
    if !input.peek(syn::token::Paren) {
        return options::value(name, input, "the path of a function", EXAMPLE).map(|function| vec![function]);
    }
    let (list, mut functions) = (options::list(name, input, EXAMPLE)?, vec![]);
    if list.is_empty() {
        return Err(messages::NEEDS_VALUE.at(name, &["validate", EXAMPLE]));
    }
    options::items(list, errors, |input| {
        let ahead = input.fork();
        if ahead.parse::<ExprPath>().is_err() {
            let token: proc_macro2::TokenTree = input.parse()?;
            return Err(messages::WRONG_VALUE
                .at(token, &["validate", "paths of functions", "validate(check_dates, check_price)"]));
        }
        functions.push(input.parse()?);
        Ok(())
    });
    Ok(functions)
}

/// How `page` is written.
pub(crate) const PAGE: &str = "page(default = 20, max = 100)";

impl RawPage {
    fn parse(tokens: TokenStream, errors: &Errors) -> Self {
        let mut raw = Self::default();
        options::read(tokens, "default = 20", errors, |option, input| {
            let (slot, example) = match option.to_string().as_str() {
                "default" => (&mut raw.default, "default = 20"),
                "max" => (&mut raw.max, "max = 100"),
                _ => return Err(options::unknown_member(option, "`page`", &["default", "max"])),
            };
            slot.set(option, options::integer(option, input, u32::MAX, example))
        });
        raw
    }
}

impl RawNames {
    fn parse(tokens: TokenStream, errors: &Errors) -> Self {
        let mut raw = Self::default();
        options::read(tokens, "create = NewUser", errors, |name, input| {
            let (slot, example) = match name.to_string().as_str() {
                "create" => (&mut raw.create, "create = NewUser"),
                "update" => (&mut raw.update, "update = UserChanges"),
                "view" => (&mut raw.view, "view = PublicUser"),
                "events" => (&mut raw.events, "events = UserTopics"),
                "fields" => (&mut raw.fields, "fields = UserColumns"),
                other => {
                    let hint = names::one_of(other, &["create", "update", "view", "events", "fields"]);
                    return Err(messages::UNKNOWN_NAMES_MEMBER.at(name, &[other, &hint]));
                }
            };
            slot.set(name, options::value(name, input, "the name of a type", example))
        });
        raw
    }
}
