//! The expansions of some entities, compared with those under `tests/expand`. `UPDATE_EXPECT=1 cargo test` writes them anew.
#![allow(clippy::unwrap_used)]

use std::{env, fs, path::PathBuf};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Item, Meta};

use crate::expand;

/// Expands the macros of a file whose name ends in `.in.rs`, and prints it as rustfmt would.
fn expansion(name: &str) -> String {
    let source = fs::read_to_string(place(&format!("{name}.in.rs"))).unwrap();
    let file = syn::parse_file(&source).unwrap();
    let items: TokenStream = file.items.into_iter().map(expand_item).collect();
    prettyplease::unparse(&syn::parse2(quote!(#items)).unwrap())
}

fn expand_item(mut item: Item) -> TokenStream {
    let attrs = match &mut item {
        Item::Struct(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        _ => return item.into_token_stream(),
    };
    let of_macro =
        |attr: &syn::Attribute| attr.path().is_ident("dynamic_api") || attr.path().is_ident("api_type");
    let Some(at) = attrs.iter().position(of_macro) else { return item.into_token_stream() };
    let attr = attrs.remove(at);
    let options = match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    };
    let item = item.into_token_stream();
    if attr.path().is_ident("api_type") {
        expand::api_type(options, item)
    } else {
        expand::entity(options, item)
    }
}

fn place(file: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/expand", file].iter().collect()
}

/// Compares with what is committed, and shows the first lines that differ.
fn check(name: &str) -> String {
    let expanded = expansion(name);
    let committed = place(&format!("{name}.rs"));
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&committed, &expanded).unwrap();
        return expanded;
    }
    let expected = fs::read_to_string(&committed).unwrap_or_default();
    if let Some(difference) = difference(&expected, &expanded) {
        panic!("{name}.rs differs; run with UPDATE_EXPECT=1 if that is meant\n{difference}");
    }
    expanded
}

fn difference(expected: &str, expanded: &str) -> Option<String> {
    let (old, new): (Vec<_>, Vec<_>) = (expected.lines().collect(), expanded.lines().collect());
    let at = (0..old.len().max(new.len())).find(|line| old.get(*line) != new.get(*line))?;
    let from = at.saturating_sub(3);
    let part = |lines: &[&str], sign| -> String {
        lines.iter().skip(at).take(6).map(|line| format!("{sign} {line}\n")).collect()
    };
    let before: String = new[from..at].iter().map(|line| format!("  {line}\n")).collect();
    Some(format!("at line {}:\n{before}{}{}", at + 1, part(&old, '-'), part(&new, '+')))
}

#[test]
fn quickstart_user_is_small_and_repeats_no_body() {
    let expanded = check("user");
    assert!(expanded.lines().count() < 400, "{} lines", expanded.lines().count());
    let operations: Vec<&str> =
        expanded.lines().map(str::trim).filter(|line| line.starts_with("__rt::operation::")).collect();
    assert_eq!(operations.len(), 11);
    for operation in &operations {
        assert_eq!(operations.iter().filter(|other| other == &operation).count(), 1, "{operation}");
    }
}

#[test]
fn product_has_every_kind_of_option() {
    check("product");
}

#[test]
fn note_is_deleted_softly() {
    check("note");
}

#[test]
fn versions_sub_paths_and_namespaces() {
    check("routes");
}

#[test]
fn article_is_searched_derived_and_related() {
    check("article");
}

#[test]
fn shapes_of_the_users_own() {
    check("shapes");
}

#[test]
fn names_and_conditions() {
    let expanded = check("names");
    assert!(!expanded.contains("dynamic_api"), "`crate = my::api` says where everything is found");
}

#[test]
fn nested_types() {
    check("nested");
}

#[test]
fn event_has_rules() {
    check("event");
}

#[test]
fn account_is_one_of_users() {
    check("account");
}

#[test]
fn paper_has_policies() {
    check("paper");
}

#[test]
fn post_has_routes_of_the_users_own() {
    check("custom");
}

#[test]
fn guarded_has_hooks() {
    check("guarded");
}
