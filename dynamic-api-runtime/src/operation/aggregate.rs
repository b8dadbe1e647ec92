//! The rows of an aggregation pipeline that the query's type makes, shown by a presenter.

use bson::{Bson, Document, doc};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    call::{Answer, Call, Query, RawCall, RawReply, Success},
    entity::Entity,
    error::Error,
    input::from_json,
    pipeline,
    server_fields::DELETED_AT,
    types::{DateTime, Decimal128, Id, Uuid},
};

/// The query of an aggregate route, and the pipeline it asks for.
///
/// Its members come from the query string, or from a socket's payload; those that can't be read are a 400.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the query of an aggregate route",
    label = "no aggregate query",
    note = "derive `Deserialize` for it and implement `AggregateQuery`, whose `pipeline` returns the stages"
)]
pub trait AggregateQuery: DeserializeOwned + Send + Sync + 'static {
    /// The stages to run, behind the ones that leave out deleted documents and hidden fields.
    fn pipeline(&self) -> Vec<Document>;
}

/// What an aggregate route shows of the rows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't present the rows of an aggregate route with the query `{Q}`",
    label = "no presenter for this query",
    note = "derive `Serialize` for it and implement `AggregatePresenter<{Q}>`, or use `Page<Row>` or `Rows`"
)]
pub trait AggregatePresenter<Q>: Serialize + Send + 'static {
    /// Makes the result of the rows that came out of the query's pipeline.
    ///
    /// # Errors
    /// Where the rows are not of the expected shape.
    fn present(rows: Vec<Document>, query: &Q) -> Result<Self, Error>
    where
        Self: Sized;
}

/// The rows as they are: what an aggregate route without a presenter shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows(pub Vec<Document>);

/// A page of rows among all there are, as `mongodb-dynamic-api` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The rows of the page.
    pub list: Vec<T>,
    /// How many rows there are on all pages.
    pub count: u64,
    /// How many pages there are.
    pub total_page: u64,
}

impl<T> Page<T> {
    /// A page of `list` among `count` rows, `limit` to a page.
    pub fn new(list: Vec<T>, count: u64, limit: u64) -> Self {
        Self { list, count, total_page: count.div_ceil(limit.max(1)) }
    }
}

impl<Q> AggregatePresenter<Q> for Rows {
    fn present(rows: Vec<Document>, _: &Q) -> Result<Self, Error> {
        Ok(Self(rows))
    }
}

/// Rows of an aggregation pipeline.
pub fn aggregate<E, Q, P>(call: Call<E, Q>) -> Answer<P>
where
    E: Entity,
    Q: AggregateQuery,
    P: AggregatePresenter<Q>,
{
    Answer::new(async move {
        let call = call.into_raw();
        pipeline::bounded(&call, async {
            let query: Q = read_query(&call.query)?;
            let rows = run(&call, query.pipeline()).await?;
            let json = serde_json::to_vec(&P::present(rows, &query)?).map_err(Error::internal)?;
            Ok(RawReply::new(Success::Ok, json))
        })
        .await
    })
}

fn read_query<Q: DeserializeOwned>(query: &Query) -> Result<Q, Error> {
    let refused = |error: &dyn std::fmt::Display| Error::violation("", "query", error.to_string());
    match query {
        Query::None => serde_html_form::from_str("").map_err(|error| refused(&error)),
        Query::Pairs(pairs) => {
            let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            serde_html_form::from_str(&text).map_err(|error| refused(&error))
        }
        Query::Json(json) => {
            let members: &serde_json::value::RawValue = from_json(json, "the query must be an object")?;
            if !members.get().starts_with('{') {
                return Err(Error::violation("", "type", "the query must be an object"));
            }
            serde_json::from_str(members.get()).map_err(|error| refused(&error))
        }
    }
}

async fn run(call: &RawCall, stages: Vec<Document>) -> Result<Vec<Document>, Error> {
    let meta = call.resource.meta;
    let mut pipeline = Vec::with_capacity(stages.len() + 2);
    if meta.soft_delete {
        pipeline.push(doc! { "$match": { DELETED_AT: null } });
    }
    let unseen: Vec<&str> =
        meta.fields.iter().filter(|field| !field.is_visible()).map(|field| field.name).collect();
    if !unseen.is_empty() {
        pipeline.push(doc! { "$unset": unseen });
    }
    pipeline.extend(stages);
    let rows = call.resource.store.aggregate(meta.collection, &pipeline).await?;
    let decoded = rows.iter().map(|row| Document::try_from(&**row).map_err(Error::internal));
    decoded.collect()
}

impl Serialize for Rows {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(PlainDocument))
    }
}

/// A document as plain JSON: ids, dates, decimals and UUIDs as everywhere in the API, not as extended JSON.
struct PlainDocument<'a>(&'a Document);

struct Plain<'a>(&'a Bson);

impl Serialize for PlainDocument<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, Plain(value))))
    }
}

impl Serialize for Plain<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Bson::ObjectId(id) => Id::from(*id).serialize(serializer),
            Bson::DateTime(at) => DateTime::from(*at).serialize(serializer),
            Bson::Decimal128(number) => Decimal128::from(*number).serialize(serializer),
            Bson::Binary(binary) => match binary.to_uuid() {
                Ok(uuid) => Uuid::from(uuid).serialize(serializer),
                Err(_) => binary.serialize(serializer),
            },
            Bson::Document(document) => PlainDocument(document).serialize(serializer),
            Bson::Array(values) => serializer.collect_seq(values.iter().map(Plain)),
            Bson::Int32(number) => serializer.serialize_i32(*number),
            Bson::Int64(number) => serializer.serialize_i64(*number),
            other => other.serialize(serializer),
        }
    }
}
