//! `$project` and `$addFields`: documents with members chosen and computed.

use bson::{Bson, Document, RawArray, RawArrayBuf, RawBson, RawBsonRef, RawDocument, RawDocumentBuf};

use super::{
    condition::is_true,
    expression::{Expression, Value},
    invalid, stage,
};
use crate::store::{
    StoreResult,
    embedded::semantics::{projection::PathTree, raw},
};

/// `$project`.
#[derive(Debug)]
pub(super) enum Project {
    Keep(Shape),
    LeaveOut(PathTree),
}

/// `$addFields`.
#[derive(Debug)]
pub(super) struct AddFields(Shape);

/// What becomes of the members of a document, by name, in the order in which it was written.
#[derive(Debug, Default)]
pub(super) struct Shape(Vec<(String, Part)>);

#[derive(Debug)]
enum Part {
    Keep,
    LeaveOut,
    Computed(Expression),
    Below(Shape),
}

/// What happens to members that a shape doesn't name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Others {
    Keep,
    LeaveOut,
}

/// A document while it is put together: a place can be taken by nothing.
type Members<'a> = Vec<(String, Option<Value<'a>>)>;

impl Project {
    /// Reads the stage's argument.
    pub(super) fn parse(argument: &Document) -> StoreResult<Self> {
        if argument.is_empty() {
            return Err(invalid("$project must have at least one member"));
        }
        let mut shape = Shape::parse(argument, Part::of_projection)?;
        let leaves_out_id = matches!(shape.get("_id"), Some(Part::LeaveOut));
        let leaves_out = shape.any_but_id(|part| matches!(part, Part::LeaveOut));
        let keeps = shape.any_but_id(|part| !matches!(part, Part::LeaveOut));
        let computes_id = shape.get("_id").is_some_and(Part::computes);
        if leaves_out && (keeps || computes_id) {
            return Err(invalid("$project can't both keep and leave out members"));
        }
        if leaves_out || (leaves_out_id && !keeps) {
            let mut paths = PathTree::default();
            shape.add_left_out("", &mut paths);
            return Ok(Self::LeaveOut(paths));
        }
        if leaves_out_id {
            shape.0.retain(|(name, _)| name != "_id");
        } else if shape.get("_id").is_none() {
            shape.0.insert(0, ("_id".to_owned(), Part::Keep));
        }
        Ok(Self::Keep(shape))
    }

    /// Whether it computes nothing.
    pub(super) fn is_plain(&self) -> bool {
        match self {
            Self::Keep(shape) => !shape.computes(),
            Self::LeaveOut(_) => true,
        }
    }

    /// What the document becomes.
    pub(super) fn apply(&self, doc: &RawDocument) -> StoreResult<RawDocumentBuf> {
        match self {
            Self::Keep(shape) => shape.apply(doc, doc, Others::LeaveOut),
            Self::LeaveOut(paths) => Ok(paths.leave_out(doc)),
        }
    }
}

impl AddFields {
    /// Reads the stage's argument.
    pub(super) fn parse(argument: &Document) -> StoreResult<Self> {
        Ok(Self(Shape::parse(argument, Part::of_added_fields)?))
    }

    /// The top-level members that it sets.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.0.iter().map(|(name, _)| name.as_str())
    }

    /// What the document becomes.
    pub(super) fn apply(&self, doc: &RawDocument) -> StoreResult<RawDocumentBuf> {
        self.0.apply(doc, doc, Others::Keep)
    }
}

impl Part {
    fn of_projection(value: &Bson) -> StoreResult<Self> {
        match value {
            Bson::Boolean(_) | Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_) | Bson::Decimal128(_) => {
                Ok(if is_true(value) { Self::Keep } else { Self::LeaveOut })
            }
            Bson::Document(doc) if doc.is_empty() => Err(invalid("an empty document can't be projected to")),
            Bson::Document(doc) if !is_operator(doc) => {
                Ok(Self::Below(Shape::parse(doc, Self::of_projection)?))
            }
            computed => Ok(Self::Computed(Expression::parse(computed)?)),
        }
    }

    fn of_added_fields(value: &Bson) -> StoreResult<Self> {
        match value {
            Bson::Document(doc) if !doc.is_empty() && !is_operator(doc) => {
                if let Some(name) = doc.keys().find(|name| name.contains('.')) {
                    return Err(invalid(format!("the path {name} can't stand within a document")));
                }
                Ok(Self::Below(Shape::parse(doc, Self::of_added_fields)?))
            }
            computed => Ok(Self::Computed(Expression::parse(computed)?)),
        }
    }

    /// Whether this part, or one below it, is such a one.
    fn any(&self, test: &impl Fn(&Self) -> bool) -> bool {
        match self {
            Self::Below(shape) => shape.0.iter().any(|(_, part)| part.any(test)),
            part => test(part),
        }
    }

    fn computes(&self) -> bool {
        self.any(&|part| matches!(part, Self::Computed(_)))
    }
}

fn is_operator(doc: &Document) -> bool {
    doc.keys().any(|name| name.starts_with('$'))
}

impl Shape {
    fn parse(argument: &Document, part: fn(&Bson) -> StoreResult<Part>) -> StoreResult<Self> {
        let mut shape = Self::default();
        for (path, value) in argument {
            stage::check_path(path)?;
            shape.add(path, path, part(value)?)?;
        }
        Ok(shape)
    }

    fn add(&mut self, rest: &str, whole: &str, part: Part) -> StoreResult<()> {
        let (name, below) = rest.split_once('.').map_or((rest, None), |(name, below)| (name, Some(below)));
        let collision = || invalid(format!("{whole} collides with another path"));
        let existing = self.0.iter_mut().find(|(other, _)| other == name).map(|(_, part)| part);
        match (existing, below, part) {
            (None, None, part) => self.0.push((name.to_owned(), part)),
            (None, Some(below), part) => {
                let mut shape = Self::default();
                shape.add(below, whole, part)?;
                self.0.push((name.to_owned(), Part::Below(shape)));
            }
            (Some(Part::Below(shape)), Some(below), part) => shape.add(below, whole, part)?,
            (Some(Part::Below(shape)), None, Part::Below(more)) => {
                for (name, part) in more.0 {
                    shape.add(&name, whole, part)?;
                }
            }
            _ => return Err(collision()),
        }
        Ok(())
    }

    fn add_left_out(&self, prefix: &str, paths: &mut PathTree) {
        for (name, part) in &self.0 {
            match part {
                Part::LeaveOut => paths.add(&format!("{prefix}{name}")),
                Part::Below(shape) => shape.add_left_out(&format!("{prefix}{name}."), paths),
                Part::Keep | Part::Computed(_) => {}
            }
        }
    }

    /// Whether a part of another member than `_id` is such a one.
    fn any_but_id(&self, test: impl Fn(&Part) -> bool) -> bool {
        self.0.iter().filter(|(name, _)| name != "_id").any(|(_, part)| part.any(&test))
    }

    fn get(&self, name: &str) -> Option<&Part> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, part)| part)
    }

    /// Chooses the members of `doc`, and then sets the computed ones, which see `root`.
    fn apply(&self, root: &RawDocument, doc: &RawDocument, others: Others) -> StoreResult<RawDocumentBuf> {
        let mut out = RawDocumentBuf::new();
        for (name, value) in self.members(root, doc, others)? {
            if let Some(value) = value {
                raw::append(&mut out, &name, value.as_ref())?;
            }
        }
        Ok(out)
    }

    fn members<'a>(
        &self,
        root: &'a RawDocument,
        doc: &'a RawDocument,
        others: Others,
    ) -> StoreResult<Members<'a>> {
        let mut out: Members<'a> = Vec::with_capacity(self.0.len());
        for (name, value) in raw::members(doc) {
            let value = match (self.get(name), others) {
                (None, Others::LeaveOut) => continue,
                (Some(Part::Below(shape)), others) => shape.apply_to_value(root, Some(value), others)?,
                (Some(Part::Computed(_)), Others::LeaveOut) => continue,
                _ => Some(Value::Part(value)),
            };
            out.push((name.to_owned(), value));
        }
        for (name, part) in &self.0 {
            let known = out.iter().position(|(other, _)| other == name);
            let value = match part {
                Part::Computed(expression) => expression.evaluate(root)?,
                Part::Below(shape) if known.is_none() && part.computes() => {
                    shape.apply_to_value(root, None, others)?
                }
                _ => continue,
            };
            match known {
                Some(i) => out[i].1 = value,
                None => out.push((name.clone(), value)),
            }
        }
        Ok(out)
    }

    /// In place of a value that is no document, one of the computed members.
    fn apply_to_value<'a>(
        &self,
        root: &'a RawDocument,
        value: Option<RawBsonRef<'a>>,
        others: Others,
    ) -> StoreResult<Option<Value<'a>>> {
        Ok(match value {
            Some(RawBsonRef::Document(doc)) => {
                Some(Value::New(RawBson::Document(self.apply(root, doc, others)?)))
            }
            Some(RawBsonRef::Array(array)) => {
                Some(Value::New(self.apply_to_elements(root, array, others)?.into()))
            }
            _ if self.computes() => Some(Value::New(self.computed(root)?.into())),
            other if others == Others::Keep => other.map(Value::Part),
            _ => None,
        })
    }

    fn apply_to_elements(
        &self,
        root: &RawDocument,
        array: &RawArray,
        others: Others,
    ) -> StoreResult<RawArrayBuf> {
        let mut out = RawArrayBuf::new();
        for element in raw::values(array) {
            if let Some(value) = self.apply_to_value(root, Some(element), others)? {
                out.push(value.as_ref());
            }
        }
        Ok(out)
    }

    fn computes(&self) -> bool {
        self.0.iter().any(|(_, part)| part.computes())
    }

    /// A document of nothing but the computed members.
    fn computed(&self, root: &RawDocument) -> StoreResult<RawDocumentBuf> {
        let mut out = RawDocumentBuf::new();
        for (name, part) in &self.0 {
            let value = match part {
                Part::Computed(expression) => expression.evaluate(root)?,
                Part::Below(shape) => shape.apply_to_value(root, None, Others::LeaveOut)?,
                Part::Keep | Part::LeaveOut => None,
            };
            if let Some(value) = value {
                raw::append(&mut out, name, value.as_ref())?;
            }
        }
        Ok(out)
    }
}
