//! The filter AST: the only form in which a condition reaches a store. It knows no client syntax and no store's dialect.

use bson::{Bson, RawDocumentBuf};

/// A condition on a document.
///
/// Paths are dotted (`address.city`, `tags.0`) and reach into embedded documents and arrays as they do in MongoDB.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Every document.
    All,
    /// No document.
    Nothing,
    /// All of these hold. Of an empty list: every document.
    And(Vec<Filter>),
    /// At least one of these holds. Of an empty list: no document.
    Or(Vec<Filter>),
    /// The condition does not hold.
    Not(Box<Filter>),
    /// The value at a path satisfies an operator.
    Field {
        /// A dotted path of stored names.
        path: String,
        /// What must be true of it.
        op: Op,
    },
    /// The text index of the collection finds the document. At most one in a filter, and under nothing but [`Filter::And`].
    Text(TextSearch),
    /// The whole stored document equals this one, members in the same order: the guard of a write that was decided on a copy.
    Same(RawDocumentBuf),
}

/// What to look for in the fields of a text index. Words are compared whole, without regard to case and diacritics; there is no
/// stemming and there are no stop words, so that every language is found alike.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextSearch {
    /// At least one of these words is there, or one of those that the phrases are made of: beside a phrase they narrow nothing.
    /// Where there are neither, nothing is found.
    pub any: Vec<String>,
    /// Each of these is there, letter for letter but for case and diacritics, within one field.
    pub phrases: Vec<String>,
    /// None of these words is there.
    pub none: Vec<String>,
}

/// What must be true of the value at a path, with the meaning of the MongoDB operator named.
///
/// As there, an array matches where the array itself or any of its elements does, and comparisons hold only within one BSON
/// type bracket (numbers of every width are one bracket).
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// `$eq`. `Null` also matches a missing member.
    Eq(Bson),
    /// `$ne`: not `$eq`.
    Ne(Bson),
    /// `$gt`
    Gt(Bson),
    /// `$gte`
    Gte(Bson),
    /// `$lt`
    Lt(Bson),
    /// `$lte`
    Lte(Bson),
    /// `$in`
    In(Vec<Bson>),
    /// `$nin`
    Nin(Vec<Bson>),
    /// `$exists`
    Exists(bool),
    /// `$all`: of an empty list, no document.
    All(Vec<Bson>),
    /// `$size`
    Size(u32),
    /// `$type`: the value, or an element of it, is of one of these types.
    Type(Vec<bson::spec::ElementType>),
    /// A string that holds this one, letter for letter.
    Contains(String),
    /// A string that starts with this one.
    StartsWith(String),
    /// A string that ends with this one.
    EndsWith(String),
}

impl Filter {
    /// The condition `op` on the value at `path`.
    pub fn field(path: impl Into<String>, op: Op) -> Self {
        Self::Field { path: path.into(), op }
    }

    /// `path` equals `value`.
    pub fn eq(path: impl Into<String>, value: impl Into<Bson>) -> Self {
        Self::field(path, Op::Eq(value.into()))
    }

    /// `path` is one of `values`.
    pub fn is_in<V: Into<Bson>>(path: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        Self::field(path, Op::In(values.into_iter().map(Into::into).collect()))
    }

    /// The same condition on the document that stands in a member of another one; `None` where a part of it can be asked of no part of a
    /// document.
    pub(crate) fn below(&self, member: &str) -> Option<Self> {
        let all = |parts: &[Self]| parts.iter().map(|part| part.below(member)).collect::<Option<Vec<_>>>();
        Some(match self {
            Self::All => Self::All,
            Self::Nothing => Self::Nothing,
            Self::And(parts) => Self::And(all(parts)?),
            Self::Or(parts) => Self::Or(all(parts)?),
            Self::Not(part) => Self::Not(Box::new(part.below(member)?)),
            Self::Field { path, op } => Self::field(format!("{member}.{path}"), op.clone()),
            Self::Text(_) | Self::Same(_) => return None,
        })
    }

    /// This and `other`, without nesting where one side already is a list or holds always.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, only) | (only, Self::All) => only,
            (Self::And(mut left), Self::And(right)) => {
                left.extend(right);
                Self::And(left)
            }
            (Self::And(mut left), right) => {
                left.push(right);
                Self::And(left)
            }
            (left, right) => Self::And(vec![left, right]),
        }
    }
}
