//! Hooks around writes as written: `before_save = f`, `before_delete = f`, `after_save(f, retry = 3, delay = "1s")`.

use proc_macro2::Ident;
use syn::{LitStr, Path, Token, ext::IdentExt, parse::ParseStream, token};

use super::options::{self, Slot};
use crate::{errors::Errors, messages};

/// What runs around the writes of an entity, or of a route.
#[derive(Default)]
pub(crate) struct RawHooks {
    pub(crate) before_save: Slot<Path>,
    pub(crate) before_delete: Slot<Path>,
    pub(crate) after_save: Slot<RawAfterSave>,
}

/// `after_save = f` or `after_save(f, ..)`.
pub(crate) struct RawAfterSave {
    pub(crate) hook: Path,
    pub(crate) retry: Slot<u32>,
    /// In milliseconds.
    pub(crate) delay: Slot<u64>,
}

/// The names of these options.
pub(super) const HOOKS: [&str; 3] = ["before_save", "before_delete", "after_save"];

/// How `after_save` is written with all that it takes.
pub(crate) const AFTER_SAVE: &str = "after_save(notify, retry = 3, delay = \"1s\")";

/// How often a hook can be tried again: with pauses that double, that is a day and more.
const MAX_RETRY: u32 = 32;
/// The longest first pause, in milliseconds.
const MAX_DELAY: u64 = 60 * 60 * 1000;

impl RawHooks {
    /// Takes an option, where it is a hook.
    pub(super) fn option(
        &mut self,
        name: &Ident,
        input: ParseStream<'_>,
        errors: &Errors,
    ) -> Option<syn::Result<()>> {
        Some(match name.to_string().as_str() {
            "before_save" => self.before_save.set(name, options::path(name, input, "stamped")),
            "before_delete" => {
                self.before_delete.set(name, options::path(name, input, "not_while_published"))
            }
            "after_save" => self.after_save.set(name, RawAfterSave::parse(name, input, errors)),
            _ => return None,
        })
    }
}

impl RawAfterSave {
    fn parse(name: &Ident, input: ParseStream<'_>, errors: &Errors) -> syn::Result<Self> {
        if !input.peek(token::Paren) {
            return options::path(name, input, "notify").map(Self::once);
        }
        let (list, mut raw) = (options::list(name, input, AFTER_SAVE)?, None);
        options::items(list, errors, |input| match &mut raw {
            None => {
                raw = Some(Self::once(function(name, input)?));
                Ok(())
            }
            Some(raw) => raw.option(&input.call(Ident::parse_any)?, input),
        });
        raw.ok_or_else(|| messages::NEEDS_VALUE.at(name, &["after_save", AFTER_SAVE]))
    }

    fn once(hook: Path) -> Self {
        Self { hook, retry: Slot::default(), delay: Slot::default() }
    }

    fn option(&mut self, name: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match name.to_string().as_str() {
            "retry" => self.retry.set(name, options::integer(name, input, MAX_RETRY, "retry = 3")),
            "delay" => {
                let delay = options::string(name, input, "1s").and_then(|text| milliseconds(&text));
                self.delay.set(name, delay)
            }
            _ => Err(options::unknown_member(name, "`after_save`", &["retry", "delay"])),
        }
    }
}

/// The path of the hook, which comes first.
fn function(name: &Ident, input: ParseStream<'_>) -> syn::Result<Path> {
    let ahead = input.fork();
    let is_path = ahead.call(Path::parse_mod_style).is_ok() && !ahead.peek(Token![=]);
    if is_path {
        return input.call(Path::parse_mod_style);
    }
    Err(messages::NEEDS_VALUE.at(name, &["after_save", AFTER_SAVE]))
}

/// The milliseconds of `500ms`, `2s` or `5m`.
fn milliseconds(text: &LitStr) -> syn::Result<u64> {
    let value = text.value();
    // The longer name first, of which the other is the end.
    let units = [("ms", 1), ("s", 1000), ("m", 60_000)];
    let milliseconds = units.into_iter().find_map(|(unit, milliseconds)| {
        let number: u64 = value.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(milliseconds).filter(|delay| (1..=MAX_DELAY).contains(delay))
    });
    milliseconds.ok_or_else(|| {
        let expected = "a number of milliseconds, seconds or minutes, together at most an hour";
        messages::WRONG_VALUE.at(text, &["delay", expected, "delay = \"1s\""])
    })
}
