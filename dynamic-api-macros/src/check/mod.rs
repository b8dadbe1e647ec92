//! From what was written to a model that holds together: one small function per rule. What is wrong is reported and left out
//! of the model, so that the rest is still checked and generated.

mod account;
mod customs;
mod derived;
mod fields;
mod hooks;
mod index_kinds;
mod indexes;
mod lists;
mod lookup;
mod policy;
mod route_options;
mod routes;
mod shadows;
mod text;
mod types;
mod upsert;
mod validate;

use proc_macro2::Ident;
use quote::format_ident;
use syn::{Attribute, Path, ext::IdentExt, parse_quote};

use self::lookup::Fields;
pub(crate) use self::{fields::member, types::is_optional};
use crate::{
    attr::{RawCascade, RawEntity, RawField, RawNames, RawWebSocket, SerdeContainer, Slot},
    errors::Errors,
    messages,
    model::{Audit, Cascade, Crate, Entity, Field, IndexKind, RouteKind, Tenant, TypeNames, WebSocket},
    names::Case,
};

/// Checks an entity against all rules.
pub(crate) fn entity(
    raw: &RawEntity,
    item: &syn::ItemStruct,
    fields: &[RawField],
    errors: &Errors,
) -> Entity {
    let serde = SerdeContainer::of_entity(&item.attrs, errors);
    let name = item.ident.unraw().to_string();
    let path = text::path(raw, &item.ident, errors);
    let version = raw.version.get().and_then(|version| errors.keep(text::version(version)));
    let api_tag = raw.api_tag.get().and_then(|tag| errors.keep(text::api_tag(tag)));
    let web_socket = web_socket(&raw.web_socket, errors);
    let before = errors.count();
    let checked = fields::all(fields, serde.rename_all.unwrap_or(Case::Camel), &item.ident, errors);
    let known = Fields { entity: &item.ident, raw: fields, checked: &checked };
    let indexes = indexes::all(raw, &known, errors);
    let are_complete = errors.count() == before && raw.indexes.iter().all(|index| index.complete);
    let unique = indexes.iter().filter(|index| index.kind == IndexKind::Unique);
    let account = account::account(&known, errors);
    let tenant = errors.keep(policy::tenant(raw, &known)).flatten();
    errors.keep(policy::filters_are_possible(raw));
    let page = errors.keep(lists::page(raw)).flatten();
    errors.keep(lists::trashed(raw));
    let level = routes::Level {
        name: &name,
        path: &path,
        api_tag: api_tag.as_deref(),
        version: version.as_deref(),
        web_socket: &web_socket,
        raw,
        soft_delete: raw.may_soft_delete(),
        unique: are_complete.then(|| unique.collect()),
        fields: known,
    };
    let routes = routes::all(raw, &level, &item.ident, errors);
    let read = routes::of_kind(RouteKind::GetOne, &routes, &level);
    let raw_customs = raw.routes.get().map_or(&[][..], |routes| &routes.customs);
    let customs = customs::all(raw_customs, &routes, &level, errors);
    let mut model = Entity {
        krate: krate(raw.krate.get()),
        vis: item.vis.clone(),
        collection: collection(raw, &path, errors),
        description: raw.description.get().map_or_else(|| documentation(&item.attrs), syn::LitStr::value),
        soft_delete: raw.soft_delete.is_set(),
        trashed: raw.trashed.is_set(),
        lenient: raw.lenient.is_set(),
        indexed_only: raw.filter.get().is_some_and(|filter| filter.indexed_only.is_set()),
        page,
        scope: raw.policy.scope.get().cloned(),
        read,
        tenant: tenant.clone(),
        rules: raw.validate.get().cloned().unwrap_or_default(),
        types: type_names(raw.names.get(), &item.ident, errors),
        ident: item.ident.clone(),
        derives: derives(&item.attrs),
        fields: checked.into_iter().flatten().map(|field| of_tenant(field, tenant.as_ref())).collect(),
        path,
        api_tag,
        version,
        web_socket,
        indexes: indexes::of_tenant(indexes, tenant.as_ref(), account.as_ref()),
        cascades: raw.cascades.iter().map(cascade).collect(),
        hooks: hooks::of(&raw.hooks, errors),
        audit: raw.audit.get().map(|audit| Audit { retention: audit.retention.get().copied() }),
        routes,
        customs,
        account,
    };
    shadows::qualify(&mut model);
    model
}

fn cascade(raw: &RawCascade) -> Cascade {
    Cascade { child: raw.child.clone(), field: raw.field.clone(), on_delete: raw.on_delete }
}

/// The field, which is from the user where it is that of the tenants.
fn of_tenant(field: Field, tenant: Option<&Tenant>) -> Field {
    match tenant.filter(|tenant| tenant.field == field.name) {
        Some(tenant) => Field { from_user: Some(tenant.claim.clone()), read_only: true, ..field },
        None => field,
    }
}

/// Where the generated code finds `dynamic_api`.
pub(crate) fn krate(path: Option<&Path>) -> Crate {
    Crate(path.cloned().unwrap_or_else(|| parse_quote!(::dynamic_api)))
}

fn collection(raw: &RawEntity, path: &str, errors: &Errors) -> String {
    let last_segment = path.rsplit('/').next().unwrap_or(path);
    let (name, place) = match (raw.collection.get(), raw.path.get()) {
        (Some(name), _) => (name.value(), messages::tokens(name)),
        (None, path) => (last_segment.to_owned(), messages::tokens(&path)),
    };
    errors.keep(text::collection(&name, &place, last_segment.trim_matches('.')));
    name
}

fn web_socket(setting: &Slot<RawWebSocket>, errors: &Errors) -> WebSocket {
    match setting.get() {
        None => WebSocket::Inherit,
        Some(RawWebSocket::On) => WebSocket::On,
        Some(RawWebSocket::Off) => WebSocket::Off,
        Some(RawWebSocket::Namespace(name)) => {
            errors.keep(text::namespace(name)).map_or(WebSocket::On, WebSocket::Namespace)
        }
    }
}

/// What a struct derives below the attribute that makes sense for types of the same fields.
fn derives(attrs: &[Attribute]) -> Vec<Path> {
    const COPIED: [&str; 4] = ["Clone", "Debug", "PartialEq", "Eq"];
    let mut derives = vec![];
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        // Where it is malformed the compiler says so.
        let _ = attr.parse_nested_meta(|meta| {
            if COPIED.iter().any(|name| meta.path.is_ident(name)) {
                derives.push(meta.path);
            }
            Ok(())
        });
    }
    derives
}

/// The text of a doc comment.
fn documentation(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter_map(|attr| {
        let syn::Meta::NameValue(meta) = &attr.meta else { return None };
        let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(line), .. }) = &meta.value else { return None };
        meta.path.is_ident("doc").then(|| line.value().trim().to_owned())
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

fn type_names(raw: Option<&RawNames>, entity: &Ident, errors: &Errors) -> TypeNames {
    let named = |slot: fn(&RawNames) -> &Slot<Ident>, default: Ident| {
        raw.and_then(|names| slot(names).get().cloned()).unwrap_or(default)
    };
    let mut names = TypeNames {
        create: named(|names| &names.create, format_ident!("Create{entity}")),
        update: named(|names| &names.update, format_ident!("Update{entity}")),
        view: named(|names| &names.view, format_ident!("{entity}View")),
        events: named(|names| &names.events, format_ident!("{entity}Events")),
        fields: named(|names| &names.fields, format_ident!("{entity}Fields")),
    };
    let mut taken = vec![entity.clone()];
    let all = [
        ("create", &mut names.create),
        ("update", &mut names.update),
        ("view", &mut names.view),
        ("events", &mut names.events),
        ("fields", &mut names.fields),
    ];
    for (option, name) in all {
        if taken.contains(name) {
            errors.push(messages::ONE_TYPE_NAME.at(&*name, &[&name.to_string(), option]));
            *name = format_ident!("__{entity}_{option}");
        }
        taken.push(name.clone());
    }
    names
}
