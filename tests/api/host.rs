//! The API within a program that has routes, layers, a fallback and sockets of its own.

use axum::{Router, extract::Request, middleware::map_response, response::Response, routing::get};
use dynamic_api::{BuildError, WebSocketConfig};
use serde_json::json;
use socketioxide::{
    SocketIo,
    extract::{AckSender, SocketRef},
};
use test_support::{NodeClient, both_stores, embedded_store};

use crate::{
    http::{Http, builder},
    server::{connect, data, serve},
};

/// A host with a route, a fallback and a layer; `with` adds the API.
fn host(with: impl FnOnce(Router) -> Router) -> Router {
    let router = Router::new().route("/hello", get(async || "hello"));
    with(router).fallback(async |request: Request| format!("nothing at {}", request.uri().path())).layer(
        map_response(async |mut response: Response| {
            response.headers_mut().insert("x-host", "yes".parse().unwrap());
            response
        }),
    )
}

/// A Socket.IO server of the host, which says who it is.
fn answering(
    name: &'static str,
) -> impl Fn(SocketRef) -> std::future::Ready<()> + Clone + Send + Sync + 'static {
    move |socket: SocketRef| {
        socket.on("who", async move |ack: AckSender| ack.send(name).unwrap());
        std::future::ready(())
    }
}

async fn is_a_good_guest(url: &str, prefix: &str, router: Router) {
    let http = Http(router);
    assert_eq!(http.get("/hello").await.text, "hello");
    let elsewhere = http.get("/elsewhere").await;
    assert_eq!((&*elsewhere.text, elsewhere.header("x-host")), ("nothing at /elsewhere", "yes"));
    let users = http.get(&format!("{prefix}/users")).await;
    assert_eq!((users.json(200), users.header("x-host")), (json!([]), "yes"));
    http.get(&format!("{prefix}/users/1")).await.problem(404, "User not found");
    assert_eq!(http.bare(http::Method::PUT, &format!("{prefix}/users")).await.status, 405);
    assert!(url.starts_with("http"));
}

#[tokio::test]
async fn nested_beside_a_socket_io_of_the_hosts() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let (layer, io) = SocketIo::new_layer();
        io.ns("/", answering("the host"));
        let api = builder(&store).build().await.unwrap();
        let router = host(|router| router.nest("/api", api)).layer(layer);
        let url = serve(router.clone()).await;
        is_a_good_guest(&url, "/api", router).await;

        let hosts = connect(&node, &url).await;
        assert_eq!(hosts.call("who", json!({})).await, "the host");
        for transport in ["websocket", "polling"] {
            let options = json!({ "path": "/api/socket.io", "transports": [transport] });
            let socket = node.connect(&url, options.clone()).await.unwrap();
            assert_eq!(data("get-many-user", socket.call("get-many-user", json!({})).await), json!([]));
            let shop = node.connect(&format!("{url}/shop"), options).await.unwrap();
            assert_eq!(data("get-many-gadget", shop.call("get-many-gadget", json!({})).await), json!([]));
        }
    }
}

#[tokio::test]
async fn merged_with_routes_and_a_fallback() {
    let node = NodeClient::start().await;
    for store in both_stores().await {
        let api = builder(&store).on_connect(|socket| drop(answering("the host")(socket.clone())));
        let handle = api.handle();
        let api = api.build().await.unwrap();
        let router = host(|router| router.merge(api));
        let url = serve(router.clone()).await;
        is_a_good_guest(&url, "", router).await;
        let socket = node.connect(&url, json!({})).await.unwrap();
        assert_eq!(data("get-many-user", socket.call("get-many-user", json!({})).await), json!([]));
        assert_eq!(socket.call("who", json!({})).await, "the host");
        // A host that ends tells the sockets.
        handle.close().await;
        socket.wait_for("disconnect").await;
    }
}

#[tokio::test]
async fn on_a_socket_io_of_the_hosts() {
    let node = NodeClient::start().await;
    let store = embedded_store();
    let (layer, io) = SocketIo::new_layer();
    io.ns("/", answering("the host"));
    let api = builder(&store).socket_io(io).web_socket(WebSocketConfig::default().namespace("/api"));
    let handle = api.handle();
    let api = api.build().await.unwrap();
    let router = host(|router| router.merge(api)).layer(layer);
    let url = serve(router.clone()).await;
    is_a_good_guest(&url, "", router).await;
    let hosts = connect(&node, &url).await;
    assert_eq!(hosts.call("who", json!({})).await, "the host");
    let socket = connect(&node, &format!("{url}/api")).await;
    assert_eq!(data("get-many-user", socket.call("get-many-user", json!({})).await), json!([]));
    // The API ends alone.
    handle.close().await;
    socket.wait_for("disconnect").await;
    assert_eq!(hosts.call("who", json!({})).await, "the host");
}

#[tokio::test]
async fn a_namespace_of_the_hosts_is_not_taken_over() {
    let (_layer, io) = SocketIo::new_layer();
    io.ns("/", answering("the host"));
    let refused = builder(&embedded_store()).socket_io(io).build().await.unwrap_err();
    assert!(matches!(refused, BuildError::Conflicts(_)));
    assert!(refused.to_string().contains("namespace / is already on the Socket.IO server"), "{refused}");
}
