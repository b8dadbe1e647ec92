//! The attribute macros of `dynamic-api`.
use proc_macro::TokenStream;
/// x
#[proc_macro_attribute]
pub fn dynamic_api(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}
/// x
#[proc_macro_attribute]
pub fn api_type(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}
