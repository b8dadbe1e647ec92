//! An application on a port of its own, from its start to its graceful end.

use std::{net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::extract::Request;
use futures_util::future::join;
use tokio::{
    net::{TcpListener, ToSocketAddrs, lookup_host},
    sync::oneshot,
    time::timeout,
};

use super::{builder::DynamicApiBuilder, error::ServeError, server};
use crate::{entrance::RequestIds, rest};

/// How long the calls that are under way have at the end. Process managers commonly wait 10 s before they kill.
const GRACE: Duration = Duration::from_secs(9);

impl DynamicApiBuilder {
    /// Builds the application and serves it until the process is asked to end by SIGTERM or Ctrl-C. The calls and the hooks after saves
    /// that are under way then finish and sockets are told, in 9 s at most.
    ///
    /// # Errors
    /// As [`DynamicApiBuilder::build`], and where the address can't be listened on.
    pub async fn serve(self, address: impl ToSocketAddrs) -> Result<(), ServeError> {
        let listener = listen(address).await?;
        self.serve_with(listener, end_of_process()).await
    }

    /// As [`serve`](Self::serve), on a listener that is there already, until `shutdown` is ready.
    ///
    /// # Errors
    /// As [`DynamicApiBuilder::build`].
    pub async fn serve_with(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let (handle, connections) = (self.handle(), self.connections());
        let ids = Arc::new(RequestIds::default());
        let nothing = async move |request: Request| rest::not_found(&request, &ids);
        let router = self.build().await?.fallback(nothing);
        tracing::info!(address = ?listener.local_addr().ok(), "listening");
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async {
            let _ = stopped.await;
        };
        let mut server = pin!(server::run(listener, router, connections, stopped));
        tokio::select! {
            () = &mut server => return Ok(()),
            () = shutdown => {}
        }
        let end = async {
            handle.close().await;
            let _ = stop.send(());
        };
        let finish = async {
            join(&mut server, end).await;
            handle.after_saves().await;
        };
        if timeout(GRACE, finish).await.is_err() {
            let after_saves = handle.shared().after_saves.count();
            tracing::warn!(after_saves, "connections and hooks after saves are cut off after {GRACE:?}");
        }
        Ok(())
    }
}

async fn listen(address: impl ToSocketAddrs) -> Result<TcpListener, ServeError> {
    let addresses: Vec<SocketAddr> = lookup_host(address).await.map_err(ServeError::Address)?.collect();
    TcpListener::bind(&*addresses).await.map_err(|source| {
        let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        ServeError::Listen { addresses: addresses.join(", "), source }
    })
}

/// Ready when the process is asked to end.
async fn end_of_process() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
