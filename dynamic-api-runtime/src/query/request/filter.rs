//! From members to a filter: groups of conditions, and their bounds.

use std::collections::HashSet;

use super::{
    condition,
    names::{self, OR},
    operator::Operator,
    path::{self, Target},
    place::Place,
    tree::{Node, TWICE},
};
use crate::{
    call::Route,
    entity::EntityMeta,
    input::{Violations, shown},
    query::Filter,
};

/// Conditions of a query at most.
const MAX_CONDITIONS: usize = 20;
/// Levels of `or` inside each other at most.
const MAX_LEVELS: usize = 4;

/// What a filter is read with.
pub(super) struct Reader<'a> {
    entity: &'a EntityMeta,
    route: &'a Route,
    violations: &'a mut Violations,
    conditions: usize,
}

/// Which operators stand on which paths of a group.
type Seen = HashSet<(String, Operator)>;

impl<'a> Reader<'a> {
    pub(super) fn new(entity: &'a EntityMeta, route: &'a Route, violations: &'a mut Violations) -> Self {
        Self { entity, route, violations, conditions: 0 }
    }

    /// The members of a query that are conditions.
    pub(super) fn read(mut self, members: &[(&str, &Node)]) -> Filter {
        self.group(members.iter().copied(), &Place::root(), 0)
    }

    fn group<'n>(
        &mut self,
        members: impl Iterator<Item = (&'n str, &'n Node)>,
        at: &Place,
        level: usize,
    ) -> Filter {
        let (mut filter, mut seen) = (Filter::All, Seen::new());
        for (name, node) in members {
            // A query that is wrong in a thousand ways is read until enough of them are told.
            if self.violations.is_full() || self.conditions > MAX_CONDITIONS {
                break;
            }
            let place = at.member(name);
            let is_field = name != OR || matches!(node, Node::Object(_));
            filter = filter.and(if is_field {
                self.field(name, node, &place, &mut seen)
            } else {
                self.groups(node, &place, level + 1)
            });
        }
        filter
    }

    fn groups(&mut self, node: &Node, place: &Place, level: usize) -> Filter {
        let items = match node {
            _ if level > MAX_LEVELS => return self.refuse(place, "nests too deep"),
            Node::List(items) if !items.is_empty() => items,
            Node::Refused(reason) => return self.refuse(place, reason),
            _ => return self.refuse(place, GROUPS),
        };
        let mut groups = vec![];
        for (index, node) in items {
            let place = place.item(*index);
            groups.push(match node {
                Node::Object(members) if !members.is_empty() => {
                    self.group(members.iter().map(|(name, node)| (name.as_str(), node)), &place, level)
                }
                Node::Refused(reason) => self.refuse(&place, reason),
                _ => self.refuse(&place, "must hold conditions"),
            });
        }
        match groups.len() {
            1 => groups.remove(0),
            _ => Filter::Or(groups),
        }
    }

    fn field(&mut self, name: &str, node: &Node, place: &Place, seen: &mut Seen) -> Filter {
        let Some(target) = path::resolve(name, self.entity) else {
            let message = match name {
                OR => GROUPS.to_owned(),
                name => names::unknown_in_list(name, self.entity, self.route),
            };
            return self.refuse(place, message);
        };
        match node {
            Node::Object(operators) if operators.is_empty() => {
                self.refuse(place, format!("must hold an operator: use {}", Operator::choice(target.schema)))
            }
            Node::Object(operators) => operators.iter().fold(Filter::All, |filter, (operator, node)| {
                filter.and(match Operator::named(operator, target.schema) {
                    Some(named) => self.condition(named, &target, node, &place.operator(operator), seen),
                    None => self.refuse(&place.operator(operator), self.no_operator(name, operator, &target)),
                })
            }),
            node => self.bare(&target, node, place, seen),
        }
    }

    /// A member without operator: the field has that value.
    fn bare(&mut self, target: &Target, node: &Node, place: &Place, seen: &mut Seen) -> Filter {
        if Operator::named(Operator::Eq.text(), target.schema).is_none() {
            let (name, choice) = (place.name(), Operator::choice(target.schema));
            return self.refuse(
                place,
                format!("has no single value: use {choice} in brackets, as in {name}[exists]"),
            );
        }
        if matches!(node, Node::List(_)) || matches!(node, Node::Texts(texts) if texts.len() > 1) {
            let message = format!("must be one value: use {}[in] for one of several", place.name());
            return self.refuse(place, message);
        }
        self.condition(Operator::Eq, target, node, place, seen)
    }

    fn condition(
        &mut self,
        operator: Operator,
        target: &Target,
        node: &Node,
        place: &Place,
        seen: &mut Seen,
    ) -> Filter {
        self.conditions += 1;
        if self.conditions > MAX_CONDITIONS {
            let message = format!("is one condition too many: a query has at most {MAX_CONDITIONS}");
            return if self.conditions == MAX_CONDITIONS + 1 {
                self.refuse(place, message)
            } else {
                Filter::All
            };
        }
        if !seen.insert((target.path.clone(), operator)) {
            return self.refuse(place, TWICE);
        }
        match condition::read(operator, target, node) {
            Ok(op) => Filter::field(target.path.clone(), op),
            Err(message) => self.refuse(place, message),
        }
    }

    /// What is said of brackets that hold no operator of the field.
    fn no_operator(&self, name: &str, operator: &str, target: &Target) -> String {
        let inside = format!("{name}.{operator}");
        if !operator.contains('.') && path::resolve(&inside, self.entity).is_some() {
            return format!("is no operator: what is inside is reached by {}", shown(&inside));
        }
        format!("is no operator of {}: use {}", shown(name), Operator::choice(target.schema))
    }

    fn refuse(&mut self, place: &Place, message: impl AsRef<str>) -> Filter {
        self.violations.push(place.violation(message));
        Filter::All
    }
}

const GROUPS: &str = "must be a list of groups of conditions, as in or[0][name]=..&or[1][name]=..";
