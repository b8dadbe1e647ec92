//! The baseline: the users API as an experienced engineer would write it by hand for one store, with typed serde structs and the
//! same validation, indexes and durability. Get one, list and create, nothing else.

#![allow(clippy::result_large_err, reason = "refusing with a response is how axum handlers are written")]

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use bson::{RawDocumentBuf, oid::ObjectId};
use dynamic_api::{DateTime, EmbeddedStore, Id};
use dynamic_api_runtime::{
    query::{Direction, Filter, Find, Sort},
    store::{CollectionSpec, Collections, Database, IndexKind, IndexSpec, StoreError, SyncIndexes},
};
use mongodb::{Collection, IndexModel, bson::doc, options::IndexOptions};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use socketioxide::{
    SocketIo,
    extract::{AckSender, Data, SocketRef},
};

const COLLECTION: &str = "users";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateUser {
    name: String,
    email: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserRow {
    #[serde(rename = "_id")]
    id: ObjectId,
    name: String,
    email: String,
    created_at: bson::DateTime,
    updated_at: bson::DateTime,
    #[serde(rename = "__v")]
    version: i32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserOut {
    id: Id,
    name: String,
    email: String,
    created_at: DateTime,
    updated_at: DateTime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paging {
    #[serde(default = "first_page")]
    page: u64,
    #[serde(default = "page_size")]
    limit: u64,
}

fn first_page() -> u64 {
    1
}

fn page_size() -> u64 {
    100
}

impl From<UserRow> for UserOut {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            email: row.email,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

impl UserRow {
    fn new(user: CreateUser) -> Self {
        let now = bson::DateTime::now();
        Self {
            id: ObjectId::new(),
            name: user.name,
            email: user.email,
            created_at: now,
            updated_at: now,
            version: 0,
        }
    }
}

fn problem(status: StatusCode, message: &str) -> Response {
    let title = status.canonical_reason().unwrap_or_default();
    let body = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": message,
        "statusCode": status.as_u16(), "message": message, "error": title });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], Json(body)).into_response()
}

fn created(user: UserOut) -> Response {
    let mut headers = HeaderMap::new();
    if let Ok(location) = HeaderValue::from_str(&format!("/users/{}", user.id)) {
        headers.insert(header::LOCATION, location);
    }
    (StatusCode::CREATED, headers, Json(user)).into_response()
}

fn parse_id(text: &str) -> Result<ObjectId, Response> {
    ObjectId::parse_str(text).map_err(|_| problem(StatusCode::NOT_FOUND, "User not found"))
}

fn check(paging: &Paging) -> Result<(), Response> {
    if paging.page == 0 || !(1..=1000).contains(&paging.limit) {
        return Err(problem(StatusCode::BAD_REQUEST, "Invalid query"));
    }
    Ok(())
}

// Over the embedded store.

/// The users API over the embedded store.
pub(crate) async fn embedded(store: EmbeddedStore) -> Result<Router, StoreError> {
    let email = IndexSpec {
        keys: vec![("email".into(), Direction::Ascending)],
        kind: IndexKind::Unique,
        only_types: vec![],
        only_null: vec![],
    };
    store
        .prepare(&CollectionSpec { name: COLLECTION.into(), indexes: vec![email] }, SyncIndexes::CreateOnly)
        .await?;
    Ok(Router::new()
        .route("/users", get(list_embedded).post(create_embedded))
        .route("/users/{id}", get(get_embedded))
        .with_state(Arc::new(store)))
}

fn decode(document: &RawDocumentBuf) -> Result<UserOut, Response> {
    let row: Result<UserRow, _> = bson::deserialize_from_slice(document.as_bytes());
    row.map(UserOut::from).map_err(|_| problem(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"))
}

fn failed(error: &StoreError) -> Response {
    match error {
        StoreError::Duplicate { .. } => problem(StatusCode::CONFLICT, "email is already used"),
        _ => problem(StatusCode::SERVICE_UNAVAILABLE, "The service is temporarily unavailable"),
    }
}

async fn get_embedded(
    State(store): State<Arc<EmbeddedStore>>,
    Path(id): Path<String>,
) -> Result<Json<UserOut>, Response> {
    let find = Find::new(Filter::eq("_id", parse_id(&id)?)).limit(1);
    let found = store.find(COLLECTION, &find).await.map_err(|error| failed(&error))?;
    let document = found.first().ok_or_else(|| problem(StatusCode::NOT_FOUND, "Document not found"))?;
    decode(document).map(Json)
}

async fn list_embedded(
    State(store): State<Arc<EmbeddedStore>>,
    Query(paging): Query<Paging>,
) -> Result<Json<Vec<UserOut>>, Response> {
    check(&paging)?;
    let by_id = Sort::none().then("_id", Direction::Ascending);
    let find = Find::new(Filter::All).sort(by_id).skip((paging.page - 1) * paging.limit).limit(paging.limit);
    let found = store.find(COLLECTION, &find).await.map_err(|error| failed(&error))?;
    found.iter().map(decode).collect::<Result<_, _>>().map(Json)
}

async fn create_embedded(
    State(store): State<Arc<EmbeddedStore>>,
    Json(user): Json<CreateUser>,
) -> Result<Response, Response> {
    let row = UserRow::new(user);
    let document = bson::serialize_to_raw_document_buf(&row)
        .map_err(|_| problem(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"))?;
    store.insert(COLLECTION, &[document]).await.map_err(|error| failed(&error))?;
    Ok(created(row.into()))
}

// Over MongoDB.

/// The users API over MongoDB, by the driver alone.
pub(crate) async fn mongo(database: &mongodb::Database) -> mongodb::error::Result<Router> {
    let users: Collection<UserRow> = database.collection(COLLECTION);
    let unique = IndexOptions::builder().unique(true).build();
    users.create_index(IndexModel::builder().keys(doc! { "email": 1 }).options(unique).build()).await?;
    Ok(Router::new()
        .route("/users", get(list_mongo).post(create_mongo))
        .route("/users/{id}", get(get_mongo))
        .with_state(users))
}

fn driver_failed(error: &mongodb::error::Error) -> Response {
    use mongodb::error::{ErrorKind, WriteFailure};
    match &*error.kind {
        ErrorKind::Write(WriteFailure::WriteError(error)) if error.code == 11000 => {
            problem(StatusCode::CONFLICT, "email is already used")
        }
        _ => problem(StatusCode::SERVICE_UNAVAILABLE, "The service is temporarily unavailable"),
    }
}

async fn get_mongo(
    State(users): State<Collection<UserRow>>,
    Path(id): Path<String>,
) -> Result<Json<UserOut>, Response> {
    let found =
        users.find_one(doc! { "_id": parse_id(&id)? }).await.map_err(|error| driver_failed(&error))?;
    let row = found.ok_or_else(|| problem(StatusCode::NOT_FOUND, "Document not found"))?;
    Ok(Json(row.into()))
}

async fn list_mongo(
    State(users): State<Collection<UserRow>>,
    Query(paging): Query<Paging>,
) -> Result<Json<Vec<UserOut>>, Response> {
    check(&paging)?;
    let limit = i64::try_from(paging.limit).unwrap_or(1000);
    let find =
        users.find(doc! {}).sort(doc! { "_id": 1 }).skip((paging.page - 1) * paging.limit).limit(limit);
    let mut cursor = find.await.map_err(|error| driver_failed(&error))?;
    let mut rows = Vec::with_capacity(paging.limit.min(1000) as usize);
    while cursor.advance().await.map_err(|error| driver_failed(&error))? {
        rows.push(cursor.deserialize_current().map_err(|error| driver_failed(&error))?.into());
    }
    Ok(Json(rows))
}

async fn create_mongo(
    State(users): State<Collection<UserRow>>,
    Json(user): Json<CreateUser>,
) -> Result<Response, Response> {
    let row = UserRow::new(user);
    users.insert_one(&row).await.map_err(|error| driver_failed(&error))?;
    Ok(created(row.into()))
}

// Over sockets.

#[derive(Deserialize)]
struct GetUser {
    id: Id,
}

/// A bare socketioxide server: `echo` acknowledges with its payload, `get` with a user of the store.
pub(crate) fn sockets(store: EmbeddedStore) -> Router {
    let (layer, io) = SocketIo::new_layer();
    let store = Arc::new(store);
    io.ns("/", async move |socket: SocketRef| {
        socket.on("echo", async |Data::<Value>(data), ack: AckSender| {
            let _ = ack.send(&json!({ "event": "echo", "data": data }));
        });
        socket.on("get", async move |Data::<GetUser>(user), ack: AckSender| {
            let find = Find::new(Filter::eq("_id", user.id)).limit(1);
            let found = store.find(COLLECTION, &find).await.unwrap_or_default();
            if let Some(Ok(user)) = found.first().map(decode) {
                let _ = ack.send(&json!({ "event": "get", "data": user }));
            }
        });
    });
    Router::new().layer(layer)
}
