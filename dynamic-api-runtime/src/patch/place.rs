//! Where a pointer of a patch leads by the declared fields, and whether a patch may use what is there.

use json_patch::jsonptr::Pointer;

use super::shape::Shape;
use crate::{
    entity::Field,
    error::Violation,
    input::{keys, shown, unknown},
    server_fields::{ID, PUBLIC_ID},
    types::Schema,
};

/// What an operation does to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usage {
    /// It looks at the value: `test`, and what `copy` is from.
    Read,
    /// It puts a value there, or takes it away.
    Write,
    /// It takes a value away to put it elsewhere: what `move` is from.
    Take,
}

impl Usage {
    pub(super) fn reads(self) -> bool {
        matches!(self, Self::Read | Self::Take)
    }

    pub(super) fn writes(self) -> bool {
        matches!(self, Self::Write | Self::Take)
    }
}

/// Why a place can't be used.
#[derive(Debug)]
pub(super) struct Refused {
    code: &'static str,
    message: String,
}

impl Refused {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(super) fn at(self, pointer: String) -> Violation {
        Violation::new(pointer, self.code, self.message)
    }
}

/// A place in the documents of an entity.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The declared members that lead there, each of the struct before it; none for the document itself.
    pub(super) fields: Vec<Field>,
    /// What comes behind them: indexes, keys of maps, and all below these.
    pub(super) rest: Vec<String>,
    /// What the value there looks like.
    pub(super) schema: &'static Schema,
}

impl Place {
    /// The place that a pointer leads to, if a patch may use it so.
    pub(super) fn find(shape: &Shape, path: &Pointer, usage: Usage) -> Result<Self, Refused> {
        let tokens: Vec<String> = path.tokens().map(|token| token.decoded().into_owned()).collect();
        check_tokens(&tokens)?;
        let Some((top, below)) = tokens.split_first() else {
            return match usage {
                Usage::Read => Ok(Self { fields: vec![], rest: vec![], schema: &Schema::Any }),
                _ => Err(Refused::new("patch", "a patch can't replace or remove the document as a whole")),
            };
        };
        let field = shape.admit(top, usage)?;
        if !field.is_visible() && !below.is_empty() {
            return Err(Refused::new("patch", format!("{top} can be set as a whole only")));
        }
        let mut place = Self { fields: vec![*field], rest: vec![], schema: field.schema };
        below.iter().try_for_each(|token| place.enter(token))?;
        Ok(place)
    }

    fn enter(&mut self, token: &str) -> Result<(), Refused> {
        match self.schema.present() {
            Schema::Struct(fields) => {
                let field = fields.iter().find(|field| field.name == token);
                let field =
                    field.ok_or_else(|| Refused::new("unknown", unknown(&self.name(), fields, token)))?;
                if self.rest.is_empty() {
                    self.fields.push(*field);
                } else {
                    self.rest.push(token.to_owned());
                }
                self.schema = field.schema;
                return Ok(());
            }
            Schema::List(item) if is_index(token) => self.schema = item,
            Schema::List(_) => {
                let message = format!("{} is no index of an array: use 0, 1, ... or -", shown(token));
                return Err(Refused::new("patch", message));
            }
            Schema::Map(item) => self.schema = item,
            Schema::Any => self.schema = &Schema::Any,
            _ => return Err(Refused::new("unknown", format!("{} has no members", self.name()))),
        }
        self.rest.push(token.to_owned());
        Ok(())
    }

    /// The place in words: `address.city`.
    pub(super) fn name(&self) -> String {
        let names = self.fields.iter().map(|field| field.name);
        names.chain(self.rest.iter().map(|token| &**token)).map(shown).collect::<Vec<_>>().join(".")
    }

    /// The path in the store of a place that only declared members lead to.
    pub(super) fn stored(&self) -> String {
        let name = |field: &Field| if field.name == PUBLIC_ID { ID } else { field.name };
        self.fields.iter().map(name).collect::<Vec<_>>().join(".")
    }

    /// Whether clients see what is there.
    pub(super) fn is_visible(&self) -> bool {
        self.fields.first().is_none_or(Field::is_visible)
    }

    /// The member, where only declared ones lead to it, and each but itself is there in every document: what an update can
    /// reach by its path.
    pub(super) fn reachable(&self) -> Option<&Field> {
        let (last, parents) = self.fields.split_last()?;
        let is_there = |field: &Field| matches!(field.schema, Schema::Struct(_)) && field.default.is_none();
        (self.rest.is_empty() && parents.iter().all(is_there)).then_some(last)
    }

    /// Whether one of both holds the other, or they are the same.
    pub(super) fn touches(&self, other: &Self) -> bool {
        self.tokens().zip(other.tokens()).all(|(one, other)| one == other)
    }

    fn tokens(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name).chain(self.rest.iter().map(|token| &**token))
    }
}

fn check_tokens(tokens: &[String]) -> Result<(), Refused> {
    if tokens.len() > keys::MAX_DEPTH {
        return Err(Refused::new("range", format!("values nest at most {} levels deep", keys::MAX_DEPTH)));
    }
    match tokens.iter().find(|token| !keys::is_plain(token)) {
        Some(token) => Err(Refused::new("key", keys::message(token))),
        None => Ok(()),
    }
}

/// `-`, or digits without a zero in front (RFC 6901, section 4).
fn is_index(token: &str) -> bool {
    let is_number = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    token == "-" || token == "0" || (is_number && !token.starts_with('0'))
}
