//! From the model to code, one file per generated thing. Nothing fails here.

mod account;
mod api_type;
mod cascade;
mod columns;
mod customs;
mod derived;
mod events;
mod handlers;
mod hooks;
mod inputs;
mod member;
mod metadata;
mod policy;
mod populate;
mod record;
mod rules;
mod view;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Attribute, Fields, GenericParam, Generics, Item, ItemEnum, ItemStruct, ItemUnion, visit_mut::VisitMut,
};

pub(crate) use self::api_type::api_type;
use crate::{
    attr::{RawEntity, RawField, derives_serde, hides, is_serde},
    check,
    errors::Errors,
    messages,
    model::Entity,
};

/// `#[dynamic_api]`: the item without the macro's attributes, what is generated for it, and all that is wrong.
pub(crate) fn entity(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut item: Item = match syn::parse2(item.clone()) {
        Ok(item) => item,
        Err(error) => return item.into_iter().chain(error.to_compile_error()).collect(),
    };
    let errors = Errors::default();
    let generated = generate(options, &item, &errors);
    let idle_serde = match &item {
        Item::Struct(ItemStruct { attrs, .. })
        | Item::Enum(ItemEnum { attrs, .. })
        | Item::Union(ItemUnion { attrs, .. }) => derives_serde(attrs) == (false, false),
        _ => false,
    };
    Strip { idle_serde }.visit_item_mut(&mut item);
    let errors = errors.into_tokens();
    quote!(#item #errors #generated)
}

fn generate(options: TokenStream, item: &Item, errors: &Errors) -> Option<TokenStream> {
    let raw = RawEntity::parse(options, errors);
    let item = errors.keep(structure(item))?;
    if !errors_of_generics(&item.generics, errors) {
        return None;
    }
    let fields: Vec<RawField> = item
        .fields
        .iter()
        .filter_map(|field| Some(RawField::parse(field, field.ident.as_ref()?, errors)))
        .collect();
    let model = check::entity(&raw, item, &fields, errors);
    let form = if errors.count() == 0 { Form::Whole } else { Form::Stub };
    Some(expand(&model, form))
}

/// Whether all of the code is generated, or only what keeps a wrong entity from being reported as a missing one as well.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Whole,
    Stub,
}

fn expand(model: &Entity, form: Form) -> TokenStream {
    let (create, update) = (inputs::create(model), inputs::update(model));
    let (view, events) = (view::view(model), events::events(model));
    let columns = columns::columns(model);
    let krate = &model.krate.0;
    let record = (form == Form::Whole).then(|| record::record(model));
    let (fields, read) = (metadata::fields(model), policy::read(model));
    let inputs = inputs::implementations(model);
    let entity = metadata::entity(model, form);
    let (handlers, derived, populate) =
        (handlers::handlers(model), derived::functions(model), populate::checks(model));
    let customs = customs::handlers(model);
    let (account, marks) = (account::implementation(model), account::checks(model));
    quote! {
        #create
        #update
        #view
        #events
        #columns

        const _: () = {
            use #krate::__rt;

            #record
            #fields
            #read
            #inputs
            #entity
            #account
            #handlers
            #customs
            #derived
            #populate
            #marks
        };
    }
}

/// The struct with named fields that an entity is.
fn structure(item: &Item) -> syn::Result<&ItemStruct> {
    let (place, what) = match item {
        Item::Struct(item) => match &item.fields {
            Fields::Named(_) => return Ok(item),
            Fields::Unnamed(fields) => (messages::tokens(fields), "a tuple struct"),
            Fields::Unit => (messages::tokens(&item.ident), "a unit struct"),
        },
        Item::Enum(item) => (messages::tokens(&item.enum_token), "an enum"),
        Item::Union(item) => (messages::tokens(&item.union_token), "a union"),
        other => (messages::tokens(other), "another item"),
    };
    Err(messages::NOT_A_STRUCT.at(place, &[what]))
}

fn errors_of_generics(generics: &Generics, errors: &Errors) -> bool {
    for parameter in &generics.params {
        let (name, kind, instead) = match parameter {
            GenericParam::Lifetime(lifetime) => {
                (lifetime.lifetime.to_string(), "lifetime", "owned types such as `String`")
            }
            GenericParam::Type(ty) => (ty.ident.to_string(), "type", "the type it needs"),
            GenericParam::Const(value) => (value.ident.to_string(), "const", "the value it needs"),
        };
        errors.push(messages::GENERIC.at(parameter, &[&name, kind, instead]));
    }
    generics.params.is_empty()
}

/// Takes off an item what the compiler would not know: the macro's own attributes, and serde's where nothing derives its traits.
struct Strip {
    idle_serde: bool,
}

impl VisitMut for Strip {
    fn visit_attributes_mut(&mut self, attrs: &mut Vec<Attribute>) {
        attrs.retain(|attr| {
            let is_api = attr.path().is_ident("api") || hides(attr, "api");
            let is_idle = self.idle_serde && (is_serde(attr) || hides(attr, "serde"));
            !is_api && !is_idle
        });
    }
}

/// A doc comment.
fn doc(text: &str) -> TokenStream {
    let text = format!(" {text}");
    quote!(#[doc = #text])
}

/// `#[serde(..)]` of these members, or nothing where there are none.
fn serde(members: &[TokenStream]) -> Option<TokenStream> {
    (!members.is_empty()).then(|| quote!(#[serde(#(#members),*)]))
}

/// The derives of a generated type: those of the struct, and serde's.
fn derives(model: &Entity, besides: Option<TokenStream>) -> TokenStream {
    let (rt, copied, besides) = (model.krate.rt(), &model.derives, besides.into_iter());
    quote!(#[derive(#(#copied,)* #(#besides,)* #rt::serde::Serialize, #rt::serde::Deserialize)])
}
