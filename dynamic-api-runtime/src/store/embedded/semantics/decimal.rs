//! Decimal128 as IEEE 754-2008 and MongoDB have it: its bits, order, sum and quotient. It knows no other number's order.

use std::cmp::Ordering;

use bson::Decimal128;

/// The coefficient's digits.
const DIGITS: u32 = 34;
/// The smallest coefficient of too many digits.
const TOO_LARGE: u128 = 10u128.pow(DIGITS);
/// What is subtracted from a stored exponent.
const BIAS: i32 = 6176;
/// The largest exponent of a coefficient.
const MAX_EXPONENT: i32 = 6111;

/// A decoded Decimal128.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Decimal {
    /// A number.
    Finite(Finite),
    /// An infinity.
    Infinity {
        /// The one below every number.
        negative: bool,
    },
    /// Not a number. Its sign means nothing, and is kept.
    Nan {
        /// The sign bit.
        negative: bool,
    },
}

/// `coefficient * 10^exponent`, negated where `negative`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finite {
    /// Zeros have a sign as well.
    pub(crate) negative: bool,
    /// At most 34 digits.
    pub(crate) coefficient: u128,
    /// From -6176 to 6111.
    pub(crate) exponent: i32,
}

impl Decimal {
    /// Decodes the binary integer form. Coefficients of more than 34 digits are zeros by the standard.
    pub(crate) fn from_bson(decimal: Decimal128) -> Self {
        let bits = u128::from_le_bytes(decimal.bytes());
        let negative = bits >> 127 == 1;
        match (bits >> 122) & 0b1_1111 {
            0b1_1111 => return Self::Nan { negative },
            0b1_1110 => return Self::Infinity { negative },
            _ => {}
        }
        if (bits >> 125) & 0b11 == 0b11 {
            let exponent = ((bits >> 111) & 0x3fff) as i32 - BIAS;
            return Self::Finite(Finite { negative, coefficient: 0, exponent });
        }
        let exponent = ((bits >> 113) & 0x3fff) as i32 - BIAS;
        let coefficient = bits & ((1 << 113) - 1);
        let coefficient = if coefficient < TOO_LARGE { coefficient } else { 0 };
        Self::Finite(Finite { negative, coefficient, exponent })
    }

    /// Encodes it.
    pub(crate) fn into_bson(self) -> Decimal128 {
        let bits = match self {
            Self::Nan { negative } => (u128::from(negative) << 127) | (0b1_1111 << 122),
            Self::Infinity { negative } => (u128::from(negative) << 127) | (0b1_1110 << 122),
            Self::Finite(Finite { negative, coefficient, exponent }) => {
                let biased = u128::from((exponent + BIAS).unsigned_abs());
                (u128::from(negative) << 127) | (biased << 113) | coefficient
            }
        };
        Decimal128::from_bytes(bits.to_le_bytes())
    }

    /// An integer.
    pub(crate) fn from_whole(n: i64) -> Self {
        Self::Finite(Finite { negative: n < 0, coefficient: n.unsigned_abs().into(), exponent: 0 })
    }

    /// A double in the 15 digits that MongoDB keeps of it in decimal arithmetic.
    pub(crate) fn from_double(double: f64) -> Self {
        Self::from_double_digits(double, 15)
    }

    /// A double in all the digits that a decimal can keep of it, without zeros behind its last digit.
    pub(crate) fn from_double_exactly(double: f64) -> Self {
        let Self::Finite(mut finite) = Self::from_double_digits(double, DIGITS as usize) else {
            return Self::from_double_digits(double, 1);
        };
        while finite.exponent < 0 && finite.coefficient != 0 && finite.coefficient.is_multiple_of(10) {
            finite.coefficient /= 10;
            finite.exponent += 1;
        }
        Self::Finite(finite)
    }

    fn from_double_digits(double: f64, digits: usize) -> Self {
        let negative = double.is_sign_negative();
        if double.is_nan() {
            return Self::Nan { negative };
        }
        if double.is_infinite() {
            return Self::Infinity { negative };
        }
        if double == 0.0 {
            return Self::Finite(Finite { negative, coefficient: 0, exponent: 0 });
        }
        let text = format!("{:.*e}", digits - 1, double.abs());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let coefficient = decimal_digits(mantissa).fold(0u128, |sum, digit| sum * 10 + u128::from(digit));
        let exponent = exponent.parse::<i32>().unwrap_or(0) - (digits as i32 - 1);
        Self::Finite(Finite { negative, coefficient, exponent })
    }

    /// The nearest double.
    pub(crate) fn to_double(self) -> f64 {
        match self {
            Self::Nan { .. } => f64::NAN,
            Self::Infinity { negative: false } => f64::INFINITY,
            Self::Infinity { negative: true } => f64::NEG_INFINITY,
            Self::Finite(Finite { negative, coefficient, exponent }) => {
                let sign = if negative { "-" } else { "" };
                format!("{sign}{coefficient}e{exponent}").parse().unwrap_or(f64::NAN)
            }
        }
    }

    /// By value; NaN below all, and equal to itself.
    pub(crate) fn compare(self, other: Self) -> Ordering {
        if let (Self::Finite(a), Self::Finite(b)) = (self, other) {
            return a.compare(b);
        }
        self.rank().cmp(&other.rank())
    }

    fn rank(self) -> u8 {
        match self {
            Self::Nan { .. } => 0,
            Self::Infinity { negative: true } => 1,
            Self::Finite(_) => 2,
            Self::Infinity { negative: false } => 3,
        }
    }

    /// The sum, rounded half to even.
    pub(crate) fn add(self, other: Self) -> Self {
        match (self, other) {
            (Self::Finite(a), Self::Finite(b)) => add_finite(a, b),
            (nan @ Self::Nan { .. }, _) | (_, nan @ Self::Nan { .. }) => nan,
            (Self::Infinity { negative: a }, Self::Infinity { negative: b }) if a != b => {
                Self::Nan { negative: false }
            }
            (infinity @ Self::Infinity { .. }, _) | (_, infinity) => infinity,
        }
    }

    /// The quotient by a positive integer, rounded half to even.
    pub(crate) fn divide_by(self, divisor: u64) -> Self {
        let (Self::Finite(dividend), true) = (self, divisor > 0) else {
            return self;
        };
        let divisor = u128::from(divisor);
        let Finite { negative, coefficient, mut exponent } = dividend;
        let (mut quotient, mut rest) = (coefficient / divisor, coefficient % divisor);
        // One digit more than fit, and a last one that says whether anything follows: enough to round right.
        while rest != 0 && quotient < TOO_LARGE {
            quotient = quotient * 10 + rest * 10 / divisor;
            rest = rest * 10 % divisor;
            exponent -= 1;
        }
        if rest != 0 {
            (quotient, exponent) = (quotient * 10 + 1, exponent - 1);
        }
        round(negative, quotient, exponent)
    }
}

impl Finite {
    /// -1, 0 or 1.
    pub(crate) fn signum(self) -> i32 {
        match (self.coefficient, self.negative) {
            (0, _) => 0,
            (_, true) => -1,
            (_, false) => 1,
        }
    }

    fn compare(self, other: Self) -> Ordering {
        self.signum().cmp(&other.signum()).then_with(|| {
            let magnitude = self.compare_magnitude(other);
            if self.negative { magnitude.reverse() } else { magnitude }
        })
    }

    fn compare_magnitude(self, other: Self) -> Ordering {
        if self.coefficient == 0 || other.coefficient == 0 {
            return self.coefficient.cmp(&other.coefficient);
        }
        let (a, b) = (self.aligned(), other.aligned());
        a.cmp(&b)
    }

    /// The power of ten of the first digit, and the coefficient padded to 34 digits. Both are 0 for a zero.
    pub(crate) fn aligned(self) -> (i32, u128) {
        let Some(log) = self.coefficient.checked_ilog10() else {
            return (0, 0);
        };
        (self.exponent + log as i32, self.coefficient * 10u128.pow(DIGITS - 1 - log))
    }

    /// Compares the magnitude with a positive number written as `d.ddde-7`, to its last digit.
    pub(crate) fn compare_magnitude_to_digits(self, text: &str) -> Ordering {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (power, coefficient) = self.aligned();
        let ours = format!("{coefficient}");
        let ours = decimal_digits(&ours).chain(std::iter::repeat(0));
        power.cmp(&exponent.parse().unwrap_or(0)).then_with(|| {
            let pairs = ours.zip(decimal_digits(mantissa));
            pairs.map(|(a, b)| a.cmp(&b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        })
    }
}

fn decimal_digits(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0')
}

fn add_finite(a: Finite, b: Finite) -> Decimal {
    let (high, low) = if a.exponent >= b.exponent { (a, b) } else { (b, a) };
    let gap = (high.exponent - low.exponent).unsigned_abs();
    // 37 digits leave room for the carry and for one more digit that stands for all that was cut off.
    let room = 37 - high.coefficient.checked_ilog10().map_or(0, |log| log + 1);
    if high.coefficient == 0 || gap <= room {
        let scale = if high.coefficient == 0 { 1 } else { 10i128.pow(gap) };
        let sum = signed(high) * scale + signed(low);
        let negative = if sum == 0 { high.negative && low.negative } else { sum < 0 };
        return round(negative, sum.unsigned_abs(), low.exponent);
    }
    let cut = gap - room;
    let (kept, rest) = match 10u128.checked_pow(cut) {
        Some(power) => (low.coefficient / power, low.coefficient % power),
        None => (0, low.coefficient),
    };
    let sign = |negative: bool| if negative { -1i128 } else { 1 };
    let sum = signed(high) * 10i128.pow(room) + sign(low.negative) * kept as i128;
    let exponent = high.exponent - room as i32;
    if rest == 0 {
        return round(sum < 0, sum.unsigned_abs(), exponent);
    }
    let sum = sum * 10 + sign(low.negative);
    round(sum < 0, sum.unsigned_abs(), exponent - 1)
}

fn signed(n: Finite) -> i128 {
    // At most 34 digits, so that the conversion keeps the value.
    let coefficient = n.coefficient as i128;
    if n.negative { -coefficient } else { coefficient }
}

/// The nearest Decimal128, half to even; an infinity beyond the largest.
fn round(negative: bool, coefficient: u128, exponent: i32) -> Decimal {
    let (mut coefficient, mut exponent) = (coefficient, exponent);
    let digits = coefficient.checked_ilog10().map_or(0, |log| log + 1);
    let surplus = digits.saturating_sub(DIGITS).max((-BIAS - exponent).max(0).unsigned_abs());
    if surplus > 0 {
        coefficient = drop_digits(coefficient, surplus);
        exponent += surplus as i32;
        if coefficient == TOO_LARGE {
            (coefficient, exponent) = (coefficient / 10, exponent + 1);
        }
    }
    // An exponent that is too large goes into trailing zeros while there is room for them.
    while exponent > MAX_EXPONENT && coefficient != 0 && coefficient * 10 < TOO_LARGE {
        (coefficient, exponent) = (coefficient * 10, exponent - 1);
    }
    if exponent > MAX_EXPONENT && coefficient != 0 {
        return Decimal::Infinity { negative };
    }
    Decimal::Finite(Finite { negative, coefficient, exponent: exponent.min(MAX_EXPONENT) })
}

fn drop_digits(coefficient: u128, count: u32) -> u128 {
    let Some(power) = 10u128.checked_pow(count) else {
        return 0;
    };
    let (kept, rest) = (coefficient / power, coefficient % power);
    let half = power / 2;
    let up = rest > half || (rest == half && kept % 2 == 1);
    kept + u128::from(up)
}
