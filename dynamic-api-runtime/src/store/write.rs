//! The writes of a collection as data, so that a store states once how it writes.

use bson::{Bson, RawDocumentBuf};

use super::{StoreError, StoreResult};
use crate::{
    auth::has_plaintext,
    query::{FieldUpdate, Filter, Replacement, Update},
    types::PLAINTEXT,
};

/// A write of one collection; what each does is said at the method of [`Collections`](super::Collections) with its name.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Write<'a> {
    Insert(&'a [RawDocumentBuf]),
    UpdateOne(&'a Filter, &'a Update),
    UpdateMany(&'a Filter, &'a Update),
    UpdateEach(&'a [(Filter, Update)]),
    ReplaceOne(&'a Filter, &'a Replacement),
    DeleteOne(&'a Filter),
    DeleteMany(&'a Filter),
}

impl Write<'_> {
    /// Refuses to store the text of a password: every store asks before it writes. A hash is all that may get here.
    pub(super) fn check(&self) -> StoreResult<()> {
        let has_plaintext = match self {
            Self::Insert(documents) => documents.iter().any(|document| has_plaintext(document)),
            Self::UpdateOne(_, update) | Self::UpdateMany(_, update) => sets_plaintext(update),
            Self::UpdateEach(changes) => changes.iter().any(|(_, update)| sets_plaintext(update)),
            Self::ReplaceOne(_, replacement) => has_plaintext(&replacement.document),
            Self::DeleteOne(_) | Self::DeleteMany(_) => false,
        };
        if has_plaintext {
            Err(StoreError::other("a password is to be hashed before it is stored"))
        } else {
            Ok(())
        }
    }
}

fn sets_plaintext(update: &Update) -> bool {
    update.0.iter().any(|(_, change)| match change {
        FieldUpdate::Set(value)
        | FieldUpdate::Inc(value)
        | FieldUpdate::Min(value)
        | FieldUpdate::Max(value) => is_plaintext(value),
        FieldUpdate::Push(values) | FieldUpdate::AddToSet(values) | FieldUpdate::Pull(values) => {
            values.iter().any(is_plaintext)
        }
        FieldUpdate::Unset => false,
    })
}

fn is_plaintext(value: &Bson) -> bool {
    match value {
        Bson::Binary(binary) => binary.subtype == PLAINTEXT,
        Bson::Document(document) => document.values().any(is_plaintext),
        Bson::Array(items) => items.iter().any(is_plaintext),
        _ => false,
    }
}

/// What a write answers.
#[derive(Debug)]
pub enum Written {
    /// An insert: nothing beyond its success.
    Done,
    /// An update or replacement of one document: the document as it is then, where there was one.
    Document(Option<RawDocumentBuf>),
    /// Any other: how many documents it was.
    Count(u64),
}

impl Written {
    /// The document of an update or replacement of one.
    pub fn document(self) -> Option<RawDocumentBuf> {
        match self {
            Self::Document(document) => document,
            Self::Done | Self::Count(_) => None,
        }
    }

    /// How many documents it was.
    pub fn count(self) -> u64 {
        match self {
            Self::Count(count) => count,
            Self::Done | Self::Document(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use bson::{Binary, rawdoc};

    use super::*;

    #[test]
    fn the_text_of_a_password_is_stored_nowhere() {
        let text = Binary { subtype: PLAINTEXT, bytes: b"correct horse".to_vec() };
        let documents = [rawdoc! { "a": 1 }, rawdoc! { "a": { "b": [{ "password": text.clone() }] } }];
        let all = Filter::All;
        let set = Update::default().set("a", 1).set("password", Bson::Binary(text.clone()));
        let push = Update::default().with("a", FieldUpdate::Push(vec![Bson::Binary(text)]));
        let replacement = Replacement { document: documents[1].clone(), keep: vec![] };
        let refused = [
            Write::Insert(&documents),
            Write::UpdateOne(&all, &set),
            Write::UpdateMany(&all, &push),
            Write::UpdateEach(&[(Filter::All, set.clone())]),
            Write::ReplaceOne(&all, &replacement),
        ];
        for write in refused {
            let error = write.check().unwrap_err().to_string();
            assert!(error.contains("hashed") && !error.contains("correct"), "{error}");
        }
        assert!(Write::Insert(&documents[..1]).check().is_ok());
        assert!(Write::DeleteMany(&all).check().is_ok());
    }
}
