//! Sessions that end with the passwords which an ordinary route gives to users. Those of users who are deleted end with the deletion.

use bson::RawDocument;

use super::{Decoded, Items};
use crate::{
    auth::Accounts,
    call::RawCall,
    operation::{BatchItem, Done, Outcome},
    server_fields::ID,
    types::Id,
};

/// A call that gives passwords to users.
pub(super) struct Ending<'a> {
    accounts: &'a Accounts,
}

impl<'a> Ending<'a> {
    /// `None` where a call sets no password of users.
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
        sets_password.then_some(Self { accounts })
    }

    /// Ends the sessions, now that it is done. That can't be undone any more, so that a failure is logged.
    pub(super) async fn done(self, outcome: &Outcome) {
        let users: Vec<Id> = changed_by(outcome).filter_map(id_of).collect();
        if users.is_empty() {
            return;
        }
        // In a task of its own: the time of the call may end here, and the password is another one already.
        let accounts = self.accounts.clone();
        let ended =
            tokio::spawn(
                async move { accounts.end_sessions_of(&users).await.map_err(|error| (error, users)) },
            );
        if let Ok(Err((error, users))) = ended.await {
            tracing::error!(%error, ?users, "sessions that were to end with a password go on");
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
