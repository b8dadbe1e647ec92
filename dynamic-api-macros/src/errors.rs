//! Where all phases put what is wrong, so that a user reads everything at once.

use std::{
    cell::{Cell, RefCell},
    thread,
};

use proc_macro2::TokenStream;

/// Errors found so far. They have to be turned into tokens in the end: to drop them unread is a mistake of this crate's.
#[derive(Default)]
pub(crate) struct Errors {
    found: RefCell<Vec<syn::Error>>,
    reported: Cell<bool>,
}

impl Errors {
    pub(crate) fn push(&self, error: syn::Error) {
        self.found.borrow_mut().push(error);
    }

    /// The value, or `None` with the error kept.
    pub(crate) fn keep<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn count(&self) -> usize {
        self.found.borrow().len()
    }

    /// The errors as code that makes the compiler show them.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.reported.set(true);
        self.found.borrow().iter().map(syn::Error::to_compile_error).collect()
    }
}

/// What is read a second time, when the first has reported its errors.
pub(crate) fn again<T>(read: impl FnOnce(&Errors) -> T) -> T {
    let known = Errors::default();
    let value = read(&known);
    known.reported.set(true);
    value
}

impl Drop for Errors {
    fn drop(&mut self) {
        debug_assert!(self.reported.get() || thread::panicking(), "collected errors were not reported");
    }
}
