//! The embedded store reads the conditions as what they were made of.

use bson::{Bson, RawDocumentBuf, doc};

use crate::{
    query::{Filter, Op},
    store::embedded::semantics::{aggregate::leading_match, matcher::Matcher},
};

#[test]
fn conditions_of_pipelines_say_what_filters_say() {
    let texts = ["a.b", "^x$", "y\\z", "é"];
    let ops = [
        Op::Eq(Bson::Null),
        Op::Ne("a.b".into()),
        Op::Gt(1.into()),
        Op::Lte(2.5.into()),
        Op::In(vec!["x".into(), Bson::Null]),
        Op::Nin(vec![1.into()]),
        Op::Exists(true),
        Op::All(vec!["a.b".into()]),
        Op::Size(1),
    ];
    let of_texts = texts.iter().flat_map(|text| {
        let text = (*text).to_owned();
        [
            Op::Eq(text.clone().into()),
            Op::Contains(text.clone()),
            Op::StartsWith(text.clone()),
            Op::EndsWith(text),
        ]
    });
    let documents: Vec<RawDocumentBuf> = texts
        .iter()
        .map(|text| doc! { "v": *text })
        .chain([
            doc! {},
            doc! { "v": null },
            doc! { "v": 1 },
            doc! { "v": 2.5 },
            doc! { "v": ["a.b"] },
            doc! { "v": "xa.by\n" },
        ])
        .map(|document| RawDocumentBuf::try_from(&document).unwrap_or_default())
        .collect();
    for op in ops.into_iter().chain(of_texts) {
        let filter = Filter::field("v", op);
        for filter in
            [filter.clone(), Filter::Not(Box::new(filter.clone())), Filter::Or(vec![filter, Filter::Nothing])]
        {
            let condition = super::filter(&filter).unwrap_or_default();
            let Ok((read, 1)) = leading_match(&[doc! { "$match": condition.clone() }]) else {
                panic!("the embedded store does not read {condition}");
            };
            for document in &documents {
                let (expected, said) =
                    (Matcher::new(&filter).matches(document), Matcher::new(&read).matches(document));
                assert_eq!(expected, said, "{filter:?} as {condition} of {document:?}");
            }
        }
    }
}
