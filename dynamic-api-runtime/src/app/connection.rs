//! A connection that may not stand still. It knows of no protocol but the length of what HTTP/2 begins with.
//!
//! hyper has limits of its own for headers, but waits for ever until it knows which HTTP a client speaks, and for clients that
//! don't take in what they asked for.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::OwnedSemaphorePermit,
    time::{Instant, Sleep, sleep},
};

/// The bytes after which hyper knows the version of HTTP: those of the preface of HTTP/2 (RFC 9113, section 3.4).
const PREFACE: usize = 24;

/// How long a connection may stand still.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// Until it has begun to say what it wants.
    pub(super) begin: Duration,
    /// While there is something for the client, which takes nothing in.
    pub(super) take: Duration,
}

/// A stream of bytes with its place among the connections of the server.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    _place: OwnedSemaphorePermit,
    patience: Patience,
    /// Bytes that came in, counted up to [`PREFACE`].
    came: usize,
    /// When the connection must have begun; later, when the client must have taken something in.
    deadline: Pin<Box<Sleep>>,
    /// Whether there is something that the client doesn't take in.
    stalled: bool,
}

impl Connection {
    /// A connection that was just accepted.
    pub(super) fn new(stream: TcpStream, place: OwnedSemaphorePermit, patience: Patience) -> Self {
        let deadline = Box::pin(sleep(patience.begin));
        Self { stream, _place: place, patience, came: 0, deadline, stalled: false }
    }

    fn expired(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        ready!(self.deadline.as_mut().poll(cx));
        Poll::Ready(io::ErrorKind::TimedOut.into())
    }

    /// What writing came to, or an error where nothing could be written for too long.
    fn written<T>(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            (self.stalled, self.came) = (false, PREFACE);
            return outcome;
        }
        if !self.stalled {
            self.stalled = true;
            let deadline = Instant::now() + self.patience.take;
            self.deadline.as_mut().reset(deadline);
        }
        self.expired(cx).map(Err)
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if outcome.is_pending() && self.came < PREFACE && !self.stalled {
            return self.expired(cx).map(Err);
        }
        self.came = self.came.saturating_add(buffer.filled().len() - before).min(PREFACE);
        outcome
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
        sync::Semaphore,
    };

    use super::*;

    #[tokio::test]
    async fn a_client_that_takes_nothing_in_is_not_waited_for() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let places = Arc::new(Semaphore::new(1));
        let place = places.clone().try_acquire_owned().unwrap();
        let patience = Patience { begin: Duration::from_secs(60), take: Duration::from_millis(100) };
        let mut connection = Connection::new(stream, place, patience);
        client.write_all(b"hello").await.unwrap();
        connection.read_exact(&mut [0; 5]).await.unwrap();
        let more_than_the_system_holds = vec![0; 64 << 20];
        let refused = connection.write_all(&more_than_the_system_holds).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::TimedOut);
        drop(connection);
        assert_eq!(places.available_permits(), 1);
    }
}
