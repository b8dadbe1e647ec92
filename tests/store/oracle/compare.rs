//! Two stores with the same data, what they answered to the same question, and how often each kind of question was asked.

use std::{collections::BTreeMap, mem::discriminant};

use bson::{Bson, Document, RawDocumentBuf};
use dynamic_api_runtime::store::{
    MongoStore, Store, StoreError, StoreResult,
    mongo::mongodb::options::{ClientOptions, WriteConcern},
};
use test_support::TestStore;

use super::{deviations, values::CLASSES};

/// How often every operator must have met every type.
const TIMES: usize = 5;
/// How many differing cases a failure shows.
const SHOWN: usize = 25;

/// An answer that can be shown.
pub(super) trait Answer: PartialEq {
    fn show(&self) -> String;

    /// The two sides of a difference.
    fn show_both(&self, other: &Self) -> [String; 2] {
        [self.show(), other.show()]
    }
}

impl Answer for Vec<RawDocumentBuf> {
    fn show(&self) -> String {
        format!(
            "{} rows: {}",
            self.len(),
            self.iter().take(3).map(Answer::show).collect::<Vec<_>>().join(", ")
        )
    }

    /// From the first row that differs on.
    fn show_both(&self, other: &Self) -> [String; 2] {
        let same = self.iter().zip(other).take_while(|(one, other)| one == other).count();
        [self, other].map(|rows| {
            format!("row {same} of {}: {}", rows.len(), rows.get(same).map_or("none".into(), Answer::show))
        })
    }
}

impl Answer for Option<RawDocumentBuf> {
    fn show(&self) -> String {
        self.as_ref().map_or_else(|| "no document".to_owned(), Answer::show)
    }
}

impl Answer for RawDocumentBuf {
    fn show(&self) -> String {
        extended_json(&Bson::Document(Document::try_from(self).unwrap()))
    }
}

impl Answer for u64 {
    fn show(&self) -> String {
        self.to_string()
    }
}

/// A value as MongoDB's extended JSON, which says its type.
pub(super) fn extended_json(value: &Bson) -> String {
    value.clone().into_canonical_extjson().to_string()
}

pub(super) struct Comparison {
    embedded: TestStore,
    mongo: TestStore,
    cases: usize,
    differences: Vec<String>,
    met: BTreeMap<(String, &'static str), usize>,
}

impl Comparison {
    pub(super) async fn new(collections: &[(&str, &[Document])]) -> Self {
        let uri = tokio::task::spawn_blocking(test_support::mongod).await.unwrap();
        let mut options = ClientOptions::parse(uri).await.unwrap();
        // Nothing here must survive a crash.
        options.write_concern = Some(WriteConcern::nodes(1));
        let mongo = TestStore::of_mongo(&MongoStore::connect_with(options).await.unwrap());
        let new = Self {
            embedded: test_support::embedded_store(),
            mongo,
            cases: 0,
            differences: Vec::new(),
            met: BTreeMap::new(),
        };
        for (name, rows) in collections {
            let rows: Vec<_> = rows.iter().cloned().map(crate::raw).collect();
            for store in new.stores() {
                store.insert(name, &rows).await.unwrap();
            }
        }
        new
    }

    /// MongoDB first.
    pub(super) fn stores(&self) -> [Store; 2] {
        [self.mongo.store(), self.embedded.store()]
    }

    /// Notes that `operator` was asked about a value of this class.
    pub(super) fn meets(&mut self, operator: &str, class: &'static str) {
        *self.met.entry((operator.to_owned(), class)).or_default() += 1;
    }

    /// Notes that `operator` was asked about every class there is.
    pub(super) fn meets_all(&mut self, operator: &str) {
        for class in CLASSES {
            self.meets(operator, class);
        }
    }

    /// Compares what both answered; `mongo` first. A refusal in the list of deviations is no case.
    pub(super) fn compare<T: Answer>(
        &mut self,
        case: impl FnOnce() -> String,
        [mongo, embedded]: [StoreResult<T>; 2],
    ) {
        if matches!(&embedded, Err(StoreError::Unsupported { what, .. }) if deviations::is_known(what)) {
            return;
        }
        self.cases += 1;
        if let Some(difference) = difference(&mongo, &embedded) {
            let number = self.cases;
            self.differences.push(format!("case {number}: {}\n  {difference}", case()));
        }
    }

    /// Fails with the differing cases, and where an operator did not meet every class often enough.
    pub(super) fn finish(self, at_least: usize, operators: &[&str], classes: &[&'static str]) {
        assert!(
            self.differences.is_empty(),
            "{} of {} cases differ:\n{}",
            self.differences.len(),
            self.cases,
            self.differences.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n")
        );
        assert!(self.cases >= at_least, "only {} cases", self.cases);
        for operator in operators {
            self.assert_met(operator, classes);
        }
    }

    /// Fails where an operator did not meet every one of these classes often enough.
    pub(super) fn assert_met(&self, operator: &str, classes: &[&'static str]) {
        for class in classes {
            let times = self.met.get(&(operator.to_owned(), *class)).copied().unwrap_or(0);
            assert!(times >= TIMES, "{operator} met {class} only {times} times");
        }
    }
}

fn difference<T: Answer>(mongo: &StoreResult<T>, embedded: &StoreResult<T>) -> Option<String> {
    let is_same = match (mongo, embedded) {
        (Ok(mongo), Ok(embedded)) => mongo == embedded,
        (
            Err(StoreError::Duplicate { fields: left, .. }),
            Err(StoreError::Duplicate { fields: right, .. }),
        ) => left == right,
        (Err(mongo), Err(embedded)) => discriminant(mongo) == discriminant(embedded),
        _ => false,
    };
    if is_same {
        return None;
    }
    let [mongo, embedded] = match (mongo, embedded) {
        (Ok(mongo), Ok(embedded)) => mongo.show_both(embedded),
        (mongo, embedded) => [shown(mongo), shown(embedded)],
    };
    Some(format!("mongod:   {mongo}\n  embedded: {embedded}"))
}

fn shown<T: Answer>(answer: &StoreResult<T>) -> String {
    match answer {
        Ok(answer) => answer.show(),
        Err(error) => format!("{error:?}"),
    }
}
