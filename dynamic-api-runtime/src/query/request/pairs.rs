//! From the pairs of a query string to the tree: what brackets in a name mean. It knows no fields and no operators.

use super::{
    place::Place,
    tree::{MAX_DEPTH, MAX_MEMBERS, MAX_VALUES, Node},
};
use crate::input::Violations;

/// A step of a name, in brackets.
enum Step<'n> {
    /// `[]`: the next item of a list.
    Next,
    /// `[0]`: an item of a list.
    Item(usize),
    /// `[gte]`
    Member(&'n str),
}

/// What is known of a name, in the three forms that it can be given in.
#[derive(Default)]
struct Branch {
    texts: Vec<String>,
    items: Vec<(usize, Branch)>,
    members: Vec<(String, Branch)>,
}

/// Reads pairs, each by its name.
pub(super) fn read(pairs: &[(String, String)], violations: &mut Violations) -> Vec<(String, Node)> {
    let mut root = Branch::default();
    for (name, text) in pairs {
        match steps(name) {
            Ok((head, steps)) => root.insert(head, &steps, text),
            Err(message) => violations.push(Place::root().member(name).violation(message)),
        }
    }
    members(root.members)
}

/// The name of a member and what stands in brackets behind it.
fn steps(name: &str) -> Result<(&str, Vec<Step<'_>>), &'static str> {
    let end = name.find('[').unwrap_or(name.len());
    let (head, mut rest) = name.split_at(end);
    let mut steps = vec![];
    while !rest.is_empty() {
        if steps.len() == MAX_DEPTH {
            return Err("nests too deep");
        }
        let inside = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let Some((inside, behind)) = inside.filter(|(inside, _)| !inside.contains('[')) else {
            return Err(
                "is no name with operators in brackets: write price[gte], or[0][name], category[in][]",
            );
        };
        steps.push(step(inside, behind)?);
        rest = behind;
    }
    Ok((head, steps))
}

fn step<'n>(inside: &'n str, behind: &str) -> Result<Step<'n>, &'static str> {
    if inside.is_empty() {
        return if behind.is_empty() { Ok(Step::Next) } else { Err("can have [] at its end only") };
    }
    if !inside.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Step::Member(inside));
    }
    inside
        .parse::<u16>()
        .map(|index| Step::Item(index.into()))
        .map_err(|_| "has too large a number in brackets")
}

impl Branch {
    fn insert(&mut self, head: &str, steps: &[Step<'_>], text: &str) {
        let Some(mut branch) = self.member(head) else { return };
        for step in steps {
            let inner = match step {
                Step::Next => branch.item(branch.items.len()),
                Step::Item(index) => branch.item(*index),
                Step::Member(name) => branch.member(name),
            };
            let Some(inner) = inner else { return };
            branch = inner;
        }
        if branch.texts.len() <= MAX_VALUES {
            branch.texts.push(text.to_owned());
        }
    }

    // There is room for one more than may be, so that it is seen that there are too many.

    fn item(&mut self, index: usize) -> Option<&mut Self> {
        let place = self.items.iter().position(|(earlier, _)| *earlier == index);
        if place.is_none() && self.items.len() > MAX_VALUES {
            return None;
        }
        let place = place.unwrap_or_else(|| {
            self.items.push((index, Self::default()));
            self.items.len() - 1
        });
        self.items.get_mut(place).map(|(_, branch)| branch)
    }

    fn member(&mut self, name: &str) -> Option<&mut Self> {
        let place = self.members.iter().position(|(earlier, _)| earlier == name);
        if place.is_none() && self.members.len() > MAX_MEMBERS {
            return None;
        }
        let place = place.unwrap_or_else(|| {
            self.members.push((name.to_owned(), Self::default()));
            self.members.len() - 1
        });
        self.members.get_mut(place).map(|(_, branch)| branch)
    }

    /// A node for each form that is there.
    fn nodes(self) -> Vec<Node> {
        let mut nodes = vec![];
        if !self.texts.is_empty() {
            nodes.push(Node::Texts(self.texts));
        }
        if !self.items.is_empty() {
            nodes.push(Node::List(items(self.items)));
        }
        if !self.members.is_empty() {
            nodes.push(Node::Object(members(self.members)));
        }
        nodes
    }
}

fn members(branches: Vec<(String, Branch)>) -> Vec<(String, Node)> {
    let nodes =
        |(name, branch): (String, Branch)| branch.nodes().into_iter().map(move |node| (name.clone(), node));
    branches.into_iter().flat_map(nodes).collect()
}

/// The items in the order of their numbers, whichever way they were sent in.
fn items(mut branches: Vec<(usize, Branch)>) -> Vec<(usize, Node)> {
    branches.sort_by_key(|(index, _)| *index);
    let node = |(index, branch): (usize, Branch)| {
        let mut nodes = branch.nodes();
        let first = nodes.pop().filter(|_| nodes.is_empty());
        (index, first.unwrap_or(Node::Refused("is given in more than one form")))
    };
    branches.into_iter().map(node).collect()
}
