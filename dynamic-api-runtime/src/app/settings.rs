//! Settings of Socket.IO that belong to the whole application.

use std::time::Duration;

/// How an application's sockets are reached.
///
/// ```
/// use dynamic_api_runtime::app::WebSocketConfig;
///
/// let config = WebSocketConfig::default().namespace("/api");
/// assert_eq!(config.path, "/socket.io");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebSocketConfig {
    /// The path of the handshake, without a slash at its end. Default `/socket.io`, which is the client's default too.
    pub path: String,
    /// The namespace of entities and routes that name none. Default `/`.
    pub namespace: String,
    /// How often a client is asked whether it is still there. Default 25 s.
    pub ping_interval: Duration,
    /// How long a client has to answer that. Default 20 s.
    pub ping_timeout: Duration,
    /// Packets of answers that wait for one client at most: half as many calls may be under way, and those beyond are answered
    /// with a 503. Default 4096. The Socket.IO server holds no more than 256 packets for a client; answers wait for room there,
    /// events of the program's own beyond are lost.
    pub buffer: usize,
    /// Bytes of the messages of one socket that are not answered yet, of answers of 16 KiB and more until the client takes them
    /// in, and of smaller ones while they wait for room in the buffer. Calls beyond are answered with a 503. At least one message
    /// fits always, and one answer at a time may be beyond. Default 8 MiB.
    pub socket_bytes: usize,
    /// The same for all sockets of the application together. Default 256 MiB.
    pub all_bytes: usize,
    /// What becomes of a socket whose handshake has a token that is none. By default it may not connect.
    pub invalid_token: InvalidToken,
}

/// What becomes of a socket whose handshake has a token that is none: malformed, expired, of a session that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InvalidToken {
    /// It may not connect, and learns why from its `connect_error`.
    #[default]
    Reject,
    /// It connects as nobody, and learns why from the event `unauthorized`.
    Ignore,
}

impl Default for WebSocketConfig {
    fn default() -> Self {
        Self {
            path: "/socket.io".to_owned(),
            namespace: "/".to_owned(),
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(20),
            buffer: 4096,
            socket_bytes: 8 << 20,
            all_bytes: 256 << 20,
            invalid_token: InvalidToken::Reject,
        }
    }
}

impl WebSocketConfig {
    /// Sets the path of the handshake: what the client passes as its option `path`.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Sets the namespace of entities and routes that name none.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// Sets how often a client is asked whether it is still there, and how long it has to answer.
    #[must_use]
    pub fn ping(mut self, interval: Duration, timeout: Duration) -> Self {
        (self.ping_interval, self.ping_timeout) = (interval, timeout);
        self
    }

    /// Sets what becomes of a socket whose handshake has a token that is none.
    #[must_use]
    pub fn invalid_token(mut self, invalid: InvalidToken) -> Self {
        self.invalid_token = invalid;
        self
    }

    /// Sets how many bytes there may be of unanswered messages and of answers not taken in, of one socket and of all together.
    #[must_use]
    pub fn memory(mut self, of_socket: usize, of_all: usize) -> Self {
        (self.socket_bytes, self.all_bytes) = (of_socket, of_all);
        self
    }
}

/// How the success of a socket's call is told to a caller that passed an acknowledgement callback. One that passed none gets
/// the event in every mode, and a failure is acknowledged in every mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReplyMode {
    /// By the acknowledgement.
    #[default]
    Ack,
    /// By the same event with the data, as `mongodb-dynamic-api` does: the callback is not called.
    Emit,
    /// By both.
    Both,
}
