//! Documents with only some of their members. It knows no computed members: those are the pipeline's.

use bson::{RawArray, RawArrayBuf, RawBsonRef, RawDocument, RawDocumentBuf, raw::RawElement};

use super::raw;
use crate::query::Projection;

/// The document with the members that the projection names, and `_id`, in the document's own order.
pub(crate) fn project(doc: &RawDocument, projection: &Projection) -> RawDocumentBuf {
    let Projection::Only(paths) = projection else {
        return doc.to_owned();
    };
    let mut tree = PathTree::default();
    tree.add("_id");
    paths.iter().for_each(|path| tree.add(path));
    tree.keep(doc)
}

/// Some paths, by their first components.
#[derive(Debug, Default)]
pub(crate) struct PathTree {
    /// `None` stands for all that is below.
    children: Vec<(String, Option<PathTree>)>,
}

impl PathTree {
    /// Adds a path. Of a path and one below it, the shorter one counts.
    pub(crate) fn add(&mut self, path: &str) {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let position = self.children.iter().position(|(name, _)| name == first);
        match (position, rest) {
            (Some(i), None) => self.children[i].1 = None,
            (Some(i), Some(rest)) => {
                if let Some(below) = &mut self.children[i].1 {
                    below.add(rest);
                }
            }
            (None, None) => self.children.push((first.to_owned(), None)),
            (None, Some(rest)) => {
                let mut below = Self::default();
                below.add(rest);
                self.children.push((first.to_owned(), Some(below)));
            }
        }
    }

    /// The first components of the paths.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.children.iter().map(|(name, _)| name.as_str())
    }

    fn get(&self, name: &str) -> Option<&Option<Self>> {
        self.children.iter().find(|(child, _)| child == name).map(|(_, below)| below)
    }

    /// The document with only what is on these paths. A value that a longer path would have to go through is left out.
    pub(crate) fn keep(&self, doc: &RawDocument) -> RawDocumentBuf {
        let mut out = RawDocumentBuf::new();
        for element in raw::elements(doc) {
            match self.get(element.key().as_str()) {
                None => {}
                Some(None) => raw::copy(&mut out, &element),
                Some(Some(below)) => below.keep_member(&mut out, &element),
            }
        }
        out
    }

    fn keep_member(&self, out: &mut RawDocumentBuf, element: &RawElement<'_>) {
        match element.value() {
            Ok(RawBsonRef::Document(doc)) => out.append(element.key(), self.keep(doc)),
            Ok(RawBsonRef::Array(array)) => out.append(element.key(), self.keep_elements(array)),
            _ => {}
        }
    }

    fn keep_elements(&self, array: &RawArray) -> RawArrayBuf {
        let mut out = RawArrayBuf::new();
        for value in raw::values(array) {
            match value {
                RawBsonRef::Document(doc) => out.push(self.keep(doc)),
                RawBsonRef::Array(inner) => out.push(self.keep_elements(inner)),
                _ => {}
            }
        }
        out
    }

    /// The document without what is on these paths.
    pub(crate) fn leave_out(&self, doc: &RawDocument) -> RawDocumentBuf {
        let mut out = RawDocumentBuf::new();
        for element in raw::elements(doc) {
            match (self.get(element.key().as_str()), element.value()) {
                (Some(None), _) => {}
                (Some(Some(below)), Ok(RawBsonRef::Document(doc))) => {
                    out.append(element.key(), below.leave_out(doc));
                }
                (Some(Some(below)), Ok(RawBsonRef::Array(array))) => {
                    out.append(element.key(), below.leave_out_of_elements(array));
                }
                _ => raw::copy(&mut out, &element),
            }
        }
        out
    }

    fn leave_out_of_elements(&self, array: &RawArray) -> RawArrayBuf {
        let mut out = RawArrayBuf::new();
        for value in raw::values(array) {
            match value {
                RawBsonRef::Document(doc) => out.push(self.leave_out(doc)),
                RawBsonRef::Array(inner) => out.push(self.leave_out_of_elements(inner)),
                scalar => out.push(scalar),
            }
        }
        out
    }
}
