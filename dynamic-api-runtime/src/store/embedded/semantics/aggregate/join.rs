//! `$lookup` by equality of two members, by a pipeline of its own, or by both.

use std::collections::{BTreeSet, HashMap};

use bson::{Bson, Document, RawArrayBuf, RawBsonRef, RawDocument, RawDocumentBuf};

use super::{
    Lookup, invalid, leading_match, mark_head, parse_stages, run_stages,
    stage::{self, Stage},
    unwind::set_path,
};
use crate::{
    query::{Filter, Op},
    store::{
        StoreResult,
        embedded::semantics::{
            key::encode_key,
            pace::Pace,
            path::{AtEnd, Path, array_index},
            raw, unsupported,
        },
    },
};

/// With at most so many values to look for, the other collection is asked for them; with more, for all it has.
const MAX_ASKED: usize = 1000;

/// The stage.
#[derive(Debug)]
pub(super) struct Join {
    from: String,
    /// `None` joins all documents of the other collection.
    equality: Option<Equality>,
    pipeline: Option<Pipeline>,
    to: Vec<String>,
    goes_behind: bool,
}

/// The members that are to be equal.
#[derive(Debug)]
struct Equality {
    local: Vec<String>,
    foreign: Path,
    foreign_path: String,
    /// Whether a path has a component that is a number, which keeps the stage out of the find engine.
    has_index: bool,
}

/// What the joined documents go through.
#[derive(Debug)]
struct Pipeline {
    /// What the pipeline starts with, so that the other collection is asked for no more than that.
    filter: Filter,
    stages: Vec<Stage>,
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
        let mut pipeline = None;
        for (name, value) in argument {
            match (name.as_str(), value) {
                ("from" | "localField" | "foreignField" | "as", Bson::String(text)) => {
                    texts.insert(name, text);
                }
                ("from", Bson::Document(_)) => return Err(unsupported("$lookup from another database")),
                ("from" | "localField" | "foreignField" | "as", _) => {
                    return Err(invalid(format!("$lookup's {name} must be a string")));
                }
                ("pipeline", Bson::Array(stages)) => pipeline = Some(Pipeline::parse(stages)?),
                ("pipeline", _) => return Err(invalid("$lookup's pipeline must be a list of stages")),
                ("let", _) => return Err(unsupported("$lookup with let")),
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
        let is_by_pipeline =
            pipeline.is_some() && !["localField", "foreignField"].iter().any(|name| texts.contains_key(name));
        let equality = match is_by_pipeline {
            true => None,
            false => Some(Equality::new(path("localField")?, path("foreignField")?)),
        };
        Ok(Self {
            from: text("from")?.to_owned(),
            equality,
            pipeline,
            to: parts(path("as")?),
            goes_behind: false,
        })
    }

    /// The documents, each with those of the other collection that are joined to it.
    pub(super) fn run(
        &self,
        docs: &[RawDocumentBuf],
        lookup: &dyn Lookup,
        pace: &Pace<'_>,
    ) -> StoreResult<Vec<RawDocumentBuf>> {
        let filter = self.pipeline.as_ref().map_or(Filter::All, |pipeline| pipeline.filter.clone());
        let Some(equality) = &self.equality else {
            let list = self.list(lookup.find(&self.from, filter)?, lookup, pace)?;
            return docs.iter().map(|doc| pace.step().and_then(|()| self.with_list(doc, &list))).collect();
        };
        let others = lookup.find(&self.from, filter.and(equality.asked(docs)?))?;
        let mut positions = Positions::new();
        for (i, other) in others.iter().enumerate() {
            pace.step()?;
            for key in foreign_keys(&equality.foreign, other)? {
                positions.entry(key).or_default().push(i);
            }
        }
        let join = |doc: &RawDocumentBuf| {
            pace.step()?;
            let keys = local_keys(&equality.local, doc)?;
            let equal: BTreeSet<usize> =
                keys.iter().filter_map(|key| positions.get(key)).flatten().copied().collect();
            let mut joined = Vec::with_capacity(equal.len());
            for i in equal {
                pace.step()?;
                joined.push(others[i].clone());
            }
            self.with_list(doc, &self.list(joined, lookup, pace)?)
        };
        docs.iter().map(join).collect()
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
        let is_plain =
            self.pipeline.is_none() && self.equality.as_ref().is_some_and(|equality| !equality.has_index);
        self.goes_behind = is_plain && !is_unwound;
        self.goes_behind
    }

    /// What the joined documents become.
    fn list(
        &self,
        joined: Vec<RawDocumentBuf>,
        lookup: &dyn Lookup,
        pace: &Pace<'_>,
    ) -> StoreResult<RawArrayBuf> {
        let joined = match &self.pipeline {
            Some(pipeline) => run_stages(&pipeline.stages, joined, lookup, pace)?,
            None => joined,
        };
        let mut list = RawArrayBuf::new();
        joined.into_iter().for_each(|doc| list.push(doc));
        Ok(list)
    }

    fn with_list(&self, doc: &RawDocument, list: &RawArrayBuf) -> StoreResult<RawDocumentBuf> {
        let joined = set_path(doc, &self.to, Some(RawBsonRef::Array(list)))?;
        if self.goes_behind { move_behind(&joined, &self.to[0]) } else { Ok(joined) }
    }
}

impl Equality {
    fn new(local: &str, foreign: &str) -> Self {
        let has_index = |path: &str| path.split('.').any(|part| array_index(part).is_some());
        Self {
            local: parts(local),
            foreign: Path::new(foreign),
            foreign_path: foreign.to_owned(),
            has_index: has_index(local) || has_index(foreign),
        }
    }

    /// A condition that all documents of the other collection satisfy which equal one of these.
    fn asked(&self, docs: &[RawDocumentBuf]) -> StoreResult<Filter> {
        let mut asked: HashMap<Vec<u8>, Bson> = HashMap::new();
        let mut asks_null = false;
        for value in docs.iter().flat_map(|doc| local_values(&self.local, doc)) {
            if value == RawBsonRef::Null {
                asks_null = true;
            } else if asked.len() < MAX_ASKED {
                asked.insert(key(value)?, Bson::try_from(value).map_err(|error| invalid(error.to_string()))?);
            } else {
                return Ok(Filter::All);
            }
        }
        let values = Filter::field(&self.foreign_path, Op::In(asked.into_values().collect()));
        if !asks_null {
            return Ok(values);
        }
        // Of a comparison with null, unlike a list with null, undefined is part.
        Ok(Filter::Or(vec![values, Filter::eq(&self.foreign_path, Bson::Null)]))
    }
}

impl Pipeline {
    fn parse(stages: &[Bson]) -> StoreResult<Self> {
        let stage = |stage| stage::as_document("a stage of $lookup's pipeline", stage).cloned();
        let stages = stages.iter().map(stage).collect::<StoreResult<Vec<_>>>()?;
        let (filter, consumed) = leading_match(&stages)?;
        let mut stages = parse_stages(&stages)?;
        mark_head(&mut stages);
        stages.drain(..consumed);
        Ok(Self { filter, stages })
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

fn local_keys(path: &[String], doc: &RawDocument) -> StoreResult<BTreeSet<Vec<u8>>> {
    local_values(path, doc).into_iter().map(key).collect()
}

/// The values of a member to look for: an array's elements in its place; null where there are none at all.
fn local_values<'a>(path: &[String], doc: &'a RawDocument) -> Vec<RawBsonRef<'a>> {
    let mut values = Vec::new();
    collect_in_document(doc, path, &mut values);
    for value in &mut values {
        if *value == RawBsonRef::Undefined {
            *value = RawBsonRef::Null;
        }
    }
    if values.is_empty() {
        values.push(RawBsonRef::Null);
    }
    values
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
