//! The members of a stored document that the server owns, by name: stated here and nowhere else.

/// The address, an ObjectId.
pub(crate) const ID: &str = "_id";
/// The address as clients see it.
pub(crate) const PUBLIC_ID: &str = "id";
/// When the document was created.
pub(crate) const CREATED_AT: &str = "createdAt";
/// When it was last written.
pub(crate) const UPDATED_AT: &str = "updatedAt";
/// The version counter that Mongoose keeps: written as 0 and never read.
pub(crate) const VERSION: &str = "__v";
/// Whether it is deleted and still in place.
pub(crate) const IS_DELETED: &str = "isDeleted";
/// When it was deleted: null or missing in a living document.
pub(crate) const DELETED_AT: &str = "deletedAt";

/// All of them.
pub(crate) const STORED: [&str; 6] = [ID, CREATED_AT, UPDATED_AT, VERSION, IS_DELETED, DELETED_AT];

/// What clients send back because they once got it, and what is ignored therefore.
pub(crate) const ECHOED: [&str; 4] = [PUBLIC_ID, CREATED_AT, UPDATED_AT, DELETED_AT];
