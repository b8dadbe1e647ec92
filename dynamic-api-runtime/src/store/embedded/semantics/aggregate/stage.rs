//! One stage of a pipeline: how it is written, and what it does with the documents that reach it.

use bson::{Bson, Document, RawArrayBuf, RawBson, RawDocumentBuf};

use super::{
    Lookup, check_removed, condition,
    expression::Expression,
    group::Group,
    invalid,
    join::Join,
    reshape::{AddFields, Project},
    run_stages,
    unwind::Unwind,
};
use crate::{
    query::{Direction, Sort},
    store::{
        StoreResult,
        embedded::semantics::{
            matcher::Matcher, pace::Pace, path::Path, projection::PathTree, raw, sort, unsupported,
        },
    },
};

/// A stage, checked.
#[derive(Debug)]
pub(super) enum Stage {
    Match(Matcher),
    Sort(Sort),
    Skip(usize),
    Limit(usize),
    Project(Project),
    AddFields(AddFields),
    Unset(PathTree),
    Group(Group),
    Count(String),
    Unwind(Unwind),
    Facet(Vec<(String, Vec<Stage>)>),
    Lookup(Join),
    ReplaceRoot(Expression),
}

impl Stage {
    /// Reads a stage.
    pub(super) fn parse(name: &str, argument: &Bson) -> StoreResult<Self> {
        Ok(match name {
            "$match" => Self::Match(Matcher::new(&condition::parse(argument)?)),
            "$sort" => Self::Sort(parse_sort(argument)?),
            "$skip" => Self::Skip(parse_count(name, argument)?),
            "$limit" => match parse_count(name, argument)? {
                0 => return Err(invalid("$limit must be positive")),
                limit => Self::Limit(limit),
            },
            "$project" => Self::Project(Project::parse(as_document(name, argument)?)?),
            "$addFields" | "$set" => Self::AddFields(AddFields::parse(as_document(name, argument)?)?),
            "$unset" => Self::Unset(parse_unset(argument)?),
            "$group" => Self::Group(Group::parse(as_document(name, argument)?)?),
            "$count" => Self::Count(parse_count_name(argument)?),
            "$unwind" => Self::Unwind(Unwind::parse(argument)?),
            "$facet" => Self::Facet(parse_facet(as_document(name, argument)?)?),
            "$lookup" => Self::Lookup(Join::parse(as_document(name, argument)?)?),
            "$replaceWith" => Self::ReplaceRoot(Expression::parse(argument)?),
            "$replaceRoot" => Self::ReplaceRoot(parse_replace_root(as_document(name, argument)?)?),
            other => return Err(unsupported(format!("the stage {other}"))),
        })
    }

    /// The paths that it removes from documents, where it leaves the rest of them as it is.
    pub(super) fn removed(&self) -> Option<&PathTree> {
        match self {
            Self::Unset(paths) | Self::Project(Project::LeaveOut(paths)) => Some(paths),
            _ => None,
        }
    }

    /// Whether documents that come out of it are new ones.
    pub(super) fn rebuilds(&self) -> bool {
        matches!(
            self,
            Self::Project(Project::Keep(_))
                | Self::Group(_)
                | Self::Count(_)
                | Self::Facet(_)
                | Self::ReplaceRoot(_)
        )
    }

    /// Whether it sets the top-level member of this name, or something in it.
    pub(super) fn sets(&self, name: &str) -> bool {
        match self {
            Self::AddFields(fields) => fields.names().any(|set| set == name),
            Self::Lookup(join) => join.name() == name,
            Self::Unwind(unwind) => unwind.index_name() == Some(name),
            _ => false,
        }
    }

    /// Whether MongoDB runs it in its find engine when all stages before it are there.
    pub(super) fn runs_in_find_engine(&self) -> bool {
        use Stage as S;
        match self {
            S::Match(matcher) => !matcher.has_index(),
            S::Sort(sort) => !sort.0.iter().any(|(path, _)| Path::new(path).has_index()),
            S::Skip(_) | S::Limit(_) | S::Group(_) | S::Lookup(_) => true,
            S::Project(project) => project.is_plain(),
            _ => false,
        }
    }

    /// What the documents become.
    pub(super) fn run(
        &self,
        mut docs: Vec<RawDocumentBuf>,
        lookup: &dyn Lookup,
        pace: &Pace<'_>,
    ) -> StoreResult<Vec<RawDocumentBuf>> {
        match self {
            Self::Match(matcher) => return keep(docs, matcher, pace),
            Self::Sort(keys) => return sort(docs, keys, None, pace),
            Self::Skip(count) => drop(docs.drain(..(*count).min(docs.len()))),
            Self::Limit(count) => docs.truncate(*count),
            Self::Project(project) => return each(&docs, pace, |doc| project.apply(doc)),
            Self::AddFields(fields) => return each(&docs, pace, |doc| fields.apply(doc)),
            Self::Unset(paths) => return each(&docs, pace, |doc| Ok(paths.leave_out(doc))),
            Self::Group(group) => return group.run(&docs, pace),
            Self::Count(name) => return count(name, docs.len()),
            Self::Unwind(unwind) => return unwind.run(&docs, pace),
            Self::Facet(facets) => return run_facets(facets, &docs, lookup, pace),
            Self::Lookup(join) => return join.run(&docs, lookup, pace),
            Self::ReplaceRoot(expression) => return each(&docs, pace, |doc| replace_root(expression, doc)),
        }
        Ok(docs)
    }
}

/// The documents that satisfy a condition.
fn keep(docs: Vec<RawDocumentBuf>, matcher: &Matcher, pace: &Pace<'_>) -> StoreResult<Vec<RawDocumentBuf>> {
    let mut kept = Vec::new();
    for doc in docs {
        pace.step()?;
        if matcher.matches(&doc) {
            kept.push(doc);
        }
    }
    Ok(kept)
}

/// What each document becomes.
fn each(
    docs: &[RawDocumentBuf],
    pace: &Pace<'_>,
    change: impl Fn(&RawDocumentBuf) -> StoreResult<RawDocumentBuf>,
) -> StoreResult<Vec<RawDocumentBuf>> {
    docs.iter().map(|doc| pace.step().and_then(|()| change(doc))).collect()
}

/// Sorts, and keeps the first `limit`.
pub(super) fn sort(
    mut docs: Vec<RawDocumentBuf>,
    keys: &Sort,
    limit: Option<usize>,
    pace: &Pace<'_>,
) -> StoreResult<Vec<RawDocumentBuf>> {
    sort::sort_documents(&mut docs, keys, limit, pace)?;
    Ok(docs)
}

fn count(name: &str, count: usize) -> StoreResult<Vec<RawDocumentBuf>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let count = i32::try_from(count).map_or_else(|_| RawBson::Int64(count as i64), RawBson::Int32);
    Ok(vec![raw::document([(name.to_owned(), count)])?])
}

fn run_facets(
    facets: &[(String, Vec<Stage>)],
    docs: &[RawDocumentBuf],
    lookup: &dyn Lookup,
    pace: &Pace<'_>,
) -> StoreResult<Vec<RawDocumentBuf>> {
    let mut members = Vec::with_capacity(facets.len());
    for (name, stages) in facets {
        let mut list = RawArrayBuf::new();
        run_stages(stages, docs.to_vec(), lookup, pace)?.into_iter().for_each(|doc| list.push(doc));
        members.push((name.clone(), RawBson::Array(list)));
    }
    Ok(vec![raw::document(members)?])
}

fn replace_root(expression: &Expression, doc: &RawDocumentBuf) -> StoreResult<RawDocumentBuf> {
    let root = expression.evaluate(doc)?.map(|value| value.into_owned());
    let Some(RawBson::Document(root)) = root else {
        return Err(invalid("the new root must be a document"));
    };
    Ok(root)
}

/// The argument of a stage or operator that takes a document.
pub(super) fn as_document<'a>(name: &str, argument: &'a Bson) -> StoreResult<&'a Document> {
    argument.as_document().ok_or_else(|| invalid(format!("{name} takes a document")))
}

/// A number that is a whole one, whatever its type.
pub(super) fn whole(value: &Bson) -> Option<i64> {
    match value {
        Bson::Int32(n) => Some((*n).into()),
        Bson::Int64(n) => Some(*n),
        Bson::Double(n) if n.trunc() == *n && n.abs() < 9.0e18 => Some(*n as i64),
        _ => None,
    }
}

fn parse_count(name: &str, argument: &Bson) -> StoreResult<usize> {
    if let Bson::Decimal128(_) = argument {
        return Err(unsupported(format!("a decimal in {name}")));
    }
    let count = whole(argument).and_then(|count| usize::try_from(count).ok());
    count.ok_or_else(|| invalid(format!("{name} takes a whole number that is not negative")))
}

fn parse_sort(argument: &Bson) -> StoreResult<Sort> {
    let keys = as_document("$sort", argument)?;
    if keys.is_empty() {
        return Err(invalid("$sort must have at least one sort key"));
    }
    let mut sort = Sort::none();
    for (path, direction) in keys {
        check_path(path)?;
        let direction = match (direction, whole(direction)) {
            (_, Some(1)) => Direction::Ascending,
            (_, Some(-1)) => Direction::Descending,
            (Bson::Double(n), None) if n.trunc() == 1.0 => Direction::Ascending,
            (Bson::Double(n), None) if n.trunc() == -1.0 => Direction::Descending,
            (Bson::Document(_), _) => return Err(unsupported(format!("the $sort order {direction}"))),
            (Bson::Decimal128(_), _) => return Err(unsupported("a decimal in $sort")),
            _ => return Err(invalid("a $sort key must be 1 or -1")),
        };
        sort = sort.then(path, direction);
    }
    Ok(sort)
}

fn parse_unset(argument: &Bson) -> StoreResult<PathTree> {
    let paths: Vec<&str> = match argument {
        Bson::String(path) => vec![path],
        Bson::Array(paths) if !paths.is_empty() => {
            let paths = paths.iter().map(|path| path.as_str().ok_or_else(|| invalid("$unset takes strings")));
            paths.collect::<StoreResult<_>>()?
        }
        _ => return Err(invalid("$unset takes a path or a list of at least one")),
    };
    let mut tree = PathTree::default();
    for (i, path) in paths.iter().enumerate() {
        check_path(path)?;
        if paths[..i].iter().any(|other| collide(path, other)) {
            return Err(invalid(format!("$unset of {path} collides with another path")));
        }
        tree.add(path);
    }
    Ok(tree)
}

/// Whether one of two paths is the other or leads through it.
fn collide(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn parse_count_name(argument: &Bson) -> StoreResult<String> {
    match argument {
        Bson::String(name) if is_plain_name(name) && name != "_id" => Ok(name.clone()),
        _ => Err(invalid("$count takes a name that is not empty and has no $ in front and no dot")),
    }
}

fn parse_replace_root(argument: &Document) -> StoreResult<Expression> {
    match super::only_member(argument)? {
        ("newRoot", expression) => Expression::parse(expression),
        _ => Err(invalid("$replaceRoot takes newRoot")),
    }
}

fn parse_facet(argument: &Document) -> StoreResult<Vec<(String, Vec<Stage>)>> {
    if argument.is_empty() {
        return Err(invalid("$facet must have at least one member"));
    }
    let facet = |(name, stages): (&String, &Bson)| {
        if !is_plain_name(name) {
            return Err(invalid(format!("{name:?} can't name a facet")));
        }
        let stages = stages.as_array().ok_or_else(|| invalid("a facet is a list of stages"))?;
        let stages = stages.iter().map(parse_facet_stage).collect::<StoreResult<Vec<_>>>()?;
        check_removed(&stages)?;
        Ok((name.clone(), stages))
    };
    argument.iter().map(facet).collect()
}

fn parse_facet_stage(stage: &Bson) -> StoreResult<Stage> {
    match super::only_member(as_document("a facet's stage", stage)?)? {
        ("$facet", _) => Err(invalid("$facet can't stand within $facet")),
        (name, argument) => Stage::parse(name, argument),
    }
}

/// Whether a text can name a member of a result: neither empty nor a path nor an operator.
pub(super) fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('$') && !name.contains(['.', '\0'])
}

/// Refuses paths with an empty component or one that reads as an operator.
pub(super) fn check_path(path: &str) -> StoreResult<()> {
    let wrong = path.split('.').any(|part| part.is_empty() || part.starts_with('$') || part.contains('\0'));
    if wrong { Err(invalid(format!("{path:?} is no path"))) } else { Ok(()) }
}
