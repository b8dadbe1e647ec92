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
/// `PartialEq` and `Eq` they derive what the struct derives below this attribute. `UpdateUser` also has the read-only fields,
/// which code can set and clients can't.
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
/// | `trashed` | with `soft_delete`: clients may ask for deleted documents, by `trashed=only` or `trashed=with` |
/// | `validate = function`, `validate(f, g)` | what must be true of several fields, each a `fn(&User) -> Result<(), Invalid>` |
/// | `lenient` | members of a JSON body that the entity does not have, or that clients can't set, are ignored; default: refused, as nested structs and patches always do |
/// | `filter(indexed_only)` | filters that no index serves are refused |
/// | `page(default = 20, max = 100)` | rows of a page where the client names no limit, and at most |
/// | `index(category, -price)`, `unique(owner, name)` | indexes, `-` for descending, `id` as the last key; repeatable |
/// | `text_index(title, body)` | the fields of text that `search=` finds words in; at most one |
/// | `ttl_index(expires_at, seconds = 3600)` | documents are deleted so many seconds after that date; repeatable |
/// | `routes(get_many, get_one(public), ...)` | exactly these routes; default: the first eleven kinds below |
/// | `routes(except(delete_many))` | the default routes but those |
/// | `names(create = .., update = .., view = .., events = ..)` | names of the generated types |
/// | `crate = path` | where `dynamic_api` is found |
///
/// # Routes
/// By default there are `get_many`, `get_one`, `create_one`, `create_many`, `update_one`, `update_many`, `replace_one`,
/// `duplicate_one`, `duplicate_many`, `delete_one`, `delete_many`. Only where they are listed there are `aggregate`, `upsert_one`,
/// `batch`, and with `soft_delete` `restore_one`, `restore_many`, `purge_one`. A kind may be listed again with another `sub_path`
/// or `version`.
///
/// | option | of | meaning |
/// |---|---|---|
/// | `public`, `protected` | all | who may call it; default: as the entity says |
/// | `web_socket`, `web_socket(namespace = "/x")`, `no_web_socket` | all | whether it is reached over Socket.IO |
/// | `event = "new-user"` | all | the name of its Socket.IO event |
/// | `sub_path = "admin"` | all | the segments that tell it from another route of its kind |
/// | `version = "2"` | all | its version, where that is not the entity's |
/// | `description = "..."` | all | what API documents say |
/// | `query = Type` | `get_many`, `aggregate` (required) | a `ListQuery` of the entity, or an `AggregateQuery` |
/// | `body = Type` | `create_one`, `create_many`, `replace_one`, `upsert_one` | a `CreateBody` of the entity |
/// | | `update_one`, `update_many` | an `UpdateBody` of the entity |
/// | `presenter = Type` | all | a `Presenter` of the entity; of deletes and purges a `DeletePresenter`, of `aggregate` an `AggregatePresenter` |
/// | `populate(author, comments.author)` | `get_many`, `get_one` | the references, at most three in a row, that a client may have replaced by what they refer to; not beside `presenter` |
/// | `key = email`, `key(shop, number)` | `upsert_one` | the fields of a unique index that say which document it is about; default: the only one |
/// | `unrestricted` | `aggregate` | the pipeline sees deleted documents and hidden fields |
///
/// # Fields
/// | option in `#[api(..)]` | meaning |
/// |---|---|
/// | `unique` | no two documents have the same value |
/// | `unique_ci` | no two documents have values that differ in the case of letters alone; texts only, and no login |
/// | `index`, `index = desc` | reads by it are fast |
/// | `default`, `default = expression` | the value where there is none: that of the type, or of the expression |
/// | `hidden` | clients never see it, in filters neither |
/// | `read_only` | clients can't set it |
/// | `write_only` | clients can set it and not see it |
/// | `no_filter` | clients can see it, and neither filter nor sort by it |
/// | `validate(length(max = 200), ..)` | what must be true of its values: `length`, `range`, `email`, `url`, `ip`, `ipv4`, `ipv6`, `uuid`, `ascii`, `alphanumeric`, `contains`, `prefix`, `suffix`, `pattern`, `custom`, and `inner(..)` of its items |
/// | `exists(Entity)`, `exists(Entity, filter = function)` | the documents that its ids are of are there when it is written, and satisfy the `Filter` that the function returns |
/// | `derived = function`, `derived(save = function)` | computed from the entity, by a `fn(&User) -> Type`, when it is stored; clients can't set it |
/// | `derived(read = function)` | computed when it is shown, and not stored |
/// | `derived(save = function, read = other)` | stored as the one computes it, shown as the other does |
///
/// A field marked by one of the following makes the entity one of users, with accounts. It has one login and one password.
///
/// | option in `#[api(..)]` | meaning |
/// |---|---|
/// | `login` | what users are told apart by, a `String`; unique |
/// | `password` | a `Password`, which is stored as its hash, and shown to nobody |
/// | `claim` | part of access tokens, so that it is known of a caller without a look at the store: a single value that clients see |
/// | `register`, `register(required)` | part of a registration, which else takes login and password alone |
///
/// The type of a derived field implements `Default`, for documents that lack it. Of serde's attributes a field takes `rename`,
/// `default` and `with`. Names are camelCase unless `#[serde(rename_all = "..")]` on the struct says otherwise.
#[proc_macro_attribute]
pub fn dynamic_api(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::entity(options.into(), item.into()).into()
}

/// Makes a struct or an enum of your own a type that an entity's field can have.
///
/// It derives serde's traits unless you do (below this attribute), with camelCase names unless `#[serde(rename_all = "..")]`
/// says otherwise; a struct refuses members that it does not declare. Rules at its members, `#[api(validate(..))]`, hold wherever
/// it is used. `crate = path` says where `dynamic_api` is found.
#[proc_macro_attribute]
pub fn api_type(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::api_type(options.into(), item.into()).into()
}
