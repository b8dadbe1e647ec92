//! What must be true of values, as data of the fields and of the entity.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{ExprPath, spanned::Spanned};

use crate::model::{Bound, Check, Entity, Field, Number, Rule};

/// The call by which the row of a field states its rules. It stands where the first of them is written, so that this is where
/// the compiler points to if one is of values of other types.
pub(super) fn of_field(field: &Field) -> Option<TokenStream> {
    let first = field.rules.first()?;
    let rules = field.rules.iter().map(rule);
    Some(quote_spanned!(first.name.span()=> .rules(&[#(#rules),*])))
}

/// The call by which the row of a field says what its ids are those of. The type stands where the entity is named, so that the
/// compiler points there if it is none of ids.
pub(super) fn exists(field: &Field) -> Option<TokenStream> {
    let (exists, ty) = (field.exists.as_ref()?, &field.ty);
    let entity = &exists.entity;
    let filter = exists.filter.as_ref().map(|function| quote_spanned!(function.span()=> .filter(#function)));
    Some(quote_spanned!(entity.span()=> .exists(__rt::Exists::of::<#entity, #ty>() #filter)))
}

/// The call by which the metadata names the rules over several fields.
pub(super) fn of_entity(model: &Entity) -> Option<TokenStream> {
    let entity = &model.ident;
    let rules = model.rules.iter().map(|function| {
        let call = judge(function, &quote!(judge_whole::<#entity>), &quote!(document));
        quote!(|document| #call)
    });
    (!model.rules.is_empty()).then(|| quote!(.rules(&[#(#rules),*])))
}

/// A call of the runtime with the user's function, so that the compiler says at its path what of its signature is wrong.
fn judge(function: &ExprPath, judge: &TokenStream, value: &TokenStream) -> TokenStream {
    quote_spanned!(function.span()=> __rt::#judge(#value, #function))
}

fn rule(rule: &Rule) -> TokenStream {
    let check = check(&rule.check);
    let message = rule.message.as_ref().map(|text| quote!(.message(#text)));
    quote!(__rt::Rule::new(#check) #message)
}

fn check(check: &Check) -> TokenStream {
    match check {
        Check::Length { min, max } => {
            let (min, max) = (option(min.map(length)), option(max.map(length)));
            quote!(__rt::Check::Length { min: #min, max: #max })
        }
        Check::Range { min, max } => {
            let (min, max) = (option(min.map(bound)), option(max.map(bound)));
            quote!(__rt::Check::Range { min: #min, max: #max })
        }
        Check::Named(named) => {
            let name = format_ident!("{}", named.name());
            quote!(__rt::Check::#name)
        }
        Check::Text(of, text) => {
            let name = format_ident!("{}", of.name());
            quote!(__rt::Check::#name(#text))
        }
        Check::Pattern(text) => quote! {
            __rt::Check::Pattern(|| {
                static PATTERN: __rt::Pattern = __rt::Pattern::new(#text);
                &PATTERN
            })
        },
        Check::Custom(custom) => {
            let (function, ty) = &**custom;
            let call = judge(function, &quote!(judge::<#ty>), &quote!(value));
            quote!(__rt::Check::Custom(|value| #call))
        }
        Check::Each(inner) => {
            let rules = inner.iter().map(rule);
            quote!(__rt::Check::Each(&[#(#rules),*]))
        }
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

fn length(length: u32) -> TokenStream {
    let length = Literal::u32_unsuffixed(length);
    quote!(#length)
}

fn bound(bound: Bound) -> TokenStream {
    let number = match bound.number {
        Number::Integer(number) => {
            let number = Literal::i64_unsuffixed(number);
            quote!(Integer(#number))
        }
        Number::Float(number) => {
            let number = Literal::f64_unsuffixed(number);
            quote!(Float(#number))
        }
    };
    let new = if bound.exclusive { quote!(exclusive) } else { quote!(at) };
    quote!(__rt::Bound::#new(__rt::Number::#number))
}
