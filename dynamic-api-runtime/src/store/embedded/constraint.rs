//! What a filter says of the value at one path, as ranges of encoded keys. Knows MongoDB's comparison rules as far as an index
//! can stand for them, and is silent where it can't.

use bson::{Bson, spec::ElementType};

use super::{
    entries::encoded,
    plan::with_raw,
    range::{self, KeyRange, successor},
    semantics::order::type_bracket,
};
use crate::{
    query::{Direction, Filter, Op},
    store::IndexSpec,
};

/// Whether a document may have several values at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paths {
    /// No document has an array on the path.
    Single,
    /// One value may satisfy one condition and another value the next, so two conditions don't narrow each other.
    Arrays,
}

/// Ranges of encoded values at a path that hold every document which can satisfy a filter.
#[derive(Debug, Clone)]
pub(super) struct Intervals {
    /// In order, without overlaps.
    pub(super) ranges: Vec<KeyRange>,
    /// Whether each range is of one value.
    pub(super) single_values: bool,
    /// Whether they tell types apart and nothing else: most documents may be in them.
    pub(super) whole_types: bool,
}

impl Intervals {
    fn none() -> Self {
        Self::points_at(Vec::new())
    }

    fn points_at(ranges: Vec<KeyRange>) -> Self {
        Self { ranges, single_values: true, whole_types: false }
    }

    fn of_types(ranges: Vec<KeyRange>) -> Self {
        Self { ranges, single_values: false, whole_types: true }
    }

    /// The encoded values, where there are only single ones.
    pub(super) fn points(&self) -> Option<Vec<Vec<u8>>> {
        self.single_values.then(|| self.ranges.iter().map(|range| range.start.clone()).collect())
    }

    /// The smallest range around all of them.
    pub(super) fn hull(mut self) -> KeyRange {
        let last = self.ranges.pop();
        match (self.ranges.into_iter().next(), last) {
            (Some(first), Some(last)) => KeyRange { start: first.start, end: last.end },
            (None, Some(only)) => only,
            (_, None) => KeyRange { start: vec![0], end: Some(vec![0]) },
        }
    }

    fn and(self, other: Self, paths: Paths) -> Self {
        match paths {
            Paths::Single => Self {
                ranges: range::intersection(&self.ranges, &other.ranges),
                single_values: self.single_values || other.single_values,
                whole_types: self.whole_types && other.whole_types,
            },
            Paths::Arrays if other.single_values && !self.single_values => other,
            Paths::Arrays if self.whole_types && !other.whole_types => other,
            Paths::Arrays => self,
        }
    }

    fn or(self, other: Self) -> Self {
        let both = self.ranges.into_iter().chain(other.ranges).collect();
        Self {
            ranges: range::union(both),
            single_values: self.single_values && other.single_values,
            whole_types: self.whole_types || other.whole_types,
        }
    }
}

/// The intervals at `path` that `filter` leaves; `None` where it says nothing that ranges could.
pub(super) fn intervals(
    filter: &Filter,
    path: &str,
    direction: Direction,
    paths: Paths,
) -> Option<Intervals> {
    match filter {
        Filter::Nothing => Some(Intervals::none()),
        Filter::And(all) => {
            let parts = all.iter().filter_map(|part| intervals(part, path, direction, paths));
            parts.reduce(|left, right| left.and(right, paths))
        }
        Filter::Or(any) => {
            let parts = any.iter().map(|part| intervals(part, path, direction, paths));
            let parts: Vec<Intervals> = parts.collect::<Option<_>>()?;
            Some(parts.into_iter().fold(Intervals::none(), Intervals::or))
        }
        Filter::Field { path: on, op } if on == path => of_op(op, direction, paths),
        Filter::Same(document) if path == "_id" => {
            let id = document.get("_id").ok().flatten()?;
            Some(Intervals::points_at(vec![KeyRange::prefix(encoded(id, direction).ok()?)]))
        }
        Filter::Not(part) => match &**part {
            Filter::Field { path: on, op: Op::Eq(Bson::Null) } if on == path => not_null(direction, paths),
            _ => None,
        },
        Filter::All | Filter::Field { .. } | Filter::Text(_) | Filter::Same(_) => None,
    }
}

fn of_op(op: &Op, direction: Direction, paths: Paths) -> Option<Intervals> {
    match op {
        Op::Eq(value) => of_values(std::slice::from_ref(value), direction, paths),
        Op::In(values) => of_values(values, direction, paths),
        Op::Gt(value) => of_comparison(value, direction, Side::Above { included: false }),
        Op::Gte(value) => of_comparison(value, direction, Side::Above { included: true }),
        Op::Lt(value) => of_comparison(value, direction, Side::Below { included: false }),
        Op::Lte(value) => of_comparison(value, direction, Side::Below { included: true }),
        Op::StartsWith(text) => of_start(text, direction),
        Op::Ne(Bson::Null) => not_null(direction, paths),
        Op::Type(types) => of_types(types, direction),
        Op::Ne(_) | Op::Nin(_) | Op::Exists(_) | Op::All(_) | Op::Size(_) => None,
        Op::Contains(_) | Op::EndsWith(_) => None,
    }
}

/// All values but null. In arrays, what is missing in one element is an entry too, and may be the only one.
fn not_null(direction: Direction, paths: Paths) -> Option<Intervals> {
    if paths == Paths::Arrays {
        return None;
    }
    let null = KeyRange::prefix(encoded_value(&Bson::Null, direction)?);
    let before = KeyRange { start: Vec::new(), end: Some(null.start) };
    let behind = KeyRange { start: null.end?, end: None };
    Some(Intervals::of_types(vec![before, behind]))
}

/// The values of some types, with those that are compared with them.
fn of_types(types: &[ElementType], direction: Direction) -> Option<Intervals> {
    let range = |of: &ElementType| match of {
        // An index holds an array's elements, not the array, and undefined where it has none.
        ElementType::Array | ElementType::Undefined => None,
        _ => {
            let bracket = type_bracket(*of);
            let first = if direction == Direction::Ascending { bracket } else { !bracket };
            Some(KeyRange::prefix(vec![first]))
        }
    };
    let ranges = types.iter().map(range).collect::<Option<Vec<_>>>()?;
    Some(Intervals::of_types(range::union(ranges)))
}

fn of_values(values: &[Bson], direction: Direction, paths: Paths) -> Option<Intervals> {
    let range = |value: &Bson| {
        let servable = match value {
            // An index holds an array's elements, not the array; and a regular expression is more than a value.
            Bson::Array(_) | Bson::RegularExpression(_) | Bson::Undefined => false,
            // Null is also what is missing in some of an array's documents.
            Bson::Null => paths == Paths::Single,
            _ => true,
        };
        if !servable {
            return None;
        }
        Some(KeyRange::prefix(encoded_value(value, direction)?))
    };
    let ranges = values.iter().map(range).collect::<Option<Vec<_>>>()?;
    Some(Intervals::points_at(range::union(ranges)))
}

enum Side {
    Above { included: bool },
    Below { included: bool },
}

fn of_comparison(value: &Bson, direction: Direction, side: Side) -> Option<Intervals> {
    if !is_ordered(value) {
        return None;
    }
    let at = encoded_value(value, direction)?;
    // A comparison holds within one type bracket, and a key starts with its bracket.
    let bracket = without_nan(KeyRange::prefix(at.get(..1)?.to_vec()), value, direction)?;
    let ascending = direction == Direction::Ascending;
    let range = match side {
        Side::Above { included } | Side::Below { included }
            if matches!(side, Side::Above { .. }) == ascending =>
        {
            KeyRange { start: if included { at } else { successor(&at)? }, end: bracket.end }
        }
        Side::Above { included } | Side::Below { included } => {
            KeyRange { start: bracket.start, end: if included { successor(&at) } else { Some(at) } }
        }
    };
    let ranges = if range.is_empty() { Vec::new() } else { vec![range] };
    Some(Intervals { ranges, single_values: false, whole_types: false })
}

/// A type's bracket, without the number that is above and below nothing.
fn without_nan(bracket: KeyRange, value: &Bson, direction: Direction) -> Option<KeyRange> {
    if !matches!(value, Bson::Double(_) | Bson::Int32(_) | Bson::Int64(_)) {
        return Some(bracket);
    }
    let nan = encoded_value(&Bson::Double(f64::NAN), direction)?;
    Some(match direction {
        Direction::Ascending => KeyRange { start: successor(&nan)?, end: bracket.end },
        Direction::Descending => KeyRange { start: bracket.start, end: Some(nan) },
    })
}

/// Strings that start with a text sort between the text itself and the last text that starts so.
fn of_start(text: &str, direction: Direction) -> Option<Intervals> {
    let first = Op::Gte(Bson::String(text.to_owned()));
    let Some(end) = next_text(text) else { return of_op(&first, direction, Paths::Single) };
    let from = of_op(&first, direction, Paths::Single)?;
    Some(from.and(of_op(&Op::Lt(Bson::String(end)), direction, Paths::Single)?, Paths::Single))
}

/// The first text behind all that start with `text`, where its last character has a next one.
fn next_text(text: &str) -> Option<String> {
    let mut characters: Vec<char> = text.chars().collect();
    let last = characters.pop()?;
    characters.push(char::from_u32(u32::from(last) + 1)?);
    Some(characters.into_iter().collect())
}

/// Whether values of this type are compared by nothing but their order.
fn is_ordered(value: &Bson) -> bool {
    match value {
        Bson::Double(number) => !number.is_nan(),
        Bson::String(_) | Bson::Int32(_) | Bson::Int64(_) | Bson::Boolean(_) => true,
        Bson::ObjectId(_) | Bson::DateTime(_) => true,
        _ => false,
    }
}

fn encoded_value(value: &Bson, direction: Direction) -> Option<Vec<u8>> {
    with_raw(value, |value| encoded(value, direction).ok())
}

/// Whether the ranges of an operator hold exactly what satisfies it, at a path without arrays.
pub(super) fn is_exact(op: &Op) -> bool {
    match op {
        Op::Eq(value) | Op::Gt(value) | Op::Gte(value) | Op::Lt(value) | Op::Lte(value) => is_ordered(value),
        Op::In(values) => values.iter().all(is_ordered),
        _ => false,
    }
}

/// Whether the ranges of the `bound` paths and the index's own condition say all that `filter` does.
pub(super) fn is_covered(filter: &Filter, bound: &[&str], only_null: &[String]) -> bool {
    match filter {
        Filter::All => true,
        Filter::And(all) => all.iter().all(|part| is_covered(part, bound, only_null)),
        Filter::Field { path, op: Op::Eq(Bson::Null) } => only_null.contains(path),
        Filter::Field { path, op } => bound.contains(&path.as_str()) && is_exact(op),
        _ => false,
    }
}

/// Whether every document that satisfies `filter` is in an index with this condition.
pub(super) fn implies_condition(filter: &Filter, spec: &IndexSpec) -> bool {
    let types =
        spec.only_types.iter().all(|(path, types)| says(filter, path, &|op| implies_types(op, types)));
    types && spec.only_null.iter().all(|path| says(filter, path, &|op| matches!(op, Op::Eq(Bson::Null))))
}

/// Whether the filter holds only where `path` satisfies an operator that is `such`.
fn says(filter: &Filter, path: &str, such: &dyn Fn(&Op) -> bool) -> bool {
    match filter {
        Filter::Nothing => true,
        Filter::And(all) => all.iter().any(|part| says(part, path, such)),
        Filter::Or(any) => any.iter().all(|part| says(part, path, such)),
        Filter::Field { path: on, op } => on == path && such(op),
        Filter::All | Filter::Not(_) | Filter::Text(_) | Filter::Same(_) => false,
    }
}

fn implies_types(op: &Op, types: &[ElementType]) -> bool {
    let within =
        |value: &Bson| types_equal_to(value).is_some_and(|equal| equal.iter().all(|of| types.contains(of)));
    match op {
        Op::Eq(value) => within(value),
        Op::In(values) => values.iter().all(within),
        Op::Gt(value) | Op::Gte(value) | Op::Lt(value) | Op::Lte(value) => is_ordered(value) && within(value),
        Op::StartsWith(_) => types.contains(&ElementType::String),
        Op::Type(asked) => asked.iter().all(|of| types.contains(of)),
        _ => false,
    }
}

/// The types a value may have that compares with this one. Symbols are left out: no program writes them any more.
fn types_equal_to(value: &Bson) -> Option<&'static [ElementType]> {
    const NUMBERS: &[ElementType] =
        &[ElementType::Int32, ElementType::Int64, ElementType::Double, ElementType::Decimal128];
    match value {
        Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_) | Bson::Decimal128(_) => Some(NUMBERS),
        Bson::String(_) => Some(&[ElementType::String]),
        Bson::ObjectId(_) => Some(&[ElementType::ObjectId]),
        Bson::DateTime(_) => Some(&[ElementType::DateTime]),
        Bson::Boolean(_) => Some(&[ElementType::Boolean]),
        Bson::Binary(_) => Some(&[ElementType::Binary]),
        _ => None,
    }
}
