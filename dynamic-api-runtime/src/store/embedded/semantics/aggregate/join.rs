//! `$lookup` by equality of two members.

use std::collections::{BTreeSet, HashMap};

use bson::{Bson, Document, RawArrayBuf, RawBsonRef, RawDocument, RawDocumentBuf};

use super::{Lookup, invalid, stage, unwind::set_path};
use crate::store::{
    StoreResult,
    embedded::semantics::{
        key::encode_key,
        path::{AtEnd, Path},
        unsupported,
    },
};

/// The stage.
#[derive(Debug)]
pub(super) struct Join {
    from: String,
    local: Path,
    foreign: Path,
    to: Vec<String>,
}

/// The documents of a collection by the values of a member.
type Positions = HashMap<Vec<u8>, Vec<usize>>;

impl Join {
    /// Reads the stage's argument.
    pub(super) fn parse(argument: &Document) -> StoreResult<Self> {
        let mut texts: HashMap<&str, &str> = HashMap::new();
        for (name, value) in argument {
            match (name.as_str(), value) {
                ("from" | "localField" | "foreignField" | "as", Bson::String(text)) => {
                    texts.insert(name, text);
                }
                ("from", Bson::Document(_)) => return Err(unsupported("$lookup from another database")),
                ("from" | "localField" | "foreignField" | "as", _) => {
                    return Err(invalid(format!("$lookup's {name} must be a string")));
                }
                ("let" | "pipeline", _) => return Err(unsupported(format!("$lookup with {name}"))),
                (name, _) => return Err(invalid(format!("$lookup has no member {name}"))),
            }
        }
        let text = |name: &str| {
            texts.get(name).copied().ok_or_else(|| invalid(format!("$lookup must have a member {name}")))
        };
        let path = |name: &str| {
            let path = text(name)?;
            stage::check_path(path).map(|()| path)
        };
        Ok(Self {
            from: text("from")?.to_owned(),
            local: Path::new(path("localField")?),
            foreign: Path::new(path("foreignField")?),
            to: path("as")?.split('.').map(str::to_owned).collect(),
        })
    }

    /// The documents, each with those of the other collection that equal it in the members named.
    pub(super) fn run(
        &self,
        docs: &[RawDocumentBuf],
        lookup: &dyn Lookup,
    ) -> StoreResult<Vec<RawDocumentBuf>> {
        let others = lookup.find(&self.from)?;
        let mut positions = Positions::new();
        for (i, other) in others.iter().enumerate() {
            for key in keys(&self.foreign, other, Side::Foreign)? {
                positions.entry(key).or_default().push(i);
            }
        }
        docs.iter().map(|doc| self.join(doc, &others, &positions)).collect()
    }

    fn join(
        &self,
        doc: &RawDocument,
        others: &[RawDocumentBuf],
        positions: &Positions,
    ) -> StoreResult<RawDocumentBuf> {
        let keys = keys(&self.local, doc, Side::Local)?;
        let found: BTreeSet<usize> =
            keys.iter().filter_map(|key| positions.get(key)).flatten().copied().collect();
        let mut list = RawArrayBuf::new();
        for i in found {
            list.push(&others[i]);
        }
        set_path(doc, &self.to, Some(RawBsonRef::Array(&list)))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Local,
    Foreign,
}

/// The values of a member as keys, each once. Nothing counts as null; an array stands for its elements, in the other collection
/// for itself as well.
fn keys(path: &Path, doc: &RawDocument, side: Side) -> StoreResult<BTreeSet<Vec<u8>>> {
    let mut values = Vec::new();
    path.any(doc, AtEnd::Elements, &mut |value| {
        values.push(value);
        false
    });
    let mut keys = BTreeSet::new();
    for value in values {
        if side == Side::Local && matches!(value, Some(RawBsonRef::Array(_))) {
            continue;
        }
        let value = match value {
            None | Some(RawBsonRef::Undefined) => RawBsonRef::Null,
            Some(value) => value,
        };
        let mut key = Vec::new();
        encode_key(&mut key, value)?;
        keys.insert(key);
    }
    Ok(keys)
}
