//! What a program does at the turns of an account's life, in functions of its own.

use std::{any::TypeId, future::Future, marker::PhantomData};

use bson::{RawDocument, RawDocumentBuf};

use super::account_call::AccountCall;
use crate::{
    entity::{Stored, UserEntity},
    error::Error,
    store::BoxFuture,
};

/// Functions that account routes call. Each does nothing unless it is written.
///
/// What comes `before` may refuse: its error is what the caller reads. What comes `after` is told of what has happened.
///
/// ```
/// # use dynamic_api_runtime::{Error, auth::AuthHooks, entity::{Stored, UserEntity}};
/// struct OnlyEmployees;
///
/// impl<U: UserEntity> AuthHooks<U> for OnlyEmployees {
///     async fn after_login(&self, user: &Stored<U>) {
///         println!("{} is here", user.id());
///     }
/// }
/// ```
pub trait AuthHooks<U: UserEntity>: Send + Sync + 'static {
    /// Whether an account route may be called so at all; asked before anything is read of the database. A refusal is a 403
    /// `Access denied`.
    fn may(&self, call: &AccountCall<'_>) -> impl Future<Output = bool> + Send {
        let _ = call;
        async { true }
    }

    /// Takes what is to become a new user, and returns what is stored. Its password can't be read.
    fn before_register(&self, user: U) -> impl Future<Output = Result<U, Error>> + Send {
        async { Ok(user) }
    }

    /// There is a new user.
    fn after_register(&self, user: &Stored<U>) -> impl Future<Output = ()> + Send {
        let _ = user;
        async {}
    }

    /// Decides on a login in the place of the password, or leaves it to that.
    fn check_login(
        &self,
        user: &Stored<U>,
        password: &str,
    ) -> impl Future<Output = Result<LoginCheck, Error>> + Send {
        let _ = (user, password);
        async { Ok(LoginCheck::ByPassword) }
    }

    /// A user has proved who it is, and is about to get tokens: by password, code or second factor.
    fn before_login(&self, user: &Stored<U>) -> impl Future<Output = Result<(), Error>> + Send {
        let _ = user;
        async { Ok(()) }
    }

    /// A user has logged in.
    fn after_login(&self, user: &Stored<U>) -> impl Future<Output = ()> + Send {
        let _ = user;
        async {}
    }

    /// A user, as it is, is about to change its account.
    fn before_update_account(&self, user: &Stored<U>) -> impl Future<Output = Result<(), Error>> + Send {
        let _ = user;
        async { Ok(()) }
    }

    /// A user, as it is now, has changed its account.
    fn after_update_account(&self, user: &Stored<U>) -> impl Future<Output = ()> + Send {
        let _ = user;
        async {}
    }

    /// A user with a valid reset token is about to get another password. [`Error::PasswordChangeRefused`] is the refusal that
    /// clients know.
    fn before_change_password(&self, user: &Stored<U>) -> impl Future<Output = Result<(), Error>> + Send {
        let _ = user;
        async { Ok(()) }
    }

    /// A user has another password; all its sessions have ended.
    fn after_change_password(&self, user: &Stored<U>) -> impl Future<Output = ()> + Send {
        let _ = user;
        async {}
    }

    /// A user has shown that what the login names is its own: a code that was sent there came back.
    fn after_verify_email(&self, user: &Stored<U>) -> impl Future<Output = ()> + Send {
        let _ = user;
        async {}
    }
}

/// What [`AuthHooks::check_login`] says of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginCheck {
    /// The password that is stored decides.
    ByPassword,
    /// It is the user.
    Accept,
    /// It is not.
    Refuse,
}

/// A turn in an account's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    AfterRegister,
    BeforeLogin,
    AfterLogin,
    BeforeUpdateAccount,
    AfterUpdateAccount,
    BeforeChangePassword,
    AfterChangePassword,
    AfterVerifyEmail,
}

/// [`AuthHooks`] without the type of the users.
pub(super) trait Hooks: Send + Sync {
    /// The type of the users that the functions are of.
    fn user_type(&self) -> TypeId;

    fn may<'a>(&'a self, call: &'a AccountCall<'a>) -> BoxFuture<'a, bool>;

    /// What is stored of a new user whose members are these.
    fn before_register<'a>(
        &'a self,
        members: &'a RawDocument,
    ) -> BoxFuture<'a, Result<RawDocumentBuf, Error>>;

    fn check_login<'a>(
        &'a self,
        user: &'a RawDocument,
        password: &'a str,
    ) -> BoxFuture<'a, Result<LoginCheck, Error>>;

    fn at<'a>(&'a self, turn: Turn, user: &'a RawDocument) -> BoxFuture<'a, Result<(), Error>>;
}

/// The hooks of users of one type.
pub(super) struct Typed<U, H> {
    hooks: H,
    users: PhantomData<fn() -> U>,
}

impl<U, H> Typed<U, H> {
    pub(super) fn new(hooks: H) -> Self {
        Self { hooks, users: PhantomData }
    }
}

impl<U: UserEntity, H: AuthHooks<U>> Hooks for Typed<U, H> {
    fn user_type(&self) -> TypeId {
        TypeId::of::<U>()
    }

    fn may<'a>(&'a self, call: &'a AccountCall<'a>) -> BoxFuture<'a, bool> {
        Box::pin(self.hooks.may(call))
    }

    fn before_register<'a>(
        &'a self,
        members: &'a RawDocument,
    ) -> BoxFuture<'a, Result<RawDocumentBuf, Error>> {
        Box::pin(async move {
            let user = U::from_document(members).map_err(Error::internal)?;
            self.hooks.before_register(user).await?.to_document().map_err(Error::internal)
        })
    }

    fn check_login<'a>(
        &'a self,
        user: &'a RawDocument,
        password: &'a str,
    ) -> BoxFuture<'a, Result<LoginCheck, Error>> {
        Box::pin(async move {
            let user = Stored::<U>::from_document(user).map_err(Error::internal)?;
            self.hooks.check_login(&user, password).await
        })
    }

    fn at<'a>(&'a self, turn: Turn, user: &'a RawDocument) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let user = &Stored::<U>::from_document(user).map_err(Error::internal)?;
            match turn {
                Turn::BeforeLogin => return self.hooks.before_login(user).await,
                Turn::BeforeUpdateAccount => return self.hooks.before_update_account(user).await,
                Turn::BeforeChangePassword => return self.hooks.before_change_password(user).await,
                Turn::AfterRegister => self.hooks.after_register(user).await,
                Turn::AfterLogin => self.hooks.after_login(user).await,
                Turn::AfterUpdateAccount => self.hooks.after_update_account(user).await,
                Turn::AfterChangePassword => self.hooks.after_change_password(user).await,
                Turn::AfterVerifyEmail => self.hooks.after_verify_email(user).await,
            }
            Ok(())
        })
    }
}
