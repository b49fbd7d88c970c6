//! Blocks as users write them in a `.tf` file.

use terraform_provider_lumen::framework::{Members, Name, Number, Type, Value};

/// The body of a block: arguments and their values.
#[derive(Clone, Debug, Default)]
pub struct Block(Members);

impl Block {
    /// The block with an argument set to this value. It replaces an earlier value.
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

    /// The block as Terraform sends it: with every attribute of its type. Missing ones are null.
    #[must_use]
    pub fn complete(&self, kind: &Type) -> Value {
        complete(&Value::Map(self.0.clone()), kind)
    }
}

/// A Rust value that can be the value of an argument.
pub trait Literal {
    /// The value that it represents.
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
        Value::Number(number.unwrap_or_else(|| panic!("Terraform can't represent {self}")))
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
            assert!(unknown.is_empty(), "the schema does not have {unknown:?}");
            Value::object(kinds.iter().map(|(name, kind)| {
                (name.clone(), complete(set.get(name).unwrap_or(&Value::Null), kind))
            }))
        }
        _ => value.clone(),
    }
}
