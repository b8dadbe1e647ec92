//! References replaced by what they refer to: which paths lead to references, and one look-up for each path and page, however many
//! rows there are.

use std::collections::{BTreeMap, HashMap, HashSet};

use bson::{RawBsonRef, RawDocument, RawDocumentBuf};
use futures_util::FutureExt;

use crate::{
    call::{RawCall, Route},
    context::CallContext,
    entity::{EntityMeta, Field},
    error::Error,
    policy::Elsewhere,
    present::{PresentError, Presentation, Referred, Selected},
    query::{Filter, Find},
    server_fields::ID,
    store::BoxFuture,
    types::{Id, Related, Schema},
};

/// How many references a path may go through.
const MAX_LEVELS: usize = 3;
/// How many different documents the references at one path may lead to.
const MAX_DOCUMENTS: usize = 10_000;

/// A path up to its first reference, and what is behind that.
struct Reference<'p> {
    path: &'p str,
    related: Related,
    behind: Option<&'p str>,
}

/// The first reference on a path of stored names; `None` where it leads to none, or through a field that clients don't see.
fn first_reference<'p>(fields: &'static [Field], path: &'p str) -> Option<Reference<'p>> {
    let (mut fields, mut end) = (fields, 0);
    loop {
        let rest = path.get(end..)?;
        let name = rest.split('.').next()?;
        end += name.len();
        let field = fields.iter().find(|field| field.name == name && field.is_visible())?;
        match innermost(field.schema) {
            Schema::Ref(related) => {
                let behind = path.get(end + 1..).filter(|behind| !behind.is_empty());
                return Some(Reference { path: &path[..end], related: related(), behind });
            }
            Schema::Struct(inner) => (fields, end) = (inner, end + 1),
            _ => return None,
        }
    }
}

fn innermost(schema: &'static Schema) -> &'static Schema {
    match schema {
        Schema::Option(inner) | Schema::List(inner) => innermost(inner),
        other => other,
    }
}

/// What is wrong with the paths that a route may populate, in words for the developer.
pub(crate) fn problems(meta: &EntityMeta, route: &Route, entities: &[&'static EntityMeta]) -> Vec<String> {
    route.populate.iter().filter_map(|path| problem(meta, path, entities)).collect()
}

fn problem(meta: &EntityMeta, path: &str, entities: &[&'static EntityMeta]) -> Option<String> {
    let (mut entity, mut fields, mut rest, mut levels) = (meta.name, meta.fields, Some(path), 0);
    while let Some(path_left) = rest {
        let Some(reference) = first_reference(fields, path_left) else {
            return Some(format!(
                "populate({path}): {path_left} of {entity} leads to no reference that clients see{}",
                nearest(fields, path_left)
            ));
        };
        levels += 1;
        if levels > MAX_LEVELS {
            return Some(format!("populate({path}): at most {MAX_LEVELS} references can follow one another"));
        }
        let target = reference.related.meta;
        if !entities.iter().any(|entity| entity.name == target.name && entity.collection == target.collection)
        {
            return Some(format!(
                "populate({path}): {} refers to {}, which is no resource of the application",
                reference.path, target.name
            ));
        }
        (entity, fields, rest) = (target.name, target.fields, reference.behind);
    }
    None
}

/// The field that was probably meant, as the end of a sentence.
fn nearest(fields: &[Field], path: &str) -> String {
    let name = path.split('.').next().unwrap_or_default();
    let near = fields.iter().filter(|field| field.is_visible() && field.name != name);
    let near = near.map(|field| (strsim::levenshtein(field.name, name), field.name)).min();
    match near {
        Some((distance, field)) if distance <= field.len() / 3 => format!(": did you mean {field}?"),
        _ => String::new(),
    }
}

/// Looks up what the references of some documents lead to, and puts it into what is made of them.
///
/// # Errors
/// Those of the store.
pub(crate) async fn look_up(
    call: &RawCall,
    context: CallContext<'_>,
    documents: &[RawDocumentBuf],
    paths: &[&str],
    selected: &mut Selected,
) -> Result<(), Error> {
    if paths.is_empty() {
        return Ok(());
    }
    let documents: Vec<&RawDocument> = documents.iter().map(|document| &**document).collect();
    level(call, context, call.resource.meta.fields, &documents, paths, selected).await
}

/// One level of references, and those behind it.
fn level<'a>(
    call: &'a RawCall,
    context: CallContext<'a>,
    fields: &'static [Field],
    documents: &'a [&'a RawDocument],
    paths: &'a [&'a str],
    selected: &'a mut Selected,
) -> BoxFuture<'a, Result<(), Error>> {
    async move {
        let mut references: BTreeMap<&str, (Related, Vec<&str>)> = BTreeMap::new();
        for reference in paths.iter().filter_map(|path| first_reference(fields, path)) {
            let (_, behind) = references.entry(reference.path).or_insert((reference.related, vec![]));
            behind.extend(reference.behind);
        }
        for (path, (related, behind)) in references {
            let ids = ids(documents, path);
            if ids.len() > MAX_DOCUMENTS {
                let message = format!(
                    "populate can't be {path} here: it leads to more than {MAX_DOCUMENTS} documents, so ask for fewer rows"
                );
                return Err(Error::violation("/populate", "range", message));
            }
            let user = call.principal.user();
            let meta = call.resource.sights.of(related.meta, user);
            let found = find(call, meta, &ids).await?;
            let found_documents: Vec<&RawDocument> = found.iter().map(|document| &**document).collect();
            let mut inner = Selected::within(selected.limit);
            level(call, context, meta.fields, &found_documents, &behind, &mut inner).await?;
            let presentation = Presentation {
                entity: meta,
                present: related.present,
                has_own_shape: false,
                context,
                selected: None,
            };
            inner.withheld = presentation.withheld();
            let presentation =
                Presentation { selected: (!behind.is_empty()).then_some(&inner), ..presentation };
            selected.refer(path, present(&presentation, &found, selected.limit)?);
        }
        Ok(())
    }
    .boxed()
}

/// The living documents of some ids that there are for the caller.
async fn find(call: &RawCall, meta: &'static EntityMeta, ids: &[Id]) -> Result<Vec<RawDocumentBuf>, Error> {
    let (resource, limits) = (&call.resource, &call.resource.limits);
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let reach = Elsewhere::shown(call, meta).await?;
    let filter = Filter::is_in(ID, ids.iter().copied()).and(meta.living()).and(reach.filter().clone());
    let find = Find::new(filter).time_limit(limits.read_time).byte_limit(limits.reply_bytes);
    let found = resource.store.find(meta.collection, &find).await;
    reach.permitted(call, found.map_err(|error| Error::of_read(error, limits))?).await
}

/// The presented documents by their ids. One that is not of its entity's shape is missing like one that is not there.
fn present(
    presentation: &Presentation<'_>,
    documents: &[RawDocumentBuf],
    limit: usize,
) -> Result<Referred, Error> {
    let mut room = limit;
    let mut referred = HashMap::with_capacity(documents.len());
    for document in documents {
        let Ok(id) = document.get_object_id(ID) else { continue };
        let mut json = vec![];
        match presentation.write(document, &mut json) {
            Ok(()) => {}
            Err(PresentError::Refused(error)) => return Err(error),
            Err(PresentError::Unreadable(error)) => {
                let entity = presentation.entity.name;
                tracing::error!(
                    entity,
                    ?id,
                    error = &*error,
                    "a stored document is not of its entity's shape"
                );
                continue;
            }
        }
        room = room.checked_sub(json.len()).ok_or(Error::ReplyTooLarge { limit })?;
        let json = String::from_utf8(json).map_err(Error::internal)?;
        referred.insert(Id::from(id), json);
    }
    Ok(Referred(referred))
}

/// The different ids at a path of some documents, in the order in which they come.
fn ids(documents: &[&RawDocument], path: &str) -> Vec<Id> {
    let (mut ids, mut seen) = (vec![], HashSet::new());
    let mut note = |id: Id| {
        if seen.insert(id) {
            ids.push(id);
        }
    };
    for document in documents {
        ids_at(RawBsonRef::Document(document), path, &mut note);
    }
    ids
}

fn ids_at(value: RawBsonRef<'_>, path: &str, note: &mut impl FnMut(Id)) {
    match value {
        RawBsonRef::ObjectId(id) if path.is_empty() => note(id.into()),
        RawBsonRef::Array(items) => {
            items.into_iter().filter_map(Result::ok).for_each(|item| ids_at(item, path, note));
        }
        RawBsonRef::Document(document) if !path.is_empty() => {
            let (name, behind) = path.split_once('.').unwrap_or((path, ""));
            if let Ok(Some(value)) = document.get(name) {
                ids_at(value, behind, note);
            }
        }
        _ => {}
    }
}
