//! What clients see of a collection, as the stages that leave just that. It knows nothing of the stages that bring in others.

use bson::{Bson, Document, doc};

use super::refused;
use crate::{
    entity::EntityMeta,
    error::Error,
    query::Filter,
    server_fields::{CREATED_AT, DELETED_AT, ID, UPDATED_AT},
    store::{StoreResult, match_language},
};

/// What clients see of a collection. Of several entities, that is what some show and none hides.
pub(super) struct View {
    collection: &'static str,
    /// What the documents that there are for the caller satisfy, one condition from each entity.
    reach: Vec<Document>,
    /// The names of the members.
    shown: Vec<&'static str>,
    /// Whether words can be searched for: what they are found by is shown.
    has_search: bool,
}

/// The conditions that a pipeline starts with.
#[derive(Default)]
struct Conditions {
    /// Those on what clients see, which a store can answer from its indexes.
    front: Vec<Document>,
    /// A text search, which must stand in the very first stage.
    text: Option<Bson>,
    /// Others: they are to see what clients see.
    behind: Vec<Document>,
}

impl View {
    /// `None` where no entity has the collection; `reach` says which documents of an entity there are for the caller.
    ///
    /// # Errors
    /// Where a condition has no form in the language of pipelines.
    pub(super) fn of(
        entities: impl Iterator<Item = &'static EntityMeta> + Clone,
        reach: impl Fn(&EntityMeta) -> Filter,
    ) -> Result<Option<Self>, Error> {
        let Some(first) = entities.clone().next() else { return Ok(None) };
        let filter = entities.clone().map(reach);
        let reach =
            filter.filter(|filter| *filter != Filter::All).map(|filter| match_language::filter(&filter));
        let reach = reach.collect::<StoreResult<Vec<Document>>>()?;
        let fields = entities.clone().flat_map(|entity| entity.fields);
        let is_hidden = |name| fields.clone().any(|field| field.name == name && !field.is_visible());
        let mut shown = vec![ID, CREATED_AT, UPDATED_AT, DELETED_AT];
        for field in fields.clone() {
            if !field.computed && !is_hidden(field.name) && !shown.contains(&field.name) {
                shown.push(field.name);
            }
        }
        let has_search = entities.clone().all(EntityMeta::shows_texts);
        Ok(Some(Self { collection: first.collection, reach, shown, has_search }))
    }

    /// What clients see of the members, by name.
    pub(super) fn shown(&self) -> &[&'static str] {
        &self.shown
    }

    /// What the documents that there are for the caller satisfy, where there are others.
    pub(super) fn reach(&self) -> Option<Document> {
        all_of(self.reach.clone(), None)
    }

    /// # Errors
    /// Where clients don't see what a path of a stage leads to.
    pub(super) fn check_path(&self, stage: &str, member: &str, path: &str) -> Result<(), Error> {
        if self.shows(path) {
            return Ok(());
        }
        Err(refused(stage, format!("{member} is {path}, which clients don't see of {}", self.collection)))
    }

    /// # Errors
    /// Where a condition of a stage asks for what clients don't see, or may do so.
    pub(super) fn check_condition(
        &self,
        stage: &str,
        member: &str,
        condition: &Document,
    ) -> Result<(), Error> {
        self.check_search(stage, condition)?;
        match self.unseen(condition) {
            Some(name) => self.check_path(stage, member, name),
            None => Ok(()),
        }
    }

    /// The stages of a pipeline over the collection, with those of the view in front.
    ///
    /// A `$match` that the pipeline starts with goes into the first stage as far as it is about what clients see: there the
    /// store finds an index for it, and a text search has to stand there. So does a `$geoNear`.
    ///
    /// # Errors
    /// Where a `$geoNear` is about what clients don't see.
    pub(super) fn in_front_of(&self, stages: Vec<Document>) -> Result<Vec<Document>, Error> {
        let mut rest = stages.into_iter().peekable();
        if let Some(near) = rest.peek().and_then(|stage| stage.get_document("$geoNear").ok()) {
            let mut viewed = self.geo_near(near.clone())?;
            viewed.extend(rest.skip(1));
            return Ok(viewed);
        }
        let mut conditions =
            Conditions { front: self.reach().into_iter().collect(), ..Conditions::default() };
        while let Some(condition) = rest.peek().and_then(only_match) {
            self.check_search("$match", condition)?;
            self.split(condition, &mut conditions);
            rest.next();
        }
        let mut viewed = vec![];
        viewed.extend(all_of(conditions.front, conditions.text).map(|all| doc! { "$match": all }));
        viewed.push(doc! { "$project": self.projection() });
        viewed.extend(all_of(conditions.behind, None).map(|all| doc! { "$match": all }));
        viewed.extend(rest);
        Ok(viewed)
    }

    fn split(&self, condition: &Document, conditions: &mut Conditions) {
        let (mut front, mut behind) = (Document::new(), Document::new());
        for (name, value) in condition {
            if name == "$text" && conditions.text.is_none() {
                conditions.text = Some(value.clone());
            } else if self.unseen(&doc! { name: value.clone() }).is_none() {
                front.insert(name, value.clone());
            } else {
                behind.insert(name, value.clone());
            }
        }
        let some = |part: Document| (!part.is_empty()).then_some(part);
        conditions.front.extend(some(front));
        conditions.behind.extend(some(behind));
    }

    /// # Errors
    /// Where a condition of a stage searches for words in what clients don't see.
    fn check_search(&self, stage: &str, condition: &Document) -> Result<(), Error> {
        if self.has_search || !searches(condition) {
            return Ok(());
        }
        Err(refused(stage, format!("$text searches fields that clients don't see of {}", self.collection)))
    }

    /// A `$geoNear` of living documents, and the view of what it finds, with what it tells of each.
    fn geo_near(&self, mut near: Document) -> Result<Vec<Document>, Error> {
        // Without a name the database takes the field of whatever index by place there is.
        let Ok(key) = near.get_str("key") else {
            return Err(refused("$geoNear", "key is missing, which names the field that it searches by"));
        };
        self.check_path("$geoNear", "key", key)?;
        let given = near.get_document("query").ok().cloned().unwrap_or_default();
        self.check_condition("$geoNear", "query", &given)?;
        let conditions = self.reach().into_iter().chain((!given.is_empty()).then_some(given));
        if let Some(query) = all_of(conditions.collect(), None) {
            near.insert("query", query);
        }
        let mut projection = self.projection();
        for member in ["distanceField", "includeLocs"] {
            if let Ok(path) = near.get_str(member)
                && !self.shows(path)
            {
                projection.insert(path, 1);
            }
        }
        Ok(vec![doc! { "$geoNear": near }, doc! { "$project": projection }])
    }

    fn projection(&self) -> Document {
        self.shown.iter().map(|name| ((*name).to_owned(), Bson::Int32(1))).collect()
    }

    fn shows(&self, path: &str) -> bool {
        path.split('.').next().is_some_and(|first| self.shown.contains(&first))
    }

    /// The first path of a condition that clients don't see, or an operator that may ask for anything.
    fn unseen<'a>(&self, condition: &'a Document) -> Option<&'a str> {
        condition.iter().find_map(|(name, value)| match (name.as_str(), value) {
            ("$and" | "$or" | "$nor", Bson::Array(conditions)) => {
                conditions.iter().filter_map(Bson::as_document).find_map(|condition| self.unseen(condition))
            }
            // A text search is about the fields of the collection's text index.
            ("$text", _) => None,
            (path, _) => (!self.shows(path)).then_some(path),
        })
    }
}

/// Whether a condition searches for words, however deep.
fn searches(condition: &Document) -> bool {
    condition.iter().any(|(name, value)| match value {
        _ if name == "$text" => true,
        Bson::Document(inner) => searches(inner),
        Bson::Array(conditions) => conditions.iter().filter_map(Bson::as_document).any(searches),
        _ => false,
    })
}

/// The condition of a stage that is a `$match` and nothing else.
fn only_match(stage: &Document) -> Option<&Document> {
    if stage.len() == 1 { stage.get_document("$match").ok() } else { None }
}

/// One condition of several; `None` where there are none.
fn all_of(mut conditions: Vec<Document>, text: Option<Bson>) -> Option<Document> {
    let Some(text) = text else {
        return match conditions.len() {
            0 | 1 => conditions.pop(),
            _ => Some(doc! { "$and": conditions }),
        };
    };
    let mut all = doc! { "$text": text };
    if !conditions.is_empty() {
        all.insert("$and", conditions);
    }
    Some(all)
}
