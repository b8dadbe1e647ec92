//! The rules of lists, of derived fields, and of what routes take and answer.

use proc_macro2::TokenStream;
use quote::quote;

use super::{entity_errors, errors, field_errors};
use crate::model::RouteKind;

const NONE: [String; 0] = [];

/// The errors of an entity with fields of many types.
fn article_errors(options: TokenStream) -> Vec<String> {
    errors(
        quote!(path = "articles", #options),
        quote!(
            struct Article {
                title: String,
                tags: Option<Vec<String>>,
                words: u32,
                score: Vec<Decimal128>,
                mood: Mood,
                #[api(hidden)]
                secret: String,
                #[api(no_filter)]
                note: String,
                #[api(derived(read = f))]
                shown: String,
                expires_at: Option<DateTime>,
                #[serde(rename = "writer")]
                author: Ref<User>,
                #[api(write_only)]
                editor: Option<Ref<User>>,
            }
        ),
    )
}

fn shop_errors(options: TokenStream) -> Vec<String> {
    errors(
        quote!(path = "parts", #options),
        quote!(
            struct Part {
                shop: String,
                part_number: u32,
                #[api(read_only, default)]
                state: u8,
            }
        ),
    )
}

#[test]
fn pages() {
    for page in [quote!(default = 1, max = 1), quote!(max = 10000, default = 20)] {
        assert_eq!(entity_errors(quote!(path = "users", page(#page))), NONE, "{page}");
    }
    for page in [
        quote!(),
        quote!(default = 20),
        quote!(max = 20),
        quote!(default = 0, max = 20),
        quote!(default = 21, max = 20),
        quote!(default = -1, max = 20),
        quote!(default = 1, max = 4294967296),
        quote!(default = "1", max = 20),
        quote!(default = 1, max = 20, min = 1),
    ] {
        assert_eq!(entity_errors(quote!(path = "users", page(#page))).len(), 1, "{page}");
    }
}

#[test]
fn what_is_about_deleted_documents_needs_them_to_be_kept() {
    let kinds = quote!(routes(restore_one, restore_many, purge_one));
    assert_eq!(entity_errors(quote!(path = "users", soft_delete, trashed, #kinds)), NONE);
    // What is misspelt is told, and not that it is missing.
    for options in [quote!(path = "users", soft_delet, trashed, #kinds), quote!(pth = "users")] {
        let errors = entity_errors(options);
        assert!(matches!(&*errors, [one] if one.contains("is no option of an entity")), "{errors:?}");
    }
    assert_eq!(entity_errors(quote!(path = "users", trashed, #kinds)).len(), 4);
}

#[test]
fn filters_are_restricted_by_name() {
    assert_eq!(entity_errors(quote!(path = "users", lenient, filter(indexed_only))), NONE);
    for filter in [quote!(filter), quote!(filter()), quote!(filter(indexed)), quote!(filter = 5)] {
        assert_eq!(entity_errors(quote!(path = "users", #filter)).len(), 1, "{filter}");
    }
}

#[test]
fn text_indexes() {
    for keys in [quote!(title), quote!(tags, title), quote!(mood)] {
        assert_eq!(article_errors(quote!(text_index(#keys))), NONE, "{keys}");
    }
    assert_eq!(article_errors(quote!(index(title), text_index(title))), NONE);
    for keys in [
        quote!(),
        quote!(-title),
        quote!(title, title),
        quote!(words),
        quote!(score),
        quote!(author),
        quote!(createdAt),
        quote!(id),
        quote!(secret),
        quote!(editor),
        quote!(note),
        quote!(shown),
        quote!(nothing),
    ] {
        let errors = article_errors(quote!(text_index(#keys)));
        assert!(!errors.is_empty(), "{keys}");
    }
    assert_eq!(article_errors(quote!(text_index(title), text_index(tags))).len(), 1);
}

#[test]
fn ttl_indexes() {
    for index in [
        quote!(expires_at, seconds = 0),
        quote!(expiresAt, seconds = 2147483647),
        quote!(seconds = 5, created_at),
        quote!(updatedAt, seconds = 1),
    ] {
        assert_eq!(article_errors(quote!(ttl_index(#index))), NONE, "{index}");
    }
    for index in [
        quote!(),
        quote!(expires_at),
        quote!(seconds = 5),
        quote!(expires_at, seconds = 2147483648),
        quote!(expires_at, seconds = -1),
        quote!(expires_at, minutes = 1),
        quote!(expires_at, created_at, seconds = 5),
        quote!(-expires_at, seconds = 5),
        quote!(title, seconds = 5),
        quote!(mood, seconds = 5),
        quote!(id, seconds = 5),
    ] {
        let errors = article_errors(quote!(ttl_index(#index)));
        assert!(!errors.is_empty(), "{index}");
    }
    assert_eq!(article_errors(quote!(index(expires_at), ttl_index(expires_at, seconds = 5))).len(), 1);
}

#[test]
fn the_id_is_the_last_key_or_none() {
    for keys in [quote!(title, id), quote!(title, -words, -id)] {
        assert_eq!(article_errors(quote!(index(#keys), unique(#keys))).len(), 1, "{keys}");
        assert_eq!(article_errors(quote!(index(#keys))), NONE, "{keys}");
    }
    for keys in [quote!(id), quote!(id, title), quote!(title, id, words)] {
        assert_eq!(article_errors(quote!(index(#keys))).len(), 1, "{keys}");
    }
}

#[test]
fn derived_fields() {
    for field in [
        quote!(#[api(derived = slug_of)] slug: String),
        quote!(#[api(derived(save = a::b::<5>), unique)] slug: String),
        quote!(#[api(derived(read = <A as B>::f))] slug: Option<String>),
        quote!(#[api(derived(save = f, read = g), index)] #[serde(default)] slug: String),
        quote!(#[api(derived = f, hidden)] slug: String),
        quote!(#[api(derived = f, no_filter)] slug: String),
    ] {
        assert_eq!(field_errors(field.clone()), NONE, "{field}");
    }
    for field in [
        quote!(#[api(derived)] slug: String),
        quote!(#[api(derived())] slug: String),
        quote!(#[api(derived = "f")] slug: String),
        quote!(#[api(derived(load = f))] slug: String),
        quote!(#[api(derived(save = f, save = g))] slug: String),
        quote!(#[api(derived = f, read_only)] slug: String),
        quote!(#[api(derived = f, write_only)] slug: String),
        quote!(#[api(derived = f, default)] slug: String),
        quote!(#[api(derived = f)] #[serde(default = "g")] slug: String),
        quote!(#[api(derived = f)] #[serde(with = "m")] slug: String),
        quote!(#[api(derived(read = f), hidden)] slug: String),
        quote!(#[api(derived(read = f), unique)] slug: String),
        quote!(#[api(derived(read = f), index = desc)] slug: String),
        quote!(#[api(derived(read = f), no_filter)] slug: String),
        quote!(#[api(hidden, no_filter)] slug: String),
        quote!(#[api(write_only, no_filter)] slug: String),
    ] {
        assert_eq!(field_errors(field.clone()).len(), 1, "{field}: {:?}", field_errors(field.clone()));
    }
}

#[test]
fn every_kind_takes_its_own_options() {
    let body = ["create_one", "create_many", "replace_one", "upsert_one", "update_one", "update_many"];
    let query = ["get_many", "aggregate"];
    let populate = ["get_many", "get_one"];
    let presented: Vec<&str> = RouteKind::NAMES.into_iter().filter(|kind| *kind != "audit").collect();
    let options = [
        (quote!(body = T), &body[..]),
        (quote!(query = T), &query),
        (quote!(populate(author)), &populate),
        (quote!(key = title), &["upsert_one"]),
        (quote!(unrestricted), &["aggregate"]),
        (quote!(presenter = T), &presented),
    ];
    for (option, takes) in options {
        for kind in RouteKind::NAMES {
            let name = quote::format_ident!("{kind}");
            let needed = match kind {
                "aggregate" if takes != query => quote!(, query = T),
                "audit" => quote!(, ability = has_role("admin")),
                _ => quote!(),
            };
            let errors =
                article_errors(quote!(soft_delete, audit, unique(title), routes(#name(#option #needed))));
            let expected = usize::from(!takes.contains(&kind));
            assert_eq!(errors.len(), expected, "{kind}({option}): {errors:?}");
        }
    }
}

#[test]
fn populated_paths() {
    let populate = |paths: TokenStream| article_errors(quote!(routes(get_many(populate(#paths)))));
    for paths in [quote!(author), quote!(writer), quote!(author, author.company, author.company.owner_of)] {
        assert_eq!(populate(paths.clone()), NONE, "{paths}");
    }
    for paths in [
        quote!(),
        quote!(nothing),
        quote!(created_at),
        quote!(secret),
        quote!(editor),
        quote!(author, writer),
        quote!(author.a.b.c),
        quote!("author"),
        quote!(author.),
        quote!(author company),
    ] {
        assert_eq!(populate(paths.clone()).len(), 1, "{paths}");
    }
    assert_eq!(article_errors(quote!(routes(get_one(populate(author), presenter = T)))).len(), 1);
}

#[test]
fn an_upsert_has_the_key_of_a_unique_index() {
    let upsert = quote!(routes(upsert_one));
    assert_eq!(shop_errors(quote!(unique(shop), #upsert)), NONE);
    assert_eq!(shop_errors(quote!(unique(shop, -part_number), #upsert)), NONE);
    assert_eq!(shop_errors(upsert.clone()).len(), 1);
    assert_eq!(shop_errors(quote!(unique(shop), unique(part_number), #upsert)).len(), 1);
    assert_eq!(shop_errors(quote!(unique(shop, state), #upsert)).len(), 1);
    assert_eq!(shop_errors(quote!(unique(shop, createdAt), #upsert)).len(), 1);

    let keyed = |key: TokenStream| {
        shop_errors(quote!(unique(shop), unique(shop, partNumber), index(state), routes(upsert_one(#key))))
    };
    for key in
        [quote!(key = shop), quote!(key(shop)), quote!(key(partNumber, shop)), quote!(key(shop, part_number))]
    {
        assert_eq!(keyed(key.clone()), NONE, "{key}");
    }
    for key in [
        quote!(key),
        quote!(key()),
        quote!(key = "shop"),
        quote!(key(shop, "number")),
        quote!(key = part_number),
        quote!(key = state),
        quote!(key(shop, shop)),
        quote!(key = nothing),
    ] {
        assert_eq!(keyed(key.clone()).len(), 1, "{key}");
    }
}

#[test]
fn a_wrong_index_is_not_reported_as_a_missing_one() {
    assert_eq!(shop_errors(quote!(unique(shp), routes(upsert_one))).len(), 1);
    assert_eq!(shop_errors(quote!(unique(shop -), routes(upsert_one(key = shop)))).len(), 1);
}
