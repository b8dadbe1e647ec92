//! What sockets are told of the calls of others, by the official client: chosen fields, to chosen sockets, whatever the call came
//! in by.

use ::http::Method;
use dynamic_api::{AccountKind, AuthBroadcast, AuthConfig, BroadcastShape, DynamicApi, dynamic_api};
use serde_json::{Value, json};
use test_support::{NodeClient, Socket, TestStore, both_stores, embedded_store};
use tokio::sync::mpsc;

use super::{Diary, Member, Outbox, PASSWORD, api, config, credentials, get, register, send, text};
use crate::{
    http::Http,
    server::{connect, data, serve},
};

/// An application, over HTTP and at a port.
struct Running {
    http: Http,
    url: String,
    node: NodeClient,
}

impl Running {
    async fn of(store: &TestStore, config: AuthConfig) -> Self {
        let join = |socket: &dynamic_api::socketioxide::extract::SocketRef| {
            if let Some(room) = socket.req_parts().headers.get("x-room") {
                socket.join(room.to_str().unwrap().to_owned());
            }
        };
        let router = api(store, config).on_connect(join).build().await.unwrap();
        Self { http: Http(router.clone()), url: serve(router).await, node: NodeClient::start().await }
    }

    /// A socket that is nobody.
    async fn nobody(&self) -> Socket {
        connect(&self.node, &self.url).await
    }

    /// A socket that is this user from its handshake on.
    async fn user(&self, token: &str) -> Socket {
        let options = json!({ "transports": ["websocket"], "auth": { "token": token } });
        self.node.connect(&self.url, options).await.unwrap()
    }

    /// The same, in a room of the program's own.
    async fn in_room(&self, token: &str, room: &str) -> Socket {
        let headers = json!({ "x-room": room });
        let options =
            json!({ "transports": ["websocket"], "auth": { "token": token }, "extraHeaders": headers });
        self.node.connect(&self.url, options).await.unwrap()
    }
}

/// Settings by which these routes are told of.
fn telling(kinds: &[AccountKind], broadcast: impl Fn() -> AuthBroadcast) -> AuthConfig {
    kinds.iter().fold(config(), |config, kind| config.broadcast(*kind, broadcast()))
}

fn name() -> AuthBroadcast {
    AuthBroadcast::fields(["name", "role"])
}

/// What a socket hears next.
async fn hears(socket: &Socket, event: &str) -> Value {
    let mut heard = socket.wait_for(event).await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    heard.remove(0)
}

/// Checks that a socket has heard nothing, once it has heard of something that came after.
async fn has_heard_nothing(running: &Running, socket: &Socket, event: &str) {
    // What everybody is told comes behind it in the same queue.
    let marker = unused();
    register(&running.http, &marker).await;
    while hears(socket, "auth-register-broadcast").await[0]["name"] != marker {}
    assert_eq!(socket.received(event).await, Vec::<Vec<Value>>::new());
}

/// Ends sessions by a refresh token.
async fn done(running: &Running, path: &str, refresh: &Value) {
    let reply = running.http.post(path, json!({ "refreshToken": refresh })).await;
    assert_eq!(reply.status.as_u16(), 204, "{reply:?}");
}

/// A name that nobody has.
fn unused() -> String {
    format!("user{}", dynamic_api::Id::new())
}

/// Settings of [`has_heard_nothing`] besides others.
fn marked(config: AuthConfig) -> AuthConfig {
    config.broadcast(AccountKind::Register, AuthBroadcast::fields(["name"]).public())
}

#[tokio::test]
async fn users_hear_of_the_calls_of_others_over_both_transports() {
    use AccountKind::{ChangePassword, Login, Logout, UpdateAccount};
    let ada = || json!([{ "name": "ada", "role": "member" }]);
    for store in both_stores().await {
        let (outbox, mut inbox) = mpsc::unbounded_channel();
        let config = telling(&[Login, Logout, UpdateAccount, ChangePassword], name);
        let running = Running::of(&store, marked(config.deliver(Outbox(outbox)))).await;
        let (_, bea) = (register(&running.http, "ada").await, register(&running.http, "bea").await);
        let (listener, nobody) = (running.user(&bea.0).await, running.nobody().await);

        // Over HTTP.
        let pair = running.http.post("/auth/login", credentials("ada")).await.json(200);
        assert_eq!(hears(&listener, "auth-login-broadcast").await, ada());
        let bearer = format!("Bearer {}", text(&pair, "accessToken"));
        let headers = [("authorization", bearer.as_str())];
        let change = json!({ "name": "Ada" });
        send(&running.http, Method::PATCH, "/auth/account", &headers, change).await.json(200);
        let told = hears(&listener, "auth-update-account-broadcast").await;
        assert_eq!(told, json!([{ "name": "Ada", "role": "member" }]));
        done(&running, "/auth/logout", &pair["refreshToken"]).await;
        assert_eq!(hears(&listener, "auth-logout-broadcast").await[0]["name"], "Ada");

        // Over a socket, which does not hear of itself.
        let caller = running.nobody().await;
        data("auth-login", caller.call("auth-login", credentials("ada")).await);
        assert_eq!(hears(&listener, "auth-login-broadcast").await[0]["name"], "Ada");
        data("auth-update-account", caller.call("auth-update-account", json!({ "name": "ada" })).await);
        assert_eq!(hears(&listener, "auth-update-account-broadcast").await, ada());
        running.http.post("/auth/reset-password", json!({ "email": "ada@example.com" })).await;
        let change = json!({ "resetPasswordToken": inbox.recv().await, "newPassword": PASSWORD });
        data("auth-change-password", nobody.call("auth-change-password", change).await);
        assert_eq!(hears(&listener, "auth-change-password-broadcast").await, ada());

        for event in
            ["auth-login-broadcast", "auth-update-account-broadcast", "auth-change-password-broadcast"]
        {
            has_heard_nothing(&running, &caller, event).await;
            has_heard_nothing(&running, &nobody, event).await;
        }
        // What failed is nobody's news.
        let wrong = json!({ "email": "ada@example.com", "password": "wrong-wrong" });
        running.http.post("/auth/login", wrong).await.json(401);
        has_heard_nothing(&running, &listener, "auth-login-broadcast").await;
    }
}

#[tokio::test]
async fn a_socket_whose_session_has_ended_hears_nothing_of_it() {
    use AccountKind::{EndSession, Logout, LogoutAll};
    for store in both_stores().await {
        let running = Running::of(&store, marked(telling(&[Logout, LogoutAll, EndSession], name))).await;
        let bea = register(&running.http, "bea").await;
        let listener = running.user(&bea.0).await;
        for path in ["/auth/logout", "/auth/logout-all"] {
            let user = unused();
            let (access, refresh) = register(&running.http, &user).await;
            let demoted = running.user(&access).await;
            done(&running, path, &json!(refresh)).await;
            let event = format!("{}-broadcast", path[1..].replace('/', "-"));
            assert_eq!(hears(&listener, &event).await, json!([{ "name": user, "role": "member" }]));
            demoted.wait_for("unauthorized").await;
            has_heard_nothing(&running, &demoted, &event).await;
        }
        let (access, _) = register(&running.http, "cleo").await;
        let demoted = running.user(&access).await;
        let sessions = get(&running.http, "/auth/sessions", &access).await.json(200);
        let path = format!("/auth/sessions/{}", text(&sessions[0], "id"));
        let bearer = format!("Bearer {access}");
        let headers = [("authorization", bearer.as_str())];
        send(&running.http, Method::DELETE, &path, &headers, Value::Null).await.json(200);
        assert_eq!(hears(&listener, "auth-end-session-broadcast").await[0]["name"], "cleo");
        has_heard_nothing(&running, &demoted, "auth-end-session-broadcast").await;
    }
}

#[tokio::test]
async fn rooms_and_shapes_are_as_stated() {
    use AccountKind::{Login, Logout, Register, UpdateAccount};
    for store in both_stores().await {
        let config = config()
            .broadcast(Register, AuthBroadcast::fields(["id", "name"]).public())
            .broadcast(Login, name().rooms(["staff", "others"]).shape(BroadcastShape::Item))
            .broadcast(
                UpdateAccount,
                name().rooms_of(|user: &dynamic_api::Stored<Member>| vec![user.name.clone()]),
            )
            .broadcast(Logout, name().shape(BroadcastShape::Id));
        let running = Running::of(&store, config).await;
        let nobody = running.nobody().await;
        let (access, refresh) = register(&running.http, "ada").await;
        let account = get(&running.http, "/auth/account", &access).await.json(200);
        let told = json!([{ "id": account["id"], "name": "ada" }]);
        assert_eq!(hears(&nobody, "auth-register-broadcast").await, told);

        let (staff, elsewhere) =
            (running.in_room(&access, "staff").await, running.in_room(&access, "x").await);
        running.http.post("/auth/login", credentials("ada")).await.json(200);
        assert_eq!(hears(&staff, "auth-login-broadcast").await, json!({ "name": "ada", "role": "member" }));
        has_heard_nothing(&running, &elsewhere, "auth-login-broadcast").await;

        let bearer = format!("Bearer {access}");
        let headers = [("authorization", bearer.as_str())];
        send(&running.http, Method::PATCH, "/auth/account", &headers, json!({ "name": "x" })).await.json(200);
        assert_eq!(hears(&elsewhere, "auth-update-account-broadcast").await[0]["name"], "x");
        has_heard_nothing(&running, &staff, "auth-update-account-broadcast").await;
        // A room is none for who is nobody, unless it is public.
        let in_staff = running.in_room("", "staff").await;
        running.http.post("/auth/login", credentials("ada")).await.json(200);
        hears(&staff, "auth-login-broadcast").await;
        has_heard_nothing(&running, &in_staff, "auth-login-broadcast").await;

        let bea = register(&running.http, "bea").await;
        let listener = running.user(&bea.0).await;
        done(&running, "/auth/logout", &json!(refresh)).await;
        assert_eq!(hears(&listener, "auth-logout-broadcast").await, account["id"]);
    }
}

#[tokio::test]
async fn a_broadcast_that_fails_fails_alone() {
    for store in both_stores().await {
        let rooms = |user: &dynamic_api::Stored<Member>| match user.name.as_str() {
            "eve" => panic!("no rooms for eve"),
            _ => vec!["staff".to_owned()],
        };
        let config = config().broadcast(AccountKind::Register, name().rooms_of(rooms));
        let running = Running::of(&store, config).await;
        let (access, _) = register(&running.http, "ada").await;
        let staff = running.in_room(&access, "staff").await;
        register(&running.http, "eve").await;
        register(&running.http, "bea").await;
        assert_eq!(hears(&staff, "auth-register-broadcast").await[0]["name"], "bea");
        // Nor does it matter that there is nobody to hear it.
        staff.disconnect().await;
        register(&running.http, "cleo").await;
    }
}

/// Somebody of whom not everything is seen.
#[dynamic_api(path = "agents")]
struct Agent {
    #[api(login)]
    email: String,
    #[api(password)]
    password: dynamic_api::Password,
    #[api(hidden)]
    cover: Option<String>,
    #[api(write_only)]
    pin: Option<String>,
}

#[tokio::test]
async fn what_clients_do_not_see_stops_the_start() {
    let store = embedded_store();
    let told = async |kind, broadcast| {
        let config = config().broadcast(kind, broadcast);
        let builder = DynamicApi::builder().store(store.store()).resource::<Agent>().web_socket_for_all();
        builder.auth::<Agent>(config).build().await.map(drop).map_err(|error| error.to_string())
    };
    for (field, reason) in [
        ("password", "Agent::password, which is a password"),
        ("cover", "Agent::cover, which is hidden"),
        ("pin", "Agent::pin, which is write_only"),
        ("nick", "Agent::nick, which is no field"),
        ("_id", "Agent::_id, which is no field"),
    ] {
        let refused = told(AccountKind::Login, AuthBroadcast::fields(["email", field])).await.unwrap_err();
        assert!(refused.contains(&format!("the broadcast of login can't tell {reason}")), "{refused}");
    }
    for (kind, broadcast, reason) in [
        (AccountKind::Login, AuthBroadcast::fields([""; 0]), "the broadcast of login tells no field"),
        (AccountKind::ResetPassword, AuthBroadcast::fields(["id"]), "reset_password has no broadcast"),
        (AccountKind::GetAccount, AuthBroadcast::fields(["id"]), "get_account has no broadcast"),
        (
            AccountKind::Login,
            AuthBroadcast::fields(["id"]).rooms_of(|_: &dynamic_api::Stored<Member>| vec![]),
            "of users of another type than Agent",
        ),
    ] {
        let refused = told(kind, broadcast).await.unwrap_err();
        assert!(refused.contains(reason), "{refused}");
    }
    told(AccountKind::Login, AuthBroadcast::fields(["id", "email", "createdAt", "updatedAt"])).await.unwrap();

    let unheard = DynamicApi::builder()
        .store(store.store())
        .resource::<Agent>()
        .resource::<Diary>()
        .auth::<Agent>(config().broadcast(AccountKind::Login, AuthBroadcast::fields(["id"])));
    let refused = unheard.build().await.unwrap_err().to_string();
    assert!(refused.contains("Agent is not reached over sockets"), "{refused}");
}
