//! The rows of an aggregation pipeline that the query's type makes, shown by a presenter.

use std::marker::PhantomData;

use bson::{Bson, Document, RawDocumentBuf};
use serde::{Serialize, de::DeserializeOwned};

use super::{Outcome, view_rule};
use crate::{
    call::{Answer, Call, Query, RawCall},
    entity::Entity,
    error::{Denial, Error},
    pipeline::{self, Codec},
    server_fields::{IS_DELETED, VERSION},
    shape::query,
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
    /// The stages to run. They see what clients see: documents that are not deleted, with their visible fields, `_id`, `createdAt`,
    /// `updatedAt` and `deletedAt`, of the entity's own collection and of every registered entity's that a `$lookup`,
    /// `$graphLookup` or `$unionWith` brings in, at any depth. A `$merge` or `$out` writes that and no more. A `$match` or
    /// `$geoNear` in front may use indexes and text searches as ever.
    ///
    /// A look-up by what clients don't see (`foreignField`, `connectToField`, `connectFromField`, a `restrictSearchWithMatch`, a
    /// `$geoNear`'s `key` and `query`) is a 500, and the log says why: whether it finds something would tell them. So is one
    /// whose `from` is no string. A route that says `unrestricted` sees all.
    fn pipeline(&self) -> Vec<Document>;

    /// How many rows a page of the result has, for [`Page`] to count the pages; `None` where all rows are one page.
    fn page_size(&self) -> Option<u64> {
        None
    }
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

/// A page of rows among all there are, as `mongodb-dynamic-api` shows it: `{list, count, totalPage}`.
///
/// It presents the one row that a pipeline ends in with a `$facet` of the rows and of their count:
///
/// ```
/// use dynamic_api_runtime::operation::AggregateQuery;
/// use bson::{Document, doc};
///
/// #[derive(serde::Deserialize)]
/// struct ByCategory { page: u32 }
///
/// impl AggregateQuery for ByCategory {
///     fn pipeline(&self) -> Vec<Document> {
///         let rows = vec![
///             doc! { "$sort": { "_id": 1 } },
///             doc! { "$skip": i64::from(self.page - 1) * 10 },
///             doc! { "$limit": 10 },
///         ];
///         vec![
///             doc! { "$group": { "_id": "$category", "products": { "$sum": 1 } } },
///             doc! { "$facet": { "list": rows, "count": [{ "$count": "count" }] } },
///         ]
///     }
///
///     fn page_size(&self) -> Option<u64> {
///         Some(10)
///     }
/// }
/// ```
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

/// The row of a `$facet` that a [`Page`] presents.
#[derive(serde::Deserialize)]
struct Facet<T> {
    list: Vec<T>,
    /// What `$count` makes: one document, or none where there are no rows.
    count: Vec<FacetCount>,
}

#[derive(serde::Deserialize)]
struct FacetCount {
    count: u64,
}

impl<Q, T> AggregatePresenter<Q> for Page<T>
where
    Q: AggregateQuery,
    T: Serialize + DeserializeOwned + Send + 'static,
{
    fn present(rows: Vec<Document>, query: &Q) -> Result<Self, Error> {
        let Some(row) = rows.into_iter().next() else { return Ok(Self::new(vec![], 0, 1)) };
        let row = RawDocumentBuf::try_from(&row).map_err(Error::internal)?;
        let facet: Facet<T> = bson::deserialize_from_slice(row.as_bytes()).map_err(Error::internal)?;
        let count = facet.count.first().map_or(0, |counted| counted.count);
        Ok(Self::new(facet.list, count, query.page_size().unwrap_or(count)))
    }
}

/// A query that was read, and what is made of its rows.
pub(crate) trait Aggregation: Send + Sync {
    /// The stages that it asks for.
    fn pipeline(&self) -> Vec<Document>;
    /// The JSON of the rows that came out of them.
    fn present(&self, rows: Vec<Document>) -> Result<Vec<u8>, Error>;
}

/// Reads the query of an aggregate route.
pub(crate) type ParseAggregation = fn(&Query) -> Result<Box<dyn Aggregation>, Error>;

/// An [`Aggregation`] by the types of a route.
struct Typed<Q, P> {
    query: Q,
    presented: PhantomData<fn() -> P>,
}

impl<Q: AggregateQuery, P: AggregatePresenter<Q>> Aggregation for Typed<Q, P> {
    fn pipeline(&self) -> Vec<Document> {
        self.query.pipeline()
    }

    fn present(&self, rows: Vec<Document>) -> Result<Vec<u8>, Error> {
        serde_json::to_vec(&P::present(rows, &self.query)?).map_err(Error::internal)
    }
}

fn parse<Q: AggregateQuery, P: AggregatePresenter<Q>>(query: &Query) -> Result<Box<dyn Aggregation>, Error> {
    Ok(Box::new(Typed::<Q, P> { query: query::read(query)?, presented: PhantomData }))
}

/// Rows of an aggregation pipeline.
pub fn aggregate<E, Q, P>(call: Call<E, Q>) -> Answer<P>
where
    E: Entity,
    Q: AggregateQuery,
    P: AggregatePresenter<Q>,
{
    Answer::new(pipeline::run(call.into_raw(), Codec::aggregates::<E>(parse::<Q, P>)))
}

pub(super) async fn perform(call: &RawCall, parse: Option<ParseAggregation>) -> Result<Outcome, Error> {
    let parse = parse.ok_or_else(|| Error::internal("an aggregate route without a query"))?;
    // Code is asked of a document, and what comes out of a pipeline is none: such an ability is a compile error before it is this.
    if call.policy.looks_at_documents() && !call.route.unrestricted {
        return Err(Error::Forbidden(Denial::Resource));
    }
    let aggregation = parse(&call.query)?;
    let stages = view_rule::applied(call, aggregation.pipeline()).await?;
    let (resource, limit) = (&call.resource, call.resource.limits.read_time);
    let rows = resource.store.aggregate_within(resource.meta.collection, &stages, Some(limit)).await?;
    let rows = rows.iter().map(|row| Document::try_from(&**row).map_err(Error::internal));
    aggregation.present(rows.collect::<Result<_, Error>>()?).map(Outcome::Aggregated)
}

impl Serialize for Rows {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(PlainRow))
    }
}

/// A row without the members of a whole document that clients never see.
struct PlainRow<'a>(&'a Document);

impl Serialize for PlainRow<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = self.0.iter().filter(|(name, _)| *name != VERSION && *name != IS_DELETED);
        serializer.collect_map(shown.map(|(name, value)| (name, Plain(value))))
    }
}

/// A document as plain JSON: ids, dates, decimals and UUIDs as everywhere in the API, not as extended JSON.
pub(super) struct PlainDocument<'a>(pub(super) &'a Document);

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
