//! Abilities as code: functions of the program's own, of a document and of who calls, at once or later.

use std::{future::Future, marker::PhantomData};

use bson::RawDocument;

use crate::{
    call::UserPrincipal,
    coerce::readable,
    context::CallContext,
    entity::{Entity, Stored},
    error::Error,
    store::BoxFuture,
};

/// A function that says whether a caller may see, change or make a document of `E`. It takes the document and one of
///
/// * `&UserPrincipal`: callers without a token are refused, and are so behind a `not` as well,
/// * `Option<&UserPrincipal>`, as for a public route,
/// * `CallContext<'_>`, which knows more of the call,
///
/// and returns a [`Verdict`]: a `bool`, or a `Result` of one whose error the client gets; or it is an `async fn` that does. What is
/// written is written on condition that the document still is what it was shown, so that an `async fn` may take its time.
///
/// `Shape` tells the forms apart; the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "this is no ability on a document of `{E}`",
    label = "not a function `fn(&Stored<{E}>, &UserPrincipal) -> bool`",
    note = "write `fn may(document: &Stored<{E}>, user: &UserPrincipal) -> bool`, or `async fn`; the second argument can be \
            `Option<&UserPrincipal>` or `CallContext<'_>` as well"
)]
pub trait Ability<E: 'static, Shape>: Send + Sync + 'static {
    /// Whether the call may have its way with the document; `None` where there is nobody of whom the function could be asked.
    ///
    /// # Errors
    /// What the function returns.
    fn allows<'a>(
        &'a self,
        document: &'a Stored<E>,
        context: CallContext<'a>,
    ) -> BoxFuture<'a, Result<Option<bool>, Error>>;
}

/// A function that says whether a caller may call a route at all, before anything is read: of `&UserPrincipal`,
/// `Option<&UserPrincipal>` or `CallContext<'_>`, as an [`Ability`] without a document.
#[diagnostic::on_unimplemented(
    message = "this is no ability to call a route",
    label = "not a function `fn(&UserPrincipal) -> bool`",
    note = "write `fn may(user: &UserPrincipal) -> bool`, or `async fn`; the argument can be `Option<&UserPrincipal>` or \
            `CallContext<'_>` as well"
)]
pub trait AuthAbility<Shape>: Send + Sync + 'static {
    /// Whether the route may be called.
    ///
    /// # Errors
    /// What the function returns.
    fn allows<'a>(&'a self, context: CallContext<'a>) -> BoxFuture<'a, Result<bool, Error>>;
}

/// What an ability says: `bool`, or `Result<bool, Error>`.
pub trait Verdict: Send {
    /// As a result.
    ///
    /// # Errors
    /// The function's own.
    fn said(self) -> Result<bool, Error>;
}

impl Verdict for bool {
    fn said(self) -> Result<bool, Error> {
        Ok(self)
    }
}

impl Verdict for Result<bool, Error> {
    fn said(self) -> Result<bool, Error> {
        self
    }
}

/// The form of a function that says it at once, by what it takes.
#[doc(hidden)]
#[derive(Debug)]
pub struct AtOnce<A>(PhantomData<fn(A)>);

/// The form of a function that says it later.
#[doc(hidden)]
#[derive(Debug)]
pub struct Later<A>(PhantomData<fn(A)>);

/// A function whose future may borrow what it was given.
#[doc(hidden)]
pub trait AsyncOf<'a, Args>: Send + Sync + 'static {
    type Said: Verdict;
    fn ask(&'a self, args: Args) -> BoxFuture<'a, Self::Said>;
}

impl<'a, F, A, Fut> AsyncOf<'a, (A,)> for F
where
    F: Fn(A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output: Verdict> + Send + 'a,
{
    type Said = Fut::Output;
    fn ask(&'a self, (argument,): (A,)) -> BoxFuture<'a, Self::Said> {
        Box::pin(self(argument))
    }
}

impl<'a, F, A, B, Fut> AsyncOf<'a, (A, B)> for F
where
    F: Fn(A, B) -> Fut + Send + Sync + 'static,
    Fut: Future<Output: Verdict> + Send + 'a,
{
    type Said = Fut::Output;
    fn ask(&'a self, (first, second): (A, B)) -> BoxFuture<'a, Self::Said> {
        Box::pin(self(first, second))
    }
}

/// Both forms of both kinds, for an argument and how it comes out of a context; where there is none, a call may not be made at all, and
/// of a document nothing is said.
macro_rules! forms {
    ($($argument:ty, $later:ty, $shape:ty, $of:expr;)*) => {$(
        impl<E: 'static, F, V> Ability<E, AtOnce<$shape>> for F
        where
            F: Fn(&Stored<E>, $argument) -> V + Send + Sync + 'static,
            V: Verdict,
        {
            fn allows<'a>(
                &'a self,
                document: &'a Stored<E>,
                context: CallContext<'a>,
            ) -> BoxFuture<'a, Result<Option<bool>, Error>> {
                let said = $of(context).map(|argument| self(document, argument).said());
                Box::pin(std::future::ready(said.transpose()))
            }
        }

        impl<E: 'static, F> Ability<E, Later<$shape>> for F
        where
            F: for<'a> AsyncOf<'a, (&'a Stored<E>, $later)>,
        {
            fn allows<'a>(
                &'a self,
                document: &'a Stored<E>,
                context: CallContext<'a>,
            ) -> BoxFuture<'a, Result<Option<bool>, Error>> {
                match $of(context) {
                    Some(argument) => {
                        let asked = self.ask((document, argument));
                        Box::pin(async move { asked.await.said().map(Some) })
                    }
                    None => Box::pin(std::future::ready(Ok(None))),
                }
            }
        }

        impl<F, V> AuthAbility<AtOnce<$shape>> for F
        where
            F: Fn($argument) -> V + Send + Sync + 'static,
            V: Verdict,
        {
            fn allows<'a>(&'a self, context: CallContext<'a>) -> BoxFuture<'a, Result<bool, Error>> {
                let said = $of(context).map_or(Ok(false), |argument| self(argument).said());
                Box::pin(std::future::ready(said))
            }
        }

        impl<F> AuthAbility<Later<$shape>> for F
        where
            F: for<'a> AsyncOf<'a, ($later,)>,
        {
            fn allows<'a>(&'a self, context: CallContext<'a>) -> BoxFuture<'a, Result<bool, Error>> {
                match $of(context) {
                    Some(argument) => {
                        let asked = self.ask((argument,));
                        Box::pin(async move { asked.await.said() })
                    }
                    None => Box::pin(std::future::ready(Ok(false))),
                }
            }
        }
    )*};
}

/// The user who calls, where there is one.
fn user(context: CallContext<'_>) -> Option<&UserPrincipal> {
    context.principal().user()
}

forms! {
    &UserPrincipal, &'a UserPrincipal, &'static UserPrincipal, user;
    Option<&UserPrincipal>, Option<&'a UserPrincipal>, Option<&'static UserPrincipal>, |context| Some(user(context));
    CallContext<'_>, CallContext<'a>, CallContext<'static>, Some;
}

/// What an ability says of a stored document; `None` where there is nobody of whom it could be asked.
pub fn ability<'a, E, F, Shape>(
    ability: F,
    document: &'a RawDocument,
    context: CallContext<'a>,
) -> BoxFuture<'a, Result<Option<bool>, Error>>
where
    E: Entity,
    F: Ability<E, Shape>,
    Shape: 'a,
{
    Box::pin(async move {
        let stored = Stored::<E>::from_document(document)
            .or_else(|error| match readable(document, E::META.fields) {
                Some(document) => Stored::from_document(&document),
                None => Err(error),
            })
            .map_err(Error::internal)?;
        ability.allows(&stored, context).await
    })
}

/// What an ability says of a call.
pub fn auth_ability<'a, F, Shape>(ability: F, context: CallContext<'a>) -> BoxFuture<'a, Result<bool, Error>>
where
    F: AuthAbility<Shape>,
    Shape: 'a,
{
    Box::pin(async move { ability.allows(context).await })
}
