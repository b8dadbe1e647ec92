//! `$lookup` by equality of two members.

use std::collections::{BTreeSet, HashMap};

use bson::{Bson, Document, RawArrayBuf, RawBsonRef, RawDocument, RawDocumentBuf};

use super::{
    Lookup, invalid,
    stage::{self, Stage},
    unwind::set_path,
};
use crate::store::{
    StoreResult,
    embedded::semantics::{
        key::encode_key,
        pace::Pace,
        path::{AtEnd, Path, array_index},
        raw, unsupported,
    },
};

/// The stage.
#[derive(Debug)]
pub(super) struct Join {
    from: String,
    local: Vec<String>,
    foreign: Path,
    to: Vec<String>,
    /// Whether a path has a component that is a number, which keeps the stage out of the find engine.
    has_index: bool,
    goes_behind: bool,
}

fn parts(path: &str) -> Vec<String> {
    path.split('.').map(str::to_owned).collect()
}

/// The documents of a collection by the values of a member.
type Positions = HashMap<Vec<u8>, Vec<usize>>;

impl Join {
    /// Reads the stage's argument.
    pub(super) fn parse(argument: &Document) -> StoreResult<Self> {
        let mut texts: HashMap<&str, &str> = HashMap::new();
        for (name, value) in argument {
            match (name.as_str(), value) {
                ("from" | "localField" | "foreignField" | "as", Bson::String(text)) => {
                    texts.insert(name, text);
                }
                ("from", Bson::Document(_)) => return Err(unsupported("$lookup from another database")),
                ("from" | "localField" | "foreignField" | "as", _) => {
                    return Err(invalid(format!("$lookup's {name} must be a string")));
                }
                ("let" | "pipeline", _) => return Err(unsupported(format!("$lookup with {name}"))),
                (name, _) => return Err(invalid(format!("$lookup has no member {name}"))),
            }
        }
        let text = |name: &str| {
            texts.get(name).copied().ok_or_else(|| invalid(format!("$lookup must have a member {name}")))
        };
        let path = |name: &str| {
            let path = text(name)?;
            stage::check_path(path).map(|()| path)
        };
        Ok(Self {
            from: text("from")?.to_owned(),
            local: parts(path("localField")?),
            foreign: Path::new(path("foreignField")?),
            to: parts(path("as")?),
            has_index: ["localField", "foreignField"].iter().any(|name| {
                texts.get(name).is_some_and(|path| path.split('.').any(|part| array_index(part).is_some()))
            }),
            goes_behind: false,
        })
    }

    /// The documents, each with those of the other collection that equal it in the members named.
    pub(super) fn run(
        &self,
        docs: &[RawDocumentBuf],
        lookup: &dyn Lookup,
        pace: &Pace<'_>,
    ) -> StoreResult<Vec<RawDocumentBuf>> {
        let others = lookup.find(&self.from)?;
        let mut positions = Positions::new();
        for (i, other) in others.iter().enumerate() {
            pace.step()?;
            for key in foreign_keys(&self.foreign, other)? {
                positions.entry(key).or_default().push(i);
            }
        }
        docs.iter().map(|doc| self.join(doc, &others, &positions, pace)).collect()
    }

    /// The top-level member that it sets.
    pub(super) fn name(&self) -> &str {
        &self.to[0]
    }

    /// Says which stage follows, where all before are run by MongoDB's find engine, and answers whether this one is.
    ///
    /// There the list goes behind the other members even if one of its name was there before; elsewhere it takes that one's
    /// place.
    pub(super) fn at_head(&mut self, next: Option<&Stage>) -> bool {
        let is_unwound = matches!(next, Some(Stage::Unwind(unwind)) if unwind.is_of(&self.to));
        self.goes_behind = !self.has_index && !is_unwound;
        self.goes_behind
    }

    fn join(
        &self,
        doc: &RawDocument,
        others: &[RawDocumentBuf],
        positions: &Positions,
        pace: &Pace<'_>,
    ) -> StoreResult<RawDocumentBuf> {
        pace.step()?;
        let keys = local_keys(&self.local, doc)?;
        let found: BTreeSet<usize> =
            keys.iter().filter_map(|key| positions.get(key)).flatten().copied().collect();
        let mut list = RawArrayBuf::new();
        for i in found {
            pace.step()?;
            list.push(&others[i]);
        }
        let list = Some(RawBsonRef::Array(&list));
        let joined = set_path(doc, &self.to, list)?;
        if self.goes_behind { move_behind(&joined, &self.to[0]) } else { Ok(joined) }
    }
}

/// The document with one of its members as the last.
fn move_behind(doc: &RawDocument, name: &str) -> StoreResult<RawDocumentBuf> {
    let mut out = RawDocumentBuf::new();
    for element in raw::elements(doc).filter(|element| element.key().as_str() != name) {
        raw::copy(&mut out, &element);
    }
    if let Some(value) = raw::member(doc, name) {
        raw::append(&mut out, name, value)?;
    }
    Ok(out)
}

/// The values of a member in the other collection: what a filter on it would see, nothing being null.
fn foreign_keys(path: &Path, doc: &RawDocument) -> StoreResult<BTreeSet<Vec<u8>>> {
    let mut values = Vec::new();
    path.any(doc, AtEnd::Elements, &mut |value| {
        values.push(value.unwrap_or(RawBsonRef::Null));
        false
    });
    values.into_iter().map(key).collect()
}

/// The values of a member to look for: an array's elements in its place; null where there are none at all.
fn local_keys(path: &[String], doc: &RawDocument) -> StoreResult<BTreeSet<Vec<u8>>> {
    let mut values = Vec::new();
    collect_in_document(doc, path, &mut values);
    if values.is_empty() {
        values.push(RawBsonRef::Null);
    }
    values.into_iter().map(key).collect()
}

fn key(value: RawBsonRef<'_>) -> StoreResult<Vec<u8>> {
    let value = if value == RawBsonRef::Undefined { RawBsonRef::Null } else { value };
    let mut key = Vec::new();
    encode_key(&mut key, value)?;
    Ok(key)
}

fn collect_in_document<'a>(doc: &'a RawDocument, path: &[String], values: &mut Vec<RawBsonRef<'a>>) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    if let Some(value) = raw::member(doc, first) {
        collect(value, rest, values);
    }
}

fn collect<'a>(value: RawBsonRef<'a>, path: &[String], values: &mut Vec<RawBsonRef<'a>>) {
    match (value, path.split_first()) {
        (RawBsonRef::Array(array), None) => values.extend(raw::values(array)),
        (value, None) => values.push(value),
        (RawBsonRef::Document(doc), Some(_)) => collect_in_document(doc, path, values),
        (RawBsonRef::Array(array), Some((first, rest))) => match array_index(first) {
            Some(index) => {
                if let Some(element) = raw::values(array).nth(index) {
                    collect(element, rest, values);
                }
            }
            None => {
                for element in raw::values(array) {
                    if let RawBsonRef::Document(doc) = element {
                        collect_in_document(doc, path, values);
                    }
                }
            }
        },
        _ => {}
    }
}
