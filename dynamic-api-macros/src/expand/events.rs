//! The names of the Socket.IO events, as constants.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{customs, doc};
use crate::{
    model::{Entity, Route},
    names,
};

pub(super) fn events(model: &Entity) -> TokenStream {
    let (vis, name) = (&model.vis, &model.types.events);
    let text = doc(&format!("The Socket.IO events of [`{}`].", model.ident));
    let consts = model.routes.iter().map(|route| {
        let doc = doc(&format!("The event of {}.", title(route)));
        let (name, event) = (format_ident!("{}", names::event_const(&route.handler)), &route.event);
        quote!(#doc pub const #name: &'static str = #event;)
    });
    let consts = consts.chain(model.customs.iter().map(customs::event_const));
    quote! {
        #text
        #vis struct #name;

        impl #name { #(#consts)* }
    }
}

/// A route in words.
fn title(route: &Route) -> String {
    let mut title = format!("`{}`", route.kind.name());
    if let Some(sub_path) = &route.sub_path {
        title.push_str(&format!(" at `{sub_path}`"));
    }
    if let Some(version) = &route.version {
        title.push_str(&format!(" in version {version}"));
    }
    title
}
