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
    /// Packets that wait for one client at most; what comes beyond is lost. Default 4096.
    pub buffer: usize,
}

impl Default for WebSocketConfig {
    fn default() -> Self {
        Self {
            path: "/socket.io".to_owned(),
            namespace: "/".to_owned(),
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(20),
            buffer: 4096,
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
