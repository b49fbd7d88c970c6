//! What users may write and what they get: attributes with their plan rules, validators and
//! documentation. A schema is a table, one attribute a line.

use std::sync::OnceLock;

use litemap::LiteMap;

use super::{Name, Rule, Type, Value};

/// The shape of a provider block, a resource or a data source.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Raised whenever a stored state needs an upgrade to be read.
    pub version: i64,
    /// What it is, in Markdown.
    pub about: String,
    /// The attributes, in the order of their documentation.
    pub attributes: Attributes,
    /// The nested blocks.
    pub blocks: Vec<(&'static str, Block)>,
    /// Which operations take how long at the most, where users don't say otherwise: operation and
    /// duration, such as `("create", "60m")`.
    pub timeouts: Vec<(&'static str, &'static str)>,
    /// The type that all of this comes to, made when it is first asked for.
    implied_type: OnceLock<Type>,
}

/// Attributes by name, in the order of their documentation.
pub type Attributes = Vec<(&'static str, Attribute)>;

/// One attribute of a schema.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its type, or the attributes nested in it.
    pub kind: Kind,
    /// Who sets it.
    pub presence: Presence,
    /// The value where users set none; the attribute is then also computed, as Terraform wants it.
    pub default: Option<Value>,
    /// The default as the documentation tells it, where it is no constant of ours.
    pub documented_default: Option<&'static str>,
    /// Whether a change means a new object.
    pub replaces: bool,
    /// Whether a computed value outlives updates of the object.
    pub stable: bool,
    /// Who gets to see its values.
    pub visibility: Visibility,
    /// What to use instead, where it is on its way out.
    pub deprecated: Option<&'static str>,
    /// The sentence that users read, in Markdown.
    pub about: &'static str,
    /// What a value must satisfy; the first of them may also say which values mean the same.
    pub rules: Vec<Rule>,
}

/// What an attribute holds.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A value of one type.
    Plain(Type),
    /// Objects, each attribute of which has rules of its own.
    Nested(Nesting, Attributes),
}

/// How nested objects are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// Objects in order.
    List,
    /// Objects without order.
    Set,
    /// Objects by key.
    Map,
}

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The user must.
    Required,
    /// The user may.
    Optional,
    /// The provider does.
    Computed,
    /// The user may, otherwise the provider does.
    OptionalComputed,
}

/// Who gets to see the values of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everyone.
    Shown,
    /// State and plan files hold them; output hides them.
    Sensitive,
    /// They are only ever read from the configuration, and never stored.
    WriteOnly,
}

/// A nested block. At most one object, or as many as `nesting` holds.
#[derive(Clone, Debug)]
pub struct Block {
    /// How the blocks are held.
    pub nesting: Nesting,
    /// What one of them contains.
    pub body: Schema,
}

impl Schema {
    /// An empty schema with its description, in Markdown.
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

    /// Adds an operation to the block `timeouts`: `create`, `read`, `update`, `delete` or `invoke`, how
    /// long it may take where users don't say, and what happens after that, in Markdown.
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

    /// The type of the values that this schema describes. It is computed once, because every call needs
    /// it, some calls twice.
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

/// A text.
#[must_use]
pub fn string() -> Attribute {
    Attribute::of(Kind::Plain(Type::String))
}

/// `true` or `false`.
#[must_use]
pub fn boolean() -> Attribute {
    Attribute::of(Kind::Plain(Type::Bool))
}

/// A number.
#[must_use]
pub fn number() -> Attribute {
    Attribute::of(Kind::Plain(Type::Number))
}

/// Elements of one type, in order.
#[must_use]
pub fn list(element: Type) -> Attribute {
    Attribute::of(Kind::Plain(Type::List(Box::new(element))))
}

/// Elements of one type, without order.
#[must_use]
pub fn set(element: Type) -> Attribute {
    Attribute::of(Kind::Plain(Type::Set(Box::new(element))))
}

/// One object.
#[must_use]
pub fn object(attributes: impl IntoIterator<Item = (&'static str, Attribute)>) -> Attribute {
    nested(Nesting::Single, attributes)
}

/// Objects, held as `nesting` says.
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

    /// The value where the user sets none.
    #[must_use]
    pub fn default(self, value: Value) -> Self {
        Self { default: Some(value), presence: Presence::OptionalComputed, ..self }
    }

    /// What happens where the user sets none, for the documentation alone.
    #[must_use]
    pub fn documented_default(self, default: &'static str) -> Self {
        Self { documented_default: Some(default), ..self }
    }

    /// A change means a new object.
    #[must_use]
    pub fn replaces(self) -> Self {
        Self { replaces: true, ..self }
    }

    /// The computed value outlives updates.
    #[must_use]
    pub fn stable(self) -> Self {
        Self { stable: true, ..self }
    }

    /// It is hidden from output.
    #[must_use]
    pub fn sensitive(self) -> Self {
        Self { visibility: Visibility::Sensitive, ..self }
    }

    /// It is read from the configuration and never stored.
    #[must_use]
    pub fn write_only(self) -> Self {
        Self { visibility: Visibility::WriteOnly, ..self }
    }

    /// It is on its way out: what to use instead.
    #[must_use]
    pub fn deprecated(self, instead: &'static str) -> Self {
        Self { deprecated: Some(instead), ..self }
    }

    /// The sentence that users read, in Markdown.
    #[must_use]
    pub fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// What a value must satisfy.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Whether the provider sets it where the user doesn't.
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

    /// Whether two values mean the same: `1 Gbps` and `1000 Mbps`.
    #[must_use]
    pub fn means_the_same(&self, one: &Value, other: &Value) -> bool {
        one == other || self.rules.iter().any(|rule| rule.means_the_same(one, other))
    }
}
