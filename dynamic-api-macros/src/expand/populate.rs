//! What the compiler is asked of the fields that clients may populate.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

use crate::model::{Entity, Field, Populate};

/// A call for each path of each `populate`, which compiles only where the type of its field is a reference, or leads to one.
pub(super) fn checks(model: &Entity) -> TokenStream {
    let mut checks = TokenStream::new();
    for route in &model.routes {
        let mut seen: Vec<&str> = vec![];
        for populate in &route.populate {
            if seen.contains(&&*populate.path) {
                continue;
            }
            seen.push(&populate.path);
            let fields = model.fields.iter().filter(|field| field.name == populate.field);
            checks.extend(fields.map(|field| check(field, populate)));
        }
    }
    checks
}

/// The type stands where the field is named, so that this is where the compiler points to.
fn check(field: &Field, populate: &Populate) -> TokenStream {
    let (cfgs, ty) = (&field.cfgs, moved(field.ty.to_token_stream(), populate.place));
    let call = match populate.path.split_once('.') {
        None => quote!(__rt::is_reference::<#ty>()),
        Some((_, behind)) => quote_spanned!(populate.place=> __rt::leads_to_reference::<#ty>(#behind)),
    };
    quote! {
        #(#cfgs)*
        const _: () = #call;
    }
}

/// Tokens shown at another place, that mean what they did.
fn moved(tokens: TokenStream, place: Span) -> TokenStream {
    let moved = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            token = TokenTree::Group(Group::new(group.delimiter(), self::moved(group.stream(), place)));
        }
        token.set_span(place.resolved_at(token.span()));
        token
    };
    tokens.into_iter().map(moved).collect()
}
