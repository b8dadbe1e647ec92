//! Numbers of every BSON width as one kind of value: their exact comparison and their addition. It knows no operators.

use std::cmp::Ordering;

use bson::{RawBson, RawBsonRef};

use super::decimal::{Decimal, Finite};

/// A number, as it was stored.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Number {
    /// 32 bits.
    Int(i32),
    /// 64 bits.
    Long(i64),
    /// A binary double.
    Double(f64),
    /// A Decimal128.
    Decimal(Decimal),
}

impl Number {
    /// The number that a value is, if it is one.
    pub(crate) fn of(value: RawBsonRef<'_>) -> Option<Self> {
        match value {
            RawBsonRef::Int32(n) => Some(Self::Int(n)),
            RawBsonRef::Int64(n) => Some(Self::Long(n)),
            RawBsonRef::Double(n) => Some(Self::Double(n)),
            RawBsonRef::Decimal128(n) => Some(Self::Decimal(Decimal::from_bson(n))),
            _ => None,
        }
    }

    /// The value that this number is stored as.
    pub(crate) fn into_bson(self) -> RawBson {
        match self {
            Self::Int(n) => RawBson::Int32(n),
            Self::Long(n) => RawBson::Int64(n),
            Self::Double(n) => RawBson::Double(n),
            Self::Decimal(n) => RawBson::Decimal128(n.into_bson()),
        }
    }

    /// By value, exactly; NaN below every other number and equal to itself.
    pub(crate) fn compare(self, other: Self) -> Ordering {
        use Number as N;
        match (self, other) {
            (N::Double(a), N::Double(b)) => compare_doubles(a, b),
            (N::Decimal(a), N::Decimal(b)) => a.compare(b),
            (N::Decimal(a), N::Double(b)) => compare_decimal_to_double(a, b),
            (N::Double(a), N::Decimal(b)) => compare_decimal_to_double(b, a).reverse(),
            (a, b) => match (a.whole(), b.whole()) {
                (Some(a), Some(b)) => a.cmp(&b),
                (Some(a), None) => compare_whole_to(a, b),
                (None, Some(b)) => compare_whole_to(b, a).reverse(),
                (None, None) => Ordering::Equal,
            },
        }
    }

    /// The value of an integer of either width.
    pub(crate) fn whole(self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(n.into()),
            Self::Long(n) => Some(n),
            Self::Double(_) | Self::Decimal(_) => None,
        }
    }

    /// Whether it is NaN.
    pub(crate) fn is_nan(self) -> bool {
        match self {
            Self::Int(_) | Self::Long(_) => false,
            Self::Double(n) => n.is_nan(),
            Self::Decimal(n) => matches!(n, Decimal::Nan { .. }),
        }
    }

    /// The sum in the wider of the two types; an int becomes a long where it has to, `None` where a long overflows.
    pub(crate) fn add(self, other: Self) -> Option<Self> {
        use Number as N;
        Some(match (self, other) {
            (N::Int(a), N::Int(b)) => match a.checked_add(b) {
                Some(sum) => N::Int(sum),
                None => N::Long(i64::from(a) + i64::from(b)),
            },
            (N::Decimal(_), _) | (_, N::Decimal(_)) => N::Decimal(self.to_decimal().add(other.to_decimal())),
            (N::Double(_), _) | (_, N::Double(_)) => N::Double(self.to_double() + other.to_double()),
            (N::Long(_), _) | (_, N::Long(_)) => N::Long(self.whole()?.checked_add(other.whole()?)?),
        })
    }

    /// The nearest double.
    pub(crate) fn to_double(self) -> f64 {
        match self {
            Self::Int(n) => n.into(),
            Self::Long(n) => n as f64,
            Self::Double(n) => n,
            Self::Decimal(n) => n.to_double(),
        }
    }

    /// The decimal that arithmetic with decimals takes it for: of a double, its first 15 digits.
    pub(crate) fn to_decimal(self) -> Decimal {
        match self {
            Self::Int(n) => Decimal::from_whole(n.into()),
            Self::Long(n) => Decimal::from_whole(n),
            Self::Double(n) => Decimal::from_double(n),
            Self::Decimal(n) => n,
        }
    }
}

/// The largest double that is not above a number, and whether it is the number itself. Of NaN: `None`.
pub(crate) fn floor_to_double(number: Number) -> Option<(f64, bool)> {
    let nearest = number.to_double();
    if nearest.is_nan() {
        return None;
    }
    let nearest = if nearest == 0.0 { 0.0 } else { nearest };
    Some(match number.compare(Number::Double(nearest)) {
        Ordering::Equal => (nearest, true),
        Ordering::Greater => (nearest, false),
        Ordering::Less => (nearest.next_down(), false),
    })
}

fn compare_doubles(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan()))
}

fn compare_whole_to(whole: i64, other: Number) -> Ordering {
    match other {
        Number::Double(double) => compare_whole_to_double(whole, double),
        Number::Decimal(decimal) => Decimal::from_whole(whole).compare(decimal),
        Number::Int(n) => whole.cmp(&n.into()),
        Number::Long(n) => whole.cmp(&n),
    }
}

fn compare_whole_to_double(whole: i64, double: f64) -> Ordering {
    /// 2^63: the first double above every long.
    const ABOVE: f64 = 9_223_372_036_854_775_808.0;
    if double.is_nan() || double < -ABOVE {
        return Ordering::Greater;
    }
    if double >= ABOVE {
        return Ordering::Less;
    }
    whole.cmp(&(double.trunc() as i64)).then_with(|| compare_doubles(0.0, double.fract()))
}

fn compare_decimal_to_double(decimal: Decimal, double: f64) -> Ordering {
    let nearest = decimal.to_double();
    // Rounding keeps the order, so that only a tie needs the double's exact digits.
    compare_doubles(nearest, double).then_with(|| match decimal {
        Decimal::Finite(finite) => compare_finite_to_double(finite, double),
        Decimal::Infinity { .. } | Decimal::Nan { .. } => Ordering::Equal,
    })
}

fn compare_finite_to_double(decimal: Finite, double: f64) -> Ordering {
    if double.is_infinite() {
        return if double > 0.0 { Ordering::Less } else { Ordering::Greater };
    }
    if double == 0.0 || decimal.coefficient == 0 {
        return decimal.signum().cmp(&if double == 0.0 { 0 } else { double.signum() as i32 });
    }
    // More digits than a decimal has mostly tell the two apart, and rounding to them keeps the order; no finite double has more
    // than 767.
    let magnitude = [40, 766]
        .into_iter()
        .map(|digits| decimal.compare_magnitude_to_digits(&format!("{:.digits$e}", double.abs())))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal);
    if double < 0.0 { magnitude.reverse() } else { magnitude }
}
