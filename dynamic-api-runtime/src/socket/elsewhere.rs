//! Sessions that other processes of the application end: found by asking the store, as long as there are sockets that are users.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::presence::Presence;
use crate::{error::Error, types::Id};

/// How long it takes at most until it is asked again: a socket is nobody within a second after its session has ended.
const INTERVAL: Duration = Duration::from_millis(500);
/// How many sessions are asked for at once, each by its `_id`.
const AT_ONCE: usize = 1000;
/// How long the store may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ends what has ended elsewhere, as long as the presence is held; `occupied` tells that it has a socket, or is gone.
pub(super) async fn watch(presence: Weak<Presence>, occupied: Arc<Notify>) {
    let mut was_asked = true;
    loop {
        let Some(sessions) = presence.upgrade().map(|presence| presence.sessions()) else { return };
        if sessions.is_empty() {
            occupied.notified().await;
            continue;
        }
        // A database that can't be reached ends nobody: neither does it let anybody log out, and tokens expire all the same.
        match ask(&presence, &sessions).await {
            Err(error) if was_asked => {
                tracing::warn!(%error, "it can't be seen which sessions other processes end");
                was_asked = false;
            }
            outcome => was_asked = outcome.is_ok(),
        }
        sleep(INTERVAL).await;
    }
}

async fn ask(presence: &Weak<Presence>, sessions: &[Id]) -> Result<(), Error> {
    for some in sessions.chunks(AT_ONCE) {
        let Some(accounts) = presence.upgrade().map(|presence| presence.accounts().clone()) else { break };
        let ended = timeout(PATIENCE, accounts.ended_of(some)).await.unwrap_or(Err(Error::Unavailable))?;
        if let Some(presence) = presence.upgrade().filter(|_| !ended.is_empty()) {
            presence.end_sessions(&ended);
        }
    }
    Ok(())
}
