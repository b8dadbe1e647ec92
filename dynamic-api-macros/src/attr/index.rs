//! The indexes of an entity: `index(a, -b)`, `unique(a, -b)`, `text_index(a, b)`, `ttl_index(a, seconds = 5)`.

use proc_macro2::Ident;
use syn::{Token, ext::IdentExt, parse::ParseStream};

use super::options::{self, Slot};
use crate::{errors::Errors, messages, model::Direction};

/// An index as written.
pub(crate) struct RawIndex {
    pub(crate) name: Ident,
    pub(crate) kind: RawIndexKind,
    pub(crate) keys: Vec<(Ident, Direction)>,
    /// Whether all of it could be read.
    pub(crate) complete: bool,
}

/// What an index is for.
pub(crate) enum RawIndexKind {
    Plain,
    Unique,
    Text,
    Ttl(Slot<u32>),
}

/// How `ttl_index` is written.
pub(crate) const TTL_INDEX: &str = "ttl_index(expires_at, seconds = 3600)";

/// What MongoDB takes for `expireAfterSeconds`.
const MAX_SECONDS: u32 = i32::MAX as u32;

impl RawIndex {
    pub(super) fn parse(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Self> {
        let before = errors.count();
        let (mut keys, mut seconds) = (vec![], Slot::default());
        let text = name.to_string();
        let example = match &*text {
            "text_index" => "text_index(title, body)".to_owned(),
            "ttl_index" => TTL_INDEX.to_owned(),
            _ => format!("{name}(category, -price)"),
        };
        let list = options::list(name, input, &example)?;
        options::items(list, errors, |input| match &*text {
            "ttl_index" if input.peek(Ident::peek_any) && input.peek2(Token![=]) => {
                read_seconds(&mut seconds, input)
            }
            "text_index" | "ttl_index" => {
                let wrong = |place| messages::BAD_PLAIN_KEY.at_span(place, &[&text, &example]);
                let key = input.parse::<Ident>().map_err(|error| wrong(error.span()))?;
                keys.push((key, Direction::Ascending));
                Ok(())
            }
            _ => {
                keys.push(directed(input)?);
                Ok(())
            }
        });
        let kind = match &*text {
            "unique" => RawIndexKind::Unique,
            "text_index" => RawIndexKind::Text,
            "ttl_index" => RawIndexKind::Ttl(seconds),
            _ => RawIndexKind::Plain,
        };
        Ok(Self { name: name.clone(), kind, keys, complete: errors.count() == before })
    }
}

/// A key with its direction.
fn directed(input: ParseStream<'_>) -> syn::Result<(Ident, Direction)> {
    let minus = input.parse::<Option<Token![-]>>()?;
    let key = input.parse::<Ident>().map_err(|error| {
        let place = minus.as_ref().filter(|_| input.is_empty());
        messages::BAD_INDEX_KEY.at_span(place.map_or(error.span(), |minus| minus.span), &[])
    })?;
    Ok((key, if minus.is_some() { Direction::Descending } else { Direction::Ascending }))
}

fn read_seconds(seconds: &mut Slot<u32>, input: ParseStream<'_>) -> syn::Result<()> {
    let option = input.call(Ident::parse_any)?;
    if option != "seconds" {
        return Err(options::unknown_member(&option, "`ttl_index`", &["seconds"]));
    }
    seconds.set(&option, options::integer(&option, input, MAX_SECONDS, "seconds = 3600"))
}
