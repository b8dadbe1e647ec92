//! A new user. What is taken is the login, the password and the fields of the registration, and nothing else.

use bson::RawDocumentBuf;

use super::Flow;
use crate::{
    auth::{Throttled, broadcast::Subject, hooks::Turn, password, session::Client, users::User},
    call::{RawReply, Success},
    context::CallContext,
    document,
    error::{Error, Violation},
    input::{self, Members, Violations, escape, shown},
    operation,
    server_fields::ECHOED,
    validate,
};

impl Flow<'_> {
    pub(super) async fn register(&self) -> Result<RawReply, Error> {
        let members = self.decode_registration()?;
        let users = &self.accounts.0.users;
        self.count(Throttled::Register, &users.login(&members))?;
        let entity = users.of.entity;
        validate::exist_in_document(self.call, entity, &members).await?;
        let members = document::with_defaults(entity, &members)?;
        let members = match &self.accounts.0.config.hooks {
            Some(hooks) => hooks.before_register(&members).await?,
            None => members,
        };
        let sealed = password::seal(self.accounts.hasher(), members, &[users.of.account.password]).await?;
        let (_, document) = operation::insert(self.call, &sealed).await?;
        let user = User::new(document)?;
        self.accounts.after(Turn::AfterRegister, &user).await;
        let opened = self.accounts.open(&user, &Client::of(self.call)).await?;
        Ok(self.telling(self.tokens(opened, Success::Created)?, Subject::User(&user)))
    }

    fn decode_registration(&self) -> Result<RawDocumentBuf, Error> {
        let body = &self.call.body;
        let json = body.json.as_deref().filter(|json| !json.trim_ascii().is_empty());
        let members = input::members(json.ok_or(Error::InvalidBody)?, body.envelope)?;
        let mut violations = Violations::default();
        self.check_registration(&members, &mut violations);
        if !violations.is_empty() {
            return Err(violations.into());
        }
        let context = CallContext::new(self.call);
        let create = self.accounts.0.users.of.create;
        let decoded = create(&members, "", &context, &mut violations)?;
        decoded.filter(|_| violations.is_empty()).ok_or_else(|| violations.into())
    }

    /// Whether the members are those of a registration: all that must be there, and no others.
    fn check_registration(&self, members: &Members<'_>, violations: &mut Violations) {
        let of = &self.accounts.0.users.of;
        let account = of.account;
        let taken: Vec<&str> = [account.login, account.password]
            .into_iter()
            .chain(account.register.iter().map(|field| field.name))
            .collect();
        for (name, _) in &members.0 {
            if taken.contains(&&**name) || ECHOED.contains(&&**name) {
                continue;
            }
            let (code, message) = match of.entity.field(name) {
                Some(field) if field.is_visible() => ("readOnly", format!("{name} can't be set")),
                _ => ("unknown", format!("{} is no member of a registration", shown(name))),
            };
            violations.push(Violation::new(format!("/{}", escape(name)), code, message));
        }
        let required = account.register.iter().filter(|field| field.required).map(|field| field.name);
        for name in [account.login, account.password].into_iter().chain(required) {
            let value = members.get(name).map(|value| value.get());
            if value.is_none_or(|value| value == "null") {
                let message = format!("{name} is required");
                violations.push(Violation::new(format!("/{}", escape(name)), "required", message));
            } else if name == account.login && value.is_some_and(is_blank) {
                let message = format!("{name} must not be empty");
                violations.push(Violation::new(format!("/{}", escape(name)), "range", message));
            }
        }
    }
}

/// Whether a JSON text is a string of nothing but spaces.
fn is_blank(json: &str) -> bool {
    serde_json::from_str::<String>(json).is_ok_and(|text| text.trim().is_empty())
}
