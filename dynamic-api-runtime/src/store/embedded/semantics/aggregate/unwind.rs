//! `$unwind`: a document for each element of an array.

use bson::{Bson, RawBson, RawBsonRef, RawDocument, RawDocumentBuf};

use super::{expression::Expression, invalid, stage};
use crate::store::{
    StoreResult,
    embedded::semantics::{pace::Pace, raw, unsupported},
};

/// The stage.
#[derive(Debug)]
pub(super) struct Unwind {
    path: Vec<String>,
    index_path: Option<Vec<String>>,
    preserve: bool,
}

impl Unwind {
    /// Reads the stage's argument.
    pub(super) fn parse(argument: &Bson) -> StoreResult<Self> {
        let doc = match argument {
            Bson::String(_) => {
                return Ok(Self { path: parse_path(argument)?, index_path: None, preserve: false });
            }
            Bson::Document(doc) => doc,
            _ => return Err(invalid("$unwind takes a path or a document")),
        };
        let (mut path, mut preserve) = (None, false);
        let mut index_path: Option<Vec<String>> = None;
        for (name, value) in doc {
            match (name.as_str(), value) {
                ("path", value) => path = Some(parse_path(value)?),
                ("includeArrayIndex", Bson::String(name)) => {
                    stage::check_path(name)?;
                    index_path = Some(name.split('.').map(str::to_owned).collect());
                }
                ("preserveNullAndEmptyArrays", Bson::Boolean(value)) => preserve = *value,
                (name, _) => return Err(invalid(format!("$unwind can't take this {name}"))),
            }
        }
        let path = path.ok_or_else(|| invalid("$unwind takes a path"))?;
        if index_path.as_ref().is_some_and(|index| index.len() < path.len() && path.starts_with(index)) {
            return Err(unsupported("$unwind with includeArrayIndex in the way of its path"));
        }
        Ok(Self { path, index_path, preserve })
    }

    /// The top-level member that holds the index.
    pub(super) fn index_name(&self) -> Option<&str> {
        self.index_path.as_ref().map(|path| path[0].as_str())
    }

    /// Whether it unwinds what is at this path.
    pub(super) fn is_of(&self, path: &[String]) -> bool {
        self.path == path
    }

    /// What the documents become.
    pub(super) fn run(&self, docs: &[RawDocumentBuf], pace: &Pace<'_>) -> StoreResult<Vec<RawDocumentBuf>> {
        let mut out = Vec::with_capacity(docs.len());
        for doc in docs {
            pace.step()?;
            self.unwind(doc, &mut out, pace)?;
        }
        Ok(out)
    }

    fn unwind(
        &self,
        doc: &RawDocumentBuf,
        out: &mut Vec<RawDocumentBuf>,
        pace: &Pace<'_>,
    ) -> StoreResult<()> {
        match through_documents(doc, &self.path) {
            Some(RawBsonRef::Array(array)) if array.is_empty() => {
                if self.preserve {
                    // An index that takes the array's place stands where the array stood.
                    let keeps_place =
                        self.index_path.as_ref().is_some_and(|index| index.starts_with(&self.path));
                    let doc = if keeps_place { doc.clone() } else { set_path(doc, &self.path, None)? };
                    out.push(self.with_index(doc, None)?);
                }
            }
            Some(RawBsonRef::Array(array)) => {
                for (index, value) in raw::values(array).enumerate() {
                    pace.step()?;
                    out.push(self.with_index(set_path(doc, &self.path, Some(value))?, Some(index))?);
                }
            }
            None | Some(RawBsonRef::Null | RawBsonRef::Undefined) => {
                if self.preserve {
                    out.push(self.with_index(doc.clone(), None)?);
                }
            }
            Some(_) => out.push(self.with_index(doc.clone(), None)?),
        }
        Ok(())
    }

    fn with_index(&self, doc: RawDocumentBuf, index: Option<usize>) -> StoreResult<RawDocumentBuf> {
        let Some(path) = &self.index_path else {
            return Ok(doc);
        };
        let index = index.map_or(RawBson::Null, |index| RawBson::Int64(index as i64));
        set_path(&doc, path, Some(index.as_raw_bson_ref()))
    }
}

fn parse_path(value: &Bson) -> StoreResult<Vec<String>> {
    let path = match value {
        Bson::String(text) if text.starts_with('$') && !text.starts_with("$$") => Expression::parse(value)?,
        _ => return Err(invalid("the path of $unwind must start with a $")),
    };
    Ok(path.as_path().map(<[String]>::to_vec).unwrap_or_default())
}

/// The value at a path that leads through documents only.
fn through_documents<'a>(doc: &'a RawDocument, path: &[String]) -> Option<RawBsonRef<'a>> {
    let (first, rest) = path.split_first()?;
    match raw::member(doc, first)? {
        value if rest.is_empty() => Some(value),
        RawBsonRef::Document(inner) => through_documents(inner, rest),
        _ => None,
    }
}

/// The document with another value at a path, or with none. What is in the way of the path is replaced by a document.
pub(super) fn set_path(
    doc: &RawDocument,
    path: &[String],
    value: Option<RawBsonRef<'_>>,
) -> StoreResult<RawDocumentBuf> {
    let mut out = RawDocumentBuf::new();
    let Some((first, rest)) = path.split_first() else {
        return Ok(out);
    };
    let mut found = false;
    for element in raw::elements(doc) {
        if element.key().as_str() != first {
            raw::copy(&mut out, &element);
            continue;
        }
        found = true;
        let inner = element.value().ok().and_then(|value| value.as_document());
        append_at(&mut out, first, inner, rest, value)?;
    }
    if !found && value.is_some() {
        append_at(&mut out, first, None, rest, value)?;
    }
    Ok(out)
}

fn append_at(
    out: &mut RawDocumentBuf,
    name: &str,
    inner: Option<&RawDocument>,
    rest: &[String],
    value: Option<RawBsonRef<'_>>,
) -> StoreResult<()> {
    match (rest.is_empty(), value) {
        (true, Some(value)) => raw::append(out, name, value),
        (true, None) => Ok(()),
        (false, _) => {
            let inner = match inner {
                Some(inner) => set_path(inner, rest, value)?,
                None => set_path(&RawDocumentBuf::new(), rest, value)?,
            };
            raw::append(out, name, RawBsonRef::Document(&inner))
        }
    }
}
