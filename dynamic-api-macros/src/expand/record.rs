//! The entity's own fields as BSON. A mirror of the struct, so that serde of the struct itself stays the user's to derive.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use super::{Form, member, serde};
use crate::model::{Entity, Field};

fn name(model: &Entity) -> Ident {
    format_ident!("{}Record", model.ident.unraw())
}

pub(super) fn record(model: &Entity) -> TokenStream {
    let (record, entity, krate) = (name(model), model.ident.to_string(), model.krate.serde());
    let fields = model.fields.iter().map(|field| {
        let Field { ident, ty, cfgs, .. } = field;
        let serde = serde(&member::stored(model, field));
        quote!(#(#cfgs)* #serde #ident: #ty,)
    });
    quote! {
        #[derive(__rt::serde::Serialize, __rt::serde::Deserialize)]
        #[serde(crate = #krate, remote = #entity)]
        struct #record { #(#fields)* }
    }
}

/// The functions of `Entity` that read and write a document.
pub(super) fn functions(model: &Entity, form: Form) -> TokenStream {
    let (entity, record, krate) = (&model.ident, name(model), model.krate.serde());
    let document = format_ident!("{}Document", entity.unraw());
    let with = record.to_string();
    let (from, to) = match form {
        Form::Whole => (
            quote! { #record::deserialize(__rt::bson::RawDeserializer::new(document.as_bytes())?) },
            quote! {
                #[derive(__rt::serde::Serialize)]
                #[serde(crate = #krate, transparent)]
                struct #document<'a>(#[serde(with = #with)] &'a #entity);

                __rt::bson::serialize_to_raw_document_buf(&#document(self))
            },
        ),
        Form::Stub => (quote!(__rt::stub(document)), quote!(__rt::stub(self))),
    };
    quote! {
        fn from_document(document: &__rt::bson::RawDocument) -> __rt::bson::error::Result<Self> {
            #from
        }

        fn to_document(&self) -> __rt::bson::error::Result<__rt::bson::RawDocumentBuf> {
            #to
        }
    }
}
