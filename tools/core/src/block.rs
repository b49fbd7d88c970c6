//! Blocks as users write them in a `.tf` file.

use terraform_provider_lumen::framework::{Members, Name, Number, Type, Value};

/// The body of a block: arguments and what they are set to.
#[derive(Clone, Debug, Default)]
pub struct Block(Members);

impl Block {
    /// A block in which this argument is set to that, or to that instead.
    #[must_use]
    pub fn with(mut self, argument: &str, value: impl Literal) -> Self {
        self.0.insert(argument.to_owned().into(), value.value());
        self
    }

    /// The block without an argument.
    #[must_use]
    pub fn without(mut self, argument: &str) -> Self {
        self.0.remove(argument);
        self
    }

    /// The block as Terraform sends it: with every attribute of its type, null or not.
    #[must_use]
    pub fn complete(&self, kind: &Type) -> Value {
        complete(&Value::Map(self.0.clone()), kind)
    }
}

/// What can stand on the right of an argument.
pub trait Literal {
    /// The value that it stands for.
    fn value(self) -> Value;
}

impl Literal for &str {
    fn value(self) -> Value {
        Value::text(self)
    }
}

impl Literal for bool {
    fn value(self) -> Value {
        Value::Bool(self)
    }
}

impl Literal for i64 {
    fn value(self) -> Value {
        Value::Number(Number::from(self))
    }
}

impl Literal for f64 {
    fn value(self) -> Value {
        let number = Number::from_f64(self);
        Value::Number(number.unwrap_or_else(|| panic!("Terraform has no {self}")))
    }
}

impl Literal for Value {
    fn value(self) -> Value {
        self
    }
}

/// `{ name = "…", … }`
impl<const N: usize> Literal for [(&str, &str); N] {
    fn value(self) -> Value {
        Value::object(self.map(|(name, text)| (name.to_owned(), Value::text(text))))
    }
}

fn complete(value: &Value, kind: &Type) -> Value {
    match (value, kind) {
        (Value::Map(set), Type::Object(kinds)) => {
            let unknown: Vec<&Name> =
                set.keys().filter(|name| !kinds.contains_key(*name)).collect();
            assert!(unknown.is_empty(), "the schema has no {unknown:?}");
            Value::object(kinds.iter().map(|(name, kind)| {
                (name.clone(), complete(set.get(name).unwrap_or(&Value::Null), kind))
            }))
        }
        _ => value.clone(),
    }
}
