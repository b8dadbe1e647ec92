//! Custom routes: a row of the route table for each, and a function that names the types of its handler.

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{doc, metadata, policy};
use crate::{
    model::{Custom, CustomInput, CustomTarget, Entity},
    names,
};

pub(super) fn handlers(model: &Entity) -> TokenStream {
    model.customs.iter().map(|custom| handler(model, custom)).collect()
}

fn handler(model: &Entity, custom: &Custom) -> TokenStream {
    let (entity, view, path) = (&model.ident, &model.types.view, &custom.handler);
    let name = function(custom);
    let target = match custom.target {
        CustomTarget::Nothing => quote!(()),
        CustomTarget::One => quote!(__rt::Stored<#entity>),
        CustomTarget::Many => quote!(Vec<__rt::Stored<#entity>>),
    };
    let input = match &custom.input {
        CustomInput::Nothing => quote!(()),
        CustomInput::Body(ty) | CustomInput::Query(ty) => quote!(#ty),
    };
    let output = custom.presenter.as_ref().map_or_else(|| quote!(#view), |ty| quote!(#ty));
    // Where the function is no handler, the compiler points at its path.
    let custom =
        quote_spanned!(path.span()=> __rt::operation::custom::<#entity, #target, #input, #output, _, _, _>);
    quote! {
        fn #name(call: __rt::Call<#entity, #input>) -> __rt::Answer<#output> {
            #custom(#path, call)
        }
    }
}

/// The generated function of a custom route.
fn function(custom: &Custom) -> proc_macro2::Ident {
    format_ident!("{}", custom.generated())
}

pub(super) fn row(model: &Entity, custom: &Custom) -> TokenStream {
    let (events, event, name) = (&model.types.events, event(custom), function(custom));
    let method = format_ident!("{}", custom.method.name().to_upper_camel_case());
    let target = match custom.target {
        CustomTarget::Nothing => quote!(Nothing),
        CustomTarget::One => quote!(One),
        CustomTarget::Many => quote!(Many),
    };
    let (input, own_body) = match custom.input {
        CustomInput::Nothing => (quote!(Nothing), None),
        CustomInput::Body(_) => (quote!(Body), Some(quote!(.own_body()))),
        CustomInput::Query(_) => (quote!(Query), None),
    };
    let sub_path = custom.sub_path.as_ref().map(|path| quote!(.sub_path(#path)));
    let version = custom.version.as_ref().map(|version| quote!(.version(#version)));
    let web_socket = metadata::web_socket(&custom.web_socket);
    let description = custom.description.as_ref().map(|text| quote!(.description(#text)));
    let presented = custom.presenter.is_some().then(|| quote!(.presented()));
    let policy = policy::row_of(model, &custom.policy);
    quote! {
        __rt::Route::new(
            __rt::RouteKind::Custom(__rt::CustomRoute {
                method: __rt::CustomMethod::#method,
                target: __rt::CustomTarget::#target,
                input: __rt::CustomInput::#input,
            }),
            #events::#event,
            |call| #name(call.into()).into(),
        )
        #sub_path #version #web_socket #description #own_body #presented #policy
    }
}

/// The constant of its event.
pub(super) fn event_const(custom: &Custom) -> TokenStream {
    let doc = doc(&format!("The event of `{}`.", custom.function));
    let (name, event) = (event(custom), &custom.event);
    quote!(#doc pub const #name: &'static str = #event;)
}

fn event(custom: &Custom) -> proc_macro2::Ident {
    format_ident!("{}", names::event_const(&custom.name))
}
