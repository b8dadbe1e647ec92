//! What is known of the entity at compile time: its fields, indexes and routes, as data.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{ext::IdentExt, spanned::Spanned};

use super::{Form, cascade, customs, derived, hooks, member, policy, record, rules};
use crate::{
    model::{Default, Direction, Entity, Field, Index, IndexKind, Input, Page, Route, RouteKind, WebSocket},
    names,
};

pub(super) fn fields(model: &Entity) -> TokenStream {
    let fields = model.fields.iter().map(|field| field_row(field, Some(model)));
    quote!(const FIELDS: &[__rt::Field] = &[#(#fields),*];)
}

/// The row of a field; of an entity, or of a nested struct.
pub(super) fn field_row(field: &Field, model: Option<&Entity>) -> TokenStream {
    let Field { ty, name, cfgs, .. } = field;
    let new = match &field.codec {
        Some(_) if field.optional => quote!(__rt::Field::opaque_option(#name)),
        Some(_) => quote!(__rt::Field::opaque(#name)),
        None if field.is_password() => quote!(__rt::Field::password(#name)),
        None => quote_spanned!(ty.span()=> __rt::Field::new::<#ty>(#name)),
    };
    let default = default_value(field, model).map(|value| quote!(.default(|| __rt::to_bson(#value))));
    let options = [
        (field.hidden, "hidden"),
        (field.read_only && field.from_user.is_none(), "read_only"),
        (field.write_only, "write_only"),
        (field.no_filter, "no_filter"),
        (field.is_computed(), "computed"),
    ];
    let options = options.into_iter().filter(|(set, _)| *set).map(|(_, name)| format_ident!("{name}"));
    let from_user = field.from_user.as_ref().map(|claim| quote!(.from_user(#claim)));
    let policy = policy::of_field(field.readable_by.as_ref(), field.writable_by.as_ref());
    let (rules, exists) = (rules::of_field(field), rules::exists(field));
    quote!(#(#cfgs)* #new #default #(.#options())* #from_user #rules #exists #policy)
}

fn default_value(field: &Field, model: Option<&Entity>) -> Option<TokenStream> {
    match (field.default.as_ref()?, model) {
        (Default::Trait, _) => {
            let ty = &field.ty;
            Some(quote!(<#ty>::default()))
        }
        (Default::Function(path), _) => Some(quote!(#path())),
        (Default::Value(_), Some(model)) => {
            let (create, function) = (&model.types.create, member::default_function(field));
            Some(quote!(#create::#function()))
        }
        (Default::Value(value), None) => Some(quote!(#value)),
    }
}

/// The implementation of `Entity`.
pub(super) fn entity(model: &Entity, form: Form) -> TokenStream {
    let (entity, types) = (&model.ident, &model.types);
    let (create, update, view, fields) = (&types.create, &types.update, &types.view, &types.fields);
    let meta = meta(model);
    let routes = model.routes.iter().map(|route| route_row(model, route));
    let routes = routes.chain(model.customs.iter().map(|custom| customs::row(model, custom)));
    let functions = record::functions(model, form);
    quote! {
        impl __rt::View<#entity> for #view {}

        impl __rt::Entity for #entity {
            type Create = #create;
            type Update = #update;
            type View = #view;
            type Fields = #fields;

            const META: &'static __rt::EntityMeta = &#meta;

            const ROUTES: &'static [__rt::Route] = &[#(#routes),*];

            #functions
        }
    }
}

fn meta(model: &Entity) -> TokenStream {
    let (name, path, collection) = (model.ident.unraw().to_string(), &model.path, &model.collection);
    let api_tag = model.api_tag.as_ref().map(|tag| quote!(.api_tag(#tag)));
    let text = &model.description;
    let description = (!text.is_empty()).then(|| quote!(.description(#text)));
    let version = model.version.as_ref().map(|version| quote!(.version(#version)));
    let flags = [
        (model.soft_delete, "soft_delete"),
        (model.trashed, "trashed"),
        (model.lenient, "lenient"),
        (model.indexed_only, "indexed_only"),
    ];
    let flags = flags.into_iter().filter(|(set, _)| *set).map(|(_, name)| format_ident!("{name}"));
    let page = model.page.map(page);
    let web_socket = web_socket(&model.web_socket);
    let policy = policy::of_entity(model);
    let audit = model.audit.map(|audit| {
        let retention =
            audit.retention.map(Literal::u32_unsuffixed).map(|seconds| quote!(.retention(#seconds)));
        quote!(.audit(__rt::Audit::new() #retention))
    });
    let (derived, rules) = (derived::metadata(model), rules::of_entity(model));
    let (cascades, hooks) = (cascade::of_entity(model), hooks::of_entity(model));
    let indexes = (!model.indexes.is_empty()).then(|| {
        let rows = model.indexes.iter().map(index_row);
        quote!(.indexes(&[#(#rows),*]))
    });
    quote! {
        __rt::EntityMeta::new(#name, #path, #collection)
            #api_tag #description #version #(.#flags())* #page #web_socket.fields(FIELDS) #indexes #cascades #audit #hooks #derived #rules #policy
    }
}

fn page(page: Page) -> TokenStream {
    let (default, max) = (Literal::u32_unsuffixed(page.default), Literal::u32_unsuffixed(page.max));
    quote!(.page(#default, #max))
}

pub(super) fn web_socket(setting: &WebSocket) -> Option<TokenStream> {
    let setting = match setting {
        WebSocket::Inherit => return None,
        WebSocket::On => quote!(On),
        WebSocket::Off => quote!(Off),
        WebSocket::Namespace(name) => quote!(Namespace(#name)),
    };
    Some(quote!(.web_socket(__rt::WebSocket::#setting)))
}

fn index_row(index: &Index) -> TokenStream {
    let keys = index.keys.iter().map(|(name, direction)| match direction {
        Direction::Ascending => quote!((#name, __rt::Ascending)),
        Direction::Descending => quote!((#name, __rt::Descending)),
    });
    let (constructor, seconds) = match index.kind {
        IndexKind::Plain => (quote!(new), None),
        IndexKind::Unique => (quote!(unique), None),
        IndexKind::UniqueIgnoringCase => (quote!(unique_ci), None),
        IndexKind::Text => (quote!(text), None),
        IndexKind::Ttl(seconds) => (quote!(ttl), Some(Literal::u32_unsuffixed(seconds))),
    };
    let (cfgs, seconds) = (&index.cfgs, seconds.into_iter());
    quote!(#(#cfgs)* __rt::Index::#constructor(&[#(#keys),*] #(, #seconds)*))
}

fn route_row(model: &Entity, route: &Route) -> TokenStream {
    let events = &model.types.events;
    let event = format_ident!("{}", names::event_const(&route.handler));
    let (kind, handler) = (kind(route.kind), format_ident!("{}", route.handler));
    let sub_path = route.sub_path.as_ref().map(|path| quote!(.sub_path(#path)));
    let version = route.version.as_ref().map(|version| quote!(.version(#version)));
    let web_socket = web_socket(&route.web_socket);
    let description = route.description.as_ref().map(|text| quote!(.description(#text)));
    let populate = list("populate", route.populate.iter().map(|populate| &populate.path).collect());
    let key = list("key", route.key.iter().collect());
    let own_body = matches!(route.input, Input::Own(_)).then(|| quote!(.own_body()));
    let presented = route.presenter.is_some().then(|| quote!(.presented()));
    let unrestricted = route.unrestricted.then(|| quote!(.unrestricted()));
    let (policy, hooks) = (policy::of_route(model, route), hooks::of_route(model, route));
    quote! {
        __rt::Route::new(__rt::RouteKind::#kind, #events::#event, |call| #handler(call.into()).into())
            #sub_path #version #web_socket #description #populate #key #own_body #presented #unrestricted #policy #hooks
    }
}

/// `.option(&[names])`, where there are some.
fn list(option: &str, names: Vec<&String>) -> Option<TokenStream> {
    let option = format_ident!("{option}");
    (!names.is_empty()).then(|| quote!(.#option(&[#(#names),*])))
}

pub(super) fn kind(kind: RouteKind) -> proc_macro2::Ident {
    use heck::ToUpperCamelCase;
    format_ident!("{}", kind.name().to_upper_camel_case())
}
