//! `$group`: documents by a key, and what is gathered of each group.

use std::collections::HashMap;

use bson::{Bson, Document, RawBson, RawDocument, RawDocumentBuf};

use super::{
    accumulator::{Accumulator, Kind, Ties},
    expression::{Expression, Value},
    invalid, only_member, stage,
};
use crate::store::{
    StoreResult,
    embedded::semantics::{key::encode_key, pace::Pace, raw},
};

/// The stage.
#[derive(Debug)]
pub(super) struct Group {
    id: Expression,
    members: Vec<Member>,
    ties: Ties,
}

#[derive(Debug)]
struct Member {
    name: String,
    kind: Kind,
    expression: Expression,
}

/// One group while it is gathered.
struct Gathered {
    id: RawBson,
    values: Vec<Accumulator>,
}

impl Group {
    /// Reads the stage's argument.
    pub(super) fn parse(argument: &Document) -> StoreResult<Self> {
        let id = argument.get("_id").ok_or_else(|| invalid("$group must have an _id"))?;
        let members = argument.iter().filter(|(name, _)| *name != "_id");
        Ok(Self {
            id: Expression::parse(id)?,
            members: members.map(|(name, value)| Member::parse(name, value)).collect::<StoreResult<_>>()?,
            ties: Ties::First,
        })
    }

    /// Says that all stages before are run by MongoDB's find engine, and answers that this one is: there `$min` and `$max` keep
    /// the last of equal values, elsewhere the first.
    pub(super) fn at_head(&mut self) -> bool {
        self.ties = Ties::Last;
        true
    }

    /// The groups, in the order in which they came up.
    pub(super) fn run(&self, docs: &[RawDocumentBuf], pace: &Pace<'_>) -> StoreResult<Vec<RawDocumentBuf>> {
        let mut groups: Vec<Gathered> = Vec::new();
        let mut positions: HashMap<Vec<u8>, usize> = HashMap::new();
        let mut key = Vec::new();
        for doc in docs {
            pace.step()?;
            let id = self.id_of(doc)?;
            key.clear();
            encode_key(&mut key, id.as_ref())?;
            let position = match positions.get(&key) {
                Some(position) => *position,
                None => {
                    positions.insert(key.clone(), groups.len());
                    groups.push(self.open(id.into_owned()));
                    groups.len() - 1
                }
            };
            self.add(&mut groups[position], doc)?;
        }
        groups.into_iter().map(|group| pace.step().and_then(|()| self.close(group))).collect()
    }

    /// The key of a document's group. A key that is missing is null, also as the only member of a document; among several it is
    /// left out.
    fn id_of<'a>(&self, doc: &'a RawDocument) -> StoreResult<Value<'a>> {
        if let Expression::Document(members) = &self.id
            && let [(name, expression)] = members.as_slice()
        {
            let value = expression.evaluate(doc)?.map_or(RawBson::Null, Value::into_owned);
            return Ok(Value::New(raw::document([(name.clone(), value)])?.into()));
        }
        Ok(self.id.evaluate(doc)?.unwrap_or(Value::New(RawBson::Null)))
    }

    fn open(&self, id: RawBson) -> Gathered {
        Gathered {
            id,
            values: self.members.iter().map(|member| Accumulator::new(member.kind, self.ties)).collect(),
        }
    }

    fn add(&self, group: &mut Gathered, doc: &RawDocument) -> StoreResult<()> {
        for (member, values) in self.members.iter().zip(&mut group.values) {
            let value = member.expression.evaluate(doc)?;
            values.add(value.as_ref().map(Value::as_ref))?;
        }
        Ok(())
    }

    fn close(&self, group: Gathered) -> StoreResult<RawDocumentBuf> {
        let values = group.values.into_iter().map(Accumulator::finish);
        let members = self.members.iter().map(|member| member.name.clone()).zip(values);
        raw::document(std::iter::once(("_id".to_owned(), group.id)).chain(members))
    }
}

impl Member {
    fn parse(name: &str, value: &Bson) -> StoreResult<Self> {
        if !stage::is_plain_name(name) {
            return Err(invalid(format!("{name:?} can't name a member of a group")));
        }
        let (accumulator, operand) = only_member(stage::as_document("a member of $group", value)?)?;
        if let Bson::Array(_) = operand {
            return Err(invalid(format!("{accumulator} takes one expression")));
        }
        if accumulator != "$count" {
            let kind = Kind::parse(accumulator)?;
            return Ok(Self { name: name.to_owned(), kind, expression: Expression::parse(operand)? });
        }
        match operand {
            Bson::Document(nothing) if nothing.is_empty() => Ok(Self {
                name: name.to_owned(),
                kind: Kind::Sum,
                expression: Expression::Literal(RawBson::Int32(1)),
            }),
            _ => Err(invalid("$count takes an empty document")),
        }
    }
}
