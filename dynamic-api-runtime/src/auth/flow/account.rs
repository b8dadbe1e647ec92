//! The account of the caller: what it shows, and what of it the caller can change.

use bson::RawDocumentBuf;

use super::Flow;
use crate::{
    auth::{broadcast::Subject, hooks::Turn, users::User},
    call::RawReply,
    context::CallContext,
    document,
    error::{Error, Violation},
    input::{self, Violations, escape},
    operation::{Change, change_one},
    patch::Plan,
    validate,
};

impl Flow<'_> {
    pub(super) async fn get_account(&self) -> Result<RawReply, Error> {
        self.account(&self.user().await?.document)
    }

    pub(super) async fn update_account(&self) -> Result<RawReply, Error> {
        let members = self.decode_changes()?;
        let user = self.user().await?;
        validate::exist_in_document(self.call, self.accounts.entity(), &members).await?;
        self.accounts.before(Turn::BeforeUpdateAccount, &user).await?;
        let entity = self.accounts.entity();
        let change = Change::new(Plan::members(document::update(&members)?), entity);
        let changed = change_one(self.call, user.id, &change).await.map_err(|error| match error {
            Error::DocumentNotFound => Error::Unauthorized,
            error => error,
        })?;
        let changed = User::new(changed)?;
        self.accounts.after(Turn::AfterUpdateAccount, &changed).await;
        Ok(self.telling(self.account(&changed.document)?, Subject::User(&changed)))
    }

    /// The changes: of any field but login, password and what clients can't set.
    fn decode_changes(&self) -> Result<RawDocumentBuf, Error> {
        let (of, body) = (&self.accounts.0.users.of, &self.call.body);
        let json = body.json.as_deref().filter(|json| !json.trim_ascii().is_empty());
        let members = input::members(json.ok_or(Error::InvalidBody)?, body.envelope)?;
        let mut violations = Violations::default();
        for name in [of.account.login, of.account.password] {
            if members.get(name).is_some() {
                let message = format!("{name} can't be set");
                violations.push(Violation::new(format!("/{}", escape(name)), "readOnly", message));
            }
        }
        let decoded = (of.update)(&members, "", &CallContext::new(self.call), &mut violations)?;
        let changes = decoded.filter(|_| violations.is_empty());
        let changes = changes.ok_or_else(|| Error::from(violations))?;
        if changes.is_empty() { Err(Error::InvalidBody) } else { Ok(changes) }
    }
}
