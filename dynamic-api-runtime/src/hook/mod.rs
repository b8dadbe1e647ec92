//! Code of the program's own around the writes of an entity: what it is given, which functions it can be, and where it stands in the
//! metadata. It knows documents and calls; when a hook runs is for the operations to say.
//!
//! `before_save` and `before_delete` run in the transaction of their write, and may run again with it. `after_save` runs once the write
//! is there for good, beside the call.

mod after_saves;
mod before;
mod context;
mod difference;
mod function;
mod hooks;
mod saved;

pub(crate) use self::after_saves::{AfterSaves, Report, Task, Tasks};
pub use self::{
    after_saves::AfterSaveFailure,
    before::{DeleteMoment, Deleting, SaveMoment, Saving, before_delete, before_save},
    context::WriteContext,
    function::{AfterSave, BeforeDelete, BeforeSave},
    hooks::{AfterHook, AfterSaveFn, DeleteFn, Hooks, SaveFn},
    saved::{Past, Saved, after_save},
};
