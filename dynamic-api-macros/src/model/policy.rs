//! Who may do what with which documents, and what of the program's own runs around writes.

use syn::Path;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Public,
    Protected,
}

/// Who may do what with which documents on a route.
#[derive(Clone, Default)]
pub(crate) struct Policy {
    /// Whether it is open to callers without a token, where that was said.
    pub(crate) access: Option<Access>,
    pub(crate) scope: Option<Path>,
    pub(crate) ability: Option<Permit>,
    pub(crate) mode: AbilityMode,
    pub(crate) auth_ability: Option<Path>,
}

impl Policy {
    /// Whether it says nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.access.is_none() && self.asks_no_more()
    }

    /// Whether it asks nothing besides whether there is a token.
    pub(crate) fn asks_no_more(&self) -> bool {
        self.scope.is_none() && self.ability.is_none() && self.auth_ability.is_none()
    }
}

/// What becomes of a document that an ability refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum AbilityMode {
    /// The call is refused.
    #[default]
    Throw,
    /// It is as if it were not there.
    Filter,
}

/// Which documents a caller may see, change or make.
#[derive(Clone)]
pub(crate) enum Permit {
    /// Those whose field holds what the claim says; by stored names.
    Holds {
        field: String,
        claim: String,
    },
    /// All, where the claim is one of these.
    Claims {
        claim: String,
        values: Vec<String>,
    },
    /// All, where somebody calls.
    User,
    All(Vec<Permit>),
    Any(Vec<Permit>),
    Not(Box<Permit>),
    /// A function of a document and the call.
    Code(Path),
    /// A function of the caller alone.
    Caller(Path),
}

/// The field by which tenants are told apart, by its stored name, and the caller's claim that it holds.
#[derive(Clone)]
pub(crate) struct Tenant {
    pub(crate) field: String,
    pub(crate) claim: String,
}

/// What runs around the writes of an entity, or of a route.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    pub(crate) before_save: Option<Path>,
    pub(crate) before_delete: Option<Path>,
    pub(crate) after_save: Option<AfterSave>,
}

impl Hooks {
    pub(crate) fn is_empty(&self) -> bool {
        self.before_save.is_none() && self.before_delete.is_none() && self.after_save.is_none()
    }
}

/// What is done with a document that was saved.
#[derive(Clone)]
pub(crate) struct AfterSave {
    pub(crate) hook: Path,
    /// The path as it was written.
    pub(crate) name: String,
    /// How often it is tried again, and after how many milliseconds first.
    pub(crate) retry: Option<(u32, u64)>,
}

impl AfterSave {
    /// The first pause where none is written, in milliseconds.
    pub(crate) const DELAY: u64 = 1000;
}
