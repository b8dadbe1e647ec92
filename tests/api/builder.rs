//! What an application says before it starts.

use std::time::Duration;

use dynamic_api::{
    __rt::{
        CreateInput, EntityMeta, Field, Index, Route, RouteKind, UpdateInput, View, WebSocket, operation,
    },
    BuildError, Cors, DynamicApi, Entity, Limits, WebSocketConfig, dynamic_api,
};
use http::Method;
use test_support::{TestStore, both_stores, embedded_store};

use crate::{
    entities::{Gadget, Note, User, UserView},
    http::{Http, builder},
};

/// An entity that gets in the way of [`User`] in every respect.
struct Rival;

impl CreateInput<Rival> for crate::entities::CreateUser {}

impl UpdateInput<Rival> for crate::entities::UpdateUser {
    fn into_update(self) -> Self {
        self
    }
}

impl View<Rival> for UserView {}

impl Entity for Rival {
    type Create = crate::entities::CreateUser;
    type Update = crate::entities::UpdateUser;
    type View = UserView;
    type Fields = ();
    const META: &'static EntityMeta = &EntityMeta::new("Rival", "users", "users")
        .soft_delete()
        .web_socket(WebSocket::On)
        .fields(&[Field::new::<String>("email")])
        .indexes(&[Index::unique(&[("email", dynamic_api::__rt::Ascending)])]);
    const ROUTES: &'static [Route] = &[
        Route::new(RouteKind::GetOne, "get-one-user", |call| {
            operation::get_one::<Self, UserView>(call.into()).into()
        }),
        Route::new(RouteKind::GetMany, "get-many-rival", |call| {
            operation::get_many::<Self, (), UserView>(call.into()).into()
        })
        .sub_path("stats"),
    ];

    fn from_document(_: &bson::RawDocument) -> bson::error::Result<Self> {
        Ok(Self)
    }

    fn to_document(&self) -> bson::error::Result<bson::RawDocumentBuf> {
        Ok(bson::RawDocumentBuf::new())
    }
}

fn conflicts(error: BuildError) -> Vec<String> {
    let BuildError::Conflicts(conflicts) = error else { panic!("{error}") };
    conflicts.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn all_conflicts_are_told_at_once() {
    let store = embedded_store();
    let api = DynamicApi::builder().store(store.store()).resource::<User>().resource::<Rival>();
    let said = conflicts(api.build().await.unwrap_err());
    assert_eq!(
        said,
        [
            "GET /users/{id} is both User::get_one and Rival::get_one: change the path, sub_path or version of one",
            "GET /users/stats is both User::aggregate and Rival::get_many: change the path, sub_path or version of one",
            "event get-one-user in namespace / is both User::get_one and Rival::get_one: set event or namespace of one",
            "collection users is used by User and Rival, which differ in soft_delete",
            "collection users is used by User and Rival, which differ in index email_1",
        ]
    );
}

#[tokio::test]
async fn settings_that_cannot_be() {
    let mut limits = Limits::default();
    (limits.ids, limits.page_default, limits.call_time) = (0, 5000, Duration::ZERO);
    let api = DynamicApi::builder()
        .limits(limits)
        .cors(Cors::any().credentials())
        .web_socket(WebSocketConfig::default().path("socket.io/"))
        .resource::<User>();
    assert_eq!(
        conflicts(api.build().await.unwrap_err()),
        [
            "limits: ids must be at least 1",
            "limits: page_default must not be above page_max",
            "limits: call_time must not be zero",
            "web_socket: path must start with a slash and not end with one",
            "cors: any origin together with credentials would let every page act as the user: list the origins",
            "there is no store: give one with store(..)",
        ]
    );
    let twice = DynamicApi::builder().store(embedded_store().store()).resource::<Note>().resource::<Note>();
    assert_eq!(conflicts(twice.build().await.unwrap_err())[0], "Note is a resource twice");
    let origin = DynamicApi::builder().store(embedded_store().store()).cors(Cors::origins(["https://a.b/c"]));
    assert!(conflicts(origin.build().await.unwrap_err())[0].contains("\"https://a.b/c\" is no origin"));
}

#[tokio::test]
async fn a_collection_with_other_ids_is_refused_by_name() {
    for store in both_stores().await {
        store.insert("users", &[bson::rawdoc! { "_id": "ada", "name": "Ada" }]).await.unwrap();
        let refused = builder(&store).build().await.unwrap_err().to_string();
        assert_eq!(
            refused,
            "User (collection users) has documents whose _id is of type string: an API addresses documents by ObjectId",
            "{}",
            store.name()
        );
    }
}

#[tokio::test]
async fn data_that_no_index_can_hold_is_refused_by_name() {
    for store in both_stores().await {
        let same = || bson::rawdoc! { "_id": bson::oid::ObjectId::new(), "name": "n", "email": "same" };
        store.insert("users", &[same(), same()]).await.unwrap();
        let refused = builder(&store).build().await.unwrap_err();
        assert!(matches!(refused, BuildError::Store { entity: "User", collection: "users", .. }));
        assert!(refused.to_string().contains("email"), "{}: {refused}", store.name());
    }
}

#[dynamic_api(path = "vaults", routes(get_many, get_one(protected)))]
struct Vault {
    code: String,
}

#[tokio::test]
async fn a_protected_route_without_accounts_keeps_the_application_from_starting() {
    let refused = builder(&embedded_store()).resource::<Vault>().build().await.unwrap_err().to_string();
    let expected = "Vault::get_one is protected, but the application has no accounts to be protected by";
    assert!(refused.contains(expected), "{refused}");
}

#[tokio::test]
async fn the_route_table_says_where_everything_is() {
    let store = embedded_store();
    let api = builder(&store);
    let handle = api.handle();
    assert!(handle.routes().is_empty());
    let routes = api.routes();
    let _router = api.build().await.unwrap();
    assert_eq!(handle.routes(), &*routes);
    let of = |event: &str| routes.iter().find(|route| route.event == Some(event)).unwrap();
    let update = of("update-many-user");
    assert_eq!((update.entity, update.kind, &update.method), ("User", RouteKind::UpdateMany, &Method::PATCH));
    assert_eq!((&*update.paths[0], &*update.paths[1]), ("/users", "/users/many"));
    assert_eq!(update.namespace.as_deref(), Some("/"));
    assert_eq!(of("get-many-gadget").namespace.as_deref(), Some("/shop"));
    assert_eq!(of("create-one-gadget-v2").namespace.as_deref(), Some("/admin"));
    assert_eq!(of("create-one-gadget-v2").paths, ["/v2/shop/gadgets"]);
    assert!(routes.iter().filter(|route| route.entity == "Note").all(|route| route.event.is_none()));
}

#[tokio::test]
async fn two_applications_run_in_one_process() {
    let stores: [TestStore; 2] = both_stores().await;
    let (one, other) = (Http::over(&stores[0]).await, Http::over(&stores[1]).await);
    one.user("ada").await;
    assert_eq!(one.get("/users").await.json(200).as_array().unwrap().len(), 1);
    assert_eq!(other.get("/users").await.json(200).as_array().unwrap().len(), 0);
    let same_store = DynamicApi::builder().store(stores[0].store()).resource::<User>().resource::<Gadget>();
    let third = Http(same_store.build().await.unwrap());
    assert_eq!(third.get("/users").await.json(200).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let refused = builder(&embedded_store()).serve(address).await.unwrap_err();
    assert!(format!("{refused:?}").starts_with(&format!("can't listen on {address}: ")), "{refused}");
    let refused = builder(&embedded_store()).serve("127.0.0.1").await.unwrap_err();
    assert!(refused.to_string().contains("host:port"), "{refused}");
}
