//! Handlers of custom routes: what they are given, and what of them is shown.

use std::{fmt, future::Future};

use bson::RawDocumentBuf;
use serde::{Serialize, de::DeserializeOwned};

use super::{Outcome, update_many::all, write::read_one};
use crate::{
    call::{Answer, Call, Principal, RawCall, Transport, UserPrincipal},
    context::CallContext,
    entity::{Entity, Stored},
    error::{Denial, Error},
    pipeline,
    query::{Filter, Where},
    repo::{Repo, Tx},
    shape::Presenter,
    store::BoxFuture,
};

/// A call of a custom route: its target, what was sent with it, who calls, and the documents of all entities.
///
/// `T` is what the route is about: `Stored<E>` with `:id` in its path, `Vec<Stored<E>>` (in the order of the ids) with `ids`, else `()`.
/// They are the documents as they were read; scope and ability of the route hold for each. `I` is the route's `body` or `query`.
///
/// Meanwhile others write, too: [`CustomCall::unchanged`] makes a write one of what was permitted.
///
/// ```
/// # use dynamic_api_runtime::{Error, entity::{Entity, Stored}, operation::CustomCall, query::Where};
/// # #[derive(serde::Deserialize)]
/// # struct PublishBody {}
/// # async fn publish<Post: Entity<Update: Default>>(
/// call: CustomCall<Stored<Post>, PublishBody>
/// # ) -> Result<Option<Stored<Post>>, Error> {
/// let posts = call.repo::<Post>()?;
/// posts.update_one(call.unchanged(), Default::default()).await
/// # }
/// ```
pub struct CustomCall<T, I = ()> {
    /// What the route is about.
    pub target: T,
    /// What was sent besides.
    pub input: I,
    /// The documents of the target, as they are stored.
    found: Vec<RawDocumentBuf>,
    call: RawCall,
}

impl<T: CustomTargets, I> CustomCall<T, I> {
    /// # Errors
    /// Where the target is not of its entity's shape.
    pub(crate) fn new(call: RawCall, found: Vec<RawDocumentBuf>, input: I) -> Result<Self, Error> {
        Ok(Self { target: T::read(&found)?, input, found, call })
    }
}

impl<E: Entity, I> CustomCall<Stored<E>, I> {
    /// The condition that the target still is what was found and permitted, whoever writes meanwhile: a write on it changes nothing else.
    pub fn unchanged(&self) -> Where<E> {
        same(&self.found)
    }
}

impl<E: Entity, I> CustomCall<Vec<Stored<E>>, I> {
    /// The condition that a document is one of the target, and still what was found and permitted. A write of all of them has changed
    /// fewer than there are where others were first: in a [transaction](CustomCall::transaction) that can be undone.
    pub fn unchanged(&self) -> Where<E> {
        same(&self.found)
    }
}

fn same<E: Entity>(found: &[RawDocumentBuf]) -> Where<E> {
    match found {
        [only] => Filter::Same(only.clone()).into(),
        found => Filter::Or(found.iter().cloned().map(Filter::Same).collect()).into(),
    }
}

impl<T, I> CustomCall<T, I> {
    /// Who calls.
    pub fn principal(&self) -> &Principal {
        &self.call.principal
    }

    /// The user who calls, where one is known.
    pub fn user(&self) -> Option<&UserPrincipal> {
        self.call.principal.user()
    }

    /// How the call came in.
    pub fn transport(&self) -> Transport {
        self.call.transport
    }

    /// What a presenter or an ability is given of the call.
    pub fn context(&self) -> CallContext<'_> {
        CallContext::new(&self.call)
    }

    /// The documents of an entity. It knows no callers: what only some may do with others than the target is for the handler to say.
    ///
    /// # Errors
    /// [`Error::NotAvailable`] where the application does not have the entity.
    pub fn repo<F: Entity>(&self) -> Result<Repo<F>, Error> {
        self.call.resource.data.repo()
    }

    /// Runs `work` in a transaction, as [`ApiHandle::transaction`](crate::app::ApiHandle::transaction) does.
    ///
    /// # Errors
    /// What `work` returns, or what the commit does.
    pub async fn transaction<'a, R, F>(&'a self, work: F) -> Result<R, Error>
    where
        F: for<'t> FnMut(Tx<'t, 'a>) -> BoxFuture<'t, Result<R, Error>>,
    {
        self.call.resource.data.transaction(work).await
    }
}

impl<T, I> fmt::Debug for CustomCall<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CustomCall").field(&self.context()).finish()
    }
}

/// A handler of a custom route: an `async fn` of one [`CustomCall`] that returns a `Result`; or a plain function.
///
/// `Shape` tells the forms apart; the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "this is no handler of its custom route",
    label = "not an `async fn(CustomCall<{T}, {I}>) -> Result<_, Error>`",
    note = "write `async fn handler(call: CustomCall<{T}, {I}>) -> Result<R, Error>`, or the same without `async`: its target and its input \
            are what `path`, `ids`, `body` and `query` of the route say"
)]
pub trait CustomHandler<T, I, R, Shape>: Send + 'static {
    /// Answers a call.
    fn call(self, call: CustomCall<T, I>) -> BoxFuture<'static, Result<R, Error>>;
}

/// The form of a handler that has its answer when it returns.
#[doc(hidden)]
#[derive(Debug)]
pub struct AtOnce;

/// The form of a handler that returns a future.
#[doc(hidden)]
#[derive(Debug)]
pub struct Later;

impl<T, I, R, F> CustomHandler<T, I, R, AtOnce> for F
where
    R: Send + 'static,
    F: FnOnce(CustomCall<T, I>) -> Result<R, Error> + Send + 'static,
{
    fn call(self, call: CustomCall<T, I>) -> BoxFuture<'static, Result<R, Error>> {
        Box::pin(std::future::ready(self(call)))
    }
}

impl<T, I, R, F, Fut> CustomHandler<T, I, R, Later> for F
where
    F: FnOnce(CustomCall<T, I>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<R, Error>> + Send + 'static,
{
    fn call(self, call: CustomCall<T, I>) -> BoxFuture<'static, Result<R, Error>> {
        Box::pin(self(call))
    }
}

/// A value that a custom route shows as its JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json<T>(pub T);

/// What a custom route of `E` can return: `Stored<E>` or a `Vec` of them, shown by the entity's view or the route's presenter; an
/// `Option<Stored<E>>`, `null` where there is none; `()`, which is a 204; or [`Json`] of anything that can be serialized.
#[diagnostic::on_unimplemented(
    message = "a custom route of `{E}` can't show a `{Self}`",
    label = "its handler returns a `{Self}`",
    note = "return `Stored<{E}>`, `Option<Stored<{E}>>`, `Vec<Stored<{E}>>`, `()`, or `Json(value)` of anything that is `Serialize`"
)]
pub trait CustomOutcome<E>: Send + 'static {
    #[doc(hidden)]
    fn shown(self) -> Result<Shown, Error>;
}

/// What is to be shown.
#[doc(hidden)]
pub struct Shown(pub(crate) Outcome);

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown")
    }
}

impl<E: Entity> CustomOutcome<E> for Stored<E> {
    fn shown(self) -> Result<Shown, Error> {
        Ok(Shown(Outcome::One(self.to_document().map_err(Error::internal)?)))
    }
}

impl<E: Entity> CustomOutcome<E> for Option<Stored<E>> {
    fn shown(self) -> Result<Shown, Error> {
        self.map_or_else(|| Ok(Shown(Outcome::Aggregated(b"null".to_vec()))), Stored::shown)
    }
}

impl<E: Entity> CustomOutcome<E> for Vec<Stored<E>> {
    fn shown(self) -> Result<Shown, Error> {
        let documents: Result<Vec<_>, _> = self.iter().map(Stored::to_document).collect();
        Ok(Shown(Outcome::Many(documents.map_err(Error::internal)?)))
    }
}

impl<E: Entity> CustomOutcome<E> for () {
    fn shown(self) -> Result<Shown, Error> {
        Ok(Shown(Outcome::Nothing))
    }
}

impl<E: Entity, T: Serialize + Send + 'static> CustomOutcome<E> for Json<T> {
    fn shown(self) -> Result<Shown, Error> {
        Ok(Shown(Outcome::Aggregated(serde_json::to_vec(&self.0).map_err(Error::internal)?)))
    }
}

/// What a custom route is about, found as its call names it.
pub trait CustomTargets: Sized + Send + 'static {
    /// Reads the documents, each of which the caller may have its way with.
    #[doc(hidden)]
    fn load(call: &RawCall) -> impl Future<Output = Result<Vec<RawDocumentBuf>, Error>> + Send;

    /// What a handler is given of them.
    #[doc(hidden)]
    fn read(found: &[RawDocumentBuf]) -> Result<Self, Error>;
}

impl CustomTargets for () {
    async fn load(call: &RawCall) -> Result<Vec<RawDocumentBuf>, Error> {
        // There is no document that could be asked of: what asks for one is never answered with yes.
        if call.policy.looks_at_documents() { Err(Error::Forbidden(Denial::Resource)) } else { Ok(vec![]) }
    }

    fn read(_: &[RawDocumentBuf]) -> Result<Self, Error> {
        Ok(())
    }
}

impl<E: Entity> CustomTargets for Stored<E> {
    async fn load(call: &RawCall) -> Result<Vec<RawDocumentBuf>, Error> {
        let filter = call.one(call.id()?);
        let found = read_one(call, &*call.resource.store, filter).await?.ok_or(Error::DocumentNotFound)?;
        call.policy.permit(call, &found).await?;
        Ok(vec![found])
    }

    fn read(found: &[RawDocumentBuf]) -> Result<Self, Error> {
        Stored::read(found.first().ok_or(Error::DocumentNotFound)?)
    }
}

impl<E: Entity> CustomTargets for Vec<Stored<E>> {
    async fn load(call: &RawCall) -> Result<Vec<RawDocumentBuf>, Error> {
        let ids = call.ids()?;
        let found = all(call, &*call.resource.store, &ids, &call.any(&ids)).await?;
        for document in &found {
            call.policy.permit(call, document).await?;
        }
        Ok(found)
    }

    fn read(found: &[RawDocumentBuf]) -> Result<Self, Error> {
        found.iter().map(|document| Stored::read(document)).collect()
    }
}

/// What a handler of the program's own does.
pub fn custom<E, T, I, P, H, R, Shape>(handler: H, call: Call<E, I>) -> Answer<P>
where
    E: Entity,
    T: CustomTargets,
    I: DeserializeOwned + Send + 'static,
    P: Presenter<E>,
    H: CustomHandler<T, I, R, Shape>,
    R: CustomOutcome<E>,
    Shape: 'static,
{
    Answer::new(pipeline::custom::<E, T, I, P, H, R, Shape>(call.into_raw(), handler))
}
