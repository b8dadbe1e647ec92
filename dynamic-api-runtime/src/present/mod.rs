//! From a stored document to the JSON that clients see. Every way out goes through here.

mod selected;

use std::borrow::Cow;

use bson::{RawDocument, RawDocumentBuf};
use serde::{Serialize, de::DeserializeOwned};

use self::selected::Unwritten;
pub(crate) use self::selected::{Referred, Selected};
use crate::{
    coerce::readable,
    context::CallContext,
    document,
    entity::{Entity, EntityMeta, Field},
    error::Error,
    shape::Presenter,
    store::BoxError,
};

/// The shape in which clients see an `E`: reads from BSON, writes to JSON. Implemented by the macro for its output types.
pub trait View<E>: Serialize + DeserializeOwned + Send + 'static {}

/// Why a document has no JSON.
#[derive(Debug)]
pub enum PresentError {
    /// It is not of the entity's shape.
    Unreadable(BoxError),
    /// A presenter of the user's own refused.
    Refused(Error),
}

impl PresentError {
    pub(crate) fn unreadable(error: impl Into<BoxError>) -> Self {
        Self::Unreadable(error.into())
    }
}

/// Appends the JSON of a document to a buffer, or leaves the buffer as it was and says why there is none.
pub(crate) type Present = fn(&RawDocument, &CallContext<'_>, &mut Vec<u8>) -> Result<(), PresentError>;

/// [`Present`] by a presenter.
pub(crate) fn present<E: Entity, P: Presenter<E>>(
    document: &RawDocument,
    context: &CallContext<'_>,
    out: &mut Vec<u8>,
) -> Result<(), PresentError> {
    P::write(document, context, out)
}

/// [`Present`] by the entity's view.
pub(crate) fn view<E: Entity>(
    document: &RawDocument,
    _: &CallContext<'_>,
    out: &mut Vec<u8>,
) -> Result<(), PresentError> {
    write_view::<E, E::View>(document, out)
}

/// Straight from BSON to JSON, by way of the view alone.
pub(crate) fn write_view<E, V: View<E>>(
    document: &RawDocument,
    out: &mut Vec<u8>,
) -> Result<(), PresentError> {
    let view: V = bson::deserialize_from_slice(document.as_bytes()).map_err(PresentError::unreadable)?;
    let start = out.len();
    serde_json::to_writer(&mut *out, &view).map_err(|error| {
        out.truncate(start);
        PresentError::unreadable(error)
    })
}

/// How documents of an entity are shown in a reply: what every row has in common.
#[derive(Clone, Copy)]
pub(crate) struct Presentation<'a> {
    pub(crate) entity: &'static EntityMeta,
    pub(crate) present: Present,
    /// Whether that is not the entity's view.
    pub(crate) has_own_shape: bool,
    pub(crate) context: CallContext<'a>,
    /// Which members, and which references are replaced by what they refer to; `None` for all, as they are.
    pub(crate) selected: Option<&'a Selected>,
}

impl Presentation<'_> {
    /// Appends the JSON of a document: with what is computed of it, and also where another program stored its integers as doubles.
    pub(crate) fn write(&self, document: &RawDocument, out: &mut Vec<u8>) -> Result<(), PresentError> {
        match self.try_write(document, out) {
            Err(PresentError::Unreadable(error)) => match readable(document, self.entity.fields) {
                Some(document) => self.try_write(&document, out),
                None => Err(PresentError::Unreadable(error)),
            },
            outcome => outcome,
        }
    }

    fn try_write(&self, document: &RawDocument, out: &mut Vec<u8>) -> Result<(), PresentError> {
        let document = self.computed(document)?;
        let withheld;
        let selected = match self.selected {
            Some(selected) => selected,
            None if self.withholds() => {
                withheld = Selected { withheld: self.withheld(), ..Selected::within(usize::MAX) };
                &withheld
            }
            None => return (self.present)(&document, &self.context, out),
        };
        let mut whole = Vec::new();
        (self.present)(&document, &self.context, &mut whole)?;
        selected.write(&whole, out).map_err(|error| match error {
            Unwritten::Unreadable(error) => PresentError::unreadable(error),
            Unwritten::TooLarge => PresentError::Refused(Error::ReplyTooLarge { limit: selected.limit }),
        })
    }

    /// Whether there is something to cut off. What a shape of the program's own shows is its own decision.
    fn withholds(&self) -> bool {
        self.entity.fields.iter().any(Field::is_unreadable) && !self.has_own_shape
    }

    /// The members that the caller may not see.
    pub(crate) fn withheld(&self) -> Vec<&'static str> {
        if !self.withholds() {
            return vec![];
        }
        self.entity.fields.iter().filter(|field| field.is_unreadable()).map(|field| field.name).collect()
    }

    /// The document with the members that are computed when it is read.
    fn computed<'d>(&self, document: &'d RawDocument) -> Result<Cow<'d, RawDocument>, PresentError> {
        let Some(derive) = self.entity.derive_on_read else { return Ok(Cow::Borrowed(document)) };
        let members = derive(document).map_err(PresentError::unreadable)?;
        let with: RawDocumentBuf =
            document::with_members(document, members).map_err(PresentError::unreadable)?;
        Ok(Cow::Owned(with))
    }
}
