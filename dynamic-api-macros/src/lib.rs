//! The attribute macros of `dynamic-api`: tokens, then raw attributes (`attr`), then the validated model (`check`, `model`),
//! then code (`expand`). Depend on `dynamic-api`, which re-exports them.

mod attr;
mod check;
mod errors;
mod expand;
#[cfg(test)]
mod golden;
mod messages;
mod model;
mod names;
#[cfg(test)]
mod rules;

use proc_macro::TokenStream;

/// Gives a struct an API of its own, over HTTP and Socket.IO.
///
/// The struct holds the entity's own fields; the server keeps `id`, `createdAt` and `updatedAt` beside them. Generated are, with
/// the struct's visibility, `CreateUser` and `UpdateUser` (what clients send), `UserView` (what clients see), `UserEvents` (the
/// names of its Socket.IO events), and the implementation of `Entity` that an application registers. Of `Clone`, `Debug`,
/// `PartialEq` and `Eq` they derive what the struct derives below this attribute.
///
/// # Options
/// | option | meaning |
/// |---|---|
/// | `path = "shop/products"` | the path of the routes; required |
/// | `collection = "products"` | the collection; default: the last segment of the path |
/// | `api_tag = "Items"` | what it is called in documents and event names; default: the struct's name |
/// | `version = "1"` | the routes' version: `/v1/shop/products` |
/// | `description = "..."` | what API documents say; default: the doc comment |
/// | `web_socket`, `web_socket(namespace = "/x")`, `no_web_socket` | whether it is reached over Socket.IO |
/// | `public`, `protected` | who may call the routes |
/// | `soft_delete` | a delete marks the document and leaves it in place |
/// | `index(category, -price)`, `unique(owner, name)` | indexes, `-` for descending; repeatable |
/// | `routes(get_many, get_one(public), ...)` | exactly these routes; default: all kinds but `aggregate` |
/// | `routes(except(delete_many))` | the default routes but those |
/// | `names(create = .., update = .., view = .., events = ..)` | names of the generated types |
/// | `crate = path` | where `dynamic_api` is found |
///
/// A route takes `public`, `protected`, `web_socket`, `no_web_socket`, `event = ".."`, `sub_path = ".."`, `version = ".."`,
/// `description = ".."`; `aggregate` also `query = Type` (required) and `presenter = Type`. A kind may be listed again with
/// another `sub_path` or `version`.
///
/// A field takes `#[api(..)]` with `unique`, `index`, `index = desc`, `default`, `default = expression`, `hidden`, `read_only`,
/// `write_only`, and serde's `rename`, `default` and `with`. Names are camelCase unless `#[serde(rename_all = "..")]` on the
/// struct says otherwise.
#[proc_macro_attribute]
pub fn dynamic_api(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::entity(options.into(), item.into()).into()
}

/// Makes a struct or an enum of your own a type that an entity's field can have.
///
/// It derives serde's traits unless you do (below this attribute), with camelCase names unless `#[serde(rename_all = "..")]`
/// says otherwise; a struct refuses members that it does not declare. `crate = path` says where `dynamic_api` is found.
#[proc_macro_attribute]
pub fn api_type(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::api_type(options.into(), item.into()).into()
}
