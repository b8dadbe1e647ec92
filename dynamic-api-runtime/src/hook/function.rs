//! Which functions a hook can be: at once or later, each with one form. A function of another form is told at its path.

use std::future::Future;

use super::{Deleting, Saved, Saving};
use crate::{entity::Stored, error::Error, store::BoxFuture};

/// A function that makes of an entity what is saved of it: an `async fn` of the entity and of a [`Saving`] that returns an entity or an
/// error, which is the reply then; or a plain function.
///
/// `Shape` tells the forms apart; the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "this is no hook before a `{E}` is saved",
    label = "not a function `fn({E}, Saving<'_, {E}>) -> Result<{E}, Error>`",
    note = "write `async fn hook(entity: {E}, saving: Saving<'_, {E}>) -> Result<{E}, Error>`, or the same without `async`"
)]
pub trait BeforeSave<E: 'static, Shape>: Send + Sync + 'static {
    /// What is saved.
    ///
    /// # Errors
    /// What the function returns.
    fn save<'a>(&'a self, entity: E, saving: Saving<'a, E>) -> BoxFuture<'a, Result<E, Error>>;
}

/// A function that says whether a document may be deleted: an `async fn` of the document and of a [`Deleting`] whose error is the reply;
/// or a plain function.
#[diagnostic::on_unimplemented(
    message = "this is no hook before a `{E}` is deleted",
    label = "not a function `fn(&Stored<{E}>, Deleting<'_>) -> Result<(), Error>`",
    note = "write `async fn hook(document: &Stored<{E}>, deleting: Deleting<'_>) -> Result<(), Error>`, or the same without `async`"
)]
pub trait BeforeDelete<E: 'static, Shape>: Send + Sync + 'static {
    /// Lets the document be deleted.
    ///
    /// # Errors
    /// What the function returns.
    fn delete<'a>(
        &'a self,
        document: &'a Stored<E>,
        deleting: Deleting<'a>,
    ) -> BoxFuture<'a, Result<(), Error>>;
}

/// A function that does something with a document that was saved: an `async fn` of the document and of a [`Saved`]; or a plain function.
#[diagnostic::on_unimplemented(
    message = "this is no hook after a `{E}` was saved",
    label = "not a function `fn(Stored<{E}>, Saved<{E}>) -> Result<(), Error>`",
    note = "write `async fn hook(document: Stored<{E}>, saved: Saved<{E}>) -> Result<(), Error>`, or the same without `async`"
)]
pub trait AfterSave<E: 'static, Shape>: Send + Sync + 'static {
    /// Does it.
    fn run(self, document: Stored<E>, saved: Saved<E>) -> BoxFuture<'static, Result<(), Error>>;
}

/// The form of a function that is done when it returns.
#[doc(hidden)]
#[derive(Debug)]
pub struct AtOnce;

/// The form of a function that returns a future.
#[doc(hidden)]
#[derive(Debug)]
pub struct Later;

/// A function of two arguments whose future may borrow them.
#[doc(hidden)]
pub trait AsyncOf<'a, A, B, T>: Send + Sync + 'static {
    fn begin(&'a self, first: A, second: B) -> BoxFuture<'a, Result<T, Error>>;
}

impl<'a, F, A, B, T, Fut> AsyncOf<'a, A, B, T> for F
where
    F: Fn(A, B) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T, Error>> + Send + 'a,
{
    fn begin(&'a self, first: A, second: B) -> BoxFuture<'a, Result<T, Error>> {
        Box::pin(self(first, second))
    }
}

impl<E, F> BeforeSave<E, AtOnce> for F
where
    E: Send + 'static,
    F: Fn(E, Saving<'_, E>) -> Result<E, Error> + Send + Sync + 'static,
{
    fn save<'a>(&'a self, entity: E, saving: Saving<'a, E>) -> BoxFuture<'a, Result<E, Error>> {
        Box::pin(std::future::ready(self(entity, saving)))
    }
}

impl<E, F> BeforeSave<E, Later> for F
where
    E: 'static,
    F: for<'a> AsyncOf<'a, E, Saving<'a, E>, E>,
{
    fn save<'a>(&'a self, entity: E, saving: Saving<'a, E>) -> BoxFuture<'a, Result<E, Error>> {
        self.begin(entity, saving)
    }
}

impl<E, F> BeforeDelete<E, AtOnce> for F
where
    E: 'static,
    F: Fn(&Stored<E>, Deleting<'_>) -> Result<(), Error> + Send + Sync + 'static,
{
    fn delete<'a>(
        &'a self,
        document: &'a Stored<E>,
        deleting: Deleting<'a>,
    ) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(std::future::ready(self(document, deleting)))
    }
}

impl<E, F> BeforeDelete<E, Later> for F
where
    E: 'static,
    F: for<'a> AsyncOf<'a, &'a Stored<E>, Deleting<'a>, ()>,
{
    fn delete<'a>(
        &'a self,
        document: &'a Stored<E>,
        deleting: Deleting<'a>,
    ) -> BoxFuture<'a, Result<(), Error>> {
        self.begin(document, deleting)
    }
}

impl<E, F> AfterSave<E, AtOnce> for F
where
    E: 'static,
    F: Fn(Stored<E>, Saved<E>) -> Result<(), Error> + Send + Sync + 'static,
{
    fn run(self, document: Stored<E>, saved: Saved<E>) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(std::future::ready(self(document, saved)))
    }
}

impl<E, F, Fut> AfterSave<E, Later> for F
where
    E: 'static,
    F: Fn(Stored<E>, Saved<E>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Error>> + Send + 'static,
{
    fn run(self, document: Stored<E>, saved: Saved<E>) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(self(document, saved))
    }
}
