//! Whether what is referred to is there: one look-up for a field and call, before anything is written.

use std::collections::{HashMap, HashSet};

use bson::{Bson, RawBson, RawBsonRef, RawDocument};

use super::{Place, walk::visit};
use crate::{
    call::RawCall,
    entity::{Entity, EntityMeta, Field},
    error::{Error, Violation},
    input::Violations,
    operation::BatchItem,
    pipeline::{Decoded, Items},
    policy::Elsewhere,
    query::{FieldUpdate, Filter, Find, Projection, Update},
    server_fields::ID,
    types::{Id, Ref, Related, Schema, related},
};

/// Which documents the ids of a field are to be those of.
#[derive(Debug, Clone, Copy)]
pub struct Exists {
    related: fn() -> Related,
    filter: Option<fn() -> Filter>,
}

/// A field whose values can be ids of documents of `E`.
#[diagnostic::on_unimplemented(
    message = "values of `{Self}` are no ids of `{E}`",
    label = "no id of `{E}`",
    note = "give the field the type `Ref<{E}>` or `Id`, or an `Option` or a `Vec` of them"
)]
pub trait PointsTo<E> {}

impl<E> PointsTo<E> for Id {}
impl<E> PointsTo<E> for Ref<E> {}
impl<E, T: PointsTo<E>> PointsTo<E> for Option<T> {}
impl<E, T: PointsTo<E>> PointsTo<E> for Vec<T> {}
impl<E, T: PointsTo<E>> PointsTo<E> for Box<T> {}

impl Exists {
    /// Living documents of `E`, of a field of type `T`.
    pub const fn of<E: Entity, T: PointsTo<E>>() -> Self {
        Self { related: related::<E>, filter: None }
    }

    /// Those alone that satisfy a filter, which is made for each look-up.
    #[must_use]
    pub const fn filter(mut self, filter: fn() -> Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// The entity that is referred to.
    pub fn related(&self) -> Related {
        (self.related)()
    }
}

/// The input, if what it refers to is there. Items of a batch that are each for themselves fail each for itself.
///
/// # Errors
/// 400 with what is not there, and those of the store.
pub(crate) async fn exist(call: &RawCall, input: Decoded) -> Result<Decoded, Error> {
    let mut sought = Sought::default();
    let meta = call.resource.meta;
    match &input {
        Decoded::Nothing => {}
        Decoded::One(document) => sought.document(meta, document, 0, ""),
        Decoded::Many(documents) => {
            for (index, document) in documents.iter().enumerate() {
                sought.document(meta, document, index, &format!("/list/{index}"));
            }
        }
        Decoded::Change(change) => sought.update(meta, change.known(), 0, ""),
        Decoded::Batch(Items::Atomic(items)) => {
            items.iter().enumerate().for_each(|(index, item)| sought.item(meta, item, index));
        }
        Decoded::Batch(Items::Each(items)) => {
            let items =
                items.iter().enumerate().filter_map(|(index, item)| Some((index, item.as_ref().ok()?)));
            items.for_each(|(index, item)| sought.item(meta, item, index));
        }
    }
    let missing = sought.missing(call).await?;
    match input {
        Decoded::Batch(Items::Each(items)) => {
            let mut of_items: HashMap<usize, Violations> = HashMap::new();
            missing.into_iter().for_each(|(index, one)| of_items.entry(index).or_default().push(one));
            let judged = items.into_iter().enumerate().map(|(index, item)| match of_items.remove(&index) {
                Some(missing) => item.and(Err(missing.into())),
                None => item,
            });
            Ok(Decoded::Batch(Items::Each(judged.collect())))
        }
        input => told(missing).map(|()| input),
    }
}

/// Whether what the updates of a call set is there.
///
/// # Errors
/// As [`exist`].
pub(crate) async fn exist_in_updates<'u>(
    call: &RawCall,
    updates: impl IntoIterator<Item = &'u Update>,
) -> Result<(), Error> {
    let mut sought = Sought::default();
    updates.into_iter().for_each(|update| sought.update(call.resource.meta, Some(update), 0, ""));
    told(sought.missing(call).await?)
}

/// Whether what a document refers to is there.
///
/// # Errors
/// As [`exist`].
pub(crate) async fn exist_in_document(
    call: &RawCall,
    entity: &'static EntityMeta,
    document: &RawDocument,
) -> Result<(), Error> {
    let mut sought = Sought::default();
    sought.document(entity, document, 0, "");
    told(sought.missing(call).await?)
}

fn told(missing: Vec<(usize, Violation)>) -> Result<(), Error> {
    let mut violations = Violations::default();
    missing.into_iter().for_each(|(_, one)| violations.push(one));
    if violations.is_empty() { Ok(()) } else { Err(violations.into()) }
}

/// The ids to look for, by the field that they stand in.
#[derive(Default)]
struct Sought(Vec<(&'static Field, Exists, Vec<Reference>)>);

/// An id, and where it stands: in which item of the call, and at which place.
struct Reference {
    item: usize,
    place: Place,
    id: Id,
}

impl Sought {
    fn item(&mut self, meta: &'static EntityMeta, item: &BatchItem, index: usize) {
        let at = |verb: &str| format!("/list/{index}/{verb}");
        match item {
            BatchItem::Create(document) => self.document(meta, document, index, &at("create")),
            BatchItem::Replace(_, document) => self.document(meta, document, index, &at("replace")),
            BatchItem::Update(_, change) => self.update(meta, change.known(), index, &at("update")),
            BatchItem::Delete(_) => {}
        }
    }

    fn document(&mut self, meta: &'static EntityMeta, document: &RawDocument, item: usize, at: &str) {
        for field in meta.fields {
            if let Ok(Some(value)) = document.get(field.name) {
                self.value(field, value, item, &Place::of(at, field.name));
            }
        }
    }

    fn update(&mut self, meta: &'static EntityMeta, update: Option<&Update>, item: usize, at: &str) {
        for (path, change) in update.iter().flat_map(|update| &update.0) {
            let (value, is_end) = match change {
                FieldUpdate::Set(value) => (value.clone(), false),
                FieldUpdate::Push(values) => (Bson::Array(values.clone()), true),
                _ => continue,
            };
            let (Some((field, place)), Ok(value)) = (target(meta.fields, path, at), RawBson::try_from(value))
            else {
                continue;
            };
            match value.as_raw_bson_ref() {
                RawBsonRef::Array(values) if is_end => {
                    let place = place.member("-");
                    values.into_iter().flatten().for_each(|value| self.value(field, value, item, &place));
                }
                value => self.value(field, value, item, &place),
            }
        }
    }

    fn value(&mut self, field: &'static Field, value: RawBsonRef<'_>, item: usize, place: &Place) {
        visit(field, value, place, &mut |field, value, place| {
            let Some(exists) = field.exists else { return };
            ids(value, place, &mut |id, place| self.add(field, exists, Reference { item, place, id }));
        });
    }

    fn add(&mut self, field: &'static Field, exists: Exists, reference: Reference) {
        match self.0.iter_mut().find(|(other, ..)| std::ptr::eq(*other, field)) {
            Some((.., references)) => references.push(reference),
            None => self.0.push((field, exists, vec![reference])),
        }
    }

    /// What is not there, by the items that refer to it.
    async fn missing(self, call: &RawCall) -> Result<Vec<(usize, Violation)>, Error> {
        let mut missing = vec![];
        for (_, exists, references) in self.0 {
            let entity = exists.related().meta;
            let there = find(call, exists, &references).await?;
            let absent = references.into_iter().filter(|reference| !there.contains(&reference.id));
            missing.extend(absent.map(|Reference { item, place, .. }| {
                let message = format!("{} must be the id of a {} that is there", place.name, entity.name);
                (item, Violation::new(place.pointer, "exists", message))
            }));
        }
        Ok(missing)
    }
}

/// Those of the ids that are there for the caller: what is out of its scope, or of another tenant, does not exist.
async fn find(call: &RawCall, exists: Exists, references: &[Reference]) -> Result<HashSet<Id>, Error> {
    let entity = exists.related().meta;
    let ids: HashSet<Id> = references.iter().map(|reference| reference.id).collect();
    let there = Elsewhere::there(call, entity);
    let mut filter = Filter::is_in(ID, ids).and(entity.living()).and(there.filter().clone());
    if let Some(further) = exists.filter {
        filter = filter.and(further());
    }
    let mut find = Find::new(filter).time_limit(call.resource.limits.read_time);
    if !there.looks_at_documents() {
        find = find.project(Projection::Only(vec![ID.to_owned()]));
    }
    let found = call
        .resource
        .store
        .find(entity.collection, &find)
        .await
        .map_err(|error| Error::from(error).of_entity(entity))?;
    let found = there.permitted(call, found).await?;
    Ok(found.iter().filter_map(|document| document.get_object_id(ID).ok().map(Id::from)).collect())
}

/// The field that a path of an update leads to, and where it stands.
fn target(fields: &'static [Field], path: &str, at: &str) -> Option<(&'static Field, Place)> {
    let mut names = path.split('.');
    let top = names.next()?;
    let mut field = fields.iter().find(|field| field.name == top)?;
    let mut place = Place::of(at, top);
    for name in names {
        let Schema::Struct(fields) = field.schema.present() else { return None };
        field = fields.iter().find(|field| field.name == name)?;
        place = place.member(name);
    }
    Some((field, place))
}

fn ids(value: RawBsonRef<'_>, place: &Place, note: &mut impl FnMut(Id, Place)) {
    match value {
        RawBsonRef::ObjectId(id) => note(id.into(), place.clone()),
        RawBsonRef::Array(items) => {
            for (index, item) in items.into_iter().flatten().enumerate() {
                ids(item, &place.member(&index.to_string()), note);
            }
        }
        _ => {}
    }
}
