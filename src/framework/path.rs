//! Paths to attributes and elements in a configuration, such as `contact.name` or `tags[2]`.

use std::fmt;

/// The path from an object to one of its attributes or elements.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

/// One step of a [`Path`]. The elements of a set have no names, so a path ends at the set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A block.
    Block(String),
    /// An attribute of an object.
    Attribute(String),
    /// An element of a map.
    Key(String),
    /// An element of a list, by its index from 0.
    Index(i64),
}

impl Path {
    /// The part of this path that Terraform finds in a configuration, if there is one. Terraform searches the
    /// innermost block for the last name of a path: it would take `contact.name`, where `contact` is an
    /// argument, for the argument `name` of the resource. So the path ends at the first argument or at one of
    /// its elements.
    #[must_use]
    pub fn in_configuration(&self) -> Option<Self> {
        let is_name = |step: &Step| matches!(step, Step::Attribute(_) | Step::Block(_));
        if !self.0.first().is_some_and(is_name) {
            return None;
        }
        let is_argument = |step: &Step| matches!(step, Step::Attribute(_));
        let argument = self.0.iter().position(is_argument).unwrap_or(self.0.len());
        let (found, members) = self.0.split_at((argument + 1).min(self.0.len()));
        let elements = members.iter().take_while(|step| !is_name(step));
        Some(Self(found.iter().chain(elements).cloned().collect()))
    }
}

/// Reads attribute names separated by dots, such as `contact.name`.
impl From<&str> for Path {
    fn from(attributes: &str) -> Self {
        Self(attributes.split('.').map(|name| Step::Attribute(name.to_owned())).collect())
    }
}

/// Writes the path as users write it, such as `contact.name`, `tags["a"]` or `list[2]`.
impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) | Step::Block(name) if position == 0 => {
                    formatter.write_str(name)?;
                }
                Step::Attribute(name) | Step::Block(name) => write!(formatter, ".{name}")?,
                Step::Key(key) => write!(formatter, "[{key:?}]")?,
                Step::Index(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// The path to the current position of a walk through an object. It borrows everything and costs
/// nothing, because a walk visits every attribute and needs a real [`Path`] only for the few that
/// it reports.
#[derive(Clone, Copy, Default)]
pub(super) struct Trail<'a>(Option<(&'a Trail<'a>, TrailStep<'a>)>);

/// A [`Step`] that borrows its name.
#[derive(Clone, Copy)]
enum TrailStep<'a> {
    Block(&'a str),
    Attribute(&'a str),
    Key(&'a str),
    Index(i64),
}

impl<'a> Trail<'a> {
    /// The path to a block of this position.
    pub(super) fn block(&'a self, name: &'a str) -> Self {
        Self(Some((self, TrailStep::Block(name))))
    }

    /// The path to an attribute of this position.
    pub(super) fn attribute(&'a self, name: &'a str) -> Self {
        Self(Some((self, TrailStep::Attribute(name))))
    }

    /// The path to an element of this map.
    pub(super) fn key(&'a self, key: &'a str) -> Self {
        Self(Some((self, TrailStep::Key(key))))
    }

    /// The path to an element of this list.
    pub(super) fn index(&'a self, index: i64) -> Self {
        Self(Some((self, TrailStep::Index(index))))
    }

    /// The path as a value of its own.
    pub(super) fn path(&self) -> Path {
        let Some((before, step)) = self.0 else { return Path::default() };
        let Path(mut steps) = before.path();
        steps.push(match step {
            TrailStep::Block(name) => Step::Block(name.to_owned()),
            TrailStep::Attribute(name) => Step::Attribute(name.to_owned()),
            TrailStep::Key(key) => Step::Key(key.to_owned()),
            TrailStep::Index(index) => Step::Index(index),
        });
        Path(steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terraform_finds_arguments_and_the_members_of_blocks() {
        let attribute = |name: &str| Step::Attribute(name.to_owned());
        let timeouts = || Step::Block("timeouts".to_owned());
        for (path, found) in [
            (vec![attribute("contact"), attribute("name")], Some("contact")),
            (vec![attribute("tags"), Step::Key("a".to_owned())], Some("tags[\"a\"]")),
            (vec![attribute("sites"), Step::Index(2), attribute("id")], Some("sites[2]")),
            (vec![timeouts(), attribute("create")], Some("timeouts.create")),
            (
                vec![timeouts(), Step::Index(0), attribute("a"), attribute("b")],
                Some("timeouts[0].a"),
            ),
            (vec![timeouts()], Some("timeouts")),
            (vec![Step::Index(0), attribute("a")], None),
            (Vec::new(), None),
        ] {
            assert_eq!(Path(path).in_configuration().map(|it| it.to_string()).as_deref(), found);
        }
    }
}
