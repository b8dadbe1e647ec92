//! Whether a document satisfies a filter, decided on its raw bytes. It knows no storage and no index.

use std::cmp::Ordering;

use bson::{Bson, RawBson, RawBsonRef, RawDocument, RawDocumentBuf, spec::ElementType};

use super::{
    number::Number,
    order::{compare, compare_documents, type_bracket},
    path::{AtEnd, Path},
    raw,
    text::Search,
};
use crate::query::{Filter, Op};

/// A filter made ready to be put to many documents.
#[derive(Debug)]
pub(crate) struct Matcher(Node);

#[derive(Debug)]
enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    At(Path, Test),
    Text(Search),
    Same(RawDocumentBuf),
}

/// What must be true of a value; with a place where nothing is, it is asked for `None`.
#[derive(Debug)]
enum Test {
    Compare(Comparison, RawBson),
    /// In the order of BSON.
    In(Vec<RawBson>),
    Exists,
    Size(usize),
    Type(Vec<ElementType>),
    Contains(String),
    StartsWith(String),
    EndsWith(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Eq,
    Gt,
    Gte,
    Lt,
    Lte,
}

impl Matcher {
    /// Prepares a filter. A search in it is taken to find every document: which fields it is in, only an index knows.
    pub(crate) fn new(filter: &Filter) -> Self {
        Self(Node::new(filter, None))
    }

    /// Prepares a filter whose search is in these fields.
    pub(crate) fn with_texts(filter: &Filter, paths: &[&str]) -> Self {
        Self(Node::new(filter, Some(paths)))
    }

    /// Prepares several filters, all of which are to hold.
    pub(crate) fn of_all<'f>(filters: impl Iterator<Item = &'f Filter>, paths: &[&str]) -> Self {
        let mut nodes: Vec<Node> = filters.map(|filter| Node::new(filter, Some(paths))).collect();
        match (nodes.pop(), nodes.is_empty()) {
            (Some(only), true) => Self(only),
            (last, _) => {
                nodes.extend(last);
                Self(Node::And(nodes))
            }
        }
    }

    /// Whether the document satisfies the filter.
    pub(crate) fn matches(&self, doc: &RawDocument) -> bool {
        self.0.matches(doc)
    }

    /// Whether it reaches into an array by index.
    pub(crate) fn has_index(&self) -> bool {
        self.0.has_index()
    }
}

impl Node {
    const EVERY: Self = Self::And(Vec::new());
    const NONE: Self = Self::Or(Vec::new());

    fn new(filter: &Filter, texts: Option<&[&str]>) -> Self {
        let all = |filters: &[Filter]| filters.iter().map(|filter| Self::new(filter, texts)).collect();
        match filter {
            Filter::All => Self::EVERY,
            Filter::Nothing => Self::NONE,
            Filter::And(filters) => Self::And(all(filters)),
            Filter::Or(filters) => Self::Or(all(filters)),
            Filter::Not(filter) => Self::new(filter, texts).negated(),
            Filter::Field { path, op } => Self::field(path, op),
            Filter::Text(search) => texts.map_or(Self::EVERY, |paths| Self::Text(Search::new(search, paths))),
            Filter::Same(doc) => Self::Same(doc.clone()),
        }
    }

    fn field(path: &str, op: &Op) -> Self {
        let at = |test| Self::At(Path::new(path), test);
        let comparison = |kind, value: &Bson| match raw::from_bson(value) {
            Ok(value) => at(Test::Compare(kind, value)),
            // A name with a NUL in it: no document can hold such a value, nor is there an order to it.
            Err(_) => Self::NONE,
        };
        match op {
            Op::Eq(value) => comparison(Comparison::Eq, value),
            Op::Ne(value) => comparison(Comparison::Eq, value).negated(),
            Op::Gt(value) => comparison(Comparison::Gt, value),
            Op::Gte(value) => comparison(Comparison::Gte, value),
            Op::Lt(value) => comparison(Comparison::Lt, value),
            Op::Lte(value) => comparison(Comparison::Lte, value),
            Op::In(values) => at(Test::one_of(values)),
            Op::Nin(values) => at(Test::one_of(values)).negated(),
            Op::Exists(true) => at(Test::Exists),
            Op::Exists(false) => at(Test::Exists).negated(),
            Op::All(values) if values.is_empty() => Self::NONE,
            Op::All(values) => {
                Self::And(values.iter().map(|value| comparison(Comparison::Eq, value)).collect())
            }
            Op::Size(size) => at(Test::Size(*size as usize)),
            Op::Type(types) => at(Test::Type(types.clone())),
            Op::Contains(text) => at(Test::Contains(text.clone())),
            Op::StartsWith(text) => at(Test::StartsWith(text.clone())),
            Op::EndsWith(text) => at(Test::EndsWith(text.clone())),
        }
    }

    fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    fn has_index(&self) -> bool {
        match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().any(Self::has_index),
            Self::Not(node) => node.has_index(),
            Self::At(path, _) => path.has_index(),
            Self::Text(_) | Self::Same(_) => false,
        }
    }

    fn matches(&self, doc: &RawDocument) -> bool {
        match self {
            Self::And(nodes) => nodes.iter().all(|node| node.matches(doc)),
            Self::Or(nodes) => nodes.iter().any(|node| node.matches(doc)),
            Self::Not(node) => !node.matches(doc),
            Self::At(path, test) => path.any(doc, test.at_end(), &mut |value| test.passes(value)),
            Self::Text(search) => search.matches(doc),
            Self::Same(other) => compare_documents(doc, other).is_eq(),
        }
    }
}

impl Test {
    fn one_of(values: &[Bson]) -> Self {
        let mut values: Vec<_> = values.iter().filter_map(|value| raw::from_bson(value).ok()).collect();
        values.sort_by(|a, b| compare(a.as_raw_bson_ref(), b.as_raw_bson_ref()));
        Self::In(values)
    }

    fn at_end(&self) -> AtEnd {
        if let Self::Size(_) = self { AtEnd::Itself } else { AtEnd::Elements }
    }

    fn passes(&self, value: Option<RawBsonRef<'_>>) -> bool {
        match self {
            Self::Compare(comparison, operand) => comparison.holds(value, operand.as_raw_bson_ref()),
            Self::In(values) => is_in(values, value.unwrap_or(RawBsonRef::Null)),
            Self::Exists => value.is_some(),
            Self::Size(size) => match value {
                Some(RawBsonRef::Array(array)) => raw::values(array).count() == *size,
                _ => false,
            },
            Self::Type(types) => value.is_some_and(|value| types.contains(&value.element_type())),
            Self::Contains(part) => text(value).is_some_and(|text| text.contains(part.as_str())),
            Self::StartsWith(part) => text(value).is_some_and(|text| text.starts_with(part.as_str())),
            Self::EndsWith(part) => text(value).is_some_and(|text| text.ends_with(part.as_str())),
        }
    }
}

fn is_in(values: &[RawBson], value: RawBsonRef<'_>) -> bool {
    values.binary_search_by(|probe| compare(probe.as_raw_bson_ref(), value)).is_ok()
}

fn text(value: Option<RawBsonRef<'_>>) -> Option<&str> {
    match value {
        Some(RawBsonRef::String(text) | RawBsonRef::Symbol(text)) => Some(text),
        _ => None,
    }
}

impl Comparison {
    /// Whether a value compares so to the operand. Nothing and undefined count as null.
    fn holds(self, value: Option<RawBsonRef<'_>>, operand: RawBsonRef<'_>) -> bool {
        // What is asked most, at once.
        if let (Self::Eq, Some(RawBsonRef::String(value)), RawBsonRef::String(operand)) =
            (self, value, operand)
        {
            return value == operand;
        }
        let value = match value {
            None | Some(RawBsonRef::Undefined) => RawBsonRef::Null,
            Some(value) => value,
        };
        if type_bracket(value.element_type()) != type_bracket(operand.element_type()) {
            return match operand {
                RawBsonRef::MinKey => matches!(self, Self::Gt | Self::Gte),
                RawBsonRef::MaxKey => matches!(self, Self::Lt | Self::Lte),
                _ => false,
            };
        }
        if is_nan(value) || is_nan(operand) {
            return is_nan(value) && is_nan(operand) && !matches!(self, Self::Gt | Self::Lt);
        }
        let order = compare(value, operand);
        match self {
            Self::Eq => order == Ordering::Equal,
            Self::Gt => order == Ordering::Greater,
            Self::Gte => order != Ordering::Less,
            Self::Lt => order == Ordering::Less,
            Self::Lte => order != Ordering::Greater,
        }
    }
}

fn is_nan(value: RawBsonRef<'_>) -> bool {
    Number::of(value).is_some_and(Number::is_nan)
}
