//! Where in a configuration something is: `contact.name`, `rate_centers[2]`.

use std::fmt;

/// The way from the object to one of its attributes or elements.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

/// One step of a [`Path`]. Elements of a set can't be named: a path ends at the set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// An attribute or block of an object.
    Attribute(String),
    /// An element of a map.
    Key(String),
    /// An element of a list, counted from 0.
    Index(i64),
}

/// Attributes separated by dots: `contact.name`.
impl From<&str> for Path {
    fn from(attributes: &str) -> Self {
        Self(attributes.split('.').map(|name| Step::Attribute(name.to_owned())).collect())
    }
}

/// As users write it: `contact.name`, `tags["a"]`, `list[2]`.
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

/// The way from the object to where a walk through it has come, to be written down as a [`Path`] only
/// where something is to be told: hardly any of the 40 attributes of a connection ever is.
#[derive(Clone, Copy, Default)]
pub(super) struct Trail<'a>(Option<(&'a Trail<'a>, Turn<'a>)>);

/// A [`Step`] that owns nothing.
#[derive(Clone, Copy)]
enum Turn<'a> {
    Attribute(&'a str),
    Key(&'a str),
    Index(i64),
}

impl<'a> Trail<'a> {
    /// On to an attribute.
    pub(super) fn attribute(&'a self, name: &'a str) -> Self {
        Self(Some((self, Turn::Attribute(name))))
    }

    /// On to an element of a map.
    pub(super) fn key(&'a self, key: &'a str) -> Self {
        Self(Some((self, Turn::Key(key))))
    }

    /// On to an element of a list.
    pub(super) fn index(&'a self, index: i64) -> Self {
        Self(Some((self, Turn::Index(index))))
    }

    /// The whole way.
    pub(super) fn path(&self) -> Path {
        let Some((before, turn)) = self.0 else { return Path::default() };
        let Path(mut steps) = before.path();
        steps.push(match turn {
            Turn::Attribute(name) => Step::Attribute(name.to_owned()),
            Turn::Key(key) => Step::Key(key.to_owned()),
            Turn::Index(index) => Step::Index(index),
        });
        Path(steps)
    }
}
