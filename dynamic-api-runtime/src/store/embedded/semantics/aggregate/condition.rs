//! The conditions of `$match`, in MongoDB's query language, as a [`Filter`]. It knows no documents.

use bson::{Bson, Document, Regex, raw::CString, spec::ElementType};

use super::{invalid, stage};
use crate::{
    query::{Filter, Op},
    store::{
        StoreResult,
        embedded::semantics::{decimal::Decimal, unsupported},
    },
};

/// Reads a condition.
pub(super) fn parse(condition: &Bson) -> StoreResult<Filter> {
    parse_document(stage::as_document("$match", condition)?)
}

fn parse_document(condition: &Document) -> StoreResult<Filter> {
    let filters = condition.iter().map(|(name, value)| parse_member(name, value));
    Ok(all_of(filters.collect::<StoreResult<_>>()?))
}

fn parse_member(name: &str, value: &Bson) -> StoreResult<Filter> {
    match name {
        "$and" => Ok(all_of(parse_list(name, value)?)),
        "$or" => Ok(Filter::Or(parse_list(name, value)?)),
        "$nor" => Ok(not(Filter::Or(parse_list(name, value)?))),
        _ if name.starts_with('$') => Err(unsupported(format!("the operator {name}"))),
        path => parse_field(path, value),
    }
}

fn parse_list(name: &str, value: &Bson) -> StoreResult<Vec<Filter>> {
    match value {
        Bson::Array(list) if !list.is_empty() => {
            list.iter().map(|filter| parse_document(stage::as_document(name, filter)?)).collect()
        }
        _ => Err(invalid(format!("{name} takes a list of at least one condition"))),
    }
}

fn parse_field(path: &str, value: &Bson) -> StoreResult<Filter> {
    match value {
        Bson::Document(doc) if is_operators(doc) => parse_operators(path, doc),
        Bson::RegularExpression(regex) => parse_regex(path, regex.pattern.as_str(), regex.options.as_str()),
        Bson::Undefined => Err(invalid("a value can't be compared to undefined")),
        value => Ok(Filter::field(path, Op::Eq(value.clone()))),
    }
}

fn is_operators(doc: &Document) -> bool {
    doc.keys().next().is_some_and(|name| name.starts_with('$'))
}

fn parse_operators(path: &str, operators: &Document) -> StoreResult<Filter> {
    let mut filters = Vec::with_capacity(operators.len());
    for (operator, operand) in operators {
        match operator.as_str() {
            "$regex" => filters.push(parse_regex_operator(path, operand, operators.get("$options"))?),
            "$options" if operators.contains_key("$regex") => {}
            "$not" => filters.push(not(parse_not(path, operand)?)),
            operator => filters.push(Filter::field(path, parse_op(operator, operand)?)),
        }
    }
    Ok(all_of(filters))
}

fn parse_not(path: &str, operand: &Bson) -> StoreResult<Filter> {
    match operand {
        Bson::Document(doc) if is_operators(doc) => parse_operators(path, doc),
        Bson::RegularExpression(_) => parse_field(path, operand),
        _ => Err(invalid("$not takes operators or a regular expression")),
    }
}

fn parse_op(operator: &str, operand: &Bson) -> StoreResult<Op> {
    Ok(match operator {
        "$eq" => Op::Eq(comparable(operator, operand, true)?),
        "$ne" => Op::Ne(comparable(operator, operand, false)?),
        "$gt" => Op::Gt(comparable(operator, operand, false)?),
        "$gte" => Op::Gte(comparable(operator, operand, false)?),
        "$lt" => Op::Lt(comparable(operator, operand, false)?),
        "$lte" => Op::Lte(comparable(operator, operand, false)?),
        "$in" => Op::In(parse_values(operator, operand)?),
        "$nin" => Op::Nin(parse_values(operator, operand)?),
        "$all" => Op::All(parse_values(operator, operand)?),
        "$exists" => Op::Exists(is_true(operand)),
        "$size" => Op::Size(parse_size(operand)?),
        "$type" => Op::Type(parse_types(operand)?),
        operator if operator.starts_with('$') => return Err(unsupported(format!("the operator {operator}"))),
        name => return Err(invalid(format!("the member {name} stands among operators"))),
    })
}

fn comparable(operator: &str, operand: &Bson, regex: bool) -> StoreResult<Bson> {
    match operand {
        Bson::Undefined => Err(invalid("a value can't be compared to undefined")),
        Bson::RegularExpression(_) if !regex => {
            Err(invalid(format!("{operator} can't take a regular expression")))
        }
        value => Ok(value.clone()),
    }
}

fn parse_values(operator: &str, operand: &Bson) -> StoreResult<Vec<Bson>> {
    let values = operand.as_array().ok_or_else(|| invalid(format!("{operator} takes a list")))?;
    for value in values {
        match value {
            Bson::RegularExpression(_) => {
                return Err(unsupported(format!("a regular expression in {operator}")));
            }
            Bson::Undefined => return Err(invalid(format!("{operator} can't take undefined"))),
            Bson::Document(doc) if is_operators(doc) => {
                return Err(unsupported(format!("an operator in {operator}")));
            }
            _ => {}
        }
    }
    Ok(values.clone())
}

/// What counts as true where a truth value is asked for.
pub(super) fn is_true(value: &Bson) -> bool {
    match value {
        Bson::Boolean(value) => *value,
        Bson::Int32(n) => *n != 0,
        Bson::Int64(n) => *n != 0,
        Bson::Double(n) => *n != 0.0,
        Bson::Decimal128(n) => match Decimal::from_bson(*n) {
            Decimal::Finite(n) => n.coefficient != 0,
            Decimal::Infinity { .. } | Decimal::Nan { .. } => true,
        },
        Bson::Null | Bson::Undefined => false,
        _ => true,
    }
}

fn parse_size(operand: &Bson) -> StoreResult<u32> {
    if let Bson::Decimal128(_) = operand {
        return Err(unsupported("a decimal in $size"));
    }
    let size = stage::whole(operand).filter(|size| *size >= 0);
    let size = size.ok_or_else(|| invalid("$size takes a whole number that is not negative"))?;
    // No array is longer than this.
    Ok(u32::try_from(size).unwrap_or(u32::MAX))
}

fn parse_types(operand: &Bson) -> StoreResult<Vec<ElementType>> {
    let mut types = Vec::new();
    match operand {
        Bson::Array(list) if list.is_empty() => return Err(invalid("$type must match at least one type")),
        Bson::Array(list) => {
            for item in list {
                add_type(&mut types, item)?;
            }
        }
        single => add_type(&mut types, single)?,
    }
    Ok(types)
}

fn add_type(types: &mut Vec<ElementType>, operand: &Bson) -> StoreResult<()> {
    let unknown = || invalid(format!("{operand} is no type"));
    match (operand, stage::whole(operand)) {
        (Bson::String(name), _) if name == "number" => types.extend([
            ElementType::Int32,
            ElementType::Int64,
            ElementType::Double,
            ElementType::Decimal128,
        ]),
        (Bson::String(name), _) => types.push(type_of_name(name).ok_or_else(unknown)?),
        (_, Some(-1)) => types.push(ElementType::MinKey),
        (_, Some(code)) => {
            let code =
                u8::try_from(code).ok().filter(|code| *code != 0 && *code != 0xff).ok_or_else(unknown)?;
            types.push(ElementType::from(code).ok_or_else(unknown)?);
        }
        _ => return Err(unknown()),
    }
    Ok(())
}

fn type_of_name(name: &str) -> Option<ElementType> {
    Some(match name {
        "double" => ElementType::Double,
        "string" => ElementType::String,
        "object" => ElementType::EmbeddedDocument,
        "array" => ElementType::Array,
        "binData" => ElementType::Binary,
        "undefined" => ElementType::Undefined,
        "objectId" => ElementType::ObjectId,
        "bool" => ElementType::Boolean,
        "date" => ElementType::DateTime,
        "null" => ElementType::Null,
        "regex" => ElementType::RegularExpression,
        "dbPointer" => ElementType::DbPointer,
        "javascript" => ElementType::JavaScriptCode,
        "symbol" => ElementType::Symbol,
        "javascriptWithScope" => ElementType::JavaScriptCodeWithScope,
        "int" => ElementType::Int32,
        "timestamp" => ElementType::Timestamp,
        "long" => ElementType::Int64,
        "decimal" => ElementType::Decimal128,
        "minKey" => ElementType::MinKey,
        "maxKey" => ElementType::MaxKey,
        _ => return None,
    })
}

fn parse_regex_operator(path: &str, operand: &Bson, options: Option<&Bson>) -> StoreResult<Filter> {
    let options = match options {
        None => "",
        Some(Bson::String(options)) => options,
        Some(_) => return Err(invalid("$options takes a string")),
    };
    match operand {
        Bson::String(pattern) => parse_regex(path, pattern, options),
        Bson::RegularExpression(regex) if options.is_empty() => {
            parse_regex(path, regex.pattern.as_str(), regex.options.as_str())
        }
        Bson::RegularExpression(_) => Err(unsupported("$options beside a regular expression")),
        _ => Err(invalid("$regex takes a string or a regular expression")),
    }
}

/// A regular expression that stands for a text, anchored or not.
fn parse_regex(path: &str, pattern: &str, options: &str) -> StoreResult<Filter> {
    let refuse = || unsupported(format!("the regular expression /{pattern}/{options}"));
    if !options.is_empty() {
        return Err(refuse());
    }
    let (starts, body) = pattern.strip_prefix('^').map_or((false, pattern), |body| (true, body));
    let (text, end) = unescape(body).ok_or_else(refuse)?;
    let at = |op| Filter::field(path, op);
    let ending = |text: String| match starts {
        true => at(Op::Eq(Bson::String(text))),
        false => at(Op::EndsWith(text)),
    };
    // A stored regular expression matches where it is the same one.
    let same =
        Op::Eq(Bson::RegularExpression(Regex { pattern: cstring(pattern)?, options: cstring(options)? }));
    let mut any = match end {
        End::Open if starts => vec![at(Op::StartsWith(text))],
        End::Open => vec![at(Op::Contains(text))],
        End::Text => vec![ending(text)],
        // Without multiple lines, a dollar also matches in front of a line break that is the last letter.
        End::Line => vec![ending(format!("{text}\n")), ending(text)],
    };
    any.push(at(same));
    Ok(Filter::Or(any))
}

fn cstring(text: &str) -> StoreResult<CString> {
    CString::try_from(text).map_err(|_| invalid("a regular expression can't hold a NUL"))
}

/// How a regular expression ends.
enum End {
    Open,
    /// `$`
    Line,
    /// `\z`
    Text,
}

/// The text that a pattern of nothing but escaped and plain letters stands for.
fn unescape(pattern: &str) -> Option<(String, End)> {
    let mut text = String::with_capacity(pattern.len());
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '$' if letters.as_str().is_empty() => return Some((text, End::Line)),
            '\\' => match letters.next()? {
                'z' if letters.as_str().is_empty() => return Some((text, End::Text)),
                // A letter or digit behind a backslash is a class, a reference or a control character.
                escaped if escaped.is_alphanumeric() => return None,
                escaped => text.push(escaped),
            },
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' => return None,
            plain => text.push(plain),
        }
    }
    Some((text, End::Open))
}

fn all_of(mut filters: Vec<Filter>) -> Filter {
    match filters.len() {
        0 => Filter::All,
        1 => filters.remove(0),
        _ => Filter::And(filters),
    }
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}
