//! What makes an entity one of users: the names of its account's fields, and what the compiler is asked of their types.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::model::{Account, Credential, Entity, Field, Registration};

/// The implementation of `UserEntity`.
pub(super) fn implementation(model: &Entity) -> Option<TokenStream> {
    let Account { login, password } = model.account.as_ref()?;
    let entity = &model.ident;
    let claims = list("claims", model, |field| {
        let name = &field.name;
        field.claim.then(|| quote!(#name))
    });
    let register = list("register", model, |field| {
        let name = &field.name;
        let is_required = match field.register? {
            Registration::Required => true,
            Registration::AsDeclared => !field.can_be_left_out(),
        };
        let new = if is_required { quote!(required) } else { quote!(optional) };
        Some(quote!(__rt::RegisterField::#new(#name)))
    });
    Some(quote! {
        impl __rt::UserEntity for #entity {
            const ACCOUNT: &'static __rt::AccountMeta = &__rt::AccountMeta::new(#login, #password) #claims #register;
        }
    })
}

/// `.option(&[rows])`, where some fields have one.
fn list(option: &str, model: &Entity, row: impl Fn(&Field) -> Option<TokenStream>) -> Option<TokenStream> {
    let option = quote::format_ident!("{option}");
    let row = |field| {
        let (Field { cfgs, .. }, row) = (field, row(field)?);
        Some(quote!(#(#cfgs)* #row))
    };
    let rows: Vec<TokenStream> = model.fields.iter().filter_map(row).collect();
    (!rows.is_empty()).then(|| quote!(.#option(&[#(#rows),*])))
}

/// A call for each mark, which compiles only where the type of its field is one that the mark can have.
pub(super) fn checks(model: &Entity) -> TokenStream {
    model.fields.iter().flat_map(check).collect()
}

fn check(field: &Field) -> Vec<TokenStream> {
    let Field { ty, cfgs, .. } = field;
    let credential = field.credential.map(|credential| match credential {
        Credential::Login => quote!(is_login),
        Credential::Password => quote!(is_password),
    });
    let claim = field.claim.then(|| quote!(is_claim));
    let call = |function| {
        // Where what a constant comes to is wrong, the compiler points at the call.
        let call = quote_spanned!(ty.span()=> __rt::#function::<#ty>());
        quote! {
            #(#cfgs)*
            const _: () = #call;
        }
    };
    credential.into_iter().chain(claim).map(call).collect()
}
