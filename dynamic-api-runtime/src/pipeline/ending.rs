//! Sessions that end with what an ordinary route does to users: another password, a deletion.

use bson::RawDocument;

use super::{Decoded, Items};
use crate::{
    auth::Accounts,
    call::{RawCall, RouteKind},
    context::CallContext,
    operation::{BatchItem, Done, Outcome},
    server_fields::ID,
    types::Id,
};

/// What a call is about to do to users.
pub(super) struct Ending<'a> {
    accounts: &'a Accounts,
    changed: Changed,
    deleted: Vec<Id>,
}

/// Whether what a call changes of users ends their sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Changed {
    Passwords,
    OtherThings,
}

impl<'a> Ending<'a> {
    /// What a call is about to do; `None` where it is nothing to sessions.
    pub(super) fn of(call: &'a RawCall, input: &Decoded) -> Option<Self> {
        let accounts = call.resource.accounts.as_ref()?;
        if accounts.entity().collection != call.resource.meta.collection || call.route.kind.is_read() {
            return None;
        }
        let password = accounts.password_field();
        let has_password = |document: &RawDocument| matches!(document.get(password), Ok(Some(_)));
        let sets_password = match input {
            Decoded::Change(change) => change.sets(password),
            Decoded::One(document) => has_password(document),
            Decoded::Batch(items) => batch(items).any(|item| match item {
                BatchItem::Update(_, change) => change.sets(password),
                BatchItem::Replace(_, document) => has_password(document),
                BatchItem::Create(_) | BatchItem::Delete(_) => false,
            }),
            Decoded::Nothing | Decoded::Many(_) => false,
        };
        let deleted = match (call.route.kind, input) {
            (RouteKind::DeleteOne | RouteKind::DeleteMany, _) => CallContext::new(call).ids(),
            (_, Decoded::Batch(items)) => batch(items).filter_map(deleted_by).collect(),
            _ => vec![],
        };
        let changed = if sets_password { Changed::Passwords } else { Changed::OtherThings };
        Some(Self { accounts, changed, deleted })
    }

    /// Ends the sessions, now that it is done. That can't be undone any more, so that a failure is logged.
    pub(super) async fn done(self, outcome: &Outcome) {
        let mut users = self.deleted;
        if self.changed == Changed::Passwords {
            users.extend(changed_by(outcome).filter_map(id_of));
        }
        if users.is_empty() {
            return;
        }
        if let Err(error) = self.accounts.end_sessions_of(&users).await {
            tracing::error!(%error, ?users, "sessions that were to end with a password or a user go on");
        }
    }
}

/// The items of a batch that can be done.
fn batch(items: &Items) -> Box<dyn Iterator<Item = &BatchItem> + '_> {
    match items {
        Items::Atomic(items) => Box::new(items.iter()),
        Items::Each(items) => Box::new(items.iter().flatten()),
    }
}

fn deleted_by(item: &BatchItem) -> Option<Id> {
    match item {
        BatchItem::Delete(id) => id.parse().ok(),
        _ => None,
    }
}

fn changed_by(outcome: &Outcome) -> Box<dyn Iterator<Item = &RawDocument> + '_> {
    match outcome {
        Outcome::One(document) => Box::new(std::iter::once(&**document)),
        Outcome::Many(documents) => Box::new(documents.iter().map(|document| &**document)),
        Outcome::Batch(items) => Box::new(items.iter().flatten().filter_map(|done| match done {
            Done::Changed(document) => Some(&**document),
            Done::Created(_) | Done::Deleted(_) => None,
        })),
        _ => Box::new(std::iter::empty()),
    }
}

fn id_of(document: &RawDocument) -> Option<Id> {
    document.get_object_id(ID).ok().map(Id::from)
}
