//! Paths to attributes and elements in a configuration, such as `contact.name` or `tags[2]`.

use std::fmt;

/// The path from an object to one of its attributes or elements.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

/// One step of a [`Path`]. The elements of a set have no names, so a path ends at the set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// An attribute or block of an object.
    Attribute(String),
    /// An element of a map.
    Key(String),
    /// An element of a list, by its index from 0.
    Index(i64),
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
                Step::Attribute(name) if position == 0 => formatter.write_str(name)?,
                Step::Attribute(name) => write!(formatter, ".{name}")?,
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
    Attribute(&'a str),
    Key(&'a str),
    Index(i64),
}

impl<'a> Trail<'a> {
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
            TrailStep::Attribute(name) => Step::Attribute(name.to_owned()),
            TrailStep::Key(key) => Step::Key(key.to_owned()),
            TrailStep::Index(index) => Step::Index(index),
        });
        Path(steps)
    }
}
