//! Calls over a socket without a library: thousands in the time in which a library makes hundreds.

use futures_util::{SinkExt, StreamExt};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use crate::server::{PATIENCE, Server};

/// A connected socket.
pub struct Wire {
    socket: WebSocketStream<TcpStream>,
    calls: u64,
}

impl Wire {
    pub async fn to(server: &Server) -> Self {
        let stream = TcpStream::connect(server.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", server.address);
        let (socket, _) = client_async(url, stream).await.unwrap();
        let mut wire = Self { socket, calls: 0 };
        wire.send("40".to_owned()).await;
        while !wire.receive().await.starts_with("40") {}
        wire
    }

    /// Calls an event with a payload, which is sent as it is: the acknowledgement, a JSON text.
    pub async fn call(&mut self, event: &str, payload: &str) -> String {
        self.calls += 1;
        self.send(format!("42{}[\"{event}\",{payload}]", self.calls)).await;
        let acknowledged = format!("43{}[", self.calls);
        loop {
            let packet = self.receive().await;
            if let Some(answer) = packet.strip_prefix(&acknowledged) {
                return answer.strip_suffix(']').unwrap().to_owned();
            }
        }
    }

    async fn send(&mut self, packet: String) {
        self.socket.send(Message::text(packet)).await.unwrap();
    }

    async fn receive(&mut self) -> String {
        loop {
            let message = timeout(PATIENCE, self.socket.next()).await.expect("an answer in time");
            let text = message.expect("an open connection").unwrap().into_text().unwrap().to_string();
            if text != "2" {
                return text;
            }
            self.send("3".to_owned()).await;
        }
    }
}
