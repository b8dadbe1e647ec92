//! The load: keep-alive HTTP connections and WebSocket clients on loopback, bounded in number, and what a server process spends
//! on them.

use std::{fs, io, net::SocketAddr, path::Path, time::Duration};

use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::Instant,
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

/// Connections, each with one request at a time.
pub(crate) const CONNECTIONS: usize = 8;

/// What a round of requests took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) requests: usize,
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
}

impl Cost {
    pub(crate) fn cpu_micros(self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.requests as f64
    }

    pub(crate) fn per_second(self) -> f64 {
        self.requests as f64 / self.wall.as_secs_f64()
    }
}

/// The CPU time that all threads of a process have had, from the scheduler's own accounts, in nanoseconds.
pub(crate) fn cpu_time(process: u32) -> io::Result<Duration> {
    let mut nanos = 0;
    for task in fs::read_dir(format!("/proc/{process}/task"))? {
        // A thread may end between the listing and the look.
        let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) else { continue };
        nanos += text.split(' ').next().and_then(|run| run.parse::<u64>().ok()).unwrap_or_default();
    }
    Ok(Duration::from_nanos(nanos))
}

/// The resident memory of a process, in KiB.
pub(crate) fn resident_kib(process: u32) -> io::Result<u64> {
    let status = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().map_err(|error| io::Error::other(format!("{line}: {error}")))
}

/// Measures what a server spends while `work` makes `requests` of it.
pub(crate) async fn measure<W>(process: u32, requests: usize, work: W) -> io::Result<Cost>
where
    W: Future<Output = io::Result<()>>,
{
    let (start, before) = (Instant::now(), cpu_time(process)?);
    work.await?;
    Ok(Cost { requests, wall: start.elapsed(), cpu: cpu_time(process)? - before })
}

/// Sends `requests` HTTP requests in all, each made by `request` from its number, and expects `status` of every one.
pub(crate) async fn http(
    address: SocketAddr,
    requests: usize,
    status: &'static str,
    request: fn(usize, &str) -> String,
    parameter: &str,
) -> io::Result<()> {
    let share = requests / CONNECTIONS;
    let connections = (0..CONNECTIONS).map(|connection| async move {
        let mut stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut buffer = Vec::with_capacity(64 * 1024);
        for number in 0..share {
            stream.write_all(request(connection * share + number, parameter).as_bytes()).await?;
            read_response(&mut stream, &mut buffer, status).await?;
        }
        Ok(())
    });
    futures_util::future::try_join_all(connections).await.map(drop)
}

async fn read_response(stream: &mut TcpStream, buffer: &mut Vec<u8>, status: &str) -> io::Result<()> {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some(end) = find(buffer, b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or_default();
        if buffer.len() < end + 4 + length {
            continue;
        }
        if !head.starts_with(&format!("http/1.1 {status}")) {
            return Err(io::Error::other(String::from_utf8_lossy(buffer).into_owned()));
        }
        return Ok(());
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// A Socket.IO client of the least kind: connected to the default namespace, over a WebSocket.
pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub(crate) async fn connect(address: SocketAddr) -> io::Result<Self> {
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
        let (mut stream, _) = connect_async(url).await.map_err(io::Error::other)?;
        stream.send(Message::text("40")).await.map_err(io::Error::other)?;
        let mut socket = Self(stream);
        while !socket.next().await?.starts_with("40") {}
        Ok(socket)
    }

    /// The next packet's text; pings are answered on the way.
    async fn next(&mut self) -> io::Result<String> {
        loop {
            let message =
                self.0.next().await.ok_or(io::ErrorKind::UnexpectedEof)?.map_err(io::Error::other)?;
            match message {
                Message::Text(text) if text.as_str() == "2" => {
                    self.0.send(Message::text("3")).await.map_err(io::Error::other)?;
                }
                Message::Text(text) => return Ok(text.to_string()),
                _ => {}
            }
        }
    }

    /// Emits an event and waits for its acknowledgement.
    pub(crate) async fn call(&mut self, number: usize, arguments: &str) -> io::Result<String> {
        self.0.send(Message::text(format!("42{number}{arguments}"))).await.map_err(io::Error::other)?;
        let expected = format!("43{number}[");
        loop {
            let packet = self.next().await?;
            if packet.starts_with(&expected) {
                return Ok(packet);
            }
        }
    }
}

/// Sends `requests` events in all over sockets that are connected already, and waits for every acknowledgement.
pub(crate) async fn events(sockets: &mut [Socket], requests: usize, arguments: &str) -> io::Result<()> {
    let share = requests / sockets.len();
    let calls = sockets.iter_mut().map(|socket| async move {
        for number in 0..share {
            socket.call(number, arguments).await?;
        }
        Ok(())
    });
    futures_util::future::try_join_all(calls).await.map(drop)
}
