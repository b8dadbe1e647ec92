//! Aggregation pipelines: their stages, one after the other. It knows no storage: other collections come through [`Lookup`].

mod accumulator;
mod condition;
mod expression;
mod group;
mod join;
mod reshape;
mod stage;
mod unwind;

use bson::{Document, RawDocumentBuf};

use self::stage::Stage;
use crate::{
    query::Filter,
    store::{
        StoreError, StoreResult,
        embedded::semantics::{pace::Pace, projection::PathTree, unsupported},
    },
};

/// How a pipeline reads other collections.
pub(crate) trait Lookup {
    /// The documents of a collection that satisfy a filter, by `_id`.
    fn find(&self, collection: &str, filter: Filter) -> StoreResult<Vec<RawDocumentBuf>>;
}

/// What comes out of a pipeline that these documents go into.
///
/// # Errors
/// [`StoreError::Unsupported`] naming the stage or operator that is not here, [`StoreError::Invalid`] for a stage that MongoDB
/// refuses, and that of `pace`.
pub(crate) fn run(
    pipeline: &[Document],
    input: Vec<RawDocumentBuf>,
    lookup: &dyn Lookup,
    pace: &Pace<'_>,
) -> StoreResult<Vec<RawDocumentBuf>> {
    let mut stages = parse_stages(pipeline)?;
    mark_head(&mut stages);
    run_stages(&stages, input, lookup, pace)
}

/// Tells the stages that MongoDB runs in its find engine so, where the answers of its two engines differ.
fn mark_head(stages: &mut [Stage]) {
    for i in 0..stages.len() {
        let (stage, following) = stages[i..].split_at_mut(1);
        let is_head = match &mut stage[0] {
            Stage::Lookup(join) => join.at_head(following.first()),
            Stage::Group(group) => group.at_head(),
            stage => stage.runs_in_find_engine(),
        };
        if !is_head {
            return;
        }
    }
}

/// The filter of the `$match` stages that a pipeline starts with, and how many they are.
///
/// # Errors
/// As [`run`].
pub(crate) fn leading_match(pipeline: &[Document]) -> StoreResult<(Filter, usize)> {
    let mut filter = Filter::All;
    let mut count = 0;
    for stage in pipeline {
        let ("$match", condition) = only_member(stage)? else {
            break;
        };
        filter = filter.and(condition::parse(condition)?);
        count += 1;
    }
    Ok((filter, count))
}

fn parse_stages(pipeline: &[Document]) -> StoreResult<Vec<Stage>> {
    let parse = |stage| only_member(stage).and_then(|(name, argument)| Stage::parse(name, argument));
    let stages = pipeline.iter().map(parse).collect::<StoreResult<Vec<_>>>()?;
    check_removed(&stages)?;
    Ok(stages)
}

/// Refuses to set a member that an earlier stage removed: MongoDB remembers where it stood.
fn check_removed(stages: &[Stage]) -> StoreResult<()> {
    for (i, stage) in stages.iter().enumerate() {
        for name in stage.removed().into_iter().flat_map(PathTree::names) {
            let mut later = stages[i + 1..].iter().take_while(|stage| !stage.rebuilds());
            if later.any(|stage| stage.sets(name)) {
                return Err(unsupported(format!("setting {name} behind a stage that removed it")));
            }
        }
    }
    Ok(())
}

fn run_stages(
    stages: &[Stage],
    mut docs: Vec<RawDocumentBuf>,
    lookup: &dyn Lookup,
    pace: &Pace<'_>,
) -> StoreResult<Vec<RawDocumentBuf>> {
    let mut rest = stages;
    while let Some((stage, following)) = rest.split_first() {
        pace.ask()?;
        docs = match stage {
            Stage::Sort(sort) => stage::sort(docs, sort, limit_of(following), pace)?,
            _ => stage.run(docs, lookup, pace)?,
        };
        rest = following;
    }
    Ok(docs)
}

/// How many documents get through these stages at most, where they say so at once.
fn limit_of(stages: &[Stage]) -> Option<usize> {
    match stages {
        [Stage::Limit(limit), ..] => Some(*limit),
        [Stage::Skip(skip), Stage::Limit(limit), ..] => Some(skip.saturating_add(*limit)),
        _ => None,
    }
}

/// The one member of a document: a stage, an operator.
fn only_member(doc: &Document) -> StoreResult<(&str, &bson::Bson)> {
    let mut members = doc.iter();
    match (members.next(), members.next()) {
        (Some((name, value)), None) => Ok((name.as_str(), value)),
        _ => Err(invalid("a stage or an operator must have exactly one member")),
    }
}

fn invalid(why: impl Into<String>) -> StoreError {
    StoreError::Invalid(why.into())
}
