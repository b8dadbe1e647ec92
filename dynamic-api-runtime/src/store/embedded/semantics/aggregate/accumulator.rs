//! What a group gathers of its documents: sums, extremes, lists. It knows no expressions and no groups.

use std::cmp::Ordering;

use bson::{RawArrayBuf, RawBson, RawBsonRef};

use crate::store::{
    StoreResult,
    embedded::semantics::{decimal::Decimal, key::encode_key, number::Number, order::compare, unsupported},
};

/// Which values are gathered.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Sum,
    Avg,
    Min,
    Max,
    First,
    Last,
    Push,
    AddToSet,
}

impl Kind {
    /// The accumulator of this name.
    pub(super) fn parse(name: &str) -> StoreResult<Self> {
        Ok(match name {
            "$sum" => Self::Sum,
            "$avg" => Self::Avg,
            "$min" => Self::Min,
            "$max" => Self::Max,
            "$first" => Self::First,
            "$last" => Self::Last,
            "$push" => Self::Push,
            "$addToSet" => Self::AddToSet,
            other => return Err(unsupported(format!("the accumulator {other}"))),
        })
    }
}

/// Which of equal values is kept: they can differ in type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ties {
    First,
    Last,
}

/// What was gathered so far.
#[derive(Debug)]
pub(super) enum Accumulator {
    Sum(Sum),
    Avg(Sum, u64),
    /// The value that comes first in this order.
    Extreme(Ordering, Ties, Option<RawBson>),
    First(Option<RawBson>),
    Last(RawBson),
    Push(RawArrayBuf),
    AddToSet(std::collections::HashSet<Vec<u8>>, RawArrayBuf),
}

impl Accumulator {
    /// Nothing gathered yet.
    pub(super) fn new(kind: Kind, ties: Ties) -> Self {
        match kind {
            Kind::Sum => Self::Sum(Sum::default()),
            Kind::Avg => Self::Avg(Sum::default(), 0),
            Kind::Min => Self::Extreme(Ordering::Less, ties, None),
            Kind::Max => Self::Extreme(Ordering::Greater, ties, None),
            Kind::First => Self::First(None),
            Kind::Last => Self::Last(RawBson::Null),
            Kind::Push => Self::Push(RawArrayBuf::new()),
            Kind::AddToSet => Self::AddToSet(Default::default(), RawArrayBuf::new()),
        }
    }

    /// Adds a document's value, `None` where it has none.
    pub(super) fn add(&mut self, value: Option<RawBsonRef<'_>>) -> StoreResult<()> {
        match (self, value) {
            (Self::First(first @ None), value) => *first = Some(value.unwrap_or(RawBsonRef::Null).into()),
            (Self::Last(last), value) => *last = value.unwrap_or(RawBsonRef::Null).into(),
            (_, None) | (Self::First(Some(_)), _) => {}
            (Self::Sum(sum), Some(value)) => {
                if let Some(number) = Number::of(value) {
                    sum.add(number);
                }
            }
            (Self::Avg(sum, count), Some(value)) => {
                if let Some(number) = Number::of(value) {
                    sum.add(number);
                    *count += 1;
                }
            }
            (Self::Extreme(order, ties, best), Some(value)) => {
                let counts = !matches!(value, RawBsonRef::Null | RawBsonRef::Undefined);
                let wins = |best: &RawBson| match compare(value, best.as_raw_bson_ref()) {
                    Ordering::Equal => *ties == Ties::Last,
                    unequal => unequal == *order,
                };
                if counts && best.as_ref().is_none_or(wins) {
                    *best = Some(value.into());
                }
            }
            (Self::Push(list), Some(value)) => list.push(value),
            (Self::AddToSet(seen, list), Some(value)) => {
                let mut key = Vec::new();
                encode_key(&mut key, value)?;
                if seen.insert(key) {
                    list.push(value);
                }
            }
        }
        Ok(())
    }

    /// What came together.
    pub(super) fn finish(self) -> RawBson {
        match self {
            Self::Sum(sum) => sum.total().into_bson(),
            Self::Avg(_, 0) => RawBson::Null,
            Self::Avg(sum, count) => sum.average(count).into_bson(),
            Self::Extreme(_, _, value) | Self::First(value) => value.unwrap_or(RawBson::Null),
            Self::Last(value) => value,
            Self::Push(list) | Self::AddToSet(_, list) => RawBson::Array(list),
        }
    }
}

/// A sum whose type is the widest of its numbers', compensated so that doubles don't lose what they add up to.
#[derive(Debug)]
pub(super) struct Sum {
    kind: SumKind,
    binary: DoubleDouble,
    decimal: Decimal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SumKind {
    Int,
    Long,
    Double,
    Decimal,
}

impl Default for Sum {
    fn default() -> Self {
        Self { kind: SumKind::Int, binary: DoubleDouble::default(), decimal: Decimal::from_whole(0) }
    }
}

impl Sum {
    fn add(&mut self, number: Number) {
        let kind = match number {
            Number::Int(n) => {
                self.binary.add(n.into());
                SumKind::Int
            }
            Number::Long(n) => {
                self.binary.add_long(n);
                SumKind::Long
            }
            Number::Double(n) => {
                self.binary.add(n);
                SumKind::Double
            }
            Number::Decimal(n) => {
                self.decimal = self.decimal.add(n);
                SumKind::Decimal
            }
        };
        self.kind = self.kind.max(kind);
    }

    fn total(&self) -> Number {
        let whole = || self.binary.to_long();
        match self.kind {
            SumKind::Decimal => Number::Decimal(self.decimal.add(self.binary.to_decimal())),
            SumKind::Double => Number::Double(self.binary.to_double()),
            SumKind::Int => match whole() {
                Some(n) => i32::try_from(n).map_or(Number::Long(n), Number::Int),
                None => Number::Double(self.binary.to_double()),
            },
            SumKind::Long => whole().map_or_else(|| Number::Double(self.binary.to_double()), Number::Long),
        }
    }

    fn average(&self, count: u64) -> Number {
        match self.total() {
            Number::Decimal(sum) => Number::Decimal(sum.divide_by(count)),
            sum => Number::Double(sum.to_double() / count as f64),
        }
    }
}

/// The unevaluated sum of two doubles, after Knuth: what rounding takes from the one is in the other.
#[derive(Debug, Default)]
struct DoubleDouble {
    sum: f64,
    rest: f64,
    /// The plain sum, for infinities, which the compensation turns into NaN.
    plain: f64,
}

impl DoubleDouble {
    /// The rest goes into the number before that goes into the sum, and what that loses is reckoned as if the rest were the
    /// smaller: as in MongoDB, since the last digits depend on it.
    fn add(&mut self, n: f64) {
        self.plain += n;
        let (n, lost) = fast_two_sum(n, self.rest);
        let (sum, rest) = two_sum(self.sum, n);
        (self.sum, self.rest) = (sum, rest + lost);
    }

    /// In two halves, each of which a double holds exactly.
    fn add_long(&mut self, n: i64) {
        let high = n / (1 << 32) * (1 << 32);
        self.add((n - high) as f64);
        self.add(high as f64);
    }

    fn to_double(&self) -> f64 {
        if self.sum.is_nan() { self.plain } else { self.sum }
    }

    /// The sum as a long, where it fits.
    fn to_long(&self) -> Option<i64> {
        // Both are whole numbers here, and far below what an i128 holds.
        i64::try_from(self.sum as i128 + self.rest as i128).ok()
    }

    fn to_decimal(&self) -> Decimal {
        if !self.sum.is_finite() {
            return Decimal::from_double_exactly(self.plain);
        }
        Decimal::from_double_exactly(self.sum).add(Decimal::from_double_exactly(self.rest))
    }
}

/// The rounded sum, and what rounding took from it where `b` is the smaller one.
fn fast_two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}

/// The rounded sum, and what rounding took from it.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}
