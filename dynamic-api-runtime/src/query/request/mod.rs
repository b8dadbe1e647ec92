//! What a client asks of a list, and of one document: one language for query strings and for JSON payloads, read by one parser.
//! Both become one [`tree`](tree::Node) first, and everything behind it knows no transport.
//!
//! The members of a list are `page`, `limit`, `sort`, `fields`, `after`, `count`, `search`, `populate` and `trashed`; `or` holds
//! groups of conditions; every other member is a condition on a field. Where other libraries guess, this one refuses:
//!
//! * Brackets hold operators (`price[gte]=10`) and the places of a list (`or[0][name]=Ada`, `category[in][]=a`), never members.
//!   A member inside another is a dotted path: `address.city[in]=Ulm,Bonn`; over JSON `{"address.city": {"in": [..]}}`.
//! * A list in one text is parted by commas and may be repeated. A value that holds a comma is sent with `[]` or a number behind
//!   the operator: there it is literal. No value is empty between commas.
//! * A name of a list's member is a field's where it has operators: `page[eq]=3`. Within a group of `or` it is always a field's.
//! * Members and operators are and-ed, groups of `or` are or-ed. An operator stands once on a field: a second one is
//!   not the last word and not a list, it is refused.
//! * `exists` asks for a value: a stored null counts as none. Over JSON `null` says the same of an optional field.
//! * A condition on a list, or through one (`comments.author`), holds where any element meets it; two of them may hold by
//!   different elements. `ne` and `nin` hold where no element is the value.
//! * What is unknown, hidden, write-only, computed or closed to filters is refused in the same words: an answer does not tell
//!   whether a field exists that a client can't see.
//! * Nothing is cut off or left out in silence: what is beyond a bound is refused.

mod condition;
mod cursor;
mod filter;
mod indexed;
mod list;
mod names;
mod operator;
mod options;
mod order;
mod own;
mod pairs;
mod path;
mod place;
mod position;
mod read;
mod search;
mod selection;
#[cfg(test)]
mod tests;
mod tree;

pub(crate) use self::{
    cursor::cursor,
    list::{ListRequest, Paging},
    options::{Count, Trashed},
    read::ReadRequest,
    selection::Selection,
};
