//! Expressions: paths, literals, and documents and arrays of them. It knows no stages.

use bson::{Bson, RawArray, RawArrayBuf, RawBson, RawBsonRef, RawDocument, RawDocumentBuf};

use super::invalid;
use crate::store::{
    StoreResult,
    embedded::semantics::{raw, unsupported},
};

/// What a stage computes from a document.
#[derive(Debug)]
pub(super) enum Expression {
    /// `$a.b`
    Path(Vec<String>),
    /// `$$ROOT`
    Root,
    /// `$$REMOVE`: nothing.
    Nothing,
    /// Any value as it stands.
    Literal(RawBson),
    /// A document of expressions.
    Document(Vec<(String, Expression)>),
    /// An array of expressions.
    Array(Vec<Expression>),
}

/// The value of an expression: a part of the document it was put to, or a new one.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Part(RawBsonRef<'a>),
    New(RawBson),
}

impl Value<'_> {
    /// The value.
    pub(super) fn as_ref(&self) -> RawBsonRef<'_> {
        match self {
            Self::Part(value) => *value,
            Self::New(value) => value.as_raw_bson_ref(),
        }
    }

    /// The value, copied where it is a part.
    pub(super) fn into_owned(self) -> RawBson {
        match self {
            Self::Part(value) => value.into(),
            Self::New(value) => value,
        }
    }
}

impl Expression {
    /// Reads an expression.
    pub(super) fn parse(value: &Bson) -> StoreResult<Self> {
        match value {
            Bson::String(text) => Self::parse_text(text),
            Bson::Array(values) => {
                Ok(Self::Array(values.iter().map(Self::parse).collect::<StoreResult<_>>()?))
            }
            Bson::Document(doc) => match doc.keys().find(|name| name.starts_with('$')) {
                Some(operator) => Self::parse_operator(operator, doc),
                None => {
                    let member = |(name, value): (&String, &Bson)| {
                        if name.is_empty() || name.contains('.') {
                            return Err(invalid(format!("{name:?} can't name a member of an expression")));
                        }
                        Ok((name.clone(), Self::parse(value)?))
                    };
                    Ok(Self::Document(doc.iter().map(member).collect::<StoreResult<_>>()?))
                }
            },
            other => Ok(Self::Literal(raw::from_bson(other)?)),
        }
    }

    fn parse_operator(operator: &str, doc: &bson::Document) -> StoreResult<Self> {
        if doc.len() != 1 {
            return Err(invalid(format!("{operator} must be the only member of its expression")));
        }
        match (operator, doc.get(operator)) {
            ("$literal", Some(value)) => Ok(Self::Literal(raw::from_bson(value)?)),
            _ => Err(unsupported(format!("the operator {operator}"))),
        }
    }

    fn parse_text(text: &str) -> StoreResult<Self> {
        if let Some(variable) = text.strip_prefix("$$") {
            return Self::parse_variable(variable);
        }
        match text.strip_prefix('$') {
            Some(path) => Self::parse_path(path),
            None => Ok(Self::Literal(RawBson::String(text.to_owned()))),
        }
    }

    fn parse_variable(text: &str) -> StoreResult<Self> {
        match text.split_once('.').map_or((text, None), |(name, path)| (name, Some(path))) {
            ("ROOT" | "CURRENT", Some(path)) => Self::parse_path(path),
            ("ROOT" | "CURRENT", None) => Ok(Self::Root),
            ("REMOVE", None) => Ok(Self::Nothing),
            (name, _) => Err(unsupported(format!("the variable $${name}"))),
        }
    }

    fn parse_path(path: &str) -> StoreResult<Self> {
        super::stage::check_path(path)?;
        Ok(Self::Path(path.split('.').map(str::to_owned).collect()))
    }

    /// The path, where the expression is one.
    pub(super) fn as_path(&self) -> Option<&[String]> {
        if let Self::Path(path) = self { Some(path) } else { None }
    }

    /// Its value for a document, `None` where that is missing.
    pub(super) fn evaluate<'a>(&self, doc: &'a RawDocument) -> StoreResult<Option<Value<'a>>> {
        Ok(match self {
            Self::Path(path) => at_path(doc, path),
            Self::Root => Some(Value::Part(RawBsonRef::Document(doc))),
            Self::Nothing => None,
            Self::Literal(value) => Some(Value::New(value.clone())),
            Self::Document(members) => {
                let mut out = RawDocumentBuf::new();
                for (name, expression) in members {
                    if let Some(value) = expression.evaluate(doc)? {
                        raw::append(&mut out, name, value.as_ref())?;
                    }
                }
                Some(Value::New(out.into()))
            }
            Self::Array(expressions) => {
                let mut out = RawArrayBuf::new();
                for expression in expressions {
                    let value = expression.evaluate(doc)?;
                    out.push(value.as_ref().map_or(RawBsonRef::Null, Value::as_ref));
                }
                Some(Value::New(out.into()))
            }
        })
    }
}

/// The value at a path; through an array, those of its documents.
fn at_path<'a>(doc: &'a RawDocument, path: &[String]) -> Option<Value<'a>> {
    let (first, rest) = path.split_first()?;
    let value = raw::member(doc, first)?;
    match value {
        _ if rest.is_empty() => Some(Value::Part(value)),
        RawBsonRef::Document(inner) => at_path(inner, rest),
        RawBsonRef::Array(array) => Some(Value::New(each_at_path(array, rest).into())),
        _ => None,
    }
}

fn each_at_path(array: &RawArray, path: &[String]) -> RawArrayBuf {
    let mut out = RawArrayBuf::new();
    for value in raw::values(array) {
        if let RawBsonRef::Document(doc) = value
            && let Some(value) = at_path(doc, path)
        {
            out.push(value.as_ref());
        }
    }
    out
}
