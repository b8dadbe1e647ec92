//! Which attributes are accepted and which are not, each rule at its borders. What the compiler shows of it, and where, is for
//! the compile-fail tests.
#![allow(clippy::unwrap_used)]

mod accounts;
mod shapes;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Item, parse_quote};

use crate::{expand, model::RouteKind};

/// The first lines of all errors.
fn errors(options: TokenStream, item: TokenStream) -> Vec<String> {
    let file: syn::File = syn::parse2(expand::entity(options, item)).unwrap();
    let texts = file.items.iter().filter_map(|item| {
        let Item::Macro(item) = item else { return None };
        let text: syn::LitStr = item.mac.parse_body().unwrap();
        item.mac.path.segments.last().filter(|name| name.ident == "compile_error")?;
        Some(text.value().lines().next().unwrap_or_default().to_owned())
    });
    texts.collect()
}

fn entity_errors(options: TokenStream) -> Vec<String> {
    errors(
        options,
        quote!(
            struct User {
                name: String,
                last_name: Option<String>,
            }
        ),
    )
}

fn route_errors(routes: TokenStream) -> Vec<String> {
    entity_errors(quote!(path = "users", routes(#routes)))
}

fn field_errors(field: TokenStream) -> Vec<String> {
    errors(quote!(path = "users"), quote!(struct User { #field }))
}

#[test]
fn all_errors_are_told_at_once() {
    let errors = errors(
        quote!(
            path = "a b",
            nonsense,
            version = "x",
            routes(get_all, get_one(event = "connect")),
            index(nome)
        ),
        quote!(
            struct User {
                #[api(uniqe)]
                name: i128,
                #[serde(skip)]
                id: String,
            }
        ),
    );
    assert_eq!(errors.len(), 10, "{errors:#?}");
}

#[test]
fn the_item_is_emitted_without_the_macros_attributes_whatever_is_wrong() {
    for (options, item) in [
        (
            quote!(),
            quote!(
                struct User {
                    #[api(unique)]
                    #[serde(rename = "x")]
                    name: String,
                }
            ),
        ),
        (
            quote!(path = "users"),
            quote!(
                struct User {
                    #[api(unique)]
                    name: String,
                }
            ),
        ),
        (
            quote!(path = "users"),
            quote!(
                enum User {
                    A {
                        #[api(unique)]
                        name: String,
                    },
                }
            ),
        ),
        (
            quote!(path = "users"),
            quote!(
                struct User<T> {
                    #[api(unique)]
                    name: T,
                }
            ),
        ),
        (quote!(= 5), quote!(union User { #[api(unique)] name: u8 })),
    ] {
        let file: syn::File = syn::parse2(expand::entity(options, item)).unwrap();
        let first = &file.items[0];
        assert!(matches!(first, Item::Struct(_) | Item::Enum(_) | Item::Union(_)));
        let text = quote!(#first).to_string();
        assert!(text.contains("User") && text.contains("name") && !text.contains('#'), "{text}");
    }
}

#[test]
fn an_item_that_does_not_parse_is_emitted_as_it_was() {
    let broken = quote!(struct User { name String });
    let expanded = expand::entity(quote!(path = "users"), broken.clone()).to_string();
    assert!(expanded.starts_with(&broken.to_string()), "{expanded}");
    assert!(expanded.contains("compile_error"));
}

#[test]
fn an_entity_with_an_error_keeps_its_types() {
    let expanded = expand::entity(
        quote!(path = "users", nonsense),
        quote!(
            pub struct User {
                name: String,
            }
        ),
    );
    let file: syn::File = syn::parse2(expanded).unwrap();
    let names: Vec<String> = file
        .items
        .iter()
        .filter_map(|item| if let Item::Struct(item) = item { Some(item.ident.to_string()) } else { None })
        .collect();
    assert_eq!(names, ["User", "CreateUser", "UpdateUser", "UserView", "UserEvents", "UserFields"]);
}

#[test]
fn paths() {
    for path in ["users", "shop/products", "v1/users", "a-b/c_d/e.f~g"] {
        assert!(entity_errors(quote!(path = #path)).is_empty(), "{path}");
    }
    for path in [
        "",
        "/",
        "/users",
        "users/",
        "a//b",
        "a/./b",
        "a/...",
        "system.users",
        "..",
        "a b",
        "a:b",
        "{id}",
        "a*",
        "a?b",
        "a#b",
        "a%20b",
        "ä",
    ] {
        assert_eq!(entity_errors(quote!(path = #path)).len(), 1, "{path}");
    }
}

#[test]
fn versions() {
    for version in ["1", "2", "10", "4294967295"] {
        assert!(entity_errors(quote!(path = "users", version = #version)).is_empty(), "{version}");
    }
    for version in ["", "0", "01", "v1", "1.0", "-1", "+1", " 1", "4294967296"] {
        assert_eq!(entity_errors(quote!(path = "users", version = #version)).len(), 1, "{version}");
    }
}

#[test]
fn sub_paths() {
    for path in ["admin", "my/sub/path", "manyfold", "all/many", "0123456789abcdef0123456"] {
        assert!(route_errors(quote!(get_many(sub_path = #path))).is_empty(), "{path}");
    }
    for path in [
        "many",
        "duplicate",
        "restore",
        "purge/x",
        "batch",
        "cache",
        "aggregate",
        "live",
        "many/x",
        "0123456789ABCDEF01234567",
        ":id",
        "",
    ] {
        assert_eq!(route_errors(quote!(get_many(sub_path = #path))).len(), 1, "{path}");
    }
}

#[test]
fn events() {
    for event in ["new-user", "user.created", "authority", "connected", "Ünïcode", "error-x"] {
        assert!(route_errors(quote!(get_many(event = #event))).is_empty(), "{event}");
    }
    for event in [
        "",
        " ",
        "a b",
        "a\n",
        "connect",
        "connect_error",
        "newListener",
        "exception",
        "auth-",
        "leave-rooms",
    ] {
        assert_eq!(route_errors(quote!(get_many(event = #event))).len(), 1, "{event}");
    }
}

#[test]
fn two_routes_on_one_event_may_stand_in_different_namespaces() {
    let routes = |first: TokenStream, second: TokenStream| {
        route_errors(quote!(get_many(event = "users", #first), get_one(event = "users", #second)))
    };
    assert_eq!(routes(quote!(), quote!()).len(), 1);
    assert_eq!(routes(quote!(web_socket(namespace = "/a")), quote!(web_socket(namespace = "/a"))).len(), 1);
    assert!(routes(quote!(web_socket(namespace = "/a")), quote!()).is_empty());
    assert!(routes(quote!(no_web_socket), quote!()).is_empty());
}

#[test]
fn two_routes_may_not_answer_one_request() {
    for routes in [
        quote!(get_many, get_many(event = "other")),
        quote!(get_many(sub_path = "x"), aggregate(sub_path = "x", query = Q)),
        quote!(get_one(version = "2"), get_one(version = "2", event = "other")),
    ] {
        assert_eq!(route_errors(routes.clone()).len(), 1, "{routes}");
    }
    for routes in [
        quote!(get_many, get_many(version = "2"), get_many(sub_path = "x")),
        quote!(get_many(sub_path = "x"), aggregate(sub_path = "y", query = Q), aggregate(query = Q)),
        quote!(
            get_one(sub_path = "x"),
            get_many(sub_path = "x"),
            update_one(sub_path = "x"),
            update_many(sub_path = "x")
        ),
        quote!(create_one(sub_path = "x"), create_many(sub_path = "x"), duplicate_many(sub_path = "x")),
        quote!(create_one, create_one(sub_path = "x"), batch, batch(sub_path = "x")),
    ] {
        assert!(route_errors(routes.clone()).is_empty(), "{routes}");
    }
}

#[test]
fn routes_of_all_kinds_answer_different_requests() {
    // With a sub_path an aggregate stands where a list does.
    let kinds = RouteKind::DEFAULT.iter().chain(&RouteKind::LISTED[1..]);
    for sub_path in [None, Some("x"), Some("x/y")] {
        let mut endpoints: Vec<_> = kinds.clone().flat_map(|kind| kind.endpoints(sub_path)).collect();
        let all = endpoints.len();
        endpoints.sort();
        endpoints.dedup();
        assert_eq!(endpoints.len(), all);
    }
}

#[test]
fn fields() {
    for field in [
        quote!(name: String),
        quote!(r#type: String),
        quote!(#[api(unique, index = desc, default = "x")] name: String),
        quote!(#[api(hidden, read_only)] name: Option<String>),
        quote!(#[api(read_only)] #[serde(default = "f")] name: String),
        quote!(#[api(default)] name: Vec<std::option::Option<u64>>),
        quote!(#[serde(rename = "Name")] name: String),
        quote!(#[cfg(a)] name: String, #[cfg(b)] #[serde(rename = "name")] other: String),
        quote!(identity: String, version: u8, list_of: u8, deleted: bool),
        quote!(#[api(default = if 1 < 2 { 3 } else { 4 }, unique)] name: u8),
    ] {
        assert!(field_errors(field.clone()).is_empty(), "{field}: {:?}", field_errors(field.clone()));
    }
    for field in [
        quote!(_id: ObjectId),
        quote!(#[serde(rename = "updatedAt")] changed: DateTime),
        quote!(list: Vec<u8>),
        quote!(merge_patch: String),
        quote!(#[serde(rename = "jsonPatch")] patch: String),
        quote!(#[api(read_only)] name: String),
        quote!(#[api(default)] name: Option<String>),
        quote!(name: &'static str),
        quote!(name: Vec<Option<(u8, u8)>>),
        quote!(#[serde(rename = "a\0")] name: String),
        quote!(#[api(index = sideways)] name: String),
        quote!(#[serde(rename(serialize = "a", deserialize = "b"))] name: String),
    ] {
        assert_eq!(field_errors(field.clone()).len(), 1, "{field}");
    }
}

#[test]
fn indexes_name_fields_by_either_name() {
    let index = |index: TokenStream| entity_errors(quote!(path = "users", #index));
    assert!(index(quote!(index(name, -last_name), index(lastName))).is_empty());
    assert!(index(quote!(index(-createdAt), index(createdAt, name))).is_empty());
    assert_eq!(index(quote!(index(name), unique(name))).len(), 1);
    assert_eq!(index(quote!(index(last_name), index(lastName))).len(), 1);
    assert_eq!(index(quote!(index())).len(), 1);
    assert_eq!(index(quote!(index(nothing, name))).len(), 1);
}

#[test]
fn a_syntax_error_in_one_option_leaves_the_others_read() {
    let errors = entity_errors(quote!(path = "users", version = , 5, soft_delete soft, nonsense));
    assert_eq!(errors.len(), 4, "{errors:#?}");
    let item: syn::ItemStruct = parse_quote!(
        struct User {
            #[api(7, hidden, x)]
            name: String,
        }
    );
    assert_eq!(errors_of(&item).len(), 2);
}

fn errors_of(item: &syn::ItemStruct) -> Vec<String> {
    errors(quote!(path = "users"), quote!(#item))
}
