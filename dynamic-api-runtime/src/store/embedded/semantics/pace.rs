//! Asks from time to time whether work on many documents may go on. It knows no clock.

use std::cell::Cell;

use crate::store::StoreResult;

/// How many steps are taken between two questions.
const STEPS_PER_QUESTION: u32 = 256;

/// The pace of one piece of work.
pub(crate) struct Pace<'a> {
    steps: Cell<u32>,
    may_go_on: &'a dyn Fn() -> StoreResult<()>,
}

impl<'a> Pace<'a> {
    /// Work that ends with the error that `may_go_on` answers.
    pub(crate) fn new(may_go_on: &'a dyn Fn() -> StoreResult<()>) -> Self {
        Self { steps: Cell::new(0), may_go_on }
    }

    /// Takes a step: the work on one document.
    pub(crate) fn step(&self) -> StoreResult<()> {
        let steps = self.steps.get().wrapping_add(1);
        self.steps.set(steps);
        if steps.is_multiple_of(STEPS_PER_QUESTION) { self.ask() } else { Ok(()) }
    }

    /// Asks at once: before work that can't be divided.
    pub(crate) fn ask(&self) -> StoreResult<()> {
        (self.may_go_on)()
    }
}
