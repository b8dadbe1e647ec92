//! Filters: every operator with every type as its operand, on every type as what is stored.

use bson::{Bson, Document, spec::ElementType};
use dynamic_api_runtime::query::{Filter, Find, Op, Sort};

use super::{
    compare::{Comparison, extended_json},
    seed::Seed,
    values::{self, CLASSES},
};
use crate::{ITEMS, raw};

/// Where the rows hold their values: as a member, in a document, in documents in a list, in the first of them, as an element.
const PATHS: [&str; 7] = ["v", "n.v", "l.v", "l.0.v", "v.0", "v.a", "v.0.a"];

async fn ask(comparison: &mut Comparison, filter: Filter) {
    let find = Find::new(filter).sort(Sort::none().stable());
    let [mongo, embedded] = comparison.stores();
    let answers = [mongo.find(ITEMS, &find).await, embedded.find(ITEMS, &find).await];
    comparison.compare(|| format!("{}\n  {:?}", show(&find.filter), find.filter), answers);
}

/// A filter as a line to read: the operator and its operand in extended JSON.
fn show(filter: &Filter) -> String {
    let lists = |parts: &[Filter]| parts.iter().map(show).collect::<Vec<_>>().join(", ");
    match filter {
        Filter::And(parts) => format!("and({})", lists(parts)),
        Filter::Or(parts) => format!("or({})", lists(parts)),
        Filter::Not(part) => format!("not({})", show(part)),
        Filter::Field { path, op } => match operand(op) {
            Some(operand) => format!("{path} {} {}", name(op), extended_json(&operand)),
            None => format!("{path} {op:?}"),
        },
        other => format!("{other:?}"),
    }
}

fn operand(op: &Op) -> Option<Bson> {
    match op {
        Op::Eq(value) | Op::Ne(value) | Op::Gt(value) | Op::Gte(value) | Op::Lt(value) | Op::Lte(value) => {
            Some(value.clone())
        }
        Op::In(values) | Op::Nin(values) | Op::All(values) => Some(Bson::Array(values.clone())),
        _ => None,
    }
}

fn name(op: &Op) -> &'static str {
    match op {
        Op::Eq(_) => "eq",
        Op::Ne(_) => "ne",
        Op::Gt(_) => "gt",
        Op::Gte(_) => "gte",
        Op::Lt(_) => "lt",
        Op::Lte(_) => "lte",
        Op::In(_) => "in",
        Op::Nin(_) => "nin",
        Op::Exists(_) => "exists",
        Op::All(_) => "all",
        Op::Size(_) => "size",
        Op::Type(_) => "type",
        Op::Contains(_) => "contains",
        Op::StartsWith(_) => "startsWith",
        Op::EndsWith(_) => "endsWith",
    }
}

const COMPARISONS: [fn(Bson) -> Op; 6] = [Op::Eq, Op::Ne, Op::Gt, Op::Gte, Op::Lt, Op::Lte];
const LISTS: [fn(Vec<Bson>) -> Op; 3] = [Op::In, Op::Nin, Op::All];
const TEXTS: [fn(String) -> Op; 3] = [Op::Contains, Op::StartsWith, Op::EndsWith];

/// The classes that can stand in a query; nothing is compared with a missing operand.
fn operand_classes() -> Vec<&'static str> {
    CLASSES.into_iter().filter(|class| *class != "missing").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn comparisons() {
    let rows = values::rows();
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    for (class, value) in values::present() {
        for path in PATHS {
            for op in COMPARISONS {
                let op = op(value.clone());
                comparison.meets(name(&op), class);
                ask(&mut comparison, Filter::field(path, op)).await;
            }
        }
    }
    comparison.finish(500, &["eq", "ne", "gt", "gte", "lt", "lte"], &operand_classes());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_values() {
    let rows = values::rows();
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    let (present, mut seed) = (values::present(), Seed::new(1));
    for op in LISTS {
        ask(&mut comparison, Filter::field("v", op(Vec::new()))).await;
        for class in operand_classes() {
            let of_class: Vec<_> = present.iter().filter(|(other, _)| *other == class).collect();
            for length in [1, 1, 2, 2, 3, 3] {
                let mut list = vec![seed.pick(&of_class).1.clone()];
                list.extend((1..length).map(|_| seed.pick(&present).1.clone()));
                let op = op(list);
                comparison.meets(name(&op), class);
                ask(&mut comparison, Filter::field(*seed.pick(&PATHS), op)).await;
            }
        }
    }
    comparison.finish(250, &["in", "nin", "all"], &operand_classes());
}

fn shapes() -> Vec<Op> {
    let mut ops = vec![Op::Exists(true), Op::Exists(false), Op::Type(Vec::new())];
    ops.extend((0..4).map(Op::Size));
    let types: Vec<_> = (0_u8..=255).filter_map(ElementType::from).collect();
    ops.extend(types.iter().map(|one| Op::Type(vec![*one])));
    ops.extend(types.windows(3).map(|some| Op::Type(some.to_vec())));
    for text in ["", "a", "b", "A", "é", ".", "a.", "\n", "a\n", "1", "ab", "$", "^a"] {
        ops.extend(TEXTS.map(|op| op(text.to_owned())));
    }
    ops
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shapes_and_texts() {
    let rows = values::rows();
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    for op in shapes() {
        for path in PATHS {
            // Each of these is asked of every row, and so of every type.
            comparison.meets_all(name(&op));
            ask(&mut comparison, Filter::field(path, op.clone())).await;
        }
    }
    comparison.finish(500, &["exists", "size", "type", "contains", "startsWith", "endsWith"], &CLASSES);
}

fn any_op(seed: &mut Seed, present: &[(&'static str, Bson)]) -> Op {
    let value = |seed: &mut Seed| seed.pick(present).1.clone();
    match seed.below(12) {
        0..6 => {
            let op = *seed.pick(&COMPARISONS);
            op(value(seed))
        }
        6..9 => {
            let op = *seed.pick(&LISTS);
            op((0..seed.below(4)).map(|_| value(seed)).collect())
        }
        _ => seed.pick(&shapes()).clone(),
    }
}

fn any_filter(seed: &mut Seed, present: &[(&'static str, Bson)], depth: usize) -> Filter {
    let parts = |seed: &mut Seed| (0..seed.below(4)).map(|_| any_filter(seed, present, depth - 1)).collect();
    match if depth == 0 { 9 } else { seed.below(10) } {
        0..2 => Filter::And(parts(seed)),
        2..4 => Filter::Or(parts(seed)),
        4..6 => Filter::Not(Box::new(any_filter(seed, present, depth - 1))),
        6 if seed.below(4) == 0 => Filter::Nothing,
        7 if seed.below(4) == 0 => Filter::All,
        _ => Filter::field(*seed.pick(&PATHS), any_op(seed, present)),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn combinations() {
    let rows = values::rows();
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    let (present, mut seed) = (values::present(), Seed::new(2));
    for _ in 0..400 {
        let filter = any_filter(&mut seed, &present, 3);
        ask(&mut comparison, filter).await;
    }
    comparison.finish(400, &[], &[]);
}

/// A row with its numbers in another width, and one with its members in another order.
fn variants(row: &Document) -> [Document; 3] {
    let mut wider = row.clone();
    if let Some(Bson::Int32(number)) = row.get("v") {
        wider.insert("v", i64::from(*number));
    }
    let mut other = row.clone();
    other.insert("more", 1);
    [row.clone(), wider, other]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guards() {
    let rows = values::rows();
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    for row in &rows {
        for variant in variants(row) {
            let guard = Filter::Same(raw(variant.clone()));
            let [mongo, embedded] = comparison.stores();
            let answers = [mongo.count(ITEMS, &guard).await, embedded.count(ITEMS, &guard).await];
            comparison.compare(|| format!("Same({})", extended_json(&Bson::Document(variant))), answers);
        }
    }
    comparison.finish(300, &[], &[]);
}
