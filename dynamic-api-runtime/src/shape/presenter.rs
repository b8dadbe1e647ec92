//! Presenters: what a client gets to see of a document, or of a deletion.

use bson::RawDocument;
use serde::Serialize;

use crate::{
    context::CallContext,
    entity::{Entity, Stored},
    error::Error,
    operation::Deleted,
    present::{PresentError, View, write_view},
};

/// What a route shows of a document of `E`, in the place of the entity's view. A list shows one for each row.
///
/// It sees the whole document, hidden fields included: what it shows of them is its own decision.
///
/// ```
/// # use dynamic_api_runtime::{Error, entity::{Entity, Stored}, shape::{CallContext, Presenter}, types::Id};
/// # trait Named { fn name(&self) -> &str; }
/// #[derive(serde::Serialize)]
/// struct Card { id: Id, title: String }
///
/// # struct Of<P>(P);
/// # trait Shows<E> { fn present(document: &Stored<E>, context: &CallContext<'_>) -> Result<Card, Error>; }
/// # impl<Product: Entity + Named> Shows<Product> for Card {
/// // impl Presenter<Product> for Card {
/// fn present(product: &Stored<Product>, _: &CallContext<'_>) -> Result<Self, Error> {
///     Ok(Self { id: product.id(), title: product.name().to_uppercase() })
/// }
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't present documents of `{E}`",
    label = "no presenter of `{E}`",
    note = "derive `Serialize` for it and implement `Presenter<{E}>`, whose `present` makes it of a `&Stored<{E}>`"
)]
pub trait Presenter<E: Entity>: Serialize + Sized + Send + 'static {
    /// Makes what is shown of a document.
    ///
    /// # Errors
    /// What the client is to be told; in a list, in the place of the whole list.
    fn present(document: &Stored<E>, context: &CallContext<'_>) -> Result<Self, Error>;

    /// Appends the JSON of a document.
    #[doc(hidden)]
    fn write(
        document: &RawDocument,
        context: &CallContext<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), PresentError> {
        let stored = Stored::from_document(document).map_err(PresentError::unreadable)?;
        let shown = Self::present(&stored, context).map_err(PresentError::Refused)?;
        write_json(&shown, out)
    }
}

/// The entity's own view.
impl<E, V> Presenter<E> for V
where
    E: Entity,
    V: View<E>,
{
    fn present(document: &Stored<E>, _: &CallContext<'_>) -> Result<Self, Error> {
        let stored = document.to_document().map_err(Error::internal)?;
        bson::deserialize_from_slice(stored.as_bytes()).map_err(Error::internal)
    }

    fn write(document: &RawDocument, _: &CallContext<'_>, out: &mut Vec<u8>) -> Result<(), PresentError> {
        write_view::<E, V>(document, out)
    }
}

/// What a `delete_one`, `delete_many` or `purge_one` route shows of what it did.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't present what a route deleted of `{E}`",
    label = "no presenter of a deletion",
    note = "derive `Serialize` for it and implement `DeletePresenter<{E}>`, whose `present` makes it of a `Deleted`"
)]
pub trait DeletePresenter<E: Entity>: Serialize + Sized + Send + 'static {
    /// Makes what is shown of a deletion.
    ///
    /// # Errors
    /// What the client is to be told; what was deleted stays deleted.
    fn present(deleted: Deleted, context: &CallContext<'_>) -> Result<Self, Error>;
}

impl<E: Entity> DeletePresenter<E> for Deleted {
    fn present(deleted: Deleted, _: &CallContext<'_>) -> Result<Self, Error> {
        Ok(deleted)
    }
}

/// The JSON of a deletion.
pub(crate) type PresentDeleted = fn(Deleted, &CallContext<'_>) -> Result<Vec<u8>, Error>;

/// [`PresentDeleted`] by a presenter.
pub(crate) fn present_deleted<E: Entity, D: DeletePresenter<E>>(
    deleted: Deleted,
    context: &CallContext<'_>,
) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(&D::present(deleted, context)?).map_err(Error::internal)
}

/// Appends a value as JSON, or leaves the buffer as it was.
fn write_json(shown: &impl Serialize, out: &mut Vec<u8>) -> Result<(), PresentError> {
    let start = out.len();
    serde_json::to_writer(&mut *out, shown).map_err(|error| {
        out.truncate(start);
        PresentError::Refused(Error::internal(error))
    })
}
