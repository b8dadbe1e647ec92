//! Stands for the patches that are written elsewhere.
use bson::RawDocument;

use crate::{
    error::Error,
    input::Input,
    query::{Filter, Update},
};

pub enum Plan {
    Direct { guard: Filter, update: Update },
    Computed(Computed),
}
pub struct Computed;
impl Computed {
    pub(crate) fn update(&self, _: &RawDocument) -> Result<Update, Error> {
        Err(Error::InvalidBody)
    }
}
impl Plan {
    pub(crate) fn refusal(&self, _: &RawDocument) -> Error {
        Error::InvalidBody
    }
}
pub(crate) fn merge_patch<I: Input>(_: &[u8]) -> Result<Plan, Error> {
    Err(Error::UnsupportedMediaType)
}
pub(crate) fn json_patch<I: Input>(_: &[u8]) -> Result<Plan, Error> {
    Err(Error::UnsupportedMediaType)
}
