//! Schemas: the attributes of an object with their rules for plans, their validation and their
//! documentation. A schema reads as a table with one attribute in each line.

use std::sync::OnceLock;

use litemap::LiteMap;

use super::{Name, Rule, Type, Value};

/// The schema of a provider block, a resource, a data source or any other object.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// The version. It is raised whenever a stored state needs an upgrade before it can be read.
    pub version: i64,
    /// The description of the object, in Markdown.
    pub about: String,
    /// The attributes, in the order of their documentation.
    pub attributes: Attributes,
    /// The nested blocks.
    pub blocks: Vec<(&'static str, Block)>,
    /// The default time limits: operation and duration, such as `("create", "60m")`.
    pub timeouts: Vec<(&'static str, &'static str)>,
    /// The type of the values, computed when it is first needed.
    implied_type: OnceLock<Type>,
}

/// Attributes by name, in the order of their documentation.
pub type Attributes = Vec<(&'static str, Attribute)>;

/// One attribute of a schema.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its type, or its nested attributes.
    pub kind: Kind,
    /// Whether the user or the provider sets it.
    pub presence: Presence,
    /// The value if users set none. The attribute is then also computed, which Terraform requires
    /// of attributes with a default.
    pub default: Option<Value>,
    /// The default in the documentation, if it is not a constant of the provider.
    pub documented_default: Option<&'static str>,
    /// Whether a change replaces the object.
    pub replaces: bool,
    /// Whether a computed value stays the same when the object is updated.
    pub stable: bool,
    /// Where its values may appear.
    pub visibility: Visibility,
    /// What to use instead, if the attribute is deprecated.
    pub deprecated: Option<&'static str>,
    /// The description, in Markdown.
    pub about: &'static str,
    /// The rules that a value must satisfy. One of them may also say which values are equivalent.
    pub rules: Vec<Rule>,
}

/// The kind of value that an attribute has.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A value of one type.
    Plain(Type),
    /// One or more objects whose attributes have rules of their own.
    Nested(Nesting, Attributes),
}

/// How nested objects are arranged. No schema of this provider has a block that is a set or a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// A list of objects.
    List,
    /// A set of objects, which has no order.
    Set,
    /// A map of objects. It is for nested attributes only: `schema_check.rs` refuses it for a
    /// block.
    Map,
}

/// Whether the user or the provider sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The user must set it.
    Required,
    /// The user may set it.
    Optional,
    /// The provider sets it.
    Computed,
    /// The user may set it; otherwise the provider does.
    OptionalComputed,
}

/// Where the values of an attribute may appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everywhere.
    Shown,
    /// In state and plan files, but not in output.
    Sensitive,
    /// Only in the configuration. They are never stored.
    WriteOnly,
}

/// A nested block.
#[derive(Clone, Debug)]
pub struct Block {
    /// How many blocks there may be, and how they are arranged.
    pub nesting: Nesting,
    /// The content of one block.
    pub body: Schema,
}

impl Schema {
    /// Creates a schema without attributes. The description is in Markdown.
    #[must_use]
    pub fn new(about: &str) -> Self {
        Self { about: about.to_owned(), ..Self::default() }
    }

    /// Adds an attribute.
    #[must_use]
    pub fn attribute(mut self, name: &'static str, attribute: Attribute) -> Self {
        self.attributes.push((name, attribute));
        self.implied_type.take();
        self
    }

    /// Adds a nested block.
    #[must_use]
    pub fn block(mut self, name: &'static str, nesting: Nesting, body: Schema) -> Self {
        self.blocks.push((name, Block { nesting, body }));
        self.implied_type.take();
        self
    }

    /// Adds an operation to the block `timeouts`. `operation` is `create`, `read`, `update`,
    /// `delete` or `invoke`. `default` is its time limit if users set none, such as `60m`. `about`
    /// says in Markdown what the limit covers and what happens after it.
    #[must_use]
    pub fn timeout(
        mut self,
        operation: &'static str,
        default: &'static str,
        about: &'static str,
    ) -> Self {
        let limit = string().rule(Rule::duration()).documented_default(default).about(about);
        let block = match self.blocks.iter().position(|(name, _)| *name == "timeouts") {
            Some(position) => self.blocks.remove(position).1.body,
            None => Self::new("How long each operation may take."),
        };
        self.timeouts.push((operation, default));
        self.block("timeouts", Nesting::Single, block.attribute(operation, limit))
    }

    /// The type of the values that this schema describes. It is computed once, because every call
    /// needs it and a large schema makes it expensive.
    #[must_use]
    pub fn implied_type(&self) -> &Type {
        self.implied_type.get_or_init(|| {
            let mut attributes = object_type(&self.attributes);
            for (name, block) in &self.blocks {
                let kind = block.nesting.of(block.body.implied_type().clone());
                attributes.insert(Name::Borrowed(name), kind);
            }
            Type::Object(attributes)
        })
    }

    /// The attribute of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|(found, _)| *found == name).map(|(_, attribute)| attribute)
    }
}

impl Nesting {
    fn of(self, element: Type) -> Type {
        match self {
            Self::Single => element,
            Self::List => Type::List(Box::new(element)),
            Self::Set => Type::Set(Box::new(element)),
            Self::Map => Type::Map(Box::new(element)),
        }
    }
}

fn object_type(attributes: &Attributes) -> LiteMap<Name, Type> {
    let named = attributes.iter();
    named.map(|(name, attribute)| (Name::Borrowed(name), attribute.implied_type())).collect()
}

/// An attribute of type string.
#[must_use]
pub fn string() -> Attribute {
    Attribute::of(Kind::Plain(Type::String))
}

/// An attribute of type bool.
#[must_use]
pub fn boolean() -> Attribute {
    Attribute::of(Kind::Plain(Type::Bool))
}

/// An attribute of type number.
#[must_use]
pub fn number() -> Attribute {
    Attribute::of(Kind::Plain(Type::Number))
}

/// An attribute that is a list.
#[must_use]
pub fn list(element: Type) -> Attribute {
    Attribute::of(Kind::Plain(Type::List(Box::new(element))))
}

/// An attribute that is a set.
#[must_use]
pub fn set(element: Type) -> Attribute {
    Attribute::of(Kind::Plain(Type::Set(Box::new(element))))
}

/// An attribute that is a map.
#[must_use]
pub fn map(element: Type) -> Attribute {
    Attribute::of(Kind::Plain(Type::Map(Box::new(element))))
}

/// An attribute that is one object.
#[must_use]
pub fn object(attributes: impl IntoIterator<Item = (&'static str, Attribute)>) -> Attribute {
    nested(Nesting::Single, attributes)
}

/// An attribute with nested objects.
#[must_use]
pub fn nested(
    nesting: Nesting,
    attributes: impl IntoIterator<Item = (&'static str, Attribute)>,
) -> Attribute {
    Attribute::of(Kind::Nested(nesting, attributes.into_iter().collect()))
}

impl Attribute {
    fn of(kind: Kind) -> Self {
        Self {
            kind,
            presence: Presence::Optional,
            default: None,
            documented_default: None,
            replaces: false,
            stable: false,
            visibility: Visibility::Shown,
            deprecated: None,
            about: "",
            rules: Vec::new(),
        }
    }

    /// The user must set it.
    #[must_use]
    pub fn required(self) -> Self {
        Self { presence: Presence::Required, ..self }
    }

    /// The user may set it.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { presence: Presence::Optional, ..self }
    }

    /// The provider sets it.
    #[must_use]
    pub fn computed(self) -> Self {
        Self { presence: Presence::Computed, ..self }
    }

    /// The user may set it; otherwise the provider does.
    #[must_use]
    pub fn optional_computed(self) -> Self {
        Self { presence: Presence::OptionalComputed, ..self }
    }

    /// The value if the user sets none.
    #[must_use]
    pub fn default(self, value: Value) -> Self {
        Self { default: Some(value), presence: Presence::OptionalComputed, ..self }
    }

    /// The default in the documentation, if it is not a constant of the provider.
    #[must_use]
    pub fn documented_default(self, default: &'static str) -> Self {
        Self { documented_default: Some(default), ..self }
    }

    /// A change replaces the object.
    #[must_use]
    pub fn replaces(self) -> Self {
        Self { replaces: true, ..self }
    }

    /// The computed value stays the same when the object is updated.
    #[must_use]
    pub fn stable(self) -> Self {
        Self { stable: true, ..self }
    }

    /// Its values are hidden in output.
    #[must_use]
    pub fn sensitive(self) -> Self {
        Self { visibility: Visibility::Sensitive, ..self }
    }

    /// Its values are read from the configuration and never stored.
    #[must_use]
    pub fn write_only(self) -> Self {
        Self { visibility: Visibility::WriteOnly, ..self }
    }

    /// It is deprecated. `instead` says what to use.
    #[must_use]
    pub fn deprecated(self, instead: &'static str) -> Self {
        Self { deprecated: Some(instead), ..self }
    }

    /// The description, in Markdown.
    #[must_use]
    pub fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// Adds a rule that values must satisfy.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Whether the provider sets it if the user does not.
    #[must_use]
    pub fn is_computed(&self) -> bool {
        matches!(self.presence, Presence::Computed | Presence::OptionalComputed)
    }

    /// Whether users may set it.
    #[must_use]
    pub fn is_settable(&self) -> bool {
        self.presence != Presence::Computed
    }

    /// The type of its values.
    #[must_use]
    pub fn implied_type(&self) -> Type {
        match &self.kind {
            Kind::Plain(kind) => kind.clone(),
            Kind::Nested(nesting, attributes) => nesting.of(Type::Object(object_type(attributes))),
        }
    }

    /// Whether two values are equivalent, such as `1 Gbps` and `1000 Mbps`.
    #[must_use]
    pub fn means_the_same(&self, one: &Value, other: &Value) -> bool {
        one == other || self.rules.iter().any(|rule| rule.means_the_same(one, other))
    }
}
