//! The sockets that are users: each is nobody any more once its token expires or its session ends.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use tokio::{sync::Notify, time::sleep};

use super::{elsewhere, identity::Identity};
use crate::{
    auth::Accounts,
    call::UserPrincipal,
    types::{DateTime, Id},
};

/// The sockets of an application that are users.
pub(super) struct Presence {
    accounts: Accounts,
    seats: Mutex<Seats>,
    /// There is a token that ends before all others, or no presence any more.
    changed: Arc<Notify>,
    /// There is a socket where there was none, or no presence any more.
    occupied: Arc<Notify>,
}

#[derive(Default)]
struct Seats {
    next: u64,
    by_end: BTreeMap<(DateTime, u64), Seat>,
    by_session: HashMap<Id, Vec<(DateTime, u64)>>,
}

#[derive(Clone)]
struct Seat {
    socket: Weak<Identity>,
    session: Id,
}

/// A socket's place among those that are users, until it is dropped.
pub(super) struct Place {
    presence: Weak<Presence>,
    session: Id,
    key: (DateTime, u64),
}

impl Presence {
    /// Looks after sockets from now on, as long as it is held.
    pub(super) fn start(accounts: Accounts) -> Arc<Self> {
        let changed = Arc::new(Notify::new());
        let presence = Arc::new(Self {
            accounts,
            seats: Mutex::default(),
            changed: changed.clone(),
            occupied: Arc::default(),
        });
        let watched = Arc::downgrade(&presence);
        let told = watched.clone();
        presence.accounts.watch(Box::new(move |ended| {
            if let Some(presence) = told.upgrade() {
                presence.end_sessions(ended);
            }
        }));
        if presence.accounts.are_shared() {
            tokio::spawn(elsewhere::watch(watched.clone(), presence.occupied.clone()));
        }
        tokio::spawn(expire(watched, changed));
        presence
    }

    pub(super) fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Looks after a socket that is this user.
    pub(super) fn seat(self: &Arc<Self>, socket: &Arc<Identity>, user: &UserPrincipal) -> Place {
        let mut seats = self.seats();
        let key = (user.expires_at(), seats.next);
        seats.next += 1;
        let seat = Seat { socket: Arc::downgrade(socket), session: user.session() };
        let session = seat.session;
        seats.by_end.insert(key, seat);
        seats.by_session.entry(session).or_default().push(key);
        let is_first = seats.by_end.first_key_value().is_some_and(|(first, _)| *first == key);
        let is_only = seats.by_end.len() == 1;
        drop(seats);
        if is_first {
            self.changed.notify_one();
        }
        if is_only {
            self.occupied.notify_one();
        }
        Place { presence: Arc::downgrade(self), session, key }
    }

    fn leave(&self, session: Id, key: (DateTime, u64)) {
        let mut seats = self.seats();
        seats.by_end.remove(&key);
        let Some(keys) = seats.by_session.get_mut(&session) else { return };
        keys.retain(|other| *other != key);
        if keys.is_empty() {
            seats.by_session.remove(&session);
        }
    }

    /// How long it takes until a token expires; none where there is no token.
    fn next_end(&self) -> Option<Duration> {
        let seats = self.seats();
        let ((end, _), _) = seats.by_end.first_key_value()?;
        let left = end.timestamp_millis().saturating_sub(DateTime::now().timestamp_millis());
        Some(Duration::from_millis(u64::try_from(left).unwrap_or(0)))
    }

    fn end_expired(&self) {
        let now = DateTime::now();
        let expired: Vec<Seat> = {
            let seats = self.seats();
            seats
                .by_end
                .iter()
                .take_while(|((end, _), _)| *end <= now)
                .map(|(_, seat)| seat.clone())
                .collect()
        };
        for socket in expired.iter().filter_map(|seat| seat.socket.upgrade()) {
            // That it is nobody now is told by asking.
            let _ = socket.principal();
        }
    }

    /// The sessions that sockets are of, each once.
    pub(super) fn sessions(&self) -> Vec<Id> {
        self.seats().by_session.keys().copied().collect()
    }

    /// Makes the sockets of these sessions nobody.
    pub(super) fn end_sessions(&self, ended: &[Id]) {
        for session in ended {
            self.end_session(*session);
        }
    }

    fn end_session(&self, session: Id) {
        let of_session: Vec<Weak<Identity>> = {
            let seats = self.seats();
            let keys = seats.by_session.get(&session).into_iter().flatten();
            keys.filter_map(|key| seats.by_end.get(key)).map(|seat| seat.socket.clone()).collect()
        };
        for socket in of_session.iter().filter_map(Weak::upgrade) {
            socket.end(session);
        }
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.changed.notify_one();
        self.occupied.notify_one();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(presence) = self.presence.upgrade() {
            presence.leave(self.session, self.key);
        }
    }
}

/// Ends tokens as they expire.
async fn expire(presence: Weak<Presence>, changed: Arc<Notify>) {
    loop {
        let Some(next_end) = presence.upgrade().map(|presence| presence.next_end()) else { return };
        let expiry = async {
            match next_end {
                Some(left) => sleep(left).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = changed.notified() => {}
            () = expiry => {
                if let Some(presence) = presence.upgrade() {
                    presence.end_expired();
                }
            }
        }
    }
}
