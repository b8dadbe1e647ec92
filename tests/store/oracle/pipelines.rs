//! Pipelines: every stage and every accumulator of the embedded store's list, on every type.

use bson::{Bson, Document, RawDocumentBuf, doc};
use dynamic_api_runtime::store::StoreResult;

use super::{
    compare::{Comparison, extended_json},
    seed::Seed,
    values::{self, CLASSES, Value},
};
use crate::{ITEMS, raw};

const PATHS: [&str; 6] = ["$v", "$n.v", "$l.v", "$v.a", "$c", "$nowhere"];
const ACCUMULATORS: [&str; 9] =
    ["$sum", "$avg", "$min", "$max", "$first", "$last", "$push", "$addToSet", "$count"];

pub(super) async fn ask(comparison: &mut Comparison, pipeline: Vec<Document>) {
    let [mongo, embedded] = comparison.stores();
    let answers = [mongo.aggregate(ITEMS, &pipeline).await, embedded.aggregate(ITEMS, &pipeline).await];
    comparison.compare(|| shown(&pipeline), answers);
}

fn shown(pipeline: &[Document]) -> String {
    extended_json(&Bson::Array(pipeline.iter().cloned().map(Bson::Document).collect()))
}

/// Asks what may add a member again that went with its value, which MongoDB puts where it was
/// (see `a_member_that_went_with_its_value_comes_back_at_the_end`): in such a pipeline the order of members is not compared.
async fn ask_combined(comparison: &mut Comparison, pipeline: Vec<Document>) {
    let is_one_of = |stage: &Document, names: &[&str]| names.iter().any(|name| stage.contains_key(name));
    let may_remove = |stage: &Document| is_one_of(stage, &["$addFields", "$set", "$unwind", "$project"]);
    let mut behind = pipeline.iter().skip_while(|stage| !may_remove(stage)).skip(1);
    let may_come_back = behind.any(|stage| is_one_of(stage, &["$addFields", "$set", "$unwind"]));
    let [mongo, embedded] = comparison.stores();
    let answers = [mongo.aggregate(ITEMS, &pipeline).await, embedded.aggregate(ITEMS, &pipeline).await];
    let answers = if may_come_back { answers.map(members_by_name) } else { answers };
    comparison.compare(|| shown(&pipeline), answers);
}

fn members_by_name(rows: StoreResult<Vec<RawDocumentBuf>>) -> StoreResult<Vec<RawDocumentBuf>> {
    let ordered = |row: &RawDocumentBuf| raw(document_by_name(&Document::try_from(row).unwrap()));
    Ok(rows?.iter().map(ordered).collect())
}

fn document_by_name(document: &Document) -> Document {
    let mut members: Vec<_> =
        document.iter().map(|(name, value)| (name.clone(), value_by_name(value))).collect();
    members.sort_by(|(one, _), (other, _)| one.cmp(other));
    members.into_iter().collect()
}

fn value_by_name(value: &Bson) -> Bson {
    match value {
        Bson::Document(document) => Bson::Document(document_by_name(document)),
        Bson::Array(elements) => Bson::Array(elements.iter().map(value_by_name).collect()),
        other => other.clone(),
    }
}

pub(super) fn sorted() -> Document {
    doc! { "$sort": { "_id": 1 } }
}

/// What `$addToSet` makes has no order: its lists are put into one before they are compared.
fn ordered_sets(rows: StoreResult<Vec<RawDocumentBuf>>) -> StoreResult<Vec<RawDocumentBuf>> {
    let ordered = |row: &RawDocumentBuf| {
        let mut row = Document::try_from(row).unwrap();
        if let Ok(set) = row.get_array_mut("set") {
            set.sort_by_key(|element| raw(doc! { "e": element.clone() }).into_bytes());
        }
        raw(row)
    };
    Ok(rows?.iter().map(ordered).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn groups() {
    let rows = values::rows_of(&values::groupable());
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    for accumulator in ACCUMULATORS {
        for path in ["$v", "$n.v", "$l.v", "$v.a", "$v.0"] {
            for key in ["$c", "$g"] {
                let operand = if accumulator == "$count" { Bson::Document(doc! {}) } else { path.into() };
                let out = if accumulator == "$addToSet" { "set" } else { "out" };
                let group = doc! { "$group": { "_id": key, out: { accumulator: operand } } };
                let pipeline = vec![sorted(), group, sorted()];
                // Groups by class: each class is accumulated by itself.
                comparison.meets_all(accumulator);
                let [mongo, embedded] = comparison.stores();
                let answers =
                    [mongo.aggregate(ITEMS, &pipeline).await, embedded.aggregate(ITEMS, &pipeline).await];
                comparison.compare(|| shown(&pipeline), answers.map(ordered_sets));
            }
        }
    }
    comparison.finish(80, &ACCUMULATORS, &CLASSES);
}

/// Rows in groups of some values each, numbered by the group.
fn grouped(groups: &[Vec<&Value>]) -> Vec<Document> {
    let mut rows = Vec::new();
    for (group, values) in groups.iter().enumerate() {
        for value in values {
            let mut row =
                doc! { "_id": i32::try_from(rows.len()).unwrap(), "group": i32::try_from(group).unwrap() };
            row.extend(value.value.iter().map(|value| ("v".to_owned(), value.clone())));
            rows.push(row);
        }
    }
    rows
}

/// Compares what both make of each group, each as a case of its own.
async fn compare_groups(groups: &[Vec<&Value>]) -> Comparison {
    let rows = grouped(groups);
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    let group = doc! { "$group": {
        "_id": "$group", "sum": { "$sum": "$v" }, "avg": { "$avg": "$v" }, "min": { "$min": "$v" }, "max": { "$max": "$v" },
        "first": { "$first": "$v" }, "last": { "$last": "$v" }, "push": { "$push": "$v" }, "set": { "$addToSet": "$v" },
    } };
    let pipeline = [sorted(), group, sorted()];
    let [mongo, embedded] = comparison.stores();
    let mongo = ordered_sets(mongo.aggregate(ITEMS, &pipeline).await).unwrap();
    let embedded = ordered_sets(embedded.aggregate(ITEMS, &pipeline).await).unwrap();
    assert_eq!((mongo.len(), embedded.len()), (groups.len(), groups.len()));
    for (values, (mongo, embedded)) in groups.iter().zip(mongo.into_iter().zip(embedded)) {
        let asked = || values.iter().map(|value| format!("{:?}", value.value)).collect::<Vec<_>>().join(", ");
        comparison.compare(asked, [Ok(vec![mongo]), Ok(vec![embedded])]);
    }
    comparison
}

/// Every value with every other, in both orders.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn groups_of_every_pair() {
    let values = values::groupable();
    let pairs: Vec<_> =
        values.iter().flat_map(|one| values.iter().map(move |other| vec![one, other])).collect();
    compare_groups(&pairs).await.finish(6000, &[], &[]);
}

/// Which digits of a sum survive depends on the order in which it is made: three to six numbers of every width.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn groups_of_numbers() {
    let values = values::groupable();
    let is_number = |value: &&Value| ["NaN", "-0", "int", "long", "double", "decimal"].contains(&value.class);
    let numbers: Vec<_> = values.iter().filter(is_number).collect();
    let mut seed = Seed::new(12);
    let groups: Vec<_> =
        (0..3000).map(|_| (0..3 + seed.below(4)).map(|_| *seed.pick(&numbers)).collect::<Vec<_>>()).collect();
    compare_groups(&groups).await.finish(3000, &[], &[]);
}

/// One value alone and two together, so that no type hides behind another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn groups_of_one_and_of_two() {
    let rows = values::rows_of(&values::groupable());
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    let mut seed = Seed::new(8);
    let all = |path: &str| {
        doc! { "$group": {
            "_id": null, "sum": { "$sum": path }, "avg": { "$avg": path }, "min": { "$min": path }, "max": { "$max": path },
            "first": { "$first": path }, "last": { "$last": path }, "push": { "$push": path }, "set": { "$addToSet": path },
            "count": { "$count": {} },
        } }
    };
    for _ in 0..150 {
        let ids: Vec<i32> =
            (0..=seed.below(3)).map(|_| i32::try_from(seed.below(rows.len() / 2)).unwrap()).collect();
        let pipeline = vec![doc! { "$match": { "_id": { "$in": ids } } }, sorted(), all("$v")];
        let [mongo, embedded] = comparison.stores();
        let answers = [mongo.aggregate(ITEMS, &pipeline).await, embedded.aggregate(ITEMS, &pipeline).await];
        comparison.compare(|| shown(&pipeline), answers.map(ordered_sets));
    }
    comparison.finish(150, &[], &[]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn group_keys() {
    let rows = values::rows_of(&values::groupable());
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    let keys: Vec<Bson> = PATHS
        .iter()
        .map(|path| (*path).into())
        .chain([
            Bson::Null,
            1.into(),
            doc! { "a": "$v", "b": "$g" }.into(),
            doc! { "deep": { "v": "$n.v" } }.into(),
            doc! { "$literal": "$v" }.into(),
        ])
        .collect();
    for key in keys {
        for field in ["n", "m"] {
            comparison.meets_all("$group");
            let group = doc! { "$group": { "_id": key.clone(), field: { "$sum": 1 }, "first": { "$first": "$_id" } } };
            ask(&mut comparison, vec![sorted(), group, sorted()]).await;
        }
    }
    comparison.finish(20, &["$group"], &CLASSES);
}

fn operators(value: &Bson) -> Vec<Document> {
    let list = || Bson::Array(vec![value.clone(), 1.into()]);
    vec![
        doc! { "v": value.clone() },
        doc! { "v": { "$eq": value.clone() } },
        doc! { "n.v": { "$ne": value.clone() } },
        doc! { "v": { "$gt": value.clone() } },
        doc! { "l.v": { "$lte": value.clone() } },
        doc! { "v": { "$gte": value.clone(), "$exists": true } },
        doc! { "v": { "$not": { "$lt": value.clone() } } },
        doc! { "v": { "$in": list() } },
        doc! { "v": { "$nin": list() } },
        doc! { "v": { "$all": [value.clone()] } },
        doc! { "$or": [{ "v": value.clone() }, { "g": 1 }], "c": { "$ne": "int" } },
        doc! { "$and": [{ "n.v": value.clone() }, { "$nor": [{ "g": 1 }, { "g": 2 }] }] },
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn matches() {
    let rows = values::rows();
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    for (class, value) in values::present() {
        for query in operators(&value) {
            comparison.meets("$match", class);
            ask(&mut comparison, vec![doc! { "$match": query }, sorted()]).await;
        }
    }
    for query in [
        doc! {},
        doc! { "v": { "$type": "number" } },
        doc! { "v": { "$type": ["string", 10] } },
        doc! { "v": { "$size": 2 } },
        doc! { "v": { "$exists": false } },
        doc! { "v": { "$regex": "^a" } },
        doc! { "v": { "$gt": 0, "$lt": 2 } },
        doc! { "v": {} },
        doc! { "$and": [] },
        doc! { "v": { "$in": 1 } },
        doc! { "v": { "$exists": 1 } },
    ] {
        ask(&mut comparison, vec![doc! { "$match": query }, sorted()]).await;
    }
    let classes: Vec<_> = CLASSES.into_iter().filter(|class| *class != "missing").collect();
    comparison.finish(500, &["$match"], &classes);
}

fn shapes() -> Vec<(&'static str, Document)> {
    let project = |spec: Document| ("$project", doc! { "$project": spec });
    let add = |spec: Document| ("$addFields", doc! { "$addFields": spec });
    vec![
        project(doc! { "v": 1 }),
        project(doc! { "v": 1, "_id": 0 }),
        project(doc! { "v.a": 1, "n": 1 }),
        project(doc! { "l.v": true, "c": 1.0 }),
        project(doc! { "n": { "v": 1 } }),
        project(doc! { "v": 0 }),
        project(doc! { "l.v": 0, "n.x": false }),
        project(doc! { "v.a": 0, "_id": 0 }),
        project(doc! { "copy": "$v", "c": 1 }),
        project(doc! { "copy": "$l.v" }),
        project(doc! { "copy": { "deep": "$n.v", "fixed": { "$literal": 1 } } }),
        project(doc! { "copy": ["$v", "$nowhere", 1] }),
        project(doc! { "v": "$c" }),
        project(doc! { "n.v": "$g", "l.v": "$g" }),
        project(doc! { "_id": "$v" }),
        project(doc! { "_id": 0 }),
        project(doc! { "z": 1, "c": 1, "v": 1 }),
        project(doc! { "v": 1, "c": 0 }),
        project(doc! {}),
        project(doc! { "v": "$nowhere", "root": "$$ROOT" }),
        add(doc! { "copy": "$v" }),
        add(doc! { "v": "$n.v" }),
        add(doc! { "v": { "$literal": "$v" } }),
        add(doc! { "n.copy": "$v", "n.v": 1 }),
        add(doc! { "l.copy": "$g" }),
        add(doc! { "v.a": "$c" }),
        add(doc! { "v": { "a": { "b": "$g" } } }),
        add(doc! { "list": ["$v", { "x": "$v" }] }),
        add(doc! { "v": "$nowhere", "zero": 0 }),
        add(doc! { "_id": "$_id", "c": null }),
        ("$set", doc! { "$set": { "copy": "$v" } }),
        ("$unset", doc! { "$unset": "v" }),
        ("$unset", doc! { "$unset": ["l.v", "n.x", "c"] }),
        ("$unset", doc! { "$unset": ["v.a"] }),
        ("$unset", doc! { "$unset": "_id" }),
        ("$unset", doc! { "$unset": ["nowhere"] }),
        ("$unset", doc! { "$unset": ["n.v", "l"] }),
        ("$unset", doc! { "$unset": [] }),
        ("$unwind", doc! { "$unwind": "$v" }),
        ("$unwind", doc! { "$unwind": "$l" }),
        ("$unwind", doc! { "$unwind": { "path": "$v", "preserveNullAndEmptyArrays": true } }),
        ("$unwind", doc! { "$unwind": { "path": "$v", "includeArrayIndex": "at" } }),
        (
            "$unwind",
            doc! { "$unwind": { "path": "$v", "includeArrayIndex": "n.at", "preserveNullAndEmptyArrays": true } },
        ),
        ("$unwind", doc! { "$unwind": "$n.v" }),
        ("$unwind", doc! { "$unwind": "v" }),
        ("$count", doc! { "$count": "rows" }),
        ("$count", doc! { "$count": "" }),
        ("$count", doc! { "$count": "$a" }),
        ("$count", doc! { "$count": "a.b" }),
        ("$count", doc! { "$count": 1 }),
        ("$skip", doc! { "$skip": 100 }),
        ("$skip", doc! { "$skip": 0 }),
        ("$skip", doc! { "$skip": 3_i64 }),
        ("$skip", doc! { "$skip": 100_000 }),
        ("$skip", doc! { "$skip": -1 }),
        ("$skip", doc! { "$skip": 2.0 }),
        ("$limit", doc! { "$limit": 7 }),
        ("$limit", doc! { "$limit": 1_i64 }),
        ("$limit", doc! { "$limit": 100_000 }),
        ("$limit", doc! { "$limit": 0 }),
        ("$limit", doc! { "$limit": -1 }),
        ("$limit", doc! { "$limit": "1" }),
        ("$sort", doc! { "$sort": { "v": 1, "_id": 1 } }),
        ("$sort", doc! { "$sort": { "v": -1, "_id": 1 } }),
        ("$sort", doc! { "$sort": { "n.v": 1, "_id": -1 } }),
        ("$sort", doc! { "$sort": { "l.v": -1, "_id": 1 } }),
        ("$sort", doc! { "$sort": { "g": 1.0, "c": -1_i64, "_id": 1 } }),
        ("$sort", doc! { "$sort": {} }),
        ("$sort", doc! { "$sort": { "v": 2 } }),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stages() {
    let rows = values::rows();
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    let stages = ["$project", "$addFields", "$unset", "$unwind", "$count", "$skip", "$limit", "$sort"];
    for (name, stage) in shapes() {
        comparison.meets_all(name);
        ask(&mut comparison, vec![sorted(), stage]).await;
    }
    comparison.finish(60, &stages, &CLASSES);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn combinations() {
    let rows = values::rows();
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    let (shapes, mut seed) = (shapes(), Seed::new(9));
    for _ in 0..300 {
        let mut pipeline = vec![sorted()];
        pipeline.extend((0..=seed.below(3)).map(|_| seed.pick(&shapes).1.clone()));
        ask_combined(&mut comparison, pipeline).await;
    }
    comparison.finish(250, &[], &[]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facets() {
    let rows = values::rows();
    let mut comparison = Comparison::new(&[(ITEMS, &rows)]).await;
    let mut seed = Seed::new(10);
    let shapes = shapes();
    for _ in 0..40 {
        let part = |seed: &mut Seed| -> Vec<Document> {
            (0..seed.below(3)).map(|_| seed.pick(&shapes).1.clone()).collect()
        };
        let facet = doc! { "$facet": { "one": part(&mut seed), "two": part(&mut seed), "three": [{ "$count": "n" }] } };
        comparison.meets_all("$facet");
        ask(&mut comparison, vec![doc! { "$match": { "g": seed.below(5) as i32 } }, sorted(), facet]).await;
    }
    for wrong in [doc! {}, doc! { "a": 1 }, doc! { "a": [{ "$facet": {} }] }, doc! { "$a": [] }] {
        ask(&mut comparison, vec![doc! { "$facet": wrong }]).await;
    }
    comparison.finish(40, &["$facet"], &CLASSES);
}
