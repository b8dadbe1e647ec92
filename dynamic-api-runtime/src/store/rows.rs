//! The rows of a read in the making, in bounded memory.

use bson::RawDocumentBuf;

/// Rows, and how many bytes of them there may still be.
pub(super) struct Rows {
    rows: Vec<RawDocumentBuf>,
    room: usize,
}

impl Rows {
    pub(super) fn within(byte_limit: Option<usize>) -> Self {
        Self { rows: Vec::new(), room: byte_limit.unwrap_or(usize::MAX) }
    }

    /// Adds a row, and says whether there was room for it.
    pub(super) fn push(&mut self, row: RawDocumentBuf) -> bool {
        let Some(room) = self.room.checked_sub(row.as_bytes().len()) else { return false };
        self.room = room;
        self.rows.push(row);
        true
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn into_inner(self) -> Vec<RawDocumentBuf> {
        self.rows
    }
}
