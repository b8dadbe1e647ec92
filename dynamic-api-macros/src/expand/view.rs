//! What clients see: `UserView`, read from a stored document and written as JSON.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{derives, doc, member, serde};
use crate::model::{Entity, Field};

pub(super) fn view(model: &Entity) -> TokenStream {
    let (vis, name, krate, rt) = (&model.vis, &model.types.view, model.krate.serde(), model.krate.rt());
    let text = doc(&format!("[`{}`] as clients see it.", model.ident));
    let derives = derives(model, None);
    let fields = model.fields.iter().filter(|field| field.is_visible()).map(|field| {
        let Field { ident, ty, docs, cfgs, .. } = field;
        let public = member::public(field);
        let serde = serde(&member::whole(model, field));
        quote!(#(#docs)* #(#cfgs)* #serde #public #ident: #ty,)
    });
    let instants = instants(model);
    quote! {
        #text
        #derives
        #[serde(crate = #krate)]
        #vis struct #name {
            /// Its id.
            #[serde(rename(serialize = "id", deserialize = "_id"))]
            pub id: #rt::Id,
            #(#fields)*
            #instants
        }
    }
}

/// The instants that the server keeps. A document that another program wrote may lack them.
fn instants(model: &Entity) -> TokenStream {
    let rt = model.krate.rt();
    let always = [
        ("created_at", "createdAt", "When it was created."),
        ("updated_at", "updatedAt", "When it was last written."),
    ];
    let deleted = model.soft_delete.then_some(("deleted_at", "deletedAt", "When it was deleted."));
    let fields = always.into_iter().chain(deleted).map(|(ident, name, text)| {
        let (ident, doc) = (format_ident!("{ident}"), doc(text));
        quote! {
            #doc
            #[serde(rename = #name, default, skip_serializing_if = "Option::is_none")]
            pub #ident: Option<#rt::DateTime>,
        }
    });
    quote!(#(#fields)*)
}
