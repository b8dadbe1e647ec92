//! Updates: every operator on every stored type, with every type as its operand; and updates of several paths at once.

use std::collections::HashMap;

use bson::{Bson, Document, doc};
use dynamic_api_runtime::query::{FieldUpdate, Filter, Replacement, Update};

use super::{
    compare::{Comparison, extended_json},
    seed::Seed,
    values::{self, CLASSES, Value},
};
use crate::ITEMS;

/// All classes but the one that no update can bring.
fn operand_classes() -> Vec<&'static str> {
    CLASSES.into_iter().filter(|class| *class != "missing").collect()
}

/// A document before its update, and the update.
struct Case {
    before: Document,
    update: Update,
}

fn name(change: &FieldUpdate) -> &'static str {
    match change {
        FieldUpdate::Set(_) => "$set",
        FieldUpdate::Unset => "$unset",
        FieldUpdate::Inc(_) => "$inc",
        FieldUpdate::Min(_) => "$min",
        FieldUpdate::Max(_) => "$max",
        FieldUpdate::Push(_) => "$push",
        FieldUpdate::AddToSet(_) => "$addToSet",
        FieldUpdate::Pull(_) => "$pull",
    }
}

fn before(id: usize, stored: &Value) -> Document {
    let mut row = doc! { "_id": i32::try_from(id).unwrap() };
    let mut nested = doc! { "x": 1 };
    if let Some(value) = &stored.value {
        row.insert("v", value.clone());
        nested.insert("v", value.clone());
    }
    row.insert("n", nested);
    row.insert("z", 1);
    row
}

async fn run(comparison: &mut Comparison, cases: Vec<Case>) {
    let stores = comparison.stores();
    let rows: Vec<_> = cases.iter().map(|case| crate::raw(case.before.clone())).collect();
    for store in &stores {
        store.insert(ITEMS, &rows).await.unwrap();
    }
    for Case { before, update } in cases {
        let by_id = Filter::eq("_id", before.get("_id").cloned().unwrap());
        let [mongo, embedded] = &stores;
        let answers = [
            mongo.update_one(ITEMS, &by_id, &update).await,
            embedded.update_one(ITEMS, &by_id, &update).await,
        ];
        comparison.compare(|| format!("{}\n  {update:?}", extended_json(&Bson::Document(before))), answers);
    }
}

/// Cases of one operator on every stored type: `changes` makes the operands for one of them.
async fn on_every_type(
    operators: &[&str],
    paths: &[&str],
    at_least: usize,
    mut changes: impl FnMut(&mut Seed) -> Vec<FieldUpdate>,
) {
    let mut comparison = Comparison::new(&[]).await;
    let mut seed = Seed::new(5);
    let mut cases = Vec::new();
    let stored = values::all();
    // By their texts, since NaN does not equal itself and -0 equals 0.
    let classes: HashMap<_, _> =
        values::present().into_iter().map(|(class, value)| (format!("{value:?}"), class)).collect();
    for class in CLASSES {
        let of_class: Vec<_> = stored.iter().filter(|value| value.class == class).collect();
        // Classes with few values come up again, with other operands.
        for round in 0..of_class.len().max(5) {
            let value = of_class[round % of_class.len()];
            for change in changes(&mut seed) {
                comparison.meets(name(&change), class);
                for operand in operands(&change) {
                    if let Some(class) = classes.get(&format!("{operand:?}")) {
                        comparison.meets(&with_operand(name(&change)), class);
                    }
                }
                let path = *seed.pick(paths);
                cases.push(Case {
                    before: before(cases.len(), value),
                    update: Update::default().with(path, change),
                });
            }
        }
    }
    run(&mut comparison, cases).await;
    for operator in operators.iter().filter(|operator| !["$unset", "$inc"].contains(*operator)) {
        comparison.assert_met(&with_operand(operator), &operand_classes());
    }
    comparison.finish(at_least, operators, &CLASSES);
}

/// A value of any class, each class as likely as the others.
fn any(seed: &mut Seed) -> Bson {
    let present = values::present();
    let class = *seed.pick(&operand_classes());
    let of_class: Vec<_> = present.into_iter().filter(|(other, _)| *other == class).collect();
    seed.pick(&of_class).1.clone()
}

/// The values that an update brings.
fn operands(change: &FieldUpdate) -> Vec<&Bson> {
    match change {
        FieldUpdate::Set(value)
        | FieldUpdate::Inc(value)
        | FieldUpdate::Min(value)
        | FieldUpdate::Max(value) => vec![value],
        FieldUpdate::Push(values) | FieldUpdate::AddToSet(values) | FieldUpdate::Pull(values) => {
            values.iter().collect()
        }
        FieldUpdate::Unset => Vec::new(),
    }
}

/// What is counted for an operator's operands, beside its name for what is stored.
fn with_operand(name: &str) -> String {
    format!("{name} with")
}

fn list(seed: &mut Seed) -> Vec<Bson> {
    (0..seed.below(4)).map(|_| any(seed)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn set_and_unset() {
    let paths = ["v", "v", "v.a", "v.0", "v.2", "v.a.b", "n.v", "n.w", "new", "new.deep", "n.v.0.a"];
    let changes =
        |seed: &mut Seed| vec![FieldUpdate::Set(any(seed)), FieldUpdate::Set(any(seed)), FieldUpdate::Unset];
    on_every_type(&["$set", "$unset"], &paths, 300, changes).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn increments() {
    let changes = |_: &mut Seed| {
        let by: Vec<Bson> = vec![
            1.into(),
            i32::MAX.into(),
            (-3_i64).into(),
            i64::MAX.into(),
            1.5.into(),
            (-0.0).into(),
            f64::NAN.into(),
            Bson::Decimal128("0.1".parse().unwrap()),
            "1".into(),
            Bson::Null,
        ];
        by.into_iter().map(FieldUpdate::Inc).collect()
    };
    on_every_type(&["$inc"], &["v", "v", "v", "n.v", "new"], 500, changes).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn minima_and_maxima() {
    let changes = |seed: &mut Seed| {
        (0..4).flat_map(|_| [FieldUpdate::Min(any(seed)), FieldUpdate::Max(any(seed))]).collect()
    };
    on_every_type(&["$min", "$max"], &["v", "v", "v", "n.v", "new.deep"], 500, changes).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn list_changes() {
    let changes = |seed: &mut Seed| {
        let kinds = [FieldUpdate::Push, FieldUpdate::AddToSet, FieldUpdate::Pull];
        kinds.into_iter().flat_map(|kind| [kind(list(seed)), kind(list(seed))]).collect()
    };
    on_every_type(&["$push", "$addToSet", "$pull"], &["v", "v", "v", "n.v", "new.list"], 250, changes).await;
}

/// Lists whose elements equal what is added or pulled, in other widths and orders.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_elements() {
    let mut comparison = Comparison::new(&[]).await;
    let (present, mut seed) = (values::present(), Seed::new(6));
    let mut cases = Vec::new();
    for (class, value) in &present {
        let stored: Vec<Bson> =
            vec![any(&mut seed), value.clone(), 1.into(), value.clone(), doc! { "b": 2, "a": 1 }.into()];
        for change in [FieldUpdate::AddToSet, FieldUpdate::Pull] {
            for operand in [
                vec![value.clone()],
                vec![1.0.into(), value.clone(), value.clone()],
                vec![doc! { "a": 1, "b": 2 }.into()],
            ] {
                let change = change(operand);
                comparison.meets(name(&change), class);
                let row = doc! { "_id": i32::try_from(cases.len()).unwrap(), "v": stored.clone() };
                cases.push(Case { before: row, update: Update::default().with("v", change) });
            }
        }
    }
    run(&mut comparison, cases).await;
    comparison.finish(200, &[], &[]);
}

/// Replacements that bring the members they keep, and that do not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replacements() {
    let rows = values::rows();
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    let mut seed = Seed::new(11);
    for row in &rows {
        let by_id = Filter::eq("_id", row.get("_id").cloned().unwrap());
        let mut new = doc! { "w": any(&mut seed), "$x": "$v" };
        if seed.below(2) == 0 {
            new.insert("v", any(&mut seed));
        }
        let replacement = Replacement { document: crate::raw(new), keep: vec!["v", "nowhere", "c"] };
        let [mongo, embedded] = comparison.stores();
        let answers = [
            mongo.replace_one(ITEMS, &by_id, &replacement).await,
            embedded.replace_one(ITEMS, &by_id, &replacement).await,
        ];
        comparison.compare(
            || format!("{}\n  {replacement:?}", extended_json(&Bson::Document(row.clone()))),
            answers,
        );
    }
    comparison.finish(150, &[], &[]);
}

fn any_change(seed: &mut Seed) -> FieldUpdate {
    match seed.below(12) {
        0..5 => FieldUpdate::Set(any(seed)),
        5..7 => FieldUpdate::Unset,
        7 => FieldUpdate::Inc(seed.pick::<Bson>(&[1.into(), 2.5.into(), 7_i64.into()]).clone()),
        8 => FieldUpdate::Min(any(seed)),
        9 => FieldUpdate::Max(any(seed)),
        10 => FieldUpdate::Push(list(seed)),
        _ => FieldUpdate::AddToSet(list(seed)),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_paths_at_once() {
    let mut comparison = Comparison::new(&[]).await;
    let mut seed = Seed::new(7);
    let paths = [
        "a", "b", "c", "z", "y.b", "y.a", "list.0", "list.1", "list.4", "list", "deep.a.b", "deep.a.c",
        "deep.a", "deep.z", "10", "9", "_id",
    ];
    let cases = (0..400).map(|id| {
        let before = doc! {
            "_id": id, "c": 3, "a": "text", "list": [1, { "x": 1 }, 3], "deep": { "z": 1, "a": { "b": 2 } }, "z": 1.5,
        };
        let update = (0..=seed.below(4)).fold(Update::default(), |update, _| {
            let path = *seed.pick(&paths);
            update.with(path, any_change(&mut seed))
        });
        Case { before, update }
    });
    let cases = cases.collect();
    run(&mut comparison, cases).await;
    comparison.finish(400, &[], &[]);
}
